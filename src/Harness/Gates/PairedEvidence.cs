using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Gates;

/// <summary>
/// One paired comparison put to the rule: with the baseline, the reference or the anchor; the first has the findings of the guards beside
/// it.
/// </summary>
public sealed record PairedEvidence : Evidence
{
    /// <summary>The pairs.</summary>
    public required PairedComparison Comparison { get; init; }

    /// <summary>The margin that had to be ruled out.</summary>
    public required double Margin { get; init; }

    /// <summary>Passed, Regressed or Inconclusive, of this comparison alone.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Limits of the difference, each one-sided at α (two-sided 90 % at α = .05), worst case.</summary>
    public required Interval Limits { get; init; }

    /// <summary>One-sided p of a drop.</summary>
    public required double DropP { get; init; }

    /// <summary>The same after Holm over the gated comparisons of the run.</summary>
    public required double AdjustedDropP { get; init; }

    /// <summary>How many comparisons Holm counted.</summary>
    public required int Family { get; init; }

    /// <summary>True for the grid-Kelly sequence, false for Tango and McNemar.</summary>
    public required bool IsSequential { get; init; }

    /// <summary>
    /// Exact unconditional p of a drop of the margin or more; <c>null</c> if it was not requested, or is not defined for this comparison.
    /// </summary>
    public double? ExactUnconditionalP { get; init; }

    /// <summary>Name of the method, for the message.</summary>
    public required string Method { get; init; }

    /// <summary>The comparison with the anchor; <c>null</c> if there is no anchor.</summary>
    public PairedEvidence? Anchor { get; init; }

    /// <summary>The findings of the guard over categories; empty if items have none.</summary>
    public IReadOnlyList<CategoryFinding> Categories { get; init; } = [];

    /// <summary>The absolute floor; <c>null</c> if there is none.</summary>
    public FloorEvidence? Floor { get; init; }
}
