using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Trainers.Grpo;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Rewards;
using SafetyGate.Trainers.Rollouts;

namespace SafetyGate.Trainers.Tests.Grpo;

/// <summary>A tiny policy, six prompts and rewards of a line, trained by <see cref="GrpoTrainer"/>.</summary>
internal static class GrpoBench
{
    public static readonly GrpoOptions Options = GrpoOptions.For(GrpoMode.Rlvr, 8, 0.02, 7) with { PromptsPerStep = 3, NumGenerations = 4, MaxCompletionLength = 4, SaveSteps = 2 };

    /// <summary>Half of the vocabulary is good to begin with.</summary>
    public static readonly Judge EvenStart = new("even", response => response.Text.Length > 0 && int.Parse(response.Text.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture) % 2 == 0 ? 1 : 0);

    public static RolloutTask Task(IReadOnlyList<Judge> rewards, int[]? eos = null) => new()
    {
        Prompts = [.. Enumerable.Range(0, 6).Select(i => new RolloutPrompt(new BenchmarkItem { Id = Invariant($"item-{i}"), Prompt = Invariant($"{i}") }, [1, 3 + i]))],
        Rewards = [.. rewards.Select(reward => new WeightedReward(reward))],
        EosIds = eos ?? [2],
        Decode = ids => string.Join(' ', ids),
    };

    public static (string Weights, string Metrics) Run(string? directory, GrpoOptions options, int? cancelAfter = null, IReadOnlyList<Judge>? rewards = null, int[]? eos = null)
    {
        using var policy = TinyModel.Create();
        using var reference = TinyModel.Create();
        using var cancellation = new CancellationTokenSource();
        new GrpoTrainer(policy, reference, Task(rewards ?? [EvenStart], eos), options).Train(directory, new Told(report =>
        {
            if (report.Done == cancelAfter) cancellation.Cancel();
        }), cancellation.Token);
        return (Convert.ToHexString(TinyModel.Weights(policy)), directory is null ? "" : File.ReadAllText(Path.Combine(directory, MetricsLog.FileName)));
    }
}
