namespace SafetyGate.Harness.Statistics;

/// <summary>
/// Limits for the mean of independent values in [0, 1], such as the rate of each behavior: Gaffke's (2005), which for values of 0 and 1 are
/// those of
/// Clopper and Pearson.
/// </summary>
/// <remarks>
/// The lower limit is the α-quantile of Σ w x with one value of 0 added to the observed ones and w uniform on the simplex. That it never
/// covers less than it
/// states is proved for 0/1 values and a conjecture for others, against which no example is known (Learned-Miller and Thomas, 2019).
/// P(Σ w x ≤ c) is P(Σ E (x − c) ≤ 0) for exponential E: an integral of the moment generating function along the line through its saddle
/// point.
/// </remarks>
public static class BoundedMean
{
    private const int MostSteps = 100;

    /// <summary>Both limits, each one-sided at <paramref name="tail"/>.</summary>
    /// <param name="values">One value a cluster, each in [0, 1].</param>
    /// <param name="tail">One-sided level of each limit.</param>
    public static Interval Limits(IReadOnlyList<double> values, double tail)
    {
        Check.Alpha(tail);
        Check.Finite(values, nameof(values));
        for (var i = 0; i < values.Count; i++) Check.Probability(values[i], nameof(values));
        if (Counted(values) is { } counted) return counted.ClopperPearson(1 - 2 * tail);
        return new(LowerLimit(values, tail), 1 - LowerLimit([.. values.Select(v => 1 - v)], tail));
    }

    /// <summary>The values as a count of successes; <c>null</c> unless each is 0 or 1.</summary>
    internal static Proportion? Counted(IReadOnlyList<double> values) =>
        values.Count > 0 && values.All(v => v is 0 or 1) ? new(values.Count(v => v == 1), values.Count) : null;

    private static double LowerLimit(IReadOnlyList<double> values, double tail)
    {
        var groups = values.Append(0).GroupBy(v => v).Select(g => (Value: g.Key, Count: g.Count())).ToArray();
        double low = 0, high = values.Average();
        for (var i = 0; i < MostSteps && high - low > 1e-12; i++)
        {
            var middle = 0.5 * (low + high);
            if (AtMost(groups, middle) < tail) low = middle; else high = middle;
        }

        return 0.5 * (low + high);
    }

    /// <summary>P(Σ w x ≤ c) for weights w that are uniform on the simplex.</summary>
    internal static double AtMost((double Value, int Count)[] groups, double c)
    {
        var steps = groups.Select(g => (Step: g.Value - c, g.Count)).Where(g => g.Step != 0).ToArray();
        var (least, most) = (steps.Min(g => g.Step), steps.Max(g => g.Step));
        if (least > 0) return 0;
        if (most < 0) return 1;
        double low = 1 / least, high = 1 / most, span = high - low;
        for (var i = 0; i < MostSteps; i++)
        {
            var middle = 0.5 * (low + high);
            if (steps.Sum(g => g.Count * g.Step / (1 - g.Step * middle)) > 0) high = middle; else low = middle;
        }

        var saddle = 0.5 * (low + high);
        if (Math.Abs(saddle) < 1e-3 * span) saddle = -1e-3 * span; // the integrand has a pole at 0
        return saddle < 0 ? -Line(steps, saddle) : 1 - Line(steps, saddle);
    }

    /// <summary>(1/2π) ∫ M(s + it)/(s + it) dt by the trapezoid rule, which converges exponentially for an analytic integrand.</summary>
    private static double Line((double Step, int Count)[] steps, double s)
    {
        var curvature = steps.Sum(g => g.Count * g.Step * g.Step / ((1 - g.Step * s) * (1 - g.Step * s)));
        var width = 0.25 / Math.Sqrt(curvature + 1 / (s * s));
        double total = 0, first = 0;
        for (var j = 0; j < 100_000; j++)
        {
            var t = j * width;
            double log = 0, angle = 0;
            foreach (var (step, count) in steps)
            {
                double re = 1 - step * s, im = -step * t;
                log -= 0.5 * count * Math.Log(re * re + im * im);
                angle -= count * Math.Atan2(im, re);
            }

            var size = Math.Exp(log) / (s * s + t * t);
            if (j == 0) first = Math.Abs(size * s);
            total += (j == 0 ? 0.5 : 1) * size * (Math.Cos(angle) * s + Math.Sin(angle) * t);
            if (size * Math.Max(Math.Abs(s), t) < 1e-14 * first) break;
        }

        return total * width / Math.PI;
    }
}
