namespace SafetyGate.Studies.Safety.Plan;

/// <summary>A section of the study: arms that are shown and compared together.</summary>
public sealed record StudyPart
{
    /// <summary>Name, by which arms say where they belong.</summary>
    public required string Name { get; init; }

    /// <summary>Heading.</summary>
    public required string Title { get; init; }

    /// <summary>What is compared, in a sentence or two; may be empty.</summary>
    public string Text { get; init; } = "";

    /// <summary>The arm that the others of this section are compared with; <c>null</c> compares none.</summary>
    public string? Anchor { get; init; }
}
