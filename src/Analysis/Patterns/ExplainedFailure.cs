namespace SafetyGate.Analysis.Patterns;

/// <summary>One failure and its line.</summary>
public sealed record ExplainedFailure
{
    /// <summary>Id of the item.</summary>
    public required string Id { get; init; }

    /// <summary>What the analyst said.</summary>
    public required string Line { get; init; }

    /// <summary>Place of its pattern, from 0; −1 for none.</summary>
    public required int Pattern { get; init; }
}
