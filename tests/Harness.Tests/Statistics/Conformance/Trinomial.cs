using SafetyGate.Core.Runs;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Statistics.Conformance;

/// <summary>Draws counts of two of three cells by inverting binomial distributions.</summary>
internal sealed class Trinomial(int n, double first, double second)
{
    private readonly Dictionary<int, double[]> _second = [];
    private double[]? _first;

    public (int First, int Second) Next(RandomStream random)
    {
        var a = Draw(_first ??= Cumulative(n, first), random);
        if (!_second.TryGetValue(a, out var table)) _second.Add(a, table = Cumulative(n - a, first < 1 ? Math.Clamp(second / (1 - first), 0, 1) : 0));
        return (a, Draw(table, random));
    }

    private static int Draw(double[] cumulative, RandomStream random)
    {
        var found = Array.BinarySearch(cumulative, random.NextDouble());
        return Math.Min(found >= 0 ? found + 1 : ~found, cumulative.Length - 1);
    }

    private static double[] Cumulative(int n, double p)
    {
        var sums = new double[n + 1];
        double sum = 0;
        for (var k = 0; k <= n; k++) sums[k] = sum += Binomial.Mass(k, n, p);
        return sums;
    }
}
