namespace SafetyGate.Harness.Statistics;

/// <summary>
/// The exact unconditional test of non-inferiority ordered by Tango's score: the largest probability, over the nuisance parameter,
/// of a score at least as large as the observed one (Hsueh, Liu and Chen, Biometrics 57, 2001).
/// </summary>
public static class ExactUnconditional
{
    private const int PValuePoints = 401, CriticalPoints = 161;
    private const double TieSlack = 1e-9; // scores of equal tables may differ in the last bits

    /// <summary>p of non-inferiority at the margin.</summary>
    /// <remarks>
    /// The supremum is on the boundary of the null hypothesis (a true drop of exactly the margin): 401 points of the gained rate q =
    /// (1−τ)/2·u², then the four best refined.
    /// </remarks>
    public static double PValue(PairedTable table, double margin)
    {
        Check.OpenUnit(margin, nameof(margin));
        var observed = Tango.Score(table.Lost, table.Gained, table.N, margin);
        return Supremum(PassRegion.Tango(table.N, margin, observed - TieSlack, orEqual: true), margin);
    }

    /// <summary>
    /// The smallest attainable score whose supremum probability under the null is at most alpha; +∞ when no table reaches that.
    /// </summary>
    public static double Critical(int n, double margin, double alpha)
    {
        Check.Positive(n, nameof(n));
        Check.OpenUnit(margin, nameof(margin));
        Check.Alpha(alpha);
        var largest = Tango.Score(0, n, n, margin);
        var worst = CriticalPoints / 2; // the point that refuted the last bound is tried first
        bool Fits(double bound)
        {
            var region = PassRegion.Tango(n, margin, bound, orEqual: true);
            if (At(region, margin, worst, CriticalPoints) > alpha) return false;
            for (var i = 0; i < CriticalPoints; i++)
            {
                if (At(region, margin, i, CriticalPoints) <= alpha) continue;
                worst = i;
                return false;
            }

            return true;
        }

        if (!Fits(largest - TieSlack)) return double.PositiveInfinity;
        double low = 0, high = Math.Min(largest, Normal.UpperQuantile(alpha) + 1);
        if (!Fits(high)) (low, high) = (high, largest);
        while (high - low > 1e-8)
        {
            var middle = 0.5 * (low + high);
            if (Fits(middle)) high = middle; else low = middle;
        }

        // The smallest score of a table inside: the boundary table of some count of gained pairs.
        var region = PassRegion.Tango(n, margin, high, orEqual: true);
        var critical = double.PositiveInfinity;
        for (var gained = 0; gained <= n; gained++)
            if (region.MostLost(gained) is >= 0 and var most) critical = Math.Min(critical, Tango.Score(most, gained, n, margin));
        return critical;
    }

    /// <summary>P(score ≥ critical): the power of the exact test.</summary>
    public static double Power(int n, double lost, double gained, double margin, double critical)
    {
        Check.Positive(n, nameof(n));
        Check.Cells(lost, gained);
        Check.OpenUnit(margin, nameof(margin));
        return double.IsPositiveInfinity(critical)
            ? 0
            : PassRegion.Tango(n, margin, critical - TieSlack, orEqual: true).Probability(lost, gained);
    }

    private static double Supremum(PassRegion region, double margin)
    {
        var values = new double[PValuePoints];
        for (var i = 0; i < PValuePoints; i++) values[i] = At(region, margin, i, PValuePoints);
        var best = values.Max();
        foreach (var i in Enumerable.Range(0, PValuePoints).OrderByDescending(i => values[i]).Take(4))
            best = Math.Max(best,
                Peak(u => At(region, margin, u, PValuePoints), Math.Max(0, i - 1.0), Math.Min(PValuePoints - 1, i + 1.0)));
        return best;
    }

    /// <summary>
    /// The region's probability at a point of the edge of the null: gained q = (1−τ)/2·u², lost q + τ, u = point / (points − 1).
    /// </summary>
    private static double At(PassRegion region, double margin, double point, int points)
    {
        var u = point / (points - 1);
        var q = (1 - margin) / 2 * u * u;
        return region.Probability(Math.Min(q + margin, 1), q);
    }

    /// <summary>Golden-section search.</summary>
    private static double Peak(Func<double, double> at, double low, double high)
    {
        const double ratio = 0.6180339887498949;
        double left = high - ratio * (high - low), right = low + ratio * (high - low), atLeft = at(left), atRight = at(right);
        while (high - low > 1e-5)
        {
            if (atLeft > atRight) { (high, right, atRight) = (right, left, atLeft); left = high - ratio * (high - low); atLeft = at(left); }
            else { (low, left, atLeft) = (left, right, atRight); right = low + ratio * (high - low); atRight = at(right); }
        }

        return Math.Max(atLeft, atRight);
    }
}
