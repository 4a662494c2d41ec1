using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Torch;

/// <summary>One argument of an operator, made by implicit conversion from what C# has at hand.</summary>
internal readonly struct Arg
{
    /// <summary>The tag to send.</summary>
    public readonly ArgTag Tag;

    /// <summary>Number bits, device index or handle.</summary>
    public readonly long Value;

    /// <summary>Tensor, generator, list or string behind the argument; kept alive by it.</summary>
    public readonly object? Reference;

    private Arg(ArgTag tag, long value, object? reference = null)
    {
        Tag = tag;
        Value = value;
        Reference = reference;
    }

    /// <summary>The schema's default.</summary>
    public static Arg Default => default;

    /// <summary>None.</summary>
    public static Arg None => new(ArgTag.None, 0);

    /// <summary>A list in which a null is "none" (the indices of index and index_put).</summary>
    public static Arg Optional(Tensor?[] tensors) => new(ArgTag.OptionalTensorList, 0, tensors);

    public static implicit operator Arg(Tensor? value) => value is null ? None : new(ArgTag.Tensor, 0, value);
    public static implicit operator Arg(long value) => new(ArgTag.Int, value);
    public static implicit operator Arg(int value) => new(ArgTag.Int, value);
    public static implicit operator Arg(long? value) => value is { } number ? new(ArgTag.Int, number) : None;
    public static implicit operator Arg(double value) => new(ArgTag.Double, BitConverter.DoubleToInt64Bits(value));
    public static implicit operator Arg(bool value) => new(ArgTag.Bool, value ? 1 : 0);
    public static implicit operator Arg(ScalarType value) => new(ArgTag.Int, (long)value);
    public static implicit operator Arg(ScalarType? value) => value is { } type ? new(ArgTag.Int, (long)type) : None;
    public static implicit operator Arg(string? value) => value is null ? None : new(ArgTag.String, 0, value);
    public static implicit operator Arg(long[]? value) => value is null ? None : new(ArgTag.IntList, 0, value);
    public static implicit operator Arg(Tensor[]? value) => value is null ? None : new(ArgTag.TensorList, 0, value);
    public static implicit operator Arg(Device? value) => value is null ? None : new(ArgTag.Device, value.index, value);
    public static implicit operator Arg(Generator? value) => value is null ? None : new(ArgTag.Generator, 0, value);
    public static implicit operator Arg(Scalar? value) => value is null ? None : value.Kind switch
    {
        ArgTag.Double => new(ArgTag.Double, BitConverter.DoubleToInt64Bits(value.Number)),
        var kind => new(kind, value.Integer),
    };

    /// <summary>How an error message shows the argument; empty for what is no tensor.</summary>
    public string Describe() => Reference switch
    {
        Tensor tensor when Tag == ArgTag.Tensor => Show(tensor),
        Tensor?[] tensors => "[" + string.Join(", ", tensors.Take(8).Select(t => t is null ? "none" : Show(t))) + (tensors.Length > 8 ? ", …" : "") + "]",
        _ => "",
    };

    private static string Show(Tensor tensor) => tensor.IsInvalid ? "disposed" : $"({string.Join(", ", tensor.shape)}) {tensor.dtype}";
}
