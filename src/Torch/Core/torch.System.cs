using System.Runtime.InteropServices;
using SafetyGate.Torch;

namespace TorchSharp;

public static partial class torch
{
    private static ScalarType s_defaultDtype = ScalarType.Float32;

    /// <summary>The processor.</summary>
    public static readonly Device CPU = new(DeviceType.CPU);

    /// <summary>Shapes without data.</summary>
    public static readonly Device META = new(DeviceType.META);

    /// <summary>The current CUDA device.</summary>
    public static Device CUDA => new(DeviceType.CUDA);

    /// <summary>The version of the libtorch in use, as in "1.13.0".</summary>
    public static unsafe string __version__ => Marshal.PtrToStringUTF8((nint)Native.sg_version())!;

    /// <summary>The number of threads of one operator; the machine's cores (or OMP_NUM_THREADS) unless set.</summary>
    public static int get_num_threads() => Native.sg_get_num_threads();

    /// <summary>Sets the number of threads of one operator.</summary>
    /// <param name="num">How many, at least 1.</param>
    public static void set_num_threads(int num) => Native.Check(Native.sg_set_num_threads(num), "set_num_threads");

    /// <summary>The number of threads between operators.</summary>
    public static int get_num_interop_threads() => Native.sg_get_num_interop_threads();

    /// <summary>Sets the number of threads between operators, once, before the first of them runs.</summary>
    /// <param name="num">How many, at least 1.</param>
    public static void set_num_interop_threads(int num) => Native.Check(Native.sg_set_num_interop_threads(num), "set_num_interop_threads");

    /// <summary>Seeds the default random streams of every device.</summary>
    /// <param name="seed">The seed.</param>
    /// <returns>The processor's default stream.</returns>
    public static Generator manual_seed(long seed)
    {
        Native.Check(Native.sg_manual_seed(seed), "manual_seed");
        return Generator.Default;
    }

    /// <summary>The seed of the processor's default stream.</summary>
    public static long initial_seed()
    {
        using var generator = Generator.Default;
        return generator.initial_seed();
    }

    /// <summary>Whether operators take their deterministic forms. On by default here, with a warning for those that have none, so that a run can be repeated bit for bit.</summary>
    public static bool are_deterministic_algorithms_enabled() => Native.sg_deterministic() != 0;

    /// <summary>Whether operators without a deterministic form are only warned about.</summary>
    public static bool is_deterministic_algorithms_warn_only_enabled() => Native.sg_deterministic_warn_only() != 0;

    /// <summary>Makes operators take their deterministic forms, and refuses those that have none; disposing the result restores what was.</summary>
    /// <param name="mode">Whether to refuse them.</param>
    /// <param name="warn_only">Whether to warn only.</param>
    public static IDisposable use_deterministic_algorithms(bool mode = true, bool warn_only = false)
    {
        var before = new DeterministicMode(Native.sg_deterministic(), Native.sg_deterministic_warn_only());
        Native.sg_set_deterministic(mode ? 1 : 0, warn_only ? 1 : 0);
        return before;
    }

    /// <summary>The element type of new floating-point tensors.</summary>
    public static ScalarType get_default_dtype() => s_defaultDtype;

    /// <summary>Sets the element type of new floating-point tensors.</summary>
    /// <param name="dtype">A floating-point type.</param>
    /// <exception cref="ArgumentException">The type is no floating-point type.</exception>
    public static void set_default_dtype(ScalarType dtype) =>
        s_defaultDtype = is_floating_point(dtype) ? dtype : throw new ArgumentException($"the default type is a floating-point type, not {dtype}", nameof(dtype));

    /// <summary>Whether CUDA can be used.</summary>
    public static bool cuda_is_available() => cuda.is_available();

    /// <summary>A device by its description: "cpu", "cuda" or "cuda:1".</summary>
    /// <param name="description">Kind, optionally a colon and the index.</param>
    public static Device device(string description) => new(description);

    /// <summary>A device of a kind given by name.</summary>
    /// <param name="deviceType">The kind's name, in lower case.</param>
    /// <param name="index">Which one of it.</param>
    public static Device device(string deviceType, int index = -1) => new(deviceType, index);

    /// <summary>A device of a kind.</summary>
    /// <param name="deviceType">The kind.</param>
    /// <param name="index">Which one of it.</param>
    public static Device device(DeviceType deviceType, int index = -1) => new(deviceType, index);

    /// <summary>The CUDA device of an index.</summary>
    /// <param name="index">Which one.</param>
    public static Device device(int index) => new(index);

    /// <summary>Whether a type is a floating-point type.</summary>
    /// <param name="type">The type.</param>
    public static bool is_floating_point(ScalarType type) => type is ScalarType.Float16 or ScalarType.Float32 or ScalarType.Float64 or ScalarType.BFloat16;

    /// <summary>Whether a type is one of integers or truth values.</summary>
    /// <param name="type">The type.</param>
    public static bool is_integral(ScalarType type) => type is ScalarType.Byte or ScalarType.Int8 or ScalarType.Int16 or ScalarType.Int32 or ScalarType.Int64 or ScalarType.Bool;

    /// <summary>Whether a type is complex.</summary>
    /// <param name="type">The type.</param>
    public static bool is_complex(ScalarType type) => type is ScalarType.ComplexFloat32 or ScalarType.ComplexFloat64;

    private sealed class DeterministicMode(int on, int warnOnly) : IDisposable
    {
        public void Dispose() => Native.sg_set_deterministic(on, warnOnly);
    }

    /// <summary>CUDA devices.</summary>
    public static class cuda
    {
        /// <summary>Whether libtorch was built with CUDA and there is a device.</summary>
        public static bool is_available() => Native.sg_cuda_available() != 0;

        /// <summary>Whether cuDNN can be used.</summary>
        public static bool is_cudnn_available() => Native.sg_cudnn_available() != 0;

        /// <summary>The number of CUDA devices.</summary>
        public static int device_count() => Native.sg_cuda_device_count();

        /// <summary>Seeds the current device's random stream.</summary>
        /// <param name="seed">The seed.</param>
        public static void manual_seed(long seed) => Native.Check(Native.sg_cuda_manual_seed(seed, 0), "cuda.manual_seed");

        /// <summary>Seeds the random streams of all devices.</summary>
        /// <param name="seed">The seed.</param>
        public static void manual_seed_all(long seed) => Native.Check(Native.sg_cuda_manual_seed(seed, 1), "cuda.manual_seed_all");

        /// <summary>Waits until a device has done all its work.</summary>
        /// <param name="device">The device; null for the current one.</param>
        public static void synchronize(Device? device = null) => Native.Check(Native.sg_cuda_synchronize(device?.index ?? -1), "cuda.synchronize");
    }
}
