using System.Text.Json.Nodes;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;

namespace SafetyGate.Cli.Tests.Commands;

/// <summary>A "training" whose model gives canned answers by prompt id.</summary>
internal sealed class CannedRecipe(string weights, Func<string, string> answer) : IRecipe
{
    public string Name => "canned";

    public ulong Seed => 1;

    public JsonObject Describe() => new() { ["weights"] = weights };

    public RunEnvironment Environment() => new() { Engine = "none", Device = "none", Dtype = "float32", Threads = 1, CodeDigest = "c" };

    public Task TrainAsync(string directory, IProgress<RunProgress> progress, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.Combine(directory, "checkpoint"));
        File.WriteAllText(Path.Combine(directory, "checkpoint", "model.safetensors"), weights);
        File.WriteAllText(Path.Combine(directory, "metrics.jsonl"), """{"step": 1, "loss": 0.5}""");
        return Task.CompletedTask;
    }

    public ILanguageModel Open(string checkpointDirectory) => new Canned(weights, answer);

    public ILanguageModel OpenReference() => new Canned("reference", answer);

    private sealed class Canned(string weights, Func<string, string> answer) : ILanguageModel
    {
        public ModelIdentity Identity { get; } = new() { Name = "canned", WeightsDigest = weights, TokenizerDigest = "t", TemplateDigest = "c", EngineDigest = "e" };

        public Task<IReadOnlyList<Response>> GenerateAsync(IReadOnlyList<Prompt> prompts, SamplingOptions sampling, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<Response>>([.. prompts.Select(p => new Response { PromptId = p.Id, Text = answer(p.Id), FinishReason = FinishReason.Stop, Tokens = 4 })]);
    }
}
