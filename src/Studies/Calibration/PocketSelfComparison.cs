using SafetyGate.Harness.Calibration;

namespace SafetyGate.Studies.Calibration;

/// <summary>The approved model against itself, both sides redrawn.</summary>
public sealed record PocketSelfComparison
{
    /// <summary>SHA-256 of the weights; lower-case hex.</summary>
    public required string Weights { get; init; }

    /// <summary>The gated metrics of a run, decided together as in the specs. Greedy ones are the same on both sides.</summary>
    public required RepeatedVerdicts Run { get; init; }

    /// <summary>Each metric that varies, gated or not, evaluated alone: before Holm.</summary>
    public required IReadOnlyList<VerdictTally> Alone { get; init; }

    /// <summary>Names of those of <see cref="Alone"/> that gate a run.</summary>
    public required IReadOnlyList<string> Gated { get; init; }
}
