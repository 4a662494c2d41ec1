using TorchSharp;

namespace SafetyGate.Models.Engine;

/// <summary>Device of work that names none: the CPU, or the GPU where one is required.</summary>
public static class DefaultDevice
{
    /// <summary>The environment variable that forbids an implicit fallback to the CPU: any value but <c>0</c>.</summary>
    public const string Variable = "SAFETYGATE_REQUIRE_GPU";

    /// <summary>Whether work that names no device must run on a GPU. What names the CPU still runs there.</summary>
    public static bool IsGpu => Requires(Environment.GetEnvironmentVariable(Variable));

    /// <summary>The device.</summary>
    /// <exception cref="UserErrorException">A GPU is required and the engine sees none (exit code 69).</exception>
    public static torch.Device Open()
    {
        TensorEngine.Start();
        return TypeOf(Environment.GetEnvironmentVariable(Variable), () => torch.cuda.is_available() ? torch.cuda.device_count() : 0, () => TensorEngine.WhyNoCuda) == DeviceType.CUDA
            ? torch.device(DeviceType.CUDA, 0)
            : torch.CPU;
    }

    internal static DeviceType TypeOf(string? variable, Func<int> cudaDevices, Func<string> why) => !Requires(variable)
        ? DeviceType.CPU
        : cudaDevices() > 0
            ? DeviceType.CUDA
            : throw new UserErrorException($"{Variable} is \"{variable}\", but the engine sees no CUDA device: {why()}. Give it a libtorch with CUDA and a GPU, or unset the variable to work on the CPU.", GateExitCode.MissingEngine);

    private static bool Requires(string? variable) => variable is { Length: > 0 } and not "0";
}
