namespace SafetyGate.Harness.Reports;

/// <summary>Whether a bound applies to a run.</summary>
public enum BoundApplicability
{
    /// <summary>Its premise was shown, and it is not vacuous.</summary>
    Holds,

    /// <summary>True, and of no use: a difference of rates is never above 1.</summary>
    Vacuous,

    /// <summary>It bounds the optimum of a conforming run; whether the run has reached it is not shown.</summary>
    AtTheOptimum,

    /// <summary>Its premise does not hold or was not shown; there is no number.</summary>
    NotApplicable,
}
