using MathNet.Numerics;

namespace SafetyGate.Harness.Statistics;

/// <summary>Robbins' confidence sequence for a proportion: a mixture of likelihood ratios over Beta(a, b) (1970).</summary>
public static class BetaMixture
{
    /// <summary>ln of the capital against the hypothesis p after so many successes of so many trials.</summary>
    public static double LogCapital(int successes, int trials, double p, double a, double b)
    {
        CheckCounts(successes, trials, a, b);
        Check.Probability(p, nameof(p));
        return LogBeta(a + successes, b + trials - successes) - LogBeta(a, b) - Term(successes, p) - Term(trials - successes, 1 - p);
    }

    /// <summary>The values not yet excluded at α; 0 and 1 stay when no success or no failure was seen.</summary>
    public static Interval Limits(int successes, int trials, double a, double b, double alpha)
    {
        CheckCounts(successes, trials, a, b);
        var bar = SequentialBets.Ell(alpha, IntervalSide.Lower);
        var center = (double)successes / trials;
        bool Outside(double p) => LogCapital(successes, trials, p, a, b) >= bar;
        var lower = successes == 0 ? 0 : Edge(0, center, Outside);
        var upper = successes == trials ? 1 : Edge(1, center, Outside);
        return new(lower, upper);
    }

    private static double Edge(double outside, double inside, Func<double, bool> isOutside)
    {
        for (var i = 0; i < 200; i++)
        {
            var middle = 0.5 * (outside + inside);
            if (middle == outside || middle == inside) break;
            if (isOutside(middle)) outside = middle; else inside = middle;
        }

        return 0.5 * (outside + inside);
    }

    private static double Term(int count, double p) => count == 0 ? 0 : count * Math.Log(p);

    private static double LogBeta(double a, double b) =>
        SpecialFunctions.GammaLn(a) + SpecialFunctions.GammaLn(b) - SpecialFunctions.GammaLn(a + b);

    private static void CheckCounts(int successes, int trials, double a, double b)
    {
        _ = new Proportion(successes, trials);
        if (!(a > 0 && b > 0 && double.IsFinite(a + b)))
            throw new ArgumentOutOfRangeException(nameof(a), Invariant($"Beta({a}, {b}): both parameters must be finite and above 0."));
    }
}
