using System.Reflection;
using System.Text.Json;
using SafetyGate.Core.Files;
using SafetyGate.Core.Runs;
using TorchSharp;

namespace SafetyGate.Models.Engine;

/// <summary>Loads the engine, and identifies the compute environment: engine, device, threads, and our own code.</summary>
public static class TensorEngine
{
    private static readonly Lazy<StartedEngine> Engine = new(EngineStart.Run);

    /// <summary>The engine of this process; loaded at first use.</summary>
    /// <exception cref="UserErrorException">It cannot be loaded (exit code 69).</exception>
    internal static StartedEngine Started => Engine.Value;

    /// <summary>
    /// Loads the engine, if nothing has yet. Called by whichever code touches a tensor first, or by an assembly with
    /// <see cref="EngineModule"/>.
    /// </summary>
    /// <exception cref="UserErrorException">It cannot be loaded (exit code 69).</exception>
    public static void Start() => _ = Started;

    /// <summary>Folder of the libtorch that is loaded.</summary>
    public static string Folder => Started.Origin;

    /// <summary>
    /// Whether the libtorch that is loaded has the version that TorchSharp is built for. With another one, that every call works is not
    /// guaranteed.
    /// </summary>
    public static bool IsExpectedVersion => torch.__version__.StartsWith(Started.Version.Split('+')[0] + ".", StringComparison.Ordinal);

    /// <summary>Why the engine sees no CUDA device, as the end of a sentence: the libtorch that is loaded has no CUDA, or what CUDA says.</summary>
    public static string WhyNoCuda
    {
        get
        {
            if (Started.Cuda == 0) return $"the libtorch in use ({Folder}) has no CUDA";
            var calls = new CudaCalls(Started.Cuda);
            return calls.Find() is [var missing, ..] ? $"CUDA's {missing} is missing beside {Folder}" : $"CUDA says \"{calls.WhyNoDevice() ?? "nothing"}\"";
        }
    }

    /// <summary>Makes the engine load before TorchSharp's own loader looks for it, whatever touches TorchSharp first.</summary>
    public static void Attach() => TorchSharpLoader.Attach();

    /// <summary>The environment of float32 work on the CPU.</summary>
    /// <param name="code">Assemblies whose code decides the result, beside Core and Models.</param>
    public static RunEnvironment Describe(params Assembly[] code) => Describe(torch.CPU, torch.ScalarType.Float32, code);

    /// <summary>The environment of work on a device in a number type.</summary>
    /// <param name="device">Where it runs.</param>
    /// <param name="dtype">Number type of the arithmetic.</param>
    /// <param name="code">Assemblies whose code decides the result, beside Core and Models: Trainers for a training, none for
    /// responses.</param>
    /// <exception cref="UserErrorException">The engine cannot be loaded (exit code 69).</exception>
    public static RunEnvironment Describe(torch.Device device, torch.ScalarType dtype, params Assembly[] code) => new()
    {
        Engine = Started.Name,
        Device = device.ToString(),
        Dtype = dtype.ToString().ToLowerInvariant(),
        Threads = torch.get_num_threads(),
        CodeDigest = CodeDigest.Of([typeof(RunEnvironment).Assembly, typeof(TensorEngine).Assembly, .. code]),
        Natives = Started.Natives,
    };

    /// <summary>One digest of an environment, its native files included; lower-case hex.</summary>
    public static string Digest(RunEnvironment environment) => CanonicalJson.Digest(JsonSerializer.SerializeToNode(environment));
}
