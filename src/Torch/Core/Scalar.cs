using SafetyGate.Torch;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>A number with its element type, as operators take it.</summary>
public class Scalar
{
    private Scalar(ArgTag kind, ScalarType type, double number, long integer)
    {
        Kind = kind;
        Type = type;
        Number = number;
        Integer = integer;
    }

    /// <summary>The number's element type.</summary>
    public ScalarType Type { get; }

    internal ArgTag Kind { get; }

    internal double Number { get; }

    internal long Integer { get; }

    internal double AsDouble => Kind == ArgTag.Double ? Number : Integer;

    internal long AsInteger => Kind == ArgTag.Double ? checked((long)Number) : Integer;

    /// <summary>Does nothing: the number lives in managed memory. Here because TorchSharp's scalars are disposable.</summary>
    public void Dispose() => GC.SuppressFinalize(this);

    internal static Scalar Float(double value, ScalarType type) => new(ArgTag.Double, type, value, 0);

    internal static Scalar Int(long value, ScalarType type) => new(type == ScalarType.Bool ? ArgTag.Bool : ArgTag.Int, type, 0, value);

    /// <summary>The number as a scalar.</summary>
    /// <param name="value">The number.</param>
    public static implicit operator Scalar(byte value) => Int(value, ScalarType.Byte);

    /// <summary>The number as a scalar.</summary>
    /// <param name="value">The number.</param>
    public static implicit operator Scalar(sbyte value) => Int(value, ScalarType.Int8);

    /// <summary>The number as a scalar.</summary>
    /// <param name="value">The number.</param>
    public static implicit operator Scalar(short value) => Int(value, ScalarType.Int16);

    /// <summary>The number as a scalar.</summary>
    /// <param name="value">The number.</param>
    public static implicit operator Scalar(int value) => Int(value, ScalarType.Int32);

    /// <summary>The number as a scalar.</summary>
    /// <param name="value">The number.</param>
    public static implicit operator Scalar(long value) => Int(value, ScalarType.Int64);

    /// <summary>The number as a scalar.</summary>
    /// <param name="value">The number.</param>
    public static implicit operator Scalar(bool value) => Int(value ? 1 : 0, ScalarType.Bool);

    /// <summary>The number as a scalar.</summary>
    /// <param name="value">The number.</param>
    public static implicit operator Scalar(Half value) => Float((double)value, ScalarType.Float16);

    /// <summary>The number as a scalar.</summary>
    /// <param name="value">The number.</param>
    public static implicit operator Scalar(BFloat16 value) => Float((double)value, ScalarType.BFloat16);

    /// <summary>The number as a scalar.</summary>
    /// <param name="value">The number.</param>
    public static implicit operator Scalar(float value) => Float(value, ScalarType.Float32);

    /// <summary>The number as a scalar.</summary>
    /// <param name="value">The number.</param>
    public static implicit operator Scalar(double value) => Float(value, ScalarType.Float64);

}
