using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Gates;

/// <summary>
/// The present rate (worst case) against its absolute floor, judged by the ends of its interval: Clopper–Pearson; Gaffke's for graded values
/// and over behaviors where items share them; or the grid-Kelly sequence for values that may be looked at any time.
/// </summary>
/// <param name="Floor">The floor.</param>
/// <param name="Rate">The rate now.</param>
/// <param name="Limits">Both limits, each one-sided at α.</param>
/// <param name="Verdict">Passed if the lower limit reaches the floor, Regressed if the upper one does not, else Inconclusive.</param>
public sealed record FloorEvidence(double Floor, double Rate, Interval Limits, Verdict Verdict) : Evidence
{
    /// <summary>Wilson's interval, shown beside <see cref="Limits"/>; <c>null</c> unless each value is 0 or 1.</summary>
    public Interval? Wilson { get; init; }

    /// <summary>Judges a rate.</summary>
    /// <param name="floor">The floor.</param>
    /// <param name="values">One value an item, or a behavior where items share them, worst case, in the fixed order.</param>
    /// <param name="exact">True if the values are looked at as often as planned; false for looks at any time.</param>
    /// <param name="alpha">One-sided level.</param>
    internal static FloorEvidence Of(double floor, IReadOnlyList<double> values, bool exact, double alpha)
    {
        var limits = exact
            ? BoundedMean.Limits(values, alpha)
            : new ConfidenceSequence([.. values], SequenceMethod.GridKelly, 2 * alpha).RunningAtEnd();
        var verdict = limits.Lower >= floor ? Verdict.Passed : limits.Upper < floor ? Verdict.Regressed : Verdict.Inconclusive;
        return new(floor, values.Average(), limits, verdict) { Wilson = exact ? BoundedMean.Counted(values)?.Wilson(1 - 2 * alpha) : null };
    }
}
