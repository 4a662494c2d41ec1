namespace SafetyGate.Harness.Statistics;

/// <summary>How many items and how many samples of each, by the normal approximation for graded item means.</summary>
/// <param name="BetweenDeviation">Standard deviation between items of the true difference.</param>
/// <param name="WithinDeviation">Standard deviation of one sample within an item, the same on both sides.</param>
/// <param name="Samples">Samples of each item on each side.</param>
public sealed record SamplePlan(double BetweenDeviation, double WithinDeviation, int Samples)
{
    /// <summary>Variance of one item's difference: between² + 2·within²/samples.</summary>
    public double Variance => BetweenDeviation * BetweenDeviation + 2 * WithinDeviation * WithinDeviation / Checked().Samples;

    /// <summary>Standard error of the mean over n items.</summary>
    public double StandardError(int n)
    {
        Check.Positive(n, nameof(n));
        return Math.Sqrt(Variance / n);
    }

    /// <summary>P(non-inferiority shown) for an unchanged model.</summary>
    public double Power(int n, double margin, double alpha)
    {
        Check.OpenUnit(margin, nameof(margin));
        Check.Alpha(alpha);
        return Normal.Cdf(margin / StandardError(n) - Normal.UpperQuantile(alpha));
    }

    /// <summary>Items needed for a power.</summary>
    public int ItemsNeeded(double margin, double alpha, double power)
    {
        Check.OpenUnit(margin, nameof(margin));
        var z = Z(alpha, power);
        return (int)Math.Ceiling(z * z * Variance / (margin * margin));
    }

    /// <summary>The drop seen with a power.</summary>
    public double DetectableDrop(int n, double alpha, double power) => Z(alpha, power) * StandardError(n);

    /// <summary>
    /// Samples an item that waste nothing: √(cost of an item / cost of a sample)·within/between, where an item costs itself and 2k samples.
    /// </summary>
    public double BestSamples(double itemCost, double sampleCost)
    {
        if (!(itemCost > 0 && sampleCost > 0)) throw new ArgumentOutOfRangeException(nameof(itemCost), "Both costs must be above 0.");
        return Math.Sqrt(itemCost / sampleCost) * WithinDeviation / Checked().BetweenDeviation;
    }

    private static double Z(double alpha, double power)
    {
        Check.Alpha(alpha);
        Check.OpenUnit(power, nameof(power));
        return Normal.UpperQuantile(alpha) + Normal.UpperQuantile(1 - power);
    }

    private SamplePlan Checked()
    {
        if (!(BetweenDeviation >= 0 && double.IsFinite(BetweenDeviation) && WithinDeviation >= 0 && double.IsFinite(WithinDeviation)))
            throw new ArgumentOutOfRangeException(nameof(BetweenDeviation), "Standard deviations must be finite and 0 or more.");
        Check.Positive(Samples, nameof(Samples));
        return this;
    }
}
