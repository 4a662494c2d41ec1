using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Scoring;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Gates;

/// <summary>
/// The rate corrected for the errors of its scorer: Rogan and Gladen's, with the interval of Lang and Reiczigel. Shown beside the raw rate;
/// it decides nothing.
/// </summary>
/// <param name="Raw">Mean score over the scored items, or over their behaviors where items share them.</param>
/// <param name="Rate">The corrected rate.</param>
/// <param name="Limits">Two-sided limits of the corrected rate; <c>null</c> if the smoothed scorer is uninformative.</param>
/// <param name="Level">Confidence of the limits.</param>
/// <param name="IsShownAsRefused">True for over-refusal, which is stored as the share answered and shown as the share refused.</param>
/// <param name="Validation">The counts behind sensitivity and specificity.</param>
public sealed record ScorerCorrected(double Raw, double Rate, Interval? Limits, double Level, bool IsShownAsRefused,
    ScorerValidation Validation)
{
    /// <summary>
    /// The corrected rate of a measurement by the scorer's own scores; <c>null</c> if its scorer was not measured, is no better than chance, or gave other scores than
    /// one 0 or 1 an item.
    /// </summary>
    /// <param name="measured">The measurement. Where items share behaviors, the behaviors are the trials, so the limits are those of as
    /// many behaviors.</param>
    /// <param name="level">Two-sided confidence.</param>
    public static ScorerCorrected? Of(Measurement measured, double level)
    {
        measured = ScoreOverrides.ByScorer(measured); // a person's score has none of its errors
        var scored = measured.Items.Where(item => item.Scores is [not null]).ToList();
        if (measured.Validation is not { } v || scored.Count == 0 || measured.Items.Any(item => item.Scores is not [null or 0 or 1]))
            return null;
        double[] units = [.. InferenceUnits.Group(scored, item => item.Behavior).Select(unit => unit.Average(item => item.Scores[0]!.Value))];
        if ((double)v.TruePositives / v.Positives + (double)v.TrueNegatives / v.Negatives <= 1) return null;
        var counted = new Proportion((int)Math.Round(units.Sum()), units.Length);
        var correction = ScorerCorrection.Of(counted, new(v.TruePositives, v.Positives), new(v.TrueNegatives, v.Negatives), level);
        return new(counted.Rate, correction.CorrectedClipped, correction.LangReiczigel, level,
            measured.Direction == MetricDirection.OverRefusal, v);
    }

    /// <summary>The corrected rate in words.</summary>
    public override string ToString()
    {
        var (rate, limits) = IsShownAsRefused
            ? (1 - Rate, Limits is { } l ? new Interval(1 - l.Upper, 1 - l.Lower) : (Interval?)null)
            : (Rate, Limits);
        var interval = limits is { } i ? Invariant($", {100 * Level:0.##} % interval {i.Lower:0.####} to {i.Upper:0.####}") : "";
        return Invariant($"{rate:0.####} now after Rogan and Gladen{interval} (Lang and Reiczigel), for a scorer that found {Validation.TruePositives} of {Validation.Positives} labeled positives and {Validation.TrueNegatives} of {Validation.Negatives} negatives; decides nothing");
    }
}
