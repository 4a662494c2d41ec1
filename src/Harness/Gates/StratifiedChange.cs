using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Gates;

/// <summary>
/// The change of a pool whose suites, its strata, have unequal sizes, each suite weighted alike: the paired differences' stratified mean.
/// Shown beside the verdict, which is about the mean over the items; it decides nothing.
/// </summary>
/// <param name="Difference">Mean of the suites' mean differences, now − approved, worst case.</param>
/// <param name="Limits">Two-sided t limits with Satterthwaite's degrees of freedom; <c>null</c> when nothing varies inside of the
/// suites.</param>
/// <param name="Level">Confidence of the limits.</param>
/// <param name="Suites">Strata.</param>
public sealed record StratifiedChange(double Difference, Interval? Limits, double Level, int Suites)
{
    /// <summary>
    /// The change of a comparison; <c>null</c> unless it pools suites of unequal size, each of two units or more, that share no behavior.
    /// </summary>
    /// <param name="comparison">The pairs. Inside of a suite, the unit is the behavior where items share one.</param>
    /// <param name="now">The candidate's measurement, which names the suite of each item.</param>
    /// <param name="level">Two-sided confidence.</param>
    public static StratifiedChange? Of(PairedComparison comparison, Measurement now, double level)
    {
        var suiteOf = now.Items.ToDictionary(item => item.Id, item => item.Suite, StringComparer.Ordinal);
        if (comparison.Units.Any(unit => unit.Items.Select(item => suiteOf[item.Id]).Distinct(StringComparer.Ordinal).Count() > 1)) return null;
        var strata = comparison.Units.GroupBy(unit => suiteOf[unit.Items[0].Id], StringComparer.Ordinal).ToArray();
        if (strata.Length < 2 || strata.Any(stratum => stratum.Key is null || stratum.Count() < 2)) return null;
        if (strata.All(stratum => stratum.Count() == strata[0].Count())) return null; // the mean over all units is then the same
        var mean = StratifiedMean.Of([.. strata.Select(stratum => (IReadOnlyList<double>)[.. stratum.Select(unit => unit.WorstDifference)])],
            [.. strata.Select(_ => 1.0)]);
        return new(mean.Mean, mean.Limits(level), level, strata.Length);
    }

    /// <summary>The change in words.</summary>
    public override string ToString()
    {
        var interval = Limits is { } limits
            ? Invariant($", {100 * Level:0.##} % interval {Words.Points(limits.Lower)} to {Words.Points(limits.Upper)} (stratified mean, Satterthwaite's t)")
            : "";
        return Invariant($"{Words.Points(Difference)} with each of the {Suites} suites weighted alike{interval}; decides nothing");
    }
}
