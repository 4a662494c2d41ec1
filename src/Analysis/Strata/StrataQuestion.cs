namespace SafetyGate.Analysis.Strata;

/// <summary>An item of a benchmark to train or to test on.</summary>
public sealed record StrataQuestion
{
    /// <summary>Id of the item; unique in its file.</summary>
    public required string Id { get; init; }

    /// <summary>The question.</summary>
    public required string Prompt { get; init; }

    /// <summary>The right answer.</summary>
    public required string Answer { get; init; }

    /// <summary>What a model is trained to write: the worked answer, or the answer alone.</summary>
    public required string Completion { get; init; }

    /// <summary>How hard it is, higher is harder; finite.</summary>
    public required double Hardness { get; init; }

    /// <summary>The possible answers, the right one among them; empty where any text may be one.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>The same question with other numbers, to which the rule of its worked answer is applied; empty for none.</summary>
    public IReadOnlyList<SiblingQuestion> Siblings { get; init; } = [];
}
