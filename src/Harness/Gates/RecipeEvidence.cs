namespace SafetyGate.Harness.Gates;

/// <summary>What a claim about a recipe was decided on, for its message.</summary>
internal sealed record RecipeEvidence
{
    /// <summary>One comparison for each training now.</summary>
    public required PairedComparison[] Pairs { get; init; }

    /// <summary>Mean difference of each item over the trainings, in the fixed order.</summary>
    public required double[] Differences { get; init; }

    /// <summary>Mean value of each item now, in the fixed order.</summary>
    public required double[] Now { get; init; }

    /// <summary>Mean approved value of each item, in the fixed order.</summary>
    public required double[] Approved { get; init; }

    /// <summary>The lowest coverage of a training.</summary>
    public required double Coverage { get; init; }

    /// <summary>The upper limit of the difference that must be below 0 for Regressed: at α over the family.</summary>
    public required double UpperForADrop { get; init; }

    /// <summary>Standard error of the difference, items and trainings together.</summary>
    public required double StandardError { get; init; }
}
