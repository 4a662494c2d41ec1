using SafetyGate.Models.Engine;
using SafetyGate.Core.Language;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Generation;

/// <summary>
/// Draws the next token of many rows at once, where their logits are; only the tokens leave the device. A row's token depends on its own
/// logits and its own random number alone.
/// </summary>
/// <remarks>
/// The distributions of <see cref="NextTokenDistribution"/>. A token is the first whose cumulated probability exceeds the row's random
/// number. Probabilities are float64 on the CPU and float32 elsewhere, their sums float64 everywhere. R rows, V tokens of the vocabulary.
/// </remarks>
internal static class NextTokenSampler
{
    // Numbers of one table [rows, vocabulary]; three or four tables live at once.
    private const long TableAtOnce = 1L << 22, TableOfDevice = 1L << 26;

    /// <summary>Draws a token for each row.</summary>
    /// <param name="logitsRV">[R, V], unnormalized natural logarithms of any floating type. Borrowed.</param>
    /// <param name="sampling">How to draw.</param>
    /// <param name="draws">[R], in [0, 1), one from each row's stream; not read when greedy.</param>
    /// <param name="seenRN">[R, N], int64: tokens of prompt and response so far, repeats allowed; read only when there is a repetition
    /// penalty. Borrowed.</param>
    /// <returns>[R] tokens; −1 for a row with a NaN or no finite logit.</returns>
    public static long[] Draw(Tensor logitsRV, SamplingOptions sampling, double[] draws, Tensor? seenRN = null)
    {
        if (DirectSampler.Serves(logitsRV, sampling)) return DirectSampler.Draw(logitsRV, sampling, draws);
        using var scope = NewDisposeScope();
        var drawsR1 = sampling.IsGreedy ? null : tensor(draws, [draws.Length, 1], ScalarType.Float64, logitsRV.device);
        return Ids(logitsRV, sampling, drawsR1, seenRN).cpu().data<long>().ToArray();
    }

    /// <summary>Draws a token for each row; takes nothing from the host.</summary>
    /// <param name="logitsRV">As for <see cref="Draw"/>.</param>
    /// <param name="sampling">How to draw.</param>
    /// <param name="drawsR1">[R, 1], float64, in [0, 1); not read when greedy. Borrowed.</param>
    /// <param name="seenRN">As for <see cref="Draw"/>.</param>
    /// <param name="probabilities">Number type of the probabilities; the device's when <c>null</c>.</param>
    /// <returns>[R], int64, on the logits' device; −1 for a row with a NaN or no finite logit. The caller disposes it.</returns>
    public static Tensor Ids(Tensor logitsRV, SamplingOptions sampling, Tensor? drawsR1, Tensor? seenRN, ScalarType? probabilities = null)
    {
        var isCpu = logitsRV.device.type == DeviceType.CPU;
        var (rows, type) = (logitsRV.shape[0], probabilities ?? (isCpu ? ScalarType.Float64 : ScalarType.Float32));
        var atOnce = Math.Clamp((isCpu ? TableAtOnce : TableOfDevice) / logitsRV.shape[1], 1, rows);
        using var scope = NewDisposeScope();
        if (atOnce == rows) return Drawn(logitsRV, sampling, drawsR1, seenRN, type).MoveToOuterDisposeScope();
        var parts = new List<Tensor>();
        for (var start = 0L; start < rows; start += atOnce)
        {
            using var partScope = NewDisposeScope();
            var count = Math.Min(atOnce, rows - start);
            parts.Add(Drawn(logitsRV.narrow(0, start, count), sampling, drawsR1?.narrow(0, start, count), seenRN?.narrow(0, start, count), type)
                .MoveToOuterDisposeScope());
        }
        return cat(parts, 0).MoveToOuterDisposeScope();
    }

    private static Tensor Drawn(Tensor logitsRV, SamplingOptions sampling, Tensor? drawsR1, Tensor? seenRN, ScalarType type)
    {
        if (sampling.RepetitionPenalty != 1) logitsRV = Penalized(logitsRV.to(type), sampling.RepetitionPenalty, seenRN!);
        var (largestR, bestR) = logitsRV.max(-1); // NaN where any is; the lowest id among equals
        var brokenR = largestR.isfinite().logical_not();
        if (sampling.IsGreedy) return bestR.masked_fill(brokenR, Scalars.Of(-1L));

        var wideRV = logitsRV.to(type);
        if (sampling.Temperature != 1) wideRV = wideRV.Over(sampling.Temperature);
        if (sampling.TopK is { } k && k < wideRV.shape[1])
        {
            var leastR1 = wideRV.topk(k, -1).values.narrow(-1, k - 1, 1);
            wideRV = wideRV.masked_fill(wideRV < leastR1, Scalars.Of(double.NegativeInfinity)); // equals of the k-th stay
        }
        var keptRV = wideRV.softmax(-1);
        if (sampling.TopP is { } mass and < 1) keptRV = Renormalized(WithoutTail(keptRV, mass));
        if (sampling.MinP is { } share and > 0) keptRV = Renormalized(keptRV.masked_fill(keptRV < keptRV.amax([-1L], true).Times(share), Scalars.Of(0L)));
        var cumulatedRV = keptRV.cumsum(-1, ScalarType.Float64);
        // Rounding may leave the sum just under the draw: then the last token that is possible, which is where the sum is first reached.
        var reachableR1 = minimum(drawsR1!, cumulatedRV.narrow(-1, cumulatedRV.shape[1] - 1, 1).nextafter(zeros_like(drawsR1!)));
        return searchsorted(cumulatedRV, reachableR1, right: true).squeeze(-1).masked_fill(brokenR, Scalars.Of(-1L));
    }

    // A token that was seen several times is changed once: every time it is written, it is written from the old logits.
    private static Tensor Penalized(Tensor logitsRV, double penalty, Tensor seenRN)
    {
        var oldRN = logitsRV.gather(-1, seenRN);
        return logitsRV.scatter(-1, seenRN, where(oldRN.lt(Scalars.Of(0L)), oldRN.Times(penalty), oldRN.Over(penalty)));
    }

    // From the least likely up, tokens are dropped while the dropped mass is at most 1 - p; the likeliest is kept.
    private static Tensor WithoutTail(Tensor probabilitiesRV, double mass)
    {
        var (sortedRV, idsRV) = probabilitiesRV.sort(-1, false, true);
        var dropRV = sortedRV.cumsum(-1, ScalarType.Float64).le(Scalars.Of(1 - mass));
        dropRV.narrow(-1, dropRV.shape[1] - 1, 1).fill_(Scalars.Of(0L));
        return probabilitiesRV.masked_fill(zeros_like(dropRV).scatter(-1, idsRV, dropRV), Scalars.Of(0L));
    }

    private static Tensor Renormalized(Tensor probabilitiesRV) => probabilitiesRV / probabilitiesRV.sum(-1, true);
}
