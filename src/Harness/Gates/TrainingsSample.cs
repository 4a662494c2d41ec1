using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Gates;

/// <summary>The values of a comparison between trainings: each unit's means over the trainings, and each training's rate.</summary>
internal sealed record TrainingsSample
{
    private TrainingsSample() { }

    /// <summary>Mean value of each unit now, worst case, in the fixed order.</summary>
    public required double[] Now { get; init; }

    /// <summary>Mean approved value of each unit, worst case.</summary>
    public required double[] Approved { get; init; }

    /// <summary>Rate of each training now.</summary>
    public required double[] NowRates { get; init; }

    /// <summary>Rate of each approved training; a single one for one checkpoint.</summary>
    public required double[] ApprovedRates { get; init; }

    /// <summary>The values of paired units.</summary>
    /// <param name="pairs">The units of each training now, in one order.</param>
    /// <param name="approved">How many of them are paired with an approved training of their own; the others with the last one.</param>
    public static TrainingsSample Of(IReadOnlyList<IReadOnlyList<PairedUnit>> pairs, int approved)
    {
        var first = pairs.Take(approved).ToArray();
        return new()
        {
            Now = Means(pairs, unit => unit.WorstNow),
            Approved = Means(first, unit => unit.WorstApproved),
            NowRates = [.. pairs.Select(pair => pair.Average(unit => unit.WorstNow))],
            ApprovedRates = [.. first.Select(pair => pair.Average(unit => unit.WorstApproved))],
        };
    }

    /// <summary>Mean difference over units and trainings, now − approved.</summary>
    public double Difference => Differences.Average();

    /// <summary>Standard error of the difference, units and trainings together.</summary>
    public double StandardError
    {
        get
        {
            var items = Now.Length < 2 ? 0 : StudentMean.Of(Differences).StandardError;
            return Math.Sqrt(items * items + Spread(NowRates) + Spread(ApprovedRates));
        }
    }

    /// <summary>Limits of the difference, each one-sided at α: half of it for the units, half for the trainings.</summary>
    /// <param name="alpha">One-sided level of each limit.</param>
    /// <param name="seedHalf">Half-width that the spread between trainings adds; 0 if all scored the same.</param>
    public Interval Limits(double alpha, out double seedHalf)
    {
        var units = new ConfidenceSequence([.. Differences.Select(d => (1 + d) / 2)], SequenceMethod.GridKelly, alpha).RunningAtEnd(); // α/2 on each side
        var (a, b) = (Spread(NowRates), Spread(ApprovedRates));
        seedHalf = 0;
        if (a + b > 0)
        {
            var df = (a + b) * (a + b) / (a * a / (NowRates.Length - 1) + (b > 0 ? b * b / (ApprovedRates.Length - 1) : 0));
            seedHalf = StudentT.UpperQuantile(alpha / 2, df) * Math.Sqrt(a + b);
        }

        return new(Math.Max(-1, 2 * units.Lower - 1 - seedHalf), Math.Min(1, 2 * units.Upper - 1 + seedHalf));
    }

    /// <summary>One-sided p of a drop: the smallest α at which the upper limit is below 0, to .3 %; 1 if none below ½ is.</summary>
    public double DropP()
    {
        const double smallest = 1e-6;
        const int steps = 12;
        double low = smallest, high = 0.4999;
        if (Difference >= 0 || Limits(high, out _).Upper >= 0) return 1;
        if (Limits(low, out _).Upper < 0) return low;
        for (var step = 0; step < steps; step++)
        {
            var middle = Math.Sqrt(low * high);
            if (Limits(middle, out _).Upper < 0) high = middle; else low = middle;
        }

        return high;
    }

    private double[] Differences => [.. Now.Zip(Approved, (now, approved) => now - approved)];

    /// <summary>Variance of the mean over trainings; a single checkpoint has none.</summary>
    private static double Spread(double[] rates) => rates.Length < 2 ? 0 : Math.Pow(StudentMean.Of(rates).StandardError, 2);

    private static double[] Means(IReadOnlyList<IReadOnlyList<PairedUnit>> pairs, Func<PairedUnit, double> value) =>
        [.. Enumerable.Range(0, pairs[0].Count).Select(i => pairs.Average(pair => value(pair[i])))];
}
