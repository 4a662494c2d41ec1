using static TorchSharp.torch;

namespace SafetyGate.Models.Checkpoints;

/// <summary>The number types of weights: the engine's name, the file format's and that of <c>config.json</c>.</summary>
public static class TensorDtypes
{
    private static readonly (ScalarType Type, string Name, string ConfigName)[] Known =
    [
        (ScalarType.Float32, "F32", "float32"), (ScalarType.Float16, "F16", "float16"), (ScalarType.BFloat16, "BF16", "bfloat16"),
        (ScalarType.Float64, "F64", "float64"),
    ];

    /// <summary>The names of the types, for messages.</summary>
    public const string Names = "F32, F16, BF16 and F64";

    /// <summary>The engine's type of a file's, or <c>null</c> for one that weights are not computed in.</summary>
    public static ScalarType? FromName(string name)
    {
        foreach (var known in Known)
        {
            if (known.Name == name) return known.Type;
        }

        return null;
    }

    /// <summary>The file format's name.</summary>
    /// <exception cref="ArgumentException">Not a type of weights.</exception>
    public static string NameOf(ScalarType type) => Find(type).Name;

    /// <summary>The name in <c>config.json</c>.</summary>
    /// <exception cref="ArgumentException">Not a type of weights.</exception>
    public static string ConfigNameOf(ScalarType type) => Find(type).ConfigName;

    private static (ScalarType Type, string Name, string ConfigName) Find(ScalarType type) =>
        Known.FirstOrDefault(known => known.Type == type) is { Name: not null } found ? found
            : throw new ArgumentException($"The number type {type} is not one that weights are written in; those are {Names}.",
                nameof(type));
}
