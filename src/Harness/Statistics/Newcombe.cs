namespace SafetyGate.Harness.Statistics;

/// <summary>
/// Newcombe's hybrid interval for a paired difference (1998, method 10). Shown, never used to decide: near the ceiling it passes too much.
/// </summary>
public static class Newcombe
{
    /// <summary>Both limits, each one-sided at <paramref name="tail"/>.</summary>
    public static Interval Limits(PairedTable table, double tail)
    {
        Check.Alpha(tail);
        var z = Normal.UpperQuantile(tail);
        var approved = new Proportion(table.Both + table.Lost, table.N);
        var now = new Proportion(table.Both + table.Gained, table.N);
        var (a, b) = (approved.WilsonAt(z), now.WilsonAt(z));
        var phi = Phi(table);
        double aDown = approved.Rate - a.Lower, aUp = a.Upper - approved.Rate, bDown = now.Rate - b.Lower, bUp = b.Upper - now.Rate;
        var lower = table.Difference - Math.Sqrt(Math.Max(0, bDown * bDown - 2 * phi * bDown * aUp + aUp * aUp));
        var upper = table.Difference + Math.Sqrt(Math.Max(0, bUp * bUp - 2 * phi * bUp * aDown + aDown * aDown));
        return new(lower, upper);
    }

    /// <summary>Correlation of the two outcomes, with Newcombe's continuity reduction when positive; 0 when a margin is empty.</summary>
    public static double Phi(PairedTable table)
    {
        var product = (double)(table.Both + table.Lost) * (table.Gained + table.Neither) * (table.Both + table.Gained) * (table.Lost + table.Neither);
        if (product == 0) return 0;
        var a = (double)table.Both * table.Neither - (double)table.Lost * table.Gained;
        if (a > 0) a = Math.Max(a - table.N / 2.0, 0);
        return a / Math.Sqrt(product);
    }
}
