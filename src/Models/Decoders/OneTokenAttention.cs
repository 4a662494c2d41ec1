using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using SafetyGate.Models.Families;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Decoders;

/// <summary>
/// Attention of one new token a row, float32 on the CPU: rotates query and key, puts key and value into the cache, and mixes what the row
/// has seen. One pass over its keys and values, where operators make one each and a product of a matrix and a vector for every head.
/// </summary>
internal static class OneTokenAttention
{
    private const float Forbidden = float.MinValue / 2;
    private const long LeastParallel = 1 << 18; // products of a call below which handing rows to threads costs more than it saves

    /// <summary>Whether it serves a decoder whose cache has tensors of this size.</summary>
    public static bool Serves(LlamaDecoder decoder, Tensor keysBKSE) => decoder.Dtype == ScalarType.Float32
        && decoder.Device.type == DeviceType.CPU && keysBKSE.numel() <= int.MaxValue / sizeof(float);

    /// <summary>Appends to the cache and mixes.</summary>
    /// <param name="config">The architecture.</param>
    /// <param name="queriesKeysB1NE">Queries, then keys, and whatever follows them, [B, 1, H + K or more, E]; contiguous. Borrowed.</param>
    /// <param name="projectedB1NE">Their values are the last K of [B, 1, H + 2K, E]; contiguous. Borrowed.</param>
    /// <param name="rotation">[B or 1, 1, 1, turned features]; <c>null</c> for none. Borrowed.</param>
    /// <param name="cache">Keys and values of the layer, [B, K, capacity, E]; contiguous. Borrowed.</param>
    /// <param name="past">Tokens it holds.</param>
    /// <param name="first">The first of them that is attended to.</param>
    /// <param name="keepMaskBS">[B, past + 1], bool, which of them are attended to, contiguous; <c>null</c> for all. Borrowed.</param>
    /// <returns>[B, 1, H·E].</returns>
    public static Tensor Mix(DecoderConfig config, Tensor queriesKeysB1NE, Tensor projectedB1NE, Rotation? rotation,
        (Tensor Keys, Tensor Values) cache, long past, long first, Tensor? keepMaskBS)
    {
        var rows = (int)projectedB1NE.shape[0];
        var mixed = empty([rows, 1, config.Heads * config.HeadDim], ScalarType.Float32);
        var shape = new Shape(config.Heads, config.KeyValueHeads, config.HeadDim, (int)cache.Keys.shape[2], (int)past, (int)first,
            (float)config.AttentionScale, (float)(config.AttentionSoftcap ?? 0), (int)(rotation?.Cosine.shape[^1] ?? 0));
        var (cosine, sine) = (rotation?.Cosine.contiguous(), rotation?.Sine.contiguous());
        var threads = get_num_threads();
        if (threads == 1 || rows == 1 || rows * (past - first + 1) * config.Heads * config.HeadDim < LeastParallel)
        {
            Rows(0, rows);
            return mixed;
        }
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads },
            part => Rows(part * rows / threads, (part + 1) * rows / threads));
        return mixed;

        void Rows(int start, int end)
        {
            var scores = ArrayPool<float>.Shared.Rent(shape.Past + 1);
            Span<float> queriesKeys = Numbers(queriesKeysB1NE), projected = Numbers(projectedB1NE), output = Numbers(mixed);
            Span<float> keys = Numbers(cache.Keys), values = Numbers(cache.Values);
            Span<float> cosines = cosine is null ? [] : Numbers(cosine), sines = sine is null ? [] : Numbers(sine);
            var kept = keepMaskBS is null ? default : MemoryMarshal.Cast<byte, bool>(keepMaskBS.bytes);
            var (width, projectedWidth) = (queriesKeys.Length / rows, projected.Length / rows);
            var room = shape.KeyHeads * shape.Capacity * shape.Features;
            for (var row = start; row < end; row++)
            {
                var turn = cosines.Length == shape.Turned ? 0 : row * shape.Turned;
                Row(shape, queriesKeys.Slice(row * width, width),
                    projected[((row + 1) * projectedWidth - shape.KeyHeads * shape.Features)..((row + 1) * projectedWidth)],
                    cosines.Slice(turn, shape.Turned), sines.Slice(turn, shape.Turned), keys.Slice(row * room, room),
                    values.Slice(row * room, room),
                    kept.IsEmpty ? default : kept.Slice(row * (shape.Past + 1), shape.Past + 1), scores.AsSpan(0, shape.Past + 1),
                    output.Slice(row * shape.Heads * shape.Features, shape.Heads * shape.Features));
            }
            ArrayPool<float>.Shared.Return(scores);
        }
    }

    private static Span<float> Numbers(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);

    private static void Row(in Shape shape, ReadOnlySpan<float> queriesKeys, ReadOnlySpan<float> newValues, ReadOnlySpan<float> cosine,
        ReadOnlySpan<float> sine, Span<float> keys, Span<float> values, ReadOnlySpan<bool> keep, Span<float> scores, Span<float> output)
    {
        var (features, past) = (shape.Features, shape.Past);
        var first = shape.First;
        if (!keep.IsEmpty && keep[first..].IndexOf(true) is > 0 and var padding) first += padding;
        var group = shape.Heads / shape.KeyHeads;
        Span<float> query = stackalloc float[features];
        scores = scores[first..];
        for (var keyHead = 0; keyHead < shape.KeyHeads; keyHead++)
        {
            var ownKeys = keys.Slice(keyHead * shape.Capacity * features, (past + 1) * features);
            var ownValues = values.Slice(keyHead * shape.Capacity * features, (past + 1) * features);
            Rotate(queriesKeys.Slice((shape.Heads + keyHead) * features, features), cosine, sine, ownKeys[(past * features)..]);
            newValues.Slice(keyHead * features, features).CopyTo(ownValues[(past * features)..]);
            for (var head = keyHead * group; head < (keyHead + 1) * group; head++)
            {
                Rotate(queriesKeys.Slice(head * features, features), cosine, sine, query);
                foreach (ref var part in query) part *= shape.Scale;
                Score(query, ownKeys[(first * features)..], scores);
                if (shape.Softcap > 0)
                    foreach (ref var score in scores) score = MathF.Tanh(score / shape.Softcap) * shape.Softcap;
                if (!keep.IsEmpty)
                    for (var s = 0; s < scores.Length; s++)
                        if (!keep[first + s]) scores[s] += Forbidden;
                var sum = Exponentials(scores);
                Mix(scores, ownValues[(first * features)..], 1 / sum, output.Slice(head * features, features));
            }
        }
    }

    // The operators' own roundings: two products and their sum. Features beyond the cosines stay.
    private static void Rotate(ReadOnlySpan<float> x, ReadOnlySpan<float> cosine, ReadOnlySpan<float> sine, Span<float> result)
    {
        var half = cosine.Length / 2;
        x[cosine.Length..].CopyTo(result[cosine.Length..]);
        Turn(x[..half], cosine[..half], x[half..(2 * half)], sine[..half], result[..half]);
        Turn(x[half..(2 * half)], cosine[half..], x[..half], sine[half..], result[half..(2 * half)]);
    }

    private static void Turn(ReadOnlySpan<float> x, ReadOnlySpan<float> cosine, ReadOnlySpan<float> other, ReadOnlySpan<float> sine, Span<float> result)
    {
        var wide = result.Length - (result.Length % Vector<float>.Count);
        for (var i = 0; i < wide; i += Vector<float>.Count)
            ((new Vector<float>(x[i..]) * new Vector<float>(cosine[i..])) + (new Vector<float>(other[i..]) * new Vector<float>(sine[i..]))).CopyTo(result[i..]);
        for (var i = wide; i < result.Length; i++) result[i] = (x[i] * cosine[i]) + (other[i] * sine[i]);
    }

    private static void Score(ReadOnlySpan<float> query, ReadOnlySpan<float> keys, Span<float> scores)
    {
        var (features, wide) = (query.Length, query.Length - (query.Length % Vector<float>.Count));
        ref var q = ref MemoryMarshal.GetReference(query);
        for (var s = ScoreFours(query, keys, scores); s < scores.Length; s++)
        {
            var key = keys.Slice(s * features, features);
            ref var k = ref MemoryMarshal.GetReference(key);
            var sums = Vector<float>.Zero;
            for (var i = 0; i < wide; i += Vector<float>.Count)
                sums = Vector.FusedMultiplyAdd(Vector.LoadUnsafe(ref q, (nuint)i), Vector.LoadUnsafe(ref k, (nuint)i), sums);
            var sum = Vector.Sum(sums);
            for (var i = wide; i < features; i++) sum += query[i] * key[i];
            scores[s] = sum;
        }
    }

    // Four keys at once, each summed up as Vector.Sum would; returns how many keys are done.
    private static int ScoreFours(ReadOnlySpan<float> query, ReadOnlySpan<float> keys, Span<float> scores)
    {
        var (features, count) = (query.Length, Vector256<float>.Count);
        if (!Avx.IsSupported || Vector<float>.Count != count || features % count != 0) return 0;
        ref var q = ref MemoryMarshal.GetReference(query);
        var done = 0;
        for (; done + 4 <= scores.Length; done += 4)
        {
            ref var k = ref MemoryMarshal.GetReference(keys.Slice(done * features, 4 * features));
            Vector256<float> a = Vector256<float>.Zero, b = a, c = a, d = a;
            for (var i = 0; i < features; i += count)
            {
                var part = Vector256.LoadUnsafe(ref q, (nuint)i);
                a = Vector256.FusedMultiplyAdd(part, Vector256.LoadUnsafe(ref k, (nuint)i), a);
                b = Vector256.FusedMultiplyAdd(part, Vector256.LoadUnsafe(ref k, (nuint)(features + i)), b);
                c = Vector256.FusedMultiplyAdd(part, Vector256.LoadUnsafe(ref k, (nuint)((2 * features) + i)), c);
                d = Vector256.FusedMultiplyAdd(part, Vector256.LoadUnsafe(ref k, (nuint)((3 * features) + i)), d);
            }
            var halves = Avx.HorizontalAdd(Avx.HorizontalAdd(a, b), Avx.HorizontalAdd(c, d));
            (halves.GetLower() + halves.GetUpper()).CopyTo(scores[done..]);
        }
        return done;
    }

    // e to the score less the largest; returns their sum.
    private static float Exponentials(Span<float> scores)
    {
        var wide = scores.Length - (scores.Length % Vector<float>.Count);
        var largest = Largest(scores, wide);
        var sum = 0f;
        for (var s = 0; s < wide; s += Vector<float>.Count)
        {
            var part = scores.Slice(s, Vector<float>.Count);
            var weights = Vector.Exp(new Vector<float>(part) - new Vector<float>(largest));
            weights.CopyTo(part);
            sum += Vector.Sum(weights);
        }
        foreach (ref var score in scores[wide..]) sum += score = MathF.Exp(score - largest);
        return sum;
    }

    private static float Largest(ReadOnlySpan<float> scores, int wide)
    {
        var parts = new Vector<float>(float.NegativeInfinity);
        for (var s = 0; s < wide; s += Vector<float>.Count) parts = Vector.Max(parts, new Vector<float>(scores[s..]));
        var largest = float.NegativeInfinity;
        for (var i = 0; i < Vector<float>.Count; i++) largest = MathF.Max(largest, parts[i]); // NaN stays
        foreach (var score in scores[wide..]) largest = MathF.Max(largest, score);
        return largest;
    }

    private static void Mix(ReadOnlySpan<float> weights, ReadOnlySpan<float> values, float scale, Span<float> output)
    {
        var (features, count) = (output.Length, Vector<float>.Count);
        var i = 0;
        for (; i + (4 * count) <= features; i += 4 * count)
        {
            Vector<float> a = Vector<float>.Zero, b = a, c = a, d = a;
            for (var s = 0; s < weights.Length; s++)
            {
                ref var v = ref MemoryMarshal.GetReference(values.Slice((s * features) + i, 4 * count));
                var weight = new Vector<float>(weights[s]);
                a = Vector.FusedMultiplyAdd(weight, Vector.LoadUnsafe(ref v), a);
                b = Vector.FusedMultiplyAdd(weight, Vector.LoadUnsafe(ref v, (nuint)count), b);
                c = Vector.FusedMultiplyAdd(weight, Vector.LoadUnsafe(ref v, (nuint)(2 * count)), c);
                d = Vector.FusedMultiplyAdd(weight, Vector.LoadUnsafe(ref v, (nuint)(3 * count)), d);
            }
            (a * scale).CopyTo(output[i..]);
            (b * scale).CopyTo(output[(i + count)..]);
            (c * scale).CopyTo(output[(i + (2 * count))..]);
            (d * scale).CopyTo(output[(i + (3 * count))..]);
        }
        for (; i < features; i++)
        {
            var sum = 0f;
            for (var s = 0; s < weights.Length; s++) sum += weights[s] * values[(s * features) + i];
            output[i] = sum * scale;
        }
    }

    private readonly record struct Shape(int Heads, int KeyHeads, int Features, int Capacity, int Past, int First, float Scale, float Softcap, int Turned);
}
