namespace SafetyGate.Harness.Calibration;

/// <summary>The gate's guarantees, and the evidence each one requires.</summary>
public static class CalibrationRules
{
    /// <summary>The planted drop, in margins.</summary>
    public const double DropInMargins = 2;

    /// <summary>Least share of planted drops that must not pass.</summary>
    public const double NotPassedAtLeast = 0.99;

    /// <summary>Least share of planted drops that must be called Regressed, evaluated alone (before Holm).</summary>
    public const double RegressedAtLeast = 0.90;

    /// <summary>
    /// Largest P(Passed) at a true drop of exactly τ. Tango's limit is asymptotic: α = .05 becomes up to .058 at the smallest suites.
    /// </summary>
    public const double PassesAtMarginAtMost = 0.06;

    /// <summary>
    /// A model against itself: P(Regressed) is at most α. Decided by the upper end of the interval, so fewer than 59 repeats show nothing
    /// at α = .05.
    /// </summary>
    public static CalibrationRequirement SelfComparison(VerdictTally tally, double alpha) =>
        CalibrationRequirement.AtMost(Invariant($"an unchanged model is Regressed at most {100 * alpha:0.##} % of the time"), tally.Metric,
            tally.Regressed, tally.Repeats, alpha);

    /// <summary>A planted drop is seen: not Passed, and Regressed.</summary>
    public static IReadOnlyList<CalibrationRequirement> Planted(PlantedTally tally) =>
    [
        CalibrationRequirement.AtLeast(Invariant($"a drop of {tally.Drop / tally.Margin:0.##} τ does not pass at least {100 * NotPassedAtLeast:0.##} % of the time"), tally.Metric, tally.NotPassed, tally.Repeats, NotPassedAtLeast),
        CalibrationRequirement.AtLeast(Invariant($"a drop of {tally.Drop / tally.Margin:0.##} τ is Regressed at least {100 * RegressedAtLeast:0.##} % of the time"), tally.Metric, tally.Regressed, tally.Repeats, RegressedAtLeast),
    ];

    /// <summary>A true drop of exactly τ seldom passes.</summary>
    public static CalibrationRequirement AtTheMargin(string metric, MarginError error) =>
        error.Simulated is { } draws ? CalibrationRequirement.AtMost(
        Invariant($"a true drop of exactly τ passes at most {100 * PassesAtMarginAtMost:0.##} % of the time"), metric,
        (int)Math.Round(error.PassProbability * draws), draws, PassesAtMarginAtMost) : CalibrationRequirement.AtMost(
        Invariant($"a true drop of exactly τ passes at most {100 * PassesAtMarginAtMost:0.##} % of the time"), metric,
        error.PassProbability, PassesAtMarginAtMost,
        Invariant($"enumerated; worst at {100 * error.GainedRate:0.##} % gained"));

    /// <summary>An unchanged recipe stays green against its approved baseline.</summary>
    public static CalibrationRequirement StaysGreen(string what, RepeatedVerdicts verdicts) =>
        CalibrationRequirement.Never("an unchanged recipe never goes red against its approved baselines", what, verdicts.AnyRed,
            verdicts.Repeats);
}
