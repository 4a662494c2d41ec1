namespace SafetyGate.Analysis.Curation;

/// <summary>What came of a strategy.</summary>
public sealed record StrategyOutcome
{
    /// <summary>The strategy.</summary>
    public required Strategy Strategy { get; init; }

    /// <summary>Rows that were generated.</summary>
    public required int Generated { get; init; }

    /// <summary>Rows that were accepted.</summary>
    public required int Accepted { get; init; }

    /// <summary>Tries again that were needed.</summary>
    public required int Retries { get; init; }

    /// <summary>The others, by check and reason.</summary>
    public required IReadOnlyList<RejectedCount> Rejected { get; init; }
}
