using SafetyGate.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Recipes;

/// <summary>Where and in which numbers a run computes. Immutable; vary it with <c>with</c>.</summary>
public sealed record ComputeOptions
{
    private static readonly (string Name, ScalarType Type)[] Dtypes = [("float32", ScalarType.Float32), ("float64", ScalarType.Float64),
        ("bfloat16", ScalarType.BFloat16)];

    /// <summary>
    /// <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>. Default <c>cpu</c>, and <c>cuda</c> where a GPU is required (<see cref="DefaultDevice"/>).
    /// </summary>
    public string Device { get; init; } = Default;

    /// <summary>
    /// <c>float32</c>, <c>float64</c> or <c>bfloat16</c>, which trains through float32 masters
    /// (<see cref="Loop.TrainingOptions.MasterWeights"/>). Default <c>bfloat16</c> on a GPU, else <c>float32</c>.
    /// </summary>
    public string Dtype
    {
        get => field ?? (Device.StartsWith("cuda", StringComparison.Ordinal) ? "bfloat16" : "float32");
        init;
    }

    /// <summary>Threads of the engine; <c>null</c> leaves them as they are.</summary>
    public int? Threads { get; init; }

    private static string Default => DefaultDevice.IsGpu ? "cuda" : "cpu";

    /// <summary>The number type.</summary>
    /// <exception cref="UserErrorException">An unknown name.</exception>
    public ScalarType ScalarType => TypeOf(Dtype) ?? throw new UserErrorException($"The dtype is \"{Dtype}\"; it must be one of {string.Join(", ", TypeNames)}.");

    /// <summary>Names of the number types.</summary>
    public static IEnumerable<string> TypeNames => Dtypes.Select(known => known.Name);

    /// <summary>The number type of a name; <c>null</c> for an unknown one.</summary>
    /// <param name="name">Such as <c>bfloat16</c>.</param>
    public static ScalarType? TypeOf(string name) => Array.Exists(Dtypes, known => known.Name == name) ? Array.Find(Dtypes, known => known.Name == name).Type : null;

    /// <summary>The device, after checking that it is there.</summary>
    /// <exception cref="UserErrorException">An unknown name (65), or the machine lacks the device (69).</exception>
    public Device OpenDevice()
    {
        TensorEngine.Start();
        if (Device == "cpu") return CPU;
        var index = Device == "cuda" ? 0 : Device.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(Device.AsSpan(5), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : -1;
        if (index < 0) throw new UserErrorException($"The device is \"{Device}\"; it must be cpu, cuda, or cuda:N.");
        var count = cuda.is_available() ? cuda.device_count() : 0;
        return index < count ? device(DeviceType.CUDA, index) : throw new UserErrorException(Invariant($"The device is \"{Device}\", but the engine sees {count} CUDA devices{(count == 0 ? ": " + TensorEngine.WhyNoCuda : "")}. Use cpu, or a libtorch with CUDA (docs/engine.md) on a machine with a GPU."), GateExitCode.MissingEngine);
    }

    /// <summary>Sets the engine's threads, for the whole process.</summary>
    public void UseThreads()
    {
        if (Threads is < 1) throw new UserErrorException(Invariant($"The threads are {Threads}; they must be 1 or more, or absent."));
        if (Threads is { } threads && get_num_threads() != threads) set_num_threads(threads);
    }
}
