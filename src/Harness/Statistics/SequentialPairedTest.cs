namespace SafetyGate.Harness.Statistics;

/// <summary>
/// Looks at paired differences in [−1,1] one after the other, in an order fixed beforehand, and may stop at any time: the rule for
/// several samples an item, for graded scores, and for extending an evaluation by items.
/// </summary>
/// <remarks>x = (1+d)/2. Non-inferiority bets against the mean (1−τ)/2, a drop against ½ from the other side, each at ln(1/α).</remarks>
public sealed class SequentialPairedTest
{
    private readonly double _ell;

    /// <summary>Over differences now − approved.</summary>
    /// <param name="differences">Each in [−1,1], in the order fixed beforehand.</param>
    /// <param name="margin">Margin τ in (0,1).</param>
    /// <param name="alpha">One-sided level of each of the two tests.</param>
    /// <param name="method">Betting or GridKelly; GridKelly (the default) has nothing to tune.</param>
    /// <param name="cap">Cap of betting. Default .5.</param>
    /// <param name="gridPoints">Bets of grid-Kelly. Default 20.</param>
    public SequentialPairedTest(IReadOnlyList<double> differences, double margin, double alpha,
        SequenceMethod method = SequenceMethod.GridKelly, double cap = 0.5, int gridPoints = 20)
    {
        Check.OpenUnit(margin, nameof(margin));
        Check.Alpha(alpha);
        Check.OpenUnit(cap, nameof(cap));
        Check.Positive(gridPoints, nameof(gridPoints));
        if (method is not (SequenceMethod.Betting or SequenceMethod.GridKelly))
            throw new ArgumentException($"{method} makes no capital process; use Betting or GridKelly.", nameof(method));
        var x = differences.Select(d => (1 + d) / 2).ToArray();
        SequentialBets.CheckUnit(x);
        _ell = SequentialBets.Ell(alpha, IntervalSide.Lower);
        var grid = method == SequenceMethod.GridKelly ? gridPoints : 0;
        LogCapitalNonInferior = [.. new BettingCapital(x, _ell, cap, grid).LogCapitals((1 - margin) / 2, x.Length)];
        LogCapitalDrop = [.. new BettingCapital([.. x.Select(v => 1 - v)], _ell, cap, grid).LogCapitals(0.5, x.Length)];
    }

    /// <summary>ln of the evidence for "the drop is less than the margin", after each item.</summary>
    public IReadOnlyList<double> LogCapitalNonInferior { get; }

    /// <summary>ln of the evidence for "it got worse", after each item.</summary>
    public IReadOnlyList<double> LogCapitalDrop { get; }

    /// <summary>After how many items non-inferiority was first shown; <c>null</c> when it was not.</summary>
    public int? PassesAt => FirstReaching(LogCapitalNonInferior);

    /// <summary>After how many items a drop was first shown; <c>null</c> when it was not.</summary>
    public int? RegressesAt => FirstReaching(LogCapitalDrop);

    /// <summary>Anytime-valid p of non-inferiority.</summary>
    public double NonInferiorityP => P(LogCapitalNonInferior);

    /// <summary>Anytime-valid p of a drop.</summary>
    public double DropP => P(LogCapitalDrop);

    private int? FirstReaching(IReadOnlyList<double> capital)
    {
        for (var t = 0; t < capital.Count; t++)
            if (capital[t] >= _ell) return t + 1;
        return null;
    }

    private static double P(IReadOnlyList<double> capital) => Math.Min(1, Math.Exp(-capital.Max()));
}
