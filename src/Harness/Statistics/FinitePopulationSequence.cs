namespace SafetyGate.Harness.Statistics;

/// <summary>
/// A two-sided confidence sequence for the mean of a finite population from which values are drawn without replacement, such as a
/// benchmark scored item by item in random order (Waudby-Smith and Ramdas, 2020).
/// </summary>
public sealed class FinitePopulationSequence
{
    private readonly IReadOnlyList<double> _x;
    private readonly double[] _mirror;
    private readonly int _population;
    private readonly double _ell, _cap;

    /// <summary>Over the values drawn so far.</summary>
    /// <param name="x">Values in [0,1] in the order drawn.</param>
    /// <param name="population">Size of the population.</param>
    /// <param name="alpha">Error probability over all times, both sides.</param>
    /// <param name="cap">Cap c of the bets. Default .5.</param>
    public FinitePopulationSequence(IReadOnlyList<double> x, int population, double alpha, double cap = 0.5)
    {
        SequentialBets.CheckUnit(x);
        Check.OpenUnit(cap, nameof(cap));
        if (population < x.Count)
            throw new ArgumentOutOfRangeException(nameof(population), population,
                Invariant($"{x.Count} values were drawn from a population of {population}."));
        (_x, _mirror, _population, _ell, _cap) = (x, [.. x.Select(v => 1 - v)], population, SequentialBets.Ell(alpha, IntervalSide.Two), cap);
    }

    /// <summary>The limits from the first t values.</summary>
    public Interval At(int t)
    {
        if (t < 1 || t > _x.Count)
            throw new ArgumentOutOfRangeException(nameof(t), t, Invariant($"t is {t}; there are {_x.Count} values."));
        return new(Lower(_x, t), 1 - Lower(_mirror, t));
    }

    /// <summary>The intersection of all limits up to each time.</summary>
    public IReadOnlyList<Interval> Running()
    {
        var running = new Interval[_x.Count];
        double lower = 0, upper = 1;
        for (var t = 1; t <= _x.Count; t++)
        {
            var at = At(t);
            (lower, upper) = (Math.Max(lower, at.Lower), Math.Min(upper, at.Upper));
            running[t - 1] = new(lower, upper);
        }

        return running;
    }

    private double Lower(IReadOnlyList<double> x, int t)
    {
        var bets = SequentialBets.Of(x, _ell).Bets;
        double sum = 0;
        for (var i = 0; i < t; i++) sum += x[i];
        double low = sum / _population, high = 1 - (t - sum) / _population;
        if (LogCapital(x, bets, t, low) < _ell) return low;
        if (LogCapital(x, bets, t, high) >= _ell) return high;
        for (var i = 0; i < 200; i++)
        {
            var middle = 0.5 * (low + high);
            if (middle <= low || middle >= high) break;
            if (LogCapital(x, bets, t, middle) < _ell) high = middle; else low = middle;
        }

        return high;
    }

    private double LogCapital(IReadOnlyList<double> x, double[] bets, int t, double m)
    {
        double capital = 0, seen = 0;
        for (var i = 0; i < t; i++)
        {
            var expected = Math.Clamp((_population * m - seen) / (_population - i), 0, 1);
            var bet = expected > 0 ? Math.Min(bets[i], _cap / expected) : bets[i];
            capital += double.LogP1(bet * (x[i] - expected));
            seen += x[i];
        }

        return capital;
    }
}
