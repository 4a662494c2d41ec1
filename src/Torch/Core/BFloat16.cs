using System.Globalization;

namespace TorchSharp;

/// <summary>A 16-bit float with the exponent of a single and 8 bits of precision; conversions round to nearest, ties to even.</summary>
public readonly struct BFloat16 : IEquatable<BFloat16>, IComparable<BFloat16>, IComparable
{
    private readonly ushort _bits;

    private BFloat16(ushort bits, bool raw) => _bits = bits;

    /// <summary>The nearest value to a single.</summary>
    /// <param name="f">The single.</param>
    public BFloat16(float f)
    {
        var bits = BitConverter.SingleToUInt32Bits(f);
        _bits = float.IsNaN(f) ? (ushort)0x7FC0 : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    /// <summary>The value of a bit pattern.</summary>
    /// <param name="rawValue">The 16 bits.</param>
    public static BFloat16 FromRawValue(ushort rawValue) => new(rawValue, true);

    /// <summary>The same number as a single.</summary>
    public float ToSingle() => BitConverter.UInt32BitsToSingle((uint)_bits << 16);

    /// <summary>The same number as a single.</summary>
    /// <param name="bf">The number.</param>
    public static explicit operator float(BFloat16 bf) => bf.ToSingle();

    /// <summary>The same number as a double.</summary>
    /// <param name="bf">The number.</param>
    public static explicit operator double(BFloat16 bf) => bf.ToSingle();

    /// <summary>The nearest value to a single.</summary>
    /// <param name="f">The single.</param>
    public static explicit operator BFloat16(float f) => new(f);

    /// <summary>The nearest value to a double, by way of a single.</summary>
    /// <param name="d">The double.</param>
    public static explicit operator BFloat16(double d) => new((float)d);

    /// <summary>Whether the numbers are equal.</summary>
    /// <param name="a">One.</param>
    /// <param name="b">Another.</param>
    public static bool operator ==(BFloat16 a, BFloat16 b) => a.ToSingle() == b.ToSingle();

    /// <summary>Whether the numbers differ.</summary>
    /// <param name="a">One.</param>
    /// <param name="b">Another.</param>
    public static bool operator !=(BFloat16 a, BFloat16 b) => a.ToSingle() != b.ToSingle();

    /// <summary>Whether a number is not a number.</summary>
    /// <param name="bf">The number.</param>
    public static bool IsNaN(BFloat16 bf) => float.IsNaN(bf.ToSingle());

    /// <summary>Whether the numbers are equal.</summary>
    /// <param name="other">Another.</param>
    public bool Equals(BFloat16 other) => ToSingle().Equals(other.ToSingle());

    /// <summary>Whether the object is an equal number.</summary>
    /// <param name="obj">An object.</param>
    public override bool Equals(object? obj) => obj is BFloat16 other && Equals(other);

    /// <summary>A hash of the number.</summary>
    public override int GetHashCode() => ToSingle().GetHashCode();

    /// <summary>Which number is larger.</summary>
    /// <param name="other">Another.</param>
    public int CompareTo(BFloat16 other) => ToSingle().CompareTo(other.ToSingle());

    /// <summary>Which number is larger.</summary>
    /// <param name="obj">Another BFloat16, or null.</param>
    /// <exception cref="ArgumentException">The object is no BFloat16.</exception>
    public int CompareTo(object? obj) => obj is BFloat16 other ? CompareTo(other) : obj is null ? 1 : throw new ArgumentException("a BFloat16 is compared with a BFloat16", nameof(obj));

    /// <summary>The number in invariant digits.</summary>
    public override string ToString() => ToSingle().ToString(CultureInfo.InvariantCulture);
}
