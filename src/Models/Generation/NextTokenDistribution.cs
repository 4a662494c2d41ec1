using SafetyGate.Core.Language;

namespace SafetyGate.Models.Generation;

/// <summary>From the logits of one position to the probabilities the next token is drawn with.</summary>
/// <remarks>
/// Order and meaning of transformers' logits processors: repetition penalty, temperature, top-k, top-p, min-p, each on what the one
/// before left. All arithmetic in float64.
/// </remarks>
public static class NextTokenDistribution
{
    /// <summary>Turns logits into probabilities in place; a token that is cut off gets exactly 0.</summary>
    /// <param name="logitsV">[V], unnormalized natural logarithms in, probabilities out. Greedy options give 1 to the largest logit, the
    /// lowest id among equals.</param>
    /// <param name="sampling">How to draw.</param>
    /// <param name="seenIds">Tokens of prompt and response so far, in any order, repeats allowed; read only when there is a repetition
    /// penalty.</param>
    /// <exception cref="ArgumentException">A logit is NaN, or none is finite.</exception>
    public static void FromLogits(Span<double> logitsV, SamplingOptions sampling, IEnumerable<int> seenIds)
    {
        if (sampling.RepetitionPenalty != 1) Penalize(logitsV, sampling.RepetitionPenalty, seenIds);
        var best = Largest(logitsV);
        if (sampling.IsGreedy)
        {
            logitsV.Clear();
            logitsV[best] = 1;
            return;
        }
        if (sampling.Temperature != 1)
            for (var i = 0; i < logitsV.Length; i++) logitsV[i] /= sampling.Temperature;
        if (sampling.TopK is { } k && k < logitsV.Length) KeepTop(logitsV, k);
        Normalize(logitsV, best);
        if (sampling.TopP is { } mass and < 1 && CutTail(logitsV, mass)) Renormalize(logitsV);
        if (sampling.MinP is { } share and > 0 && CutBelow(logitsV, share * logitsV[best])) Renormalize(logitsV);
    }

    /// <summary>The largest logit, the lowest id among equals.</summary>
    /// <exception cref="ArgumentException">A logit is NaN, or none is finite.</exception>
    public static int Largest(ReadOnlySpan<double> logitsV)
    {
        var best = 0;
        for (var i = 0; i < logitsV.Length; i++)
        {
            if (double.IsNaN(logitsV[i]))
                throw new ArgumentException(Invariant($"The logit of token {i} is not a number; the weights are broken."), nameof(logitsV));
            if (logitsV[i] > logitsV[best]) best = i;
        }
        return double.IsFinite(logitsV[best])
            ? best
            : throw new ArgumentException("No logit is finite; the weights are broken.", nameof(logitsV));
    }

    /// <summary>The token whose stretch of the cumulated probabilities holds the draw.</summary>
    /// <param name="probabilitiesV">[V], summing to 1 up to rounding.</param>
    /// <param name="draw">In [0, 1).</param>
    public static int Pick(ReadOnlySpan<double> probabilitiesV, double draw)
    {
        var cumulated = 0.0;
        var last = -1;
        for (var i = 0; i < probabilitiesV.Length; i++)
        {
            if (probabilitiesV[i] <= 0) continue;
            cumulated += probabilitiesV[i];
            if (draw < cumulated) return i;
            last = i;
        }
        return last >= 0 ? last : throw new ArgumentException("No token has a positive probability.", nameof(probabilitiesV)); // rounding left the sum just under the draw
    }

    private static void Penalize(Span<double> logitsV, double penalty, IEnumerable<int> seenIds)
    {
        foreach (var id in seenIds.Distinct())
            if ((uint)id < (uint)logitsV.Length) logitsV[id] = logitsV[id] < 0 ? logitsV[id] * penalty : logitsV[id] / penalty;
    }

    // Everything below the k-th largest goes; its equals stay, as in transformers.
    private static void KeepTop(Span<double> logitsV, int k)
    {
        var sorted = logitsV.ToArray();
        Array.Sort(sorted);
        var least = sorted[^k];
        foreach (ref var logit in logitsV)
            if (logit < least) logit = double.NegativeInfinity;
    }

    private static void Normalize(Span<double> logitsV, int best)
    {
        var (largest, sum) = (logitsV[best], 0.0);
        foreach (ref var value in logitsV) sum += value = Math.Exp(value - largest);
        foreach (ref var value in logitsV) value /= sum;
    }

    private static void Renormalize(Span<double> probabilitiesV)
    {
        var sum = 0.0;
        foreach (var value in probabilitiesV) sum += value;
        foreach (ref var value in probabilitiesV) value /= sum;
    }

    // From the least likely up, tokens are dropped while the dropped mass is at most 1 - p; the likeliest is kept.
    private static bool CutTail(Span<double> probabilitiesV, double mass)
    {
        var kept = new List<int>();
        for (var i = 0; i < probabilitiesV.Length; i++)
            if (probabilitiesV[i] > 0) kept.Add(i);
        var keys = new double[kept.Count];
        for (var i = 0; i < keys.Length; i++) keys[i] = probabilitiesV[kept[i]];
        var ids = kept.ToArray();
        Array.Sort(keys, ids);
        var gone = 0.0;
        var cut = 0;
        for (; cut < ids.Length - 1; cut++)
        {
            gone += keys[cut];
            if (gone > 1 - mass) break;
            probabilitiesV[ids[cut]] = 0;
        }
        return cut > 0;
    }

    private static bool CutBelow(Span<double> probabilitiesV, double least)
    {
        var cut = false;
        foreach (ref var value in probabilitiesV)
        {
            if (value == 0 || value >= least) continue;
            value = 0;
            cut = true;
        }
        return cut;
    }
}
