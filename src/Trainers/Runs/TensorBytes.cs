using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Runs;

/// <summary>Tensors as the bytes and type names of safetensors.</summary>
internal static class TensorBytes
{
    private static readonly (ScalarType Type, string Name)[] Types =
    [
        (ScalarType.Float32, "F32"), (ScalarType.Float64, "F64"), (ScalarType.Float16, "F16"), (ScalarType.BFloat16, "BF16"),
    ];

    /// <summary>Name of a number type in safetensors.</summary>
    public static string Name(ScalarType type) =>
        Types.FirstOrDefault(known => known.Type == type).Name ?? throw new NotSupportedException($"Weights of type {type} cannot be saved; known types: {string.Join(", ", Types.Select(known => known.Type))}.");

    /// <summary>Number type of a safetensors name, or <c>null</c>.</summary>
    public static ScalarType? Type(string name) => Array.Exists(Types, known => known.Name == name) ? Array.Find(Types, known => known.Name == name).Type : null;

    /// <summary>A copy of the tensor's numbers, row-major, little-endian.</summary>
    public static byte[] Of(Tensor tensor)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return tensor.detach().cpu().contiguous().bytes.ToArray();
    }

    /// <summary>A tensor of those numbers on the processor; the caller disposes it.</summary>
    public static Tensor Make(byte[] bytes, ScalarType type, long[] shape)
    {
        var made = empty(shape, dtype: type).DetachFromDisposeScope();
        made.bytes = bytes;
        return made;
    }
}
