namespace SafetyGate.Harness.Tests.Statistics;

/// <summary>Probabilities by plain enumeration, and the two assertions the specs of the statistics share.</summary>
internal static class Worked
{
    public static double Choose(int n, int k)
    {
        var value = 1.0;
        for (var i = 1; i <= k; i++) value = value * (n - k + i) / i;
        return value;
    }

    public static double Mass(int k, int n, double p) => Choose(n, k) * Math.Pow(p, k) * Math.Pow(1 - p, n - k);

    /// <summary>P(inside) over all tables of n pairs.</summary>
    public static double Paired(int n, double lost, double gained, Func<int, int, bool> inside)
    {
        double sum = 0;
        for (var l = 0; l <= n; l++)
            for (var g = 0; g <= n - l; g++)
                if (inside(l, g)) sum += Choose(n, l) * Choose(n - l, g) * Math.Pow(lost, l) * Math.Pow(gained, g) * Math.Pow(Math.Max(0, 1 - lost - gained), n - l - g);
        return sum;
    }

    /// <summary>Equal up to a share of the expected value.</summary>
    public static void Near(double expected, double actual, double share = 1e-12) => Assert.True(Math.Abs(actual - expected) <= share * Math.Abs(expected), Invariant($"expected {expected:R}, was {actual:R}"));

    public static void Refuses<T>(string saying, params Func<object?>[] acts) where T : ArgumentException => Assert.All(acts, act => Assert.Contains(saying, Assert.Throws<T>(act).Message, StringComparison.Ordinal));

    public static void OutOfRange(string saying, params Func<object?>[] acts) => Refuses<ArgumentOutOfRangeException>(saying, acts);
}
