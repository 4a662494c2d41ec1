namespace SafetyGate.Harness.Statistics;

/// <summary>
/// A rate corrected for the errors of the scorer that counted it: Rogan and Gladen (1978), with the delta interval and that of
/// Lang and Reiczigel (2014), which also carries the uncertainty of sensitivity and specificity.
/// </summary>
public sealed record ScorerCorrection
{
    private ScorerCorrection() { }

    /// <summary>Share counted positive.</summary>
    public required double Raw { get; init; }

    /// <summary>Sensitivity on labeled responses.</summary>
    public required double Sensitivity { get; init; }

    /// <summary>Specificity on labeled responses.</summary>
    public required double Specificity { get; init; }

    /// <summary>(raw + specificity − 1)/(sensitivity + specificity − 1); may be outside [0,1].</summary>
    public required double Corrected { get; init; }

    /// <summary>Standard error by the delta method.</summary>
    public required double StandardError { get; init; }

    /// <summary>Delta interval, not clipped.</summary>
    public required Interval DeltaRaw { get; init; }

    /// <summary>Lang and Reiczigel's interval; <c>null</c> if the smoothed scorer is uninformative.</summary>
    public required Interval? LangReiczigel { get; init; }

    /// <summary>The corrected rate inside [0,1].</summary>
    public double CorrectedClipped => Math.Clamp(Corrected, 0, 1);

    /// <summary>Delta interval inside [0,1].</summary>
    public Interval Delta => Clip(DeltaRaw);

    /// <summary>Corrects a count.</summary>
    /// <param name="counted">Responses counted positive, of all.</param>
    /// <param name="truePositives">Labeled positives counted so, of all labeled positive: sensitivity.</param>
    /// <param name="trueNegatives">Labeled negatives counted so, of all labeled negative: specificity.</param>
    /// <param name="level">Two-sided confidence.</param>
    /// <exception cref="ArgumentException">Sensitivity + specificity is at most 1: the scorer is uninformative.</exception>
    public static ScorerCorrection Of(Proportion counted, Proportion truePositives, Proportion trueNegatives, double level)
    {
        Check.OpenUnit(level, nameof(level));
        double se = truePositives.Rate, sp = trueNegatives.Rate, r = counted.Rate;
        // Compared in whole numbers: TP/n1 + TN/n2 ≤ 1.
        if ((long)truePositives.Successes * trueNegatives.Trials + (long)trueNegatives.Successes * truePositives.Trials <= (long)truePositives.Trials * trueNegatives.Trials)
            throw new ArgumentException(Invariant($"Sensitivity {se:0.###} and specificity {sp:0.###} add up to 1 or less; such a scorer is uninformative about the rate."), nameof(truePositives));
        var youden = se + sp - 1;
        var p = (r + sp - 1) / youden;
        var variance = (r * (1 - r) / counted.Trials + p * p * se * (1 - se) / truePositives.Trials + (1 - p) * (1 - p) * sp * (1 - sp) / trueNegatives.Trials) / (youden * youden);
        var z = Normal.UpperQuantile((1 - level) / 2);
        var error = Math.Sqrt(variance);
        return new()
        {
            Raw = r,
            Sensitivity = se,
            Specificity = sp,
            Corrected = p,
            StandardError = error,
            DeltaRaw = new(p - z * error, p + z * error),
            LangReiczigel = Smoothed(counted, truePositives, trueNegatives, z),
        };
    }

    private static Interval? Smoothed(Proportion counted, Proportion truePositives, Proportion trueNegatives, double z)
    {
        double zz = z * z, n = counted.Trials + zz, r = (counted.Successes + zz / 2) / n;
        double n1 = truePositives.Trials + 2, n2 = trueNegatives.Trials + 2, se = (truePositives.Successes + 1) / n1,
        sp = (trueNegatives.Successes + 1) / n2;
        var youden = se + sp - 1;
        if (youden <= 0) return null;
        var p = (r + sp - 1) / youden;
        double a = se * (1 - se) / n1, b = sp * (1 - sp) / n2;
        var shift = 2 * zz * (p * a - (1 - p) * b);
        var half = z * Math.Sqrt(r * (1 - r) / n + p * p * a + (1 - p) * (1 - p) * b) / youden;
        return Clip(new(p + shift - half, p + shift + half));
    }

    private static Interval Clip(Interval i) => new(Math.Clamp(i.Lower, 0, 1), Math.Clamp(i.Upper, 0, 1));
}
