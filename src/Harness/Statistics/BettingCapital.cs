namespace SafetyGate.Harness.Statistics;

/// <summary>
/// The wealth of a gambler who bets that the mean is above m: a non-negative martingale when it is m, falling in m. With a grid it
/// is the average over constant bets j/((G+1)·m); without, one bet a time, capped at c/m.
/// </summary>
internal sealed class BettingCapital
{
    private readonly IReadOnlyList<double> _x;
    private readonly double[] _bets;
    private readonly double _cap;
    private readonly int _grid;

    public BettingCapital(IReadOnlyList<double> x, double ell, double cap, int grid) =>
        (_x, _bets, _cap, _grid) = (x, grid > 0 ? [] : SequentialBets.Of(x, ell).Bets, cap, grid);

    /// <summary>ln K after t values at m.</summary>
    public double LogCapital(int t, double m)
    {
        var last = double.NaN;
        foreach (var value in LogCapitals(m, t)) last = value;
        return last;
    }

    /// <summary>ln K after each of the first t values at m.</summary>
    public IEnumerable<double> LogCapitals(double m, int t)
    {
        if (_grid > 0)
        {
            var logs = new double[_grid];
            for (var i = 0; i < t; i++)
            {
                for (var j = 0; j < _grid; j++)
                {
                    var share = (j + 1.0) / (_grid + 1);
                    logs[j] += m > 0 ? double.LogP1(share * (_x[i] / m - 1)) : _x[i] > 0 ? double.PositiveInfinity : double.LogP1(-share);
                }

                yield return LogMean(logs);
            }

            yield break;
        }

        double sum = 0;
        for (var i = 0; i < t; i++)
        {
            var bet = m > 0 ? Math.Min(_bets[i], _cap / m) : _bets[i];
            sum += double.LogP1(bet * (_x[i] - m));
            yield return sum;
        }
    }

    /// <summary>The smallest m with ln K below ℓ; 0 when it is so at once.</summary>
    public double LowerLimit(int t, double ell)
    {
        if (LogCapital(t, 0) < ell) return 0;
        double low = 0, high = 1;
        for (var i = 0; i < 200; i++)
        {
            var middle = 0.5 * (low + high);
            if (middle <= low || middle >= high) break;
            if (LogCapital(t, middle) < ell) high = middle; else low = middle;
            if (high - low < 1e-15 * high) break;
        }

        return high;
    }

    /// <summary>The smallest m at which ln K has stayed below ℓ at all times: the intersection of all lower limits.</summary>
    public double RunningLowerLimit(double ell)
    {
        if (FirstReaching(0, ell) is null) return 0;
        double low = 0, high = 1;
        for (var i = 0; i < 60; i++)
        {
            var middle = 0.5 * (low + high);
            if (FirstReaching(middle, ell) is null) high = middle; else low = middle;
        }

        return high;
    }

    /// <summary>The first time at which ln K at m reaches ℓ.</summary>
    public int? FirstReaching(double m, double ell)
    {
        var t = 0;
        foreach (var value in LogCapitals(m, _x.Count))
        {
            t++;
            if (value >= ell) return t;
        }

        return null;
    }

    private static double LogMean(double[] logs)
    {
        var most = logs.Max();
        if (double.IsInfinity(most)) return most;
        double sum = 0;
        foreach (var log in logs) sum += Math.Exp(log - most);
        return most + Math.Log(sum / logs.Length);
    }
}
