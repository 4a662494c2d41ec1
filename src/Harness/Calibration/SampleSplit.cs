using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Harness.Calibration;

/// <summary>
/// Splits an evaluation with several samples of each item: each sample has a separate random stream, so each is an independent draw of the
/// whole benchmark.
/// </summary>
public static class SampleSplit
{
    /// <summary>
    /// One sample of every item, as if it alone had been drawn. Its seed identifies it, so that two of them never count as the same draw.
    /// </summary>
    /// <param name="drawn">A measurement of several samples an item.</param>
    /// <param name="sample">Which, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An item has no such sample.</exception>
    public static Measurement Take(Measurement drawn, int sample)
    {
        if (sample < 0 || drawn.Items.FirstOrDefault(i => i.Scores.Count <= sample) is not null)
            throw new ArgumentOutOfRangeException(nameof(sample), sample, Invariant($"'{drawn.Metric}' has {drawn.Items.Min(i => i.Scores.Count)} samples of each item; there is no sample {sample}."));
        return drawn with
        {
            Sampling = drawn.Sampling with
            {
                SamplesPerPrompt = 1,
                Seed = EvaluationSeed.Derive("sample", Invariant($"{drawn.Sampling.Seed}"), Invariant($"{sample}"))
            },
            Items = [.. drawn.Items.Select(i => Take(i, sample))],
        };
    }

    /// <summary>Two draws for each repeat: samples 2r and 2r + 1. A sample left over is not used.</summary>
    /// <exception cref="ArgumentException">Fewer than two samples.</exception>
    public static IReadOnlyList<MeasuredPair> Pairs(Measurement drawn)
    {
        var samples = drawn.Items.Min(i => i.Scores.Count);
        if (samples < 2) throw new ArgumentException(Invariant($"'{drawn.Metric}' has {samples} sample of each item; two draws are needed to compare a model with itself."), nameof(drawn));
        return [.. Enumerable.Range(0, samples / 2).Select(r => new MeasuredPair(Take(drawn, 2 * r), Take(drawn, 2 * r + 1)))];
    }

    // Reasons are in the order of the unscored samples.
    private static ItemOutcome Take(ItemOutcome item, int sample) => item with
    {
        Scores = [item.Scores[sample]],
        ResponseDigests = [item.ResponseDigests[sample]],
        Cut = item.Cut == 0 ? 0 : item.Cut == item.Scores.Count ? 1 : null, // which of them were cut is not recorded
        UnscoredReasons = item.Scores[sample] is null && item.UnscoredReasons.Count > 0
            ? [item.UnscoredReasons[Math.Min(item.Scores.Take(sample).Count(s => s is null), item.UnscoredReasons.Count - 1)]]
            : [],
        Overrides = [.. item.Overrides.Where(one => one.Sample == sample).Select(one => one with { Sample = 0 })],
    };
}
