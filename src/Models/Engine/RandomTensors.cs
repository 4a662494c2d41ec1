using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Engine;

/// <summary>Random numbers that are a function of a seed and the kind of device.</summary>
internal static class RandomTensors
{
    private static readonly Lock Turn = new();

    /// <summary>float32 numbers, even in [0, 1).</summary>
    /// <param name="shape">Shape.</param>
    /// <param name="seed">Seed; the same numbers for it on each device of a kind.</param>
    /// <param name="device">Where they are made.</param>
    /// <returns>The tensor; in the caller's dispose scope.</returns>
    public static Tensor Even(long[] shape, ulong seed, Device device)
    {
        if (device.type != DeviceType.CUDA)
        {
            using var generator = new Generator(seed);
            return rand(shape, ScalarType.Float32, CPU, generator: generator).to(device);
        }

        // A GPU takes no generator of the CPU, and TorchSharp makes no other: its own is seeded, which nothing else draws from.
        lock (Turn)
        {
            (TensorEngine.Started.SeedGpus ?? throw new InvalidOperationException("This engine cannot seed the random numbers of a GPU."))(seed);
            return rand(shape, ScalarType.Float32, device);
        }
    }
}
