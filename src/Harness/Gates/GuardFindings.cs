namespace SafetyGate.Harness.Gates;

/// <summary>The findings of the rule and its guards on one claim, and the one verdict they make.</summary>
internal sealed record GuardFindings
{
    /// <summary>True if enough is scored on both sides, of the anchor too.</summary>
    public required bool Covered { get; init; }

    /// <summary>True if both sides are the same model under the same options with the same outcomes: there is nothing to test.</summary>
    public required bool Identical { get; init; }

    /// <summary>The comparison with the baseline or the reference.</summary>
    public required Verdict Main { get; init; }

    /// <summary>True if its lower limit is above 0.</summary>
    public required bool Improved { get; init; }

    /// <summary>True if a category dropped too far.</summary>
    public bool CategoryDropped { get; init; }

    /// <summary>The comparison with the anchor; <c>null</c> if there is none.</summary>
    public Verdict? Anchor { get; init; }

    /// <summary>The absolute floor; <c>null</c> if there is none.</summary>
    public Verdict? Floor { get; init; }

    /// <summary>The verdict of all together, and what decided: a drop before a guard, a guard before too little evidence.</summary>
    public (Verdict Verdict, VerdictReason Reason) Combine()
    {
        if (!Covered) return (Verdict.Inconclusive, VerdictReason.LowCoverage);
        if (!Identical && Main == Verdict.Regressed) return (Verdict.Regressed, VerdictReason.Drop);
        if (CategoryDropped) return (Verdict.Regressed, VerdictReason.CategoryDrop);
        if (Anchor == Verdict.Regressed) return (Verdict.Regressed, VerdictReason.Anchor);
        if (Floor == Verdict.Regressed) return (Verdict.Regressed, VerdictReason.Floor);
        if (!Identical && Main != Verdict.Passed) return (Verdict.Inconclusive, VerdictReason.TooLittleEvidence);
        if (Anchor is { } anchor && anchor != Verdict.Passed) return (Verdict.Inconclusive, VerdictReason.Anchor);
        if (Floor is { } floor && floor != Verdict.Passed) return (Verdict.Inconclusive, VerdictReason.Floor);
        if (Identical) return (Verdict.Passed, VerdictReason.Identical);
        return (Verdict.Passed, Improved ? VerdictReason.Improved : VerdictReason.WithinMargin);
    }
}
