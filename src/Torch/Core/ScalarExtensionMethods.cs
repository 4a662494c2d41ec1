namespace TorchSharp;

/// <summary>Scalars to numbers and back.</summary>
public static class ScalarExtensionMethods
{
    /// <summary>The scalar's value.</summary>
    /// <param name="value">The scalar.</param>
    public static bool ToBoolean(this Scalar value) => value.AsDouble != 0;

    /// <summary>The scalar's value.</summary>
    /// <param name="value">The scalar.</param>
    public static byte ToByte(this Scalar value) => checked((byte)value.AsInteger);

    /// <summary>The scalar's value.</summary>
    /// <param name="value">The scalar.</param>
    public static sbyte ToSByte(this Scalar value) => checked((sbyte)value.AsInteger);

    /// <summary>The scalar's value.</summary>
    /// <param name="value">The scalar.</param>
    public static short ToInt16(this Scalar value) => checked((short)value.AsInteger);

    /// <summary>The scalar's value.</summary>
    /// <param name="value">The scalar.</param>
    public static int ToInt32(this Scalar value) => checked((int)value.AsInteger);

    /// <summary>The scalar's value.</summary>
    /// <param name="value">The scalar.</param>
    public static long ToInt64(this Scalar value) => value.AsInteger;

    /// <summary>The scalar's value.</summary>
    /// <param name="value">The scalar.</param>
    public static Half ToHalf(this Scalar value) => (Half)value.AsDouble;

    /// <summary>The scalar's value.</summary>
    /// <param name="value">The scalar.</param>
    public static float ToSingle(this Scalar value) => (float)value.AsDouble;

    /// <summary>The scalar's value.</summary>
    /// <param name="value">The scalar.</param>
    public static double ToDouble(this Scalar value) => value.AsDouble;

    /// <summary>The number as a scalar.</summary>
    /// <param name="value">The number.</param>
    public static Scalar ToScalar(this bool value) => value;

    /// <summary>The number as a scalar.</summary>
    /// <param name="value">The number.</param>
    public static Scalar ToScalar(this byte value) => value;

    /// <summary>The number as a scalar.</summary>
    /// <param name="value">The number.</param>
    public static Scalar ToScalar(this sbyte value) => value;

    /// <summary>The number as a scalar.</summary>
    /// <param name="value">The number.</param>
    public static Scalar ToScalar(this short value) => value;

    /// <summary>The number as a scalar.</summary>
    /// <param name="value">The number.</param>
    public static Scalar ToScalar(this int value) => value;

    /// <summary>The number as a scalar.</summary>
    /// <param name="value">The number.</param>
    public static Scalar ToScalar(this long value) => value;

    /// <summary>The number as a scalar.</summary>
    /// <param name="value">The number.</param>
    public static Scalar ToScalar(this Half value) => value;

    /// <summary>The number as a scalar.</summary>
    /// <param name="value">The number.</param>
    public static Scalar ToScalar(this float value) => value;

    /// <summary>The number as a scalar.</summary>
    /// <param name="value">The number.</param>
    public static Scalar ToScalar(this double value) => value;

}
