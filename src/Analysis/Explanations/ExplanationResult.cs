using SafetyGate.Analysis.Results;
using SafetyGate.Analysis.Strata;

namespace SafetyGate.Analysis.Explanations;

/// <summary>Scores of explanations by stratum: never one pooled number.</summary>
public sealed record ExplanationResult : IAnalysisResult
{
    /// <summary>Fewest siblings by which generalization is measured.</summary>
    public const int FewestSiblings = 5;

    /// <inheritdoc/>
    public static string Schema => "safetygate.explanations/1";

    /// <summary>Name of the data.</summary>
    public required string Data { get; init; }

    /// <summary>Digest of the items and their explanations.</summary>
    public required string DataDigest { get; init; }

    /// <summary>What hardness is, and where strata end.</summary>
    public required HardnessScale Hardness { get; init; }

    /// <summary>The two readers, for people.</summary>
    public required IReadOnlyList<string> Readers { get; init; }

    /// <summary>The items; ids unique.</summary>
    public required IReadOnlyList<ExplainedItem> Items { get; init; }

    /// <inheritdoc/>
    public object? Summary => new ExplanationSummary([.. Strata()]);

    /// <summary>The scores of each stratum, easiest first.</summary>
    /// <param name="alpha">One-sided level of the limits. Default .05.</param>
    public IReadOnlyList<StratumExplanations> Strata(double alpha = 0.05) =>
        [.. Items.GroupBy(item => Hardness.Of(item.Hardness)).OrderBy(group => group.Key).Select(group => StratumExplanations.Of(group.Key, [.. group], alpha))];

    /// <inheritdoc/>
    public IEnumerable<string> Problems()
    {
        if (Items.Count == 0) yield return "there are no items.";
        if (Readers.Count != 2) yield return Invariant($"there are {Readers.Count} readers; two are needed, or nothing tells whether another one would read the same.");
        if (Items.GroupBy(item => item.Id, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice) yield return $"two items have the id '{twice.Key}'; ids must be unique.";
        foreach (var item in Items)
        {
            if (!double.IsFinite(item.Hardness)) yield return $"item '{item.Id}' has no finite hardness.";
            if (item.FromExplanation.Count != 2 || item.FromQuestion.Count != 2 || item.Answers.Count != 2) yield return $"item '{item.Id}' lacks a reader; each of two needs an answer from the explanation and from the question.";
            if (item.FromExplanation.Concat(item.FromQuestion).Any(score => !(score is >= 0 and <= 1)) || item.Generalizes is { } share && !(share is >= 0 and <= 1)) yield return $"item '{item.Id}' has a score outside [0, 1].";
        }
    }
}
