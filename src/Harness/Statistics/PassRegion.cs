namespace SafetyGate.Harness.Statistics;

/// <summary>
/// A set of paired outcomes that holds (lost, gained) whenever it holds one with more lost or fewer gained: all tables whose Tango
/// score reaches a bound. Its probability needs one binomial tail for each count of gained pairs instead of all tables.
/// </summary>
internal sealed class PassRegion
{
    private readonly int _n;
    private readonly int[] _mostLost; // by gained: the most lost pairs inside; −1 for none; filled on demand from both ends
    private readonly Func<int, int, bool> _inside;

    private PassRegion(int n, Func<int, int, bool> inside)
    {
        (_n, _inside) = (n, inside);
        _mostLost = new int[n + 1];
        Array.Fill(_mostLost, int.MinValue);
    }

    /// <summary>Tables of n pairs with Tango score at the margin above (or at least) the bound.</summary>
    public static PassRegion Tango(int n, double margin, double bound, bool orEqual = false) =>
        new(n, orEqual
            ? (lost, gained) => Statistics.Tango.Score(lost, gained, n, margin) >= bound
            : (lost, gained) => Statistics.Tango.Score(lost, gained, n, margin) > bound);

    /// <summary>Tables of n pairs that exact McNemar does not call a drop at alpha.</summary>
    public static PassRegion NotRegressed(int n, double alpha) => new(n, (lost, gained) => !(McNemar.Drop(lost, gained) <= alpha));

    /// <summary>The most lost pairs the region holds beside this many gained; −1 when it holds none.</summary>
    public int MostLost(int gained)
    {
        if (_mostLost[gained] != int.MinValue) return _mostLost[gained];
        // The bound rises with gained, so a known neighbour brackets it; without one, halve.
        int low = -1, high = _n - gained;
        if (gained > 0 && _mostLost[gained - 1] != int.MinValue)
        {
            low = Math.Min(_mostLost[gained - 1], high);
            var step = 1;
            while (low + step <= high && _inside(low + step, gained)) { low += step; step *= 2; }
            high = Math.Min(high, low + step - 1);
        }

        while (low < high)
        {
            var middle = low + (high - low + 1) / 2;
            if (_inside(middle, gained)) low = middle; else high = middle - 1;
        }

        return _mostLost[gained] = low;
    }

    /// <summary>Probability of the region when an item is lost and gained with these probabilities.</summary>
    public double Probability(double lost, double gained) => Sum(lost, gained, complement: false);

    /// <summary>Probability of everything else, added up by itself so that small ones keep their digits.</summary>
    public double ComplementProbability(double lost, double gained) => Sum(lost, gained, complement: true);

    private double Sum(double lost, double gained, bool complement)
    {
        const double negligible = 1e-18;
        var share = gained >= 1 ? 0 : Math.Min(1, lost / (1 - gained));
        var mode = (int)Math.Min(_n, Math.Floor((_n + 1) * gained));
        double sum = 0;
        for (var direction = -1; direction <= 1; direction += 2)
        {
            for (var g = direction < 0 ? mode : mode + 1; g >= 0 && g <= _n; g += direction)
            {
                var mass = Binomial.Mass(g, _n, gained);
                if (mass < negligible) break;
                var most = MostLost(g);
                sum += mass * (complement ? Binomial.AtLeast(most + 1, _n - g, share) : Binomial.AtMost(most, _n - g, share));
            }
        }

        return Math.Min(1, sum);
    }
}
