using SafetyGate.Harness.Statistics;

namespace SafetyGate.Studies.Safety.Summary;

/// <summary>Safety lost per point of accuracy gained, the headline of a study.</summary>
/// <param name="PerPoint">Points of safety for a point of accuracy: ratio of the arm's means; <c>null</c> where it is undefined.</param>
/// <param name="OverSeeds">Fieller's 95 % limits over trainings; <c>null</c> where there are none.</param>
/// <param name="OverSeedsAndItems">95 % percentile limits of the crossed bootstrap over trainings, behaviors and test items; <c>null</c>
/// where there are none.</param>
/// <param name="Note">Why it is undefined, or has no limits; may be empty.</param>
public sealed record SafetyPrice(double? PerPoint, Interval? OverSeeds, Interval? OverSeedsAndItems, string Note)
{
    // Of resamples without a gain: more of them and the percentile limits would be of the others only.
    private const double MostWithoutGain = 0.025;

    /// <summary>Of the losses and gains of each training.</summary>
    /// <param name="lost">Safety lost, one value a training.</param>
    /// <param name="gained">Accuracy gained by the same trainings.</param>
    /// <param name="resampled">Losses and gains of the resamples.</param>
    /// <param name="unchangedUnits">Behaviors, where not one of them changed in any training; 0 otherwise.</param>
    public static SafetyPrice Of(IReadOnlyList<double> lost, IReadOnlyList<double> gained, StudyResamples resampled, int unchangedUnits)
    {
        if (lost.Count == 0) return new(null, null, null, "no run was finished");
        var ratio = RatioOfMeans.Of(lost, gained, SeedMean.Level);
        if (ratio.WhyNone == RatioWithoutLimits.DenominatorNearZero) return new(null, null, null, "undefined: the gain cannot be told from 0");
        if (!(ratio.Denominator > 0)) return new(null, null, null, "undefined: accuracy did not rise");
        var drawn = Percentiles(resampled, ratio.Estimate!.Value);
        var note = ratio.WhyNone switch
        {
            RatioWithoutLimits.OnePair => "one seed: no limits",
            RatioWithoutLimits.NothingVaries when unchangedUnits > 0 => Invariant($"no behavior changed; with {unchangedUnits} of them a loss above {MostUnseen(unchangedUnits) / ratio.Denominator:0.000} is excluded"),
            RatioWithoutLimits.NothingVaries => "all seeds are equal: no limits",
            _ => "",
        };
        return new(ratio.Estimate, ratio.Limits, unchangedUnits > 0 || lost.Count == 1 ? null : drawn, note);
    }

    /// <summary>Upper limit of a share that was 0 of so many, two-sided 95 %.</summary>
    internal static double MostUnseen(int units) => new Proportion(0, units).ClopperPearson(SeedMean.Level).Upper;

    private static Interval? Percentiles(StudyResamples resampled, double estimate)
    {
        List<double> ratios = [.. resampled.Lost.Zip(resampled.Gained).Where(pair => pair.Second > 0).Select(pair => pair.First / pair.Second)];
        return ratios.Count == 0 || ratios.Count < (1 - MostWithoutGain) * resampled.Lost.Count ? null : ResamplingDistribution.Of(ratios, estimate).Percentile(SeedMean.Level);
    }
}
