namespace SafetyGate.Analysis.Curation;

/// <summary>How many rows one check rejected for one reason.</summary>
public sealed record RejectedCount
{
    /// <summary>Name of the check.</summary>
    public required string Check { get; init; }

    /// <summary>The reason.</summary>
    public required string Reason { get; init; }

    /// <summary>How many rows.</summary>
    public required int Rows { get; init; }
}
