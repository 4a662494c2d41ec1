using System.Text.Json.Nodes;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Tests.Runs;

namespace SafetyGate.Harness.Tests.Xunit;

/// <summary>A "training" whose model answers as a function says; the reference by another.</summary>
internal sealed class AnsweringRecipe(string weights, Func<string, string> tuned, Func<string, string> reference) : IRecipe
{
    public string Name => "answering";

    public ulong Seed => 3;

    public JsonObject Describe() => new() { ["weights"] = weights };

    public RunEnvironment Environment() => new() { Engine = "none", Device = "none", Dtype = "float32", Threads = 1, CodeDigest = "c" };

    public Task TrainAsync(string directory, IProgress<RunProgress> progress, CancellationToken cancellationToken)
    {
        if (weights == "diverges") throw new TrainingFailedException("The loss is NaN at step 12; lower the learning rate.");
        Directory.CreateDirectory(Path.Combine(directory, "checkpoint"));
        File.WriteAllText(Path.Combine(directory, "checkpoint", "model.safetensors"), weights);
        File.WriteAllText(Path.Combine(directory, "metrics.jsonl"), """{"step": 10, "loss": 0.5}""");
        return Task.CompletedTask;
    }

    public ILanguageModel Open(string checkpointDirectory) => new StubModel("tuned " + weights, (p, _) => tuned(p.Id));

    public ILanguageModel OpenReference() => new StubModel("reference", (p, _) => reference(p.Id));
}
