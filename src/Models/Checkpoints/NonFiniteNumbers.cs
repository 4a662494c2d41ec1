using System.Numerics;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SafetyGate.Models.Checkpoints;

/// <summary>Counts numbers that are NaN or infinite in the bytes of a tensor: those whose exponent's bits are all set.</summary>
internal static class NonFiniteNumbers
{
    /// <summary>Their count.</summary>
    /// <param name="bytes">Little-endian numbers.</param>
    /// <param name="dtype">Their type, one of <see cref="TensorDtypes"/>.</param>
    public static long Count(ReadOnlySpan<byte> bytes, ScalarType dtype) => dtype switch
    {
        ScalarType.Float64 => Of(MemoryMarshal.Cast<byte, ulong>(bytes), 0x7FF0_0000_0000_0000UL),
        ScalarType.Float32 => Of(MemoryMarshal.Cast<byte, uint>(bytes), 0x7F80_0000u),
        ScalarType.Float16 => Of(MemoryMarshal.Cast<byte, ushort>(bytes), (ushort)0x7C00),
        _ => Of(MemoryMarshal.Cast<byte, ushort>(bytes), (ushort)0x7F80),
    };

    /// <summary>The refusal of a tensor that has some.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">The tensor.</param>
    /// <param name="count">How many.</param>
    /// <param name="numbers">Of how many.</param>
    public static UserErrorException Refused(string path, string name, long count, long numbers) =>
        new(Invariant($"{path}: tensor '{SafetensorsHeader.Shown(name)}' has {count:N0} of {numbers:N0} numbers that are NaN or infinite; nothing can be computed with them. Fetch the file again, or take an earlier checkpoint if the training diverged; gate doctor DIR lists all such tensors."));

    // A whole vector without one is passed over: reading the file costs more.
    private static long Of<T>(ReadOnlySpan<T> numbers, T exponent)
        where T : unmanaged, IBinaryInteger<T>
    {
        var mask = new Vector<T>(exponent);
        var (count, at) = (0L, 0);
        for (; at <= numbers.Length - Vector<T>.Count; at += Vector<T>.Count)
            if (Vector.EqualsAny(new Vector<T>(numbers[at..]) & mask, mask)) count += EachOf(numbers.Slice(at, Vector<T>.Count), exponent);
        return count + EachOf(numbers[at..], exponent);
    }

    private static long EachOf<T>(ReadOnlySpan<T> numbers, T exponent)
        where T : unmanaged, IBinaryInteger<T>
    {
        var count = 0L;
        foreach (var number in numbers)
            if ((number & exponent) == exponent) count++;
        return count;
    }
}
