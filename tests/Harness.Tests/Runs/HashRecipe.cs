using System.Globalization;
using System.Text.Json.Nodes;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;

namespace SafetyGate.Harness.Tests.Runs;

/// <summary>A training whose weights are a hash applied once a step: every step, and the order of steps, is seen in the end. It saves its state each step and resumes from it.</summary>
internal sealed record HashRecipe : IRecipe
{
    public string Name { get; init; } = "hash";

    public ulong Seed { get; init; } = 7;

    public int Steps { get; init; } = 5;

    public string Device { get; init; } = "cpu";

    public string CodeDigest { get; init; } = "code-1";

    /// <summary>Called before each step with its number and the working folder.</summary>
    public Action<int, string> BeforeStep { get; init; } = (_, _) => { };

    /// <summary>Called when the steps are done, with the working folder.</summary>
    public Func<string, Task> AtTheEnd { get; init; } = _ => Task.CompletedTask;

    public JsonObject Describe() => new() { ["kind"] = "hash", ["seed"] = Seed, ["steps"] = Steps };

    public RunEnvironment Environment() => new() { Engine = "none", Device = Device, Dtype = "float32", Threads = 1, CodeDigest = CodeDigest };

    public async Task TrainAsync(string directory, IProgress<RunProgress> progress, CancellationToken cancellationToken)
    {
        var state = Path.Combine(directory, "state", "state.txt");
        Directory.CreateDirectory(Path.GetDirectoryName(state)!);
        var (done, weights, rows) = Load(state);
        for (var step = done + 1; step <= Steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            BeforeStep(step, directory);
            weights = StubModel.Sha256(weights + step.ToString(CultureInfo.InvariantCulture));
            rows.Add($$"""{"step":{{step}},"loss":{{1.0 / step:R}},"grad_norm":"NaN","note":"x"}""");
            File.WriteAllLines(state + ".new", [step.ToString(CultureInfo.InvariantCulture), weights, .. rows]);
            File.Move(state + ".new", state, overwrite: true);
            progress.Report(new RunProgress("train", step, Steps));
            await Task.Yield();
        }

        Directory.CreateDirectory(Path.Combine(directory, "checkpoint"));
        await File.WriteAllTextAsync(Path.Combine(directory, "checkpoint", "model.safetensors"), weights, cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(directory, "checkpoint", "config.json"), "{}", cancellationToken);
        await File.WriteAllLinesAsync(Path.Combine(directory, "metrics.jsonl"), rows, cancellationToken);
        await AtTheEnd(directory);
    }

    public ILanguageModel Open(string checkpointDirectory) => new StubModel(StubModel.Sha256(File.ReadAllText(Path.Combine(checkpointDirectory, "model.safetensors"))));

    public ILanguageModel OpenReference() => new StubModel(StubModel.Sha256("reference"));

    private (int Done, string Weights, List<string> Rows) Load(string state)
    {
        if (!File.Exists(state)) return (0, Seed.ToString(CultureInfo.InvariantCulture), []);
        var lines = File.ReadAllLines(state);
        return (int.Parse(lines[0], CultureInfo.InvariantCulture), lines[1], [.. lines[2..]]);
    }
}
