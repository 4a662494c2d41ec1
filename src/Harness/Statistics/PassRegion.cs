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

    /// <summary>Tables of n pairs that satisfy a condition which holds with fewer lost or more gained pairs once it holds.</summary>
    public static PassRegion Where(int n, Func<int, int, bool> inside) => new(n, inside);

    /// <summary>Tables of n pairs that exact McNemar does not call a drop at alpha.</summary>
    public static PassRegion NotRegressed(int n, double alpha) => new(n, (lost, gained) => !(McNemar.Drop(lost, gained) <= alpha));

    /// <summary>The most lost pairs the region holds beside this many gained; −1 when it holds none.</summary>
    public int MostLost(int gained)
    {
        if (_mostLost[gained] != int.MinValue) return _mostLost[gained];
        int low = -1, high = _n - gained;
        // The bound rises with gained, so a known neighbor on either side is near: gallop from it, then halve.
        if (gained > 0 && _mostLost[gained - 1] != int.MinValue)
        {
            low = Math.Min(_mostLost[gained - 1], high);
            for (var step = 1; low < high; step *= 2)
            {
                var next = Math.Min(high, low + step);
                if (_inside(next, gained)) { low = next; continue; }
                high = next - 1;
                break;
            }
        }
        else if (gained < _n && _mostLost[gained + 1] != int.MinValue)
        {
            high = Math.Min(_mostLost[gained + 1] + 1, high);
            for (var step = 1; low < high; step *= 2)
            {
                var next = Math.Max(0, high - step + 1);
                if (!_inside(next, gained)) { high = next - 1; continue; }
                low = next;
                break;
            }
        }

        while (low < high)
        {
            var middle = low + (high - low + 1) / 2;
            if (_inside(middle, gained)) low = middle; else high = middle - 1;
        }

        return _mostLost[gained] = low;
    }

    /// <summary>Probability of the region when an item is lost and gained with these probabilities.</summary>
    /// <remarks>
    /// The tail beside one more gained pair follows from the last by adding masses, never by subtracting: one incomplete beta function in
    /// all.
    /// </remarks>
    public double Probability(double lost, double gained)
    {
        var share = Share(lost, gained);
        var (first, last) = Support(gained);
        var most = MostLost(first);
        var tail = Binomial.AtMost(most, _n - first, share);
        var sum = Binomial.Mass(first, _n, gained) * tail;
        for (var g = first + 1; g <= last; g++)
        {
            var rest = _n - g;
            if (most >= 0 && most <= rest) tail += share * Binomial.Mass(most, rest, share);
            var next = MostLost(g);
            if (next >= rest) tail = 1;
            else if (next < most) tail = Binomial.AtMost(next, rest, share);
            else for (var k = most + 1; k <= next; k++) tail += Binomial.Mass(k, rest, share);
            most = next;
            sum += Binomial.Mass(g, _n, gained) * Math.Min(1, tail);
        }

        return Math.Min(1, sum);
    }

    /// <summary>Probability of everything else, added up by itself so that small ones keep their digits.</summary>
    public double ComplementProbability(double lost, double gained)
    {
        var share = Share(lost, gained);
        var (first, last) = Support(gained);
        var most = MostLost(last);
        var tail = Binomial.AtLeast(most + 1, _n - last, share);
        var sum = Binomial.Mass(last, _n, gained) * tail;
        for (var g = last - 1; g >= first; g--)
        {
            var rest = _n - g;
            if (most >= 0) tail += share * Binomial.Mass(most, rest - 1, share);
            var next = MostLost(g);
            if (next < 0) tail = 1;
            else if (next > most) tail = Binomial.AtLeast(next + 1, rest, share);
            else for (var k = next + 1; k <= most; k++) tail += Binomial.Mass(k, rest, share);
            most = next;
            sum += Binomial.Mass(g, _n, gained) * Math.Min(1, tail);
        }

        return Math.Min(1, sum);
    }

    private static double Share(double lost, double gained) => gained >= 1 ? 0 : Math.Min(1, lost / (1 - gained));

    /// <summary>
    /// Counts of gained pairs outside of which the probability is less than 1e-18 (nine and a half deviations, and room for the skew of
    /// rare events).
    /// </summary>
    private (int First, int Last) Support(double gained)
    {
        double mean = _n * gained, deviation = Math.Sqrt(_n * gained * (1 - gained));
        return ((int)Math.Max(0, mean - 9.5 * deviation - 2), (int)Math.Min(_n, gained == 0 ? 0 : mean + 9.5 * deviation + 40));
    }
}
