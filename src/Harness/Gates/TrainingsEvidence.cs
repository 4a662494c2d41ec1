using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Gates;

/// <summary>The trainings of a recipe beside the approved ones, or beside one untuned checkpoint, put to the rule.</summary>
public sealed record TrainingsEvidence : Evidence
{
    /// <summary>One comparison for each training now.</summary>
    public required IReadOnlyList<PairedComparison> Pairs { get; init; }

    /// <summary>The margin that had to be ruled out.</summary>
    public required double Margin { get; init; }

    /// <summary>Passed, Regressed or Inconclusive, of this comparison alone.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Limits of the difference, each one-sided at α, seeds and items taken together.</summary>
    public required Interval Limits { get; init; }

    /// <summary>Half-width that the spread between trainings adds; 0 if all trainings scored the same.</summary>
    public required double SeedHalfWidth { get; init; }

    /// <summary>The upper limit of the difference that must be below 0 for Regressed: at α over the family.</summary>
    public required double UpperForADrop { get; init; }

    /// <summary>Standard error of the difference, items and trainings together.</summary>
    public required double StandardError { get; init; }

    /// <summary>Mean value of each item now, worst case, in the fixed order.</summary>
    public required IReadOnlyList<double> Now { get; init; }

    /// <summary>Mean approved value of each item, worst case, in the fixed order.</summary>
    public required IReadOnlyList<double> Approved { get; init; }

    /// <summary>Rate of each training now, worst case.</summary>
    public required IReadOnlyList<double> NowRates { get; init; }

    /// <summary>Rate of each approved training, worst case; one for the untuned reference.</summary>
    public required IReadOnlyList<double> ApprovedRates { get; init; }

    /// <summary>The findings of the guard over categories; empty if items have none.</summary>
    public IReadOnlyList<CategoryFinding> Categories { get; init; } = [];

    /// <summary>The comparison with the anchor; <c>null</c> if there is no anchor.</summary>
    public TrainingsEvidence? Anchor { get; init; }

    /// <summary>Mean difference of each item over the trainings, now − approved, in the fixed order.</summary>
    public IReadOnlyList<double> Differences => [.. Now.Zip(Approved, (now, approved) => now - approved)];

    /// <summary>Mean difference over items and seeds.</summary>
    public double Difference => Differences.Average();

    /// <summary>The lowest coverage of a training.</summary>
    public double Coverage => Pairs.Min(pair => pair.Coverage);
}
