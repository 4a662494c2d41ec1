using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Gates;

/// <summary>A decided claim about a recipe.</summary>
public sealed record RecipeOutcome
{
    /// <summary>The verdict.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>What decided.</summary>
    public required VerdictReason Reason { get; init; }

    /// <summary>True when the build fails.</summary>
    public required bool Fails { get; init; }

    /// <summary>Mean difference over items and seeds, worst case; NaN when nothing could be compared.</summary>
    public double Difference { get; init; } = double.NaN;

    /// <summary>Limits of the difference, each one-sided at α, seeds and items taken together; <c>null</c> when nothing could be compared.</summary>
    public Interval? Limits { get; init; }

    /// <summary>Half-width that the spread between trainings adds; 0 when all trainings scored the same.</summary>
    public double SeedHalfWidth { get; init; }

    /// <summary>The words.</summary>
    public required string Message { get; init; }
}
