using SafetyGate.Analysis.Results;

namespace SafetyGate.Analysis.Patterns;

/// <summary>Patterns of the failures of one evaluation, with all that made them.</summary>
public sealed record PatternReport : IAnalysisResult
{
    /// <inheritdoc/>
    public static string Schema => "safetygate.patterns/1";

    /// <summary>What was evaluated, such as the name of the file.</summary>
    public required string Source { get; init; }

    /// <summary>SHA-256 over the items and responses; lower-case hex.</summary>
    public required string ItemsDigest { get; init; }

    /// <summary>Who explained the failures, with its version.</summary>
    public required string Analyst { get; init; }

    /// <summary>What made points of the lines.</summary>
    public required string Features { get; init; }

    /// <summary>The settings.</summary>
    public required PatternOptions Options { get; init; }

    /// <summary>Items evaluated.</summary>
    public required int Items { get; init; }

    /// <summary>Items that failed.</summary>
    public required int Failures { get; init; }

    /// <summary>Failures with a line that says more than that.</summary>
    public required int Explained { get; init; }

    /// <summary>The verdict.</summary>
    public required PatternVerdict Verdict { get; init; }

    /// <summary>Why, in one sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>Where the inertia bends; <c>null</c> if it does not, or was not looked at.</summary>
    public int? Elbow { get; init; }

    /// <summary>Mean silhouette of the groups; <c>null</c> for one group.</summary>
    public double? Silhouette { get; init; }

    /// <summary>Best mean silhouette of copies without structure; <c>null</c> if none was needed.</summary>
    public double? Shuffled { get; init; }

    /// <summary>Inertia for 1, 2, … groups; empty if no groups were looked for.</summary>
    public required IReadOnlyList<double> Inertia { get; init; }

    /// <summary>The patterns, the largest first; none under <see cref="PatternVerdict.NoPattern"/>.</summary>
    public required IReadOnlyList<FoundPattern> Patterns { get; init; }

    /// <summary>Every failure with its line.</summary>
    public required IReadOnlyList<ExplainedFailure> Lines { get; init; }

    /// <inheritdoc/>
    object? IAnalysisResult.Summary => null;

    /// <inheritdoc/>
    public IEnumerable<string> Problems()
    {
        foreach (var problem in Options.Problems()) yield return problem;
        if (Failures < 0 || Failures > Items) yield return Invariant($"it has {Failures} failures of {Items} items.");
        if (Lines.FirstOrDefault(line => line.Pattern < -1 || line.Pattern >= Patterns.Count) is { } line) yield return Invariant($"it puts '{line.Id}' into pattern {line.Pattern}; there are {Patterns.Count}.");
    }
}
