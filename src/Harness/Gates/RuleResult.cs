using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Gates;

/// <summary>One paired comparison put to the rule: against the baseline, the reference or the anchor.</summary>
public sealed record RuleResult
{
    /// <summary>The pairs.</summary>
    public required PairedComparison Comparison { get; init; }

    /// <summary>The margin that had to be ruled out.</summary>
    public required double Margin { get; init; }

    /// <summary>Passed, Regressed or Inconclusive.</summary>
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

    /// <summary>Name of the method, for the message.</summary>
    public required string Method { get; init; }
}
