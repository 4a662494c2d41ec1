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
/// The distributions of <see cref="NextTokenDistribution"/>, in float64. A token is the first whose cumulated probability exceeds the
/// row's random number. R rows, V tokens of the vocabulary.
/// </remarks>
internal static class NextTokenSampler
{
    // Numbers of one table [rows, vocabulary]; three or four tables of float64 live at once.
    private const long TableAtOnce = 1L << 22;

    /// <summary>Draws a token for each row.</summary>
    /// <param name="logitsRV">[R, V], unnormalized natural logarithms of any floating type. Borrowed.</param>
    /// <param name="sampling">How to draw.</param>
    /// <param name="draws">[R], in [0, 1), one from each row's stream; not read when greedy.</param>
    /// <param name="seenIds">Tokens of prompt and response so far, by row; read only when there is a repetition penalty.</param>
    /// <returns>[R] tokens; −1 for a row with a NaN or no finite logit.</returns>
    public static long[] Draw(Tensor logitsRV, SamplingOptions sampling, ReadOnlySpan<double> draws, Func<int, IEnumerable<int>> seenIds)
    {
        var rows = (int)logitsRV.shape[0];
        var ids = new long[rows];
        var atOnce = (int)Math.Clamp(TableAtOnce / logitsRV.shape[1], 1, rows);
        for (var start = 0; start < rows; start += atOnce)
        {
            using var scope = NewDisposeScope();
            var (first, count) = (start, Math.Min(atOnce, rows - start));
            var chunk = count == rows ? logitsRV : logitsRV.narrow(0, start, count);
            var drawn = Drawn(chunk, sampling, draws.IsEmpty ? [] : draws.Slice(start, count), row => seenIds(first + row));
            drawn.cpu().data<long>().CopyTo(ids, start);
        }
        return ids;
    }

    private static Tensor Drawn(Tensor logitsRV, SamplingOptions sampling, ReadOnlySpan<double> draws, Func<int, IEnumerable<int>> seenIds)
    {
        if (sampling.RepetitionPenalty != 1) logitsRV = Penalized(logitsRV.to(ScalarType.Float64), sampling.RepetitionPenalty, seenIds);
        var (largestR, bestR) = logitsRV.max(-1); // NaN where any is; the lowest id among equals
        var brokenR = largestR.isfinite().logical_not();
        if (sampling.IsGreedy) return bestR.masked_fill(brokenR, Scalars.Of(-1L));

        var wideRV = logitsRV.to(ScalarType.Float64);
        if (sampling.Temperature != 1) wideRV = wideRV.Over(sampling.Temperature);
        if (sampling.TopK is { } k && k < wideRV.shape[1])
        {
            var leastR1 = wideRV.topk(k, -1).values.narrow(-1, k - 1, 1);
            wideRV = wideRV.masked_fill(wideRV < leastR1, Scalars.Of(double.NegativeInfinity)); // equals of the k-th stay
        }
        var keptRV = wideRV.softmax(-1);
        if (sampling.TopP is { } mass and < 1) keptRV = Renormalized(WithoutTail(keptRV, mass));
        if (sampling.MinP is { } share and > 0) keptRV = Renormalized(keptRV.masked_fill(keptRV < keptRV.amax([-1L], true).Times(share), Scalars.Of(0L)));
        var cumulatedRV = keptRV.cumsum(-1);
        var drawsR1 = tensor(draws.ToArray(), [draws.Length, 1], ScalarType.Float64, logitsRV.device);
        // Rounding may leave the sum just under the draw: then the last token that is possible, which is where the sum is first reached.
        var reachableR1 = minimum(drawsR1, cumulatedRV.narrow(-1, cumulatedRV.shape[1] - 1, 1).nextafter(zeros_like(drawsR1)));
        return searchsorted(cumulatedRV, reachableR1, right: true).squeeze(-1).masked_fill(brokenR, Scalars.Of(-1L));
    }

    private static Tensor Penalized(Tensor logitsRV, double penalty, Func<int, IEnumerable<int>> seenIds)
    {
        var (rows, vocabulary) = ((int)logitsRV.shape[0], logitsRV.shape[1]);
        long[] cells = [.. Enumerable.Range(0, rows).SelectMany(row =>
            seenIds(row).Distinct().Where(id => (uint)id < vocabulary).Select(id => (row * vocabulary) + id))];
        var seenN = tensor(cells, ScalarType.Int64, logitsRV.device);
        var flat = logitsRV.reshape(-1);
        var oldN = flat.index_select(0, seenN);
        return flat.scatter(0, seenN, where(oldN.lt(Scalars.Of(0L)), oldN.Times(penalty), oldN.Over(penalty))).view(rows, vocabulary);
    }

    // From the least likely up, tokens are dropped while the dropped mass is at most 1 - p; the likeliest is kept.
    private static Tensor WithoutTail(Tensor probabilitiesRV, double mass)
    {
        var (sortedRV, idsRV) = probabilitiesRV.sort(-1, false, true);
        var dropRV = sortedRV.cumsum(-1).le(Scalars.Of(1 - mass));
        dropRV.narrow(-1, dropRV.shape[1] - 1, 1).fill_(Scalars.Of(0L));
        return probabilitiesRV.masked_fill(zeros_like(dropRV).scatter(-1, idsRV, dropRV), Scalars.Of(0L));
    }

    private static Tensor Renormalized(Tensor probabilitiesRV) => probabilitiesRV / probabilitiesRV.sum(-1, true);
}
