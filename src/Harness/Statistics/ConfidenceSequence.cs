namespace SafetyGate.Harness.Statistics;

/// <summary>
/// A confidence sequence for the mean of values in [0,1] that have the same mean given the past: the limits hold at all times at
/// once, so one may look after every item and stop.
/// </summary>
/// <remarks>
/// Waudby-Smith and Ramdas, "Estimating means of bounded random variables by betting" (JRSS B, 2024). A two-sided sequence is two one-sided
/// ones at α/2.
/// </remarks>
public sealed class ConfidenceSequence
{
    private readonly IReadOnlyList<double> _x;
    private readonly double _ell;
    private readonly SequenceMethod _method;
    private readonly IntervalSide _side;
    private readonly Interval[]? _direct;
    private readonly BettingCapital? _up, _down;

    /// <summary>Over values in the order in which they came.</summary>
    /// <param name="x">Values in [0,1].</param>
    /// <param name="method">How.</param>
    /// <param name="alpha">Error probability over all times.</param>
    /// <param name="side">Side of the error probability.</param>
    /// <param name="cap">Largest bet of empirical Bernstein and, over m, of betting. Default .5.</param>
    /// <param name="gridPoints">Bets of grid-Kelly. Default 20.</param>
    public ConfidenceSequence(IReadOnlyList<double> x, SequenceMethod method, double alpha, IntervalSide side = IntervalSide.Two,
        double cap = 0.5, int gridPoints = 20)
    {
        SequentialBets.CheckUnit(x);
        Check.OpenUnit(cap, nameof(cap));
        Check.Positive(gridPoints, nameof(gridPoints));
        (_x, _method, _side, _ell) = (x, method, side, SequentialBets.Ell(alpha, side));
        if (method is SequenceMethod.Hoeffding or SequenceMethod.EmpiricalBernstein)
        {
            _direct = method == SequenceMethod.Hoeffding ? Hoeffding() : EmpiricalBernstein(cap);
            return;
        }

        var grid = method == SequenceMethod.GridKelly ? gridPoints : 0;
        _up = new BettingCapital(x, _ell, cap, grid);
        _down = new BettingCapital([.. x.Select(v => 1 - v)], _ell, cap, grid);
    }

    /// <summary>The limits from the first t values.</summary>
    public Interval At(int t)
    {
        if (t < 1 || t > _x.Count)
            throw new ArgumentOutOfRangeException(nameof(t), t, Invariant($"t is {t}; there are {_x.Count} values."));
        return _direct is { } direct ? direct[t - 1] : Sided(_up!.LowerLimit(t, _ell), 1 - _down!.LowerLimit(t, _ell));
    }

    /// <summary>
    /// The intersection of all limits up to each time; may become empty (lower above upper) when the premise does not hold.
    /// </summary>
    public IReadOnlyList<Interval> Running()
    {
        var running = new Interval[_x.Count];
        double lower = 0, upper = 1;
        for (var t = 1; t <= _x.Count; t++)
        {
            if (_direct is { } direct)
            {
                (lower, upper) = (Math.Max(lower, direct[t - 1].Lower), Math.Min(upper, direct[t - 1].Upper));
            }
            else
            {
                // The capital falls in m: the limit moves only when the capital at the present one has reached ℓ.
                if (_side != IntervalSide.Upper && _up!.LogCapital(t, lower) >= _ell) lower = Math.Max(lower, _up.LowerLimit(t, _ell));
                if (_side != IntervalSide.Lower && _down!.LogCapital(t, 1 - upper) >= _ell)
                    upper = Math.Min(upper, 1 - _down.LowerLimit(t, _ell));
            }

            running[t - 1] = new(lower, upper);
        }

        return running;
    }

    /// <summary>The last of <see cref="Running"/>, without the others.</summary>
    public Interval RunningAtEnd() =>
        _direct is null ? Sided(_up!.RunningLowerLimit(_ell), 1 - _down!.RunningLowerLimit(_ell)) : Running()[^1];

    /// <summary>The first time at which the limits leave out a value; <c>null</c> when they never do.</summary>
    public int? FirstExclusion(double value)
    {
        Check.Probability(value, nameof(value));
        if (_direct is { } direct)
        {
            var i = Array.FindIndex(direct, limits => !limits.Contains(value));
            return i < 0 ? null : i + 1;
        }

        var (up, down) = (_side == IntervalSide.Upper ? null : _up!.FirstReaching(value, _ell), _side == IntervalSide.Lower ? null : _down!.FirstReaching(1 - value, _ell));
        return up is null ? down : down is null ? up : Math.Min(up.Value, down.Value);
    }

    private Interval Sided(double lower, double upper) =>
        new(_side == IntervalSide.Upper ? 0 : Math.Max(0, lower), _side == IntervalSide.Lower ? 1 : Math.Min(1, upper));

    private Interval[] Hoeffding()
    {
        var limits = new Interval[_x.Count];
        double weights = 0, sum = 0, penalty = 0;
        for (var t = 1; t <= _x.Count; t++)
        {
            var bet = Math.Min(1, Math.Sqrt(8 * _ell / (t * Math.Log(t + 1.0))));
            weights += bet;
            sum += bet * _x[t - 1];
            penalty += bet * bet / 8;
            limits[t - 1] = Sided((sum - _ell - penalty) / weights, (sum + _ell + penalty) / weights);
        }

        return limits;
    }

    private Interval[] EmpiricalBernstein(double cap)
    {
        var (bets, means) = SequentialBets.Of(_x, _ell);
        var limits = new Interval[_x.Count];
        double weights = 0, sum = 0, penalty = 0;
        for (var t = 0; t < _x.Count; t++)
        {
            var bet = Math.Min(bets[t], cap);
            var surprise = _x[t] - means[t];
            weights += bet;
            sum += bet * _x[t];
            penalty += surprise * surprise * (-double.LogP1(-bet) - bet);
            limits[t] = Sided((sum - _ell - penalty) / weights, (sum + _ell + penalty) / weights);
        }

        return limits;
    }
}
