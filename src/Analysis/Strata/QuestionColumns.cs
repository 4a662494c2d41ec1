namespace SafetyGate.Analysis.Strata;

/// <summary>Columns of a file of questions.</summary>
public sealed record QuestionColumns
{
    /// <summary>The item; numbered where there is no such column.</summary>
    public string Id { get; init; } = "id";

    /// <summary>The question; several columns with + between them make one text.</summary>
    public string Prompt { get; init; } = "prompt";

    /// <summary>The right answer.</summary>
    public string Answer { get; init; } = "answer";

    /// <summary>What is trained on; the answer where it is <c>null</c>.</summary>
    public string? Completion { get; init; }

    /// <summary>The list of possible answers; not needed.</summary>
    public string Choices { get; init; } = "choices";

    /// <summary>The list of siblings, <c>[{"question", "answer"}]</c>; not needed.</summary>
    public string Siblings { get; init; } = "siblings";

    /// <summary>The hardness: a column of numbers, or <c>lines(COLUMN)</c>, <c>words(COLUMN)</c> or <c>chars(COLUMN)</c> of a text.</summary>
    public string Hardness { get; init; } = "hardness";
}
