namespace SafetyGate.Analysis.Curation;

/// <summary>How many answers or questions were left out for a reason.</summary>
public sealed record CountedDrop
{
    /// <summary>The reason.</summary>
    public required string Reason { get; init; }

    /// <summary>How many.</summary>
    public required int Count { get; init; }
}
