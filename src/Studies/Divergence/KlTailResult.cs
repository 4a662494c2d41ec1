namespace SafetyGate.Studies.Divergence;

/// <summary>How often a gate on a KL with a tail passes a policy that is just beyond it.</summary>
public sealed record KlTailResult
{
    /// <summary>One-sided error probability of each statement.</summary>
    public const double Alpha = 0.05;

    /// <summary>The policy.</summary>
    public required KlTailCase Case { get; init; }

    /// <summary>Prompts of a measurement.</summary>
    public required int Prompts { get; init; }

    /// <summary>Measurements.</summary>
    public required int Repeats { get; init; }

    /// <summary>Share of them whose 97.5 % upper limit by Student's t, which decides nothing, is below the exact mean.</summary>
    public required double StudentBelow { get; init; }

    /// <summary>Share of them that pass a budget just below the exact mean.</summary>
    public required double BudgetPassed { get; init; }

    /// <summary>Share of them that certify a floor just above the exact safety.</summary>
    public required double Certified { get; init; }

    /// <summary>Median of what is certified.</summary>
    public required double MedianLimit { get; init; }

    /// <summary>Most that chance leaves of a share of α: three standard errors above it.</summary>
    public double Most => Alpha + (3 * Math.Sqrt(Alpha * (1 - Alpha) / Repeats));

    /// <summary>Whether neither gate errs more often than it states.</summary>
    public bool Holds => BudgetPassed <= Most && Certified <= Most;
}
