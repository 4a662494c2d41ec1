using SafetyGate.Analysis.Patterns;

namespace SafetyGate.Analysis.Curation;

/// <summary>What kind of rows would mend a pattern. Together with the pattern's name it is all that a generator gets to know of the failures.</summary>
public sealed record Strategy
{
    /// <summary>Name, such as <c>s1</c>; rows carry it.</summary>
    public required string Name { get; init; }

    /// <summary>Name of the pattern.</summary>
    public required string Pattern { get; init; }

    /// <summary>What the rows should be like, in a sentence or two.</summary>
    public required string Description { get; init; }

    /// <summary>Properties that each row should have.</summary>
    public required IReadOnlyList<ItemProperty> Wanted { get; init; }

    /// <summary>How many rows are wanted.</summary>
    public required int Rows { get; init; }

    /// <summary>All its text, as leaks are looked for in it.</summary>
    internal string Text => $"{Pattern} {Description} {string.Join(' ', Wanted)}";
}
