using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Harness.Baselines;

/// <summary>Which part of an evaluation a result file holds.</summary>
public sealed record ResultShard
{
    /// <summary>The part.</summary>
    public required Shard Part { get; init; }

    /// <summary>Items of the whole, metric by metric.</summary>
    public required IReadOnlyList<int> Items { get; init; }
}
