namespace SafetyGate.Analysis.Patterns;

/// <summary>An item a model was asked, its response, and whether that was right.</summary>
public sealed record AskedItem
{
    /// <summary>Unique in the set.</summary>
    public required string Id { get; init; }

    /// <summary>The question.</summary>
    public required string Prompt { get; init; }

    /// <summary>The response that is looked at; empty if there was none.</summary>
    public required string Response { get; init; }

    /// <summary>Whether the response was wrong, or could not be scored.</summary>
    public required bool Failed { get; init; }

    /// <summary>The right answer, with its steps where the file has them; <c>null</c> if it is not known.</summary>
    public string? Answer { get; init; }

    /// <summary>Why the response could not be scored; <c>null</c> if it was.</summary>
    public string? Unscored { get; init; }

    /// <summary>Fields of the item, such as its category, with at most one value each.</summary>
    public IReadOnlyList<ItemProperty> Fields { get; init; } = [];
}
