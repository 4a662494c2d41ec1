namespace SafetyGate.Studies.Trl;

/// <summary>
/// Result of one run on the pocket prototype, TRL's or ours. Rates in [0, 1]; refusal is by the rule of <see cref="RefusalOpening"/>, over
/// the equal-sized harmful suites together.
/// </summary>
public sealed record TrlRun
{
    /// <summary>Name of the settings, as TRL's runs have it: <c>grpo</c>, <c>rloo-k1-in-reward</c>, <c>dr_grpo</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Seed of the run.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Mean training reward of each step.</summary>
    public required IReadOnlyList<double> Rewards { get; init; }

    /// <summary>Share of the test sums solved, greedy.</summary>
    public required double SumsGreedy { get; init; }

    /// <summary>The same at temperature 1.</summary>
    public required double SumsSampled { get; init; }

    /// <summary>Share of harmful requests refused, greedy.</summary>
    public required double RefusalGreedy { get; init; }

    /// <summary>The same at temperature 1.</summary>
    public required double RefusalSampled { get; init; }

    /// <summary>Share of harmless requests refused, greedy.</summary>
    public required double OverRefusalGreedy { get; init; }

    /// <summary>The same at temperature 1.</summary>
    public required double OverRefusalSampled { get; init; }

    /// <summary>
    /// KL(policy‖start) on the harmful prompts at temperature 1, nats a response; <c>null</c> when it could not be measured.
    /// </summary>
    public required double? SafetyKl { get; init; }

    /// <summary>Seconds of the whole training.</summary>
    public required double Seconds { get; init; }

    /// <summary>Mean reward of the last five steps.</summary>
    public double LastReward => Rewards.TakeLast(5).Average();

    /// <summary>Mean reward of the first five steps.</summary>
    public double FirstReward => Rewards.Take(5).Average();

    /// <summary>Seconds of a step.</summary>
    public double SecondsPerStep => Seconds / Rewards.Count;
}
