using System.Numerics;
using System.Runtime.InteropServices;
using SafetyGate.Core.Language;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Generation;

/// <summary>
/// Draws tokens from float32 logits on the CPU without a table of probabilities: one pass for the largest logit, one for the exponentials'
/// sums by blocks, and a look into the block that holds the random number. For greedy decoding and for sampling that cuts nothing off.
/// </summary>
/// <remarks>Exponentials and sums are float64, as everywhere on the CPU. R rows, V tokens of the vocabulary.</remarks>
internal static class DirectSampler
{
    private const int Block = 512;
    private const long LeastParallel = 1 << 18; // logits below which handing rows to threads costs more than it saves

    /// <summary>Whether it serves logits under a way of sampling.</summary>
    public static bool Serves(Tensor logitsRV, SamplingOptions sampling) => logitsRV.device.type == DeviceType.CPU
        && logitsRV.dtype == ScalarType.Float32 && logitsRV.is_contiguous() && logitsRV.numel() <= int.MaxValue / sizeof(float)
        && sampling.RepetitionPenalty == 1
        && (sampling.IsGreedy || ((sampling.TopK is null || sampling.TopK >= logitsRV.shape[1]) && sampling.TopP is null or 1 && sampling.MinP is null or 0));

    /// <summary>Draws a token for each row.</summary>
    /// <param name="logitsRV">[R, V], float32, contiguous. Borrowed.</param>
    /// <param name="sampling">How to draw.</param>
    /// <param name="draws">[R], in [0, 1); not read when greedy.</param>
    /// <returns>[R] tokens; −1 for a row with a NaN or no finite logit.</returns>
    public static long[] Draw(Tensor logitsRV, SamplingOptions sampling, double[] draws)
    {
        var (rows, width) = ((int)logitsRV.shape[0], (int)logitsRV.shape[1]);
        var ids = new long[rows];
        var threads = logitsRV.numel() < LeastParallel ? 1 : Math.Min(get_num_threads(), rows);
        if (threads == 1) Rows(0, rows);
        else Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, part => Rows(part * rows / threads, (part + 1) * rows / threads));
        return ids;

        void Rows(int start, int end)
        {
            var logits = MemoryMarshal.Cast<byte, float>(logitsRV.bytes);
            var sums = new double[(width + Block - 1) / Block];
            for (var row = start; row < end; row++)
                ids[row] = Token(logits.Slice(row * width, width), sampling.IsGreedy, sampling.Temperature, sampling.IsGreedy ? 0 : draws[row], sums);
        }
    }

    private static int Token(ReadOnlySpan<float> logits, bool isGreedy, double temperature, double draw, Span<double> sums)
    {
        var largest = Largest(logits);
        if (!float.IsFinite(largest)) return -1;
        if (isGreedy) return logits.IndexOf(largest); // the lowest id among equals
        Span<double> weights = stackalloc double[Block];
        var total = 0.0;
        for (var block = 0; block < sums.Length; block++) total += sums[block] = Exponentials(Part(logits, block), temperature, largest / temperature, weights);
        var wanted = Math.Min(draw * total, Math.BitDecrement(total)); // rounding leaves no draw beyond the last token
        var (before, found) = (0.0, 0);
        while (before + sums[found] <= wanted) before += sums[found++];

        var part = Part(logits, found);
        Exponentials(part, temperature, largest / temperature, weights);
        var last = 0;
        for (var i = 0; i < part.Length; i++)
        {
            if (weights[i] == 0) continue;
            before += weights[last = i];
            if (before > wanted) break;
        }
        return (found * Block) + last;
    }

    private static ReadOnlySpan<float> Part(ReadOnlySpan<float> logits, int block) =>
        logits.Slice(block * Block, Math.Min(Block, logits.Length - (block * Block)));

    // NaN where any is.
    private static float Largest(ReadOnlySpan<float> logits)
    {
        var wide = logits.Length - (logits.Length % Vector<float>.Count);
        var parts = new Vector<float>(float.NegativeInfinity);
        for (var i = 0; i < wide; i += Vector<float>.Count) parts = Vector.Max(parts, new Vector<float>(logits[i..])); // NaN stays
        var largest = float.NegativeInfinity;
        for (var i = 0; i < Vector<float>.Count; i++) largest = MathF.Max(largest, parts[i]);
        foreach (var logit in logits[wide..]) largest = MathF.Max(largest, logit);
        return largest;
    }

    // e to the logits over the temperature, less the largest; returns their sum.
    private static double Exponentials(ReadOnlySpan<float> logits, double temperature, double largest, Span<double> weights)
    {
        var (count, wide) = (Vector<double>.Count, logits.Length - (logits.Length % Vector<float>.Count));
        var (divisor, shift, sums) = (new Vector<double>(temperature), new Vector<double>(largest), Vector<double>.Zero);
        for (var i = 0; i < wide; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(logits[i..]), out var low, out var high);
            var (first, second) = (Vector.Exp((low / divisor) - shift), Vector.Exp((high / divisor) - shift));
            first.CopyTo(weights[i..]);
            second.CopyTo(weights[(i + count)..]);
            sums += first + second;
        }
        var sum = Vector.Sum(sums);
        for (var i = wide; i < logits.Length; i++) sum += weights[i] = Math.Exp((logits[i] / temperature) - largest);
        return sum;
    }
}
