using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace SafetyGate.Core.Runs;

/// <summary>
/// A named stream of random numbers from the one seed of a run. Streams of different names are independent, so a new consumer
/// of randomness does not shift the others.
/// </summary>
/// <remarks>
/// xoshiro256** (Blackman and Vigna 2018), its state the SHA-256 of seed and name. The state can be saved and restored, so a
/// resumed run draws the same numbers as an uninterrupted one. Not thread-safe.
/// </remarks>
public sealed class RandomStream
{
    private ulong _s0, _s1, _s2, _s3;

    private RandomStream(ReadOnlySpan<byte> state)
    {
        _s0 = BinaryPrimitives.ReadUInt64LittleEndian(state);
        _s1 = BinaryPrimitives.ReadUInt64LittleEndian(state[8..]);
        _s2 = BinaryPrimitives.ReadUInt64LittleEndian(state[16..]);
        _s3 = BinaryPrimitives.ReadUInt64LittleEndian(state[24..]);
    }

    /// <summary>The stream <paramref name="name"/> of the run seeded with <paramref name="seed"/>.</summary>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="name">Purpose of the numbers, such as <c>data-order</c> or <c>sampling/item-17/0</c>.</param>
    public RandomStream(ulong seed, string name)
        : this(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{seed}\n{name}"))))
        {
            
        }

    /// <summary>The state, 32 bytes, to be given to <see cref="Restore"/>.</summary>
    public byte[] Save()
    {
        var state = new byte[32];
        BinaryPrimitives.WriteUInt64LittleEndian(state, _s0);
        BinaryPrimitives.WriteUInt64LittleEndian(state.AsSpan(8), _s1);
        BinaryPrimitives.WriteUInt64LittleEndian(state.AsSpan(16), _s2);
        BinaryPrimitives.WriteUInt64LittleEndian(state.AsSpan(24), _s3);
        return state;
    }

    /// <summary>The stream at a saved state.</summary>
    /// <exception cref="ArgumentException">Not 32 bytes, or all zero.</exception>
    public static RandomStream Restore(ReadOnlySpan<byte> state)
    {
        if (state.Length != 32 || state.IndexOfAnyExcept((byte)0) < 0)
            throw new ArgumentException($"A saved random state has {state.Length} bytes or is all zero; it must be 32 bytes, as Save wrote them.", nameof(state));
        return new RandomStream(state);
    }

    /// <summary>64 random bits.</summary>
    public ulong NextUInt64()
    {
        var result = ulong.RotateLeft(_s1 * 5, 7) * 9;
        var t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = ulong.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>A number in [0, 1), a multiple of 2⁻⁵³.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A whole number in [0, <paramref name="exclusiveMaximum"/>), every one equally likely (Lemire's rejection).</summary>
    public int Next(int exclusiveMaximum)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(exclusiveMaximum, 1);
        var range = (ulong)exclusiveMaximum;
        var threshold = (0UL - range) % range;
        while (true)
        {
            var high = Math.BigMul(NextUInt64(), range, out var low);
            if (low >= threshold) return (int)high;
        }
    }

    /// <summary>A standard normal number (Box and Muller; the second of the pair is dropped, so that the state is all there is).</summary>
    public double NextNormal() => Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());

    /// <summary>Puts the items in random order (Fisher and Yates).</summary>
    public void Shuffle<T>(IList<T> items)
    {
        for (var i = items.Count - 1; i > 0; i--)
        {
            var j = Next(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
