namespace SafetyGate.Analysis.Curation;

/// <summary>An accepted row with where it comes from: a line of the rows' file.</summary>
public sealed record AugmentedRow
{
    /// <summary>Unique in the file.</summary>
    public required string Id { get; init; }

    /// <summary>The task.</summary>
    public required string Prompt { get; init; }

    /// <summary>The worked answer.</summary>
    public required string Completion { get; init; }

    /// <summary>The answer alone.</summary>
    public required string Answer { get; init; }

    /// <summary>Name of the strategy.</summary>
    public required string Strategy { get; init; }

    /// <summary>Name of the pattern.</summary>
    public required string Pattern { get; init; }

    /// <summary>What made it.</summary>
    public required string Generator { get; init; }

    /// <summary>0 if it was accepted at once, else the number of the try again.</summary>
    public required int Attempt { get; init; }
}
