using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Harness.Baselines;

/// <summary>Which part of an evaluation a result file holds.</summary>
public sealed record ResultShard
{
    /// <summary>The part.</summary>
    public required Shard Part { get; init; }

    /// <summary>Items of the whole, metric by metric.</summary>
    public required IReadOnlyList<int> Items { get; init; }

    /// <summary>
    /// Digest of the items it was written with and of their places in the whole (<see cref="ShardedResults.Holds"/>); <c>null</c> if it was not
    /// read from a file. Writing a file computes it anew.
    /// </summary>
    public string? Holds { get; init; }
}
