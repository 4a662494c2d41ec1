using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Tensors of one element to numbers.</summary>
public static class TensorExtensionMethods
{
    /// <summary>The only element, converted.</summary>
    /// <param name="value">The tensor.</param>
    public static bool ToBoolean(this Tensor value) => value.ToScalar().ToBoolean();

    /// <summary>The only element, converted.</summary>
    /// <param name="value">The tensor.</param>
    public static byte ToByte(this Tensor value) => value.ToScalar().ToByte();

    /// <summary>The only element, converted.</summary>
    /// <param name="value">The tensor.</param>
    public static sbyte ToSByte(this Tensor value) => value.ToScalar().ToSByte();

    /// <summary>The only element, converted.</summary>
    /// <param name="value">The tensor.</param>
    public static short ToInt16(this Tensor value) => value.ToScalar().ToInt16();

    /// <summary>The only element, converted.</summary>
    /// <param name="value">The tensor.</param>
    public static int ToInt32(this Tensor value) => value.ToScalar().ToInt32();

    /// <summary>The only element, converted.</summary>
    /// <param name="value">The tensor.</param>
    public static long ToInt64(this Tensor value) => value.ToScalar().ToInt64();

    /// <summary>The only element, converted.</summary>
    /// <param name="value">The tensor.</param>
    public static Half ToHalf(this Tensor value) => value.ToScalar().ToHalf();

    /// <summary>The only element, converted.</summary>
    /// <param name="value">The tensor.</param>
    public static float ToSingle(this Tensor value) => value.ToScalar().ToSingle();

    /// <summary>The only element, converted.</summary>
    /// <param name="value">The tensor.</param>
    public static double ToDouble(this Tensor value) => value.ToScalar().ToDouble();

    /// <summary>The bytes of an element of a type.</summary>
    /// <param name="type">The type.</param>
    public static int ElementSize(this ScalarType type) => type switch
    {
        ScalarType.Byte or ScalarType.Int8 or ScalarType.Bool or ScalarType.QInt8 or ScalarType.QUInt8 => 1,
        ScalarType.Int16 or ScalarType.Float16 or ScalarType.BFloat16 => 2,
        ScalarType.Int32 or ScalarType.Float32 or ScalarType.QInt32 => 4,
        ScalarType.Int64 or ScalarType.Float64 or ScalarType.ComplexFloat32 => 8,
        ScalarType.ComplexFloat64 => 16,
        _ => throw new ArgumentException($"{type} is no element type"),
    };
}
