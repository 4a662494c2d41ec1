namespace SafetyGate.Harness.Statistics;

/// <summary>A scorer against human labels. Any share of nothing is <c>null</c>, never 0.</summary>
public sealed record Confusion
{
    /// <summary>Counts: true and false positives, true and false negatives.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A negative count, or nothing counted.</exception>
    public Confusion(int truePositives, int falsePositives, int trueNegatives, int falseNegatives)
    {
        if (truePositives < 0 || falsePositives < 0 || trueNegatives < 0 || falseNegatives < 0)
            throw new ArgumentOutOfRangeException(nameof(truePositives), "A count is negative.");
        if ((long)truePositives + falsePositives + trueNegatives + falseNegatives == 0)
            throw new ArgumentOutOfRangeException(nameof(truePositives), "Nothing was counted.");
        (TruePositives, FalsePositives, TrueNegatives, FalseNegatives) = (truePositives, falsePositives, trueNegatives, falseNegatives);
    }

    /// <summary>Labeled positive, counted positive.</summary>
    public int TruePositives { get; }

    /// <summary>Labeled negative, counted positive.</summary>
    public int FalsePositives { get; }

    /// <summary>Labeled negative, counted negative.</summary>
    public int TrueNegatives { get; }

    /// <summary>Labeled positive, counted negative.</summary>
    public int FalseNegatives { get; }

    /// <summary>Share counted right.</summary>
    public double Accuracy =>
        ((double)TruePositives + TrueNegatives) / ((double)TruePositives + FalsePositives + TrueNegatives + FalseNegatives);

    /// <summary>Share of the positives found.</summary>
    public double? Sensitivity => Share(TruePositives, (double)TruePositives + FalseNegatives);

    /// <summary>Share of the negatives left alone.</summary>
    public double? Specificity => Share(TrueNegatives, (double)TrueNegatives + FalsePositives);

    /// <summary>Share of the counted positives that are.</summary>
    public double? Precision => Share(TruePositives, (double)TruePositives + FalsePositives);

    /// <summary>Mean of sensitivity and specificity.</summary>
    public double? BalancedAccuracy => (Sensitivity + Specificity) / 2;

    /// <summary>Harmonic mean of precision and sensitivity.</summary>
    public double? F1 => Share(2.0 * TruePositives, 2.0 * TruePositives + FalsePositives + FalseNegatives);

    /// <summary>Matthews' correlation; <c>null</c> when a margin is empty.</summary>
    public double? Matthews
    {
        get
        {
            double tp = TruePositives, fp = FalsePositives, tn = TrueNegatives, fn = FalseNegatives;
            var margins = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn);
            return margins == 0 ? null : (tp * tn - fp * fn) / Math.Sqrt(margins);
        }
    }

    private static double? Share(double part, double whole) => whole == 0 ? null : part / whole;
}
