using System.Runtime.InteropServices;

namespace SafetyGate.Models.Engine;

/// <summary>
/// Streams and graphs of CUDA, which TorchSharp lacks: by the C++ names of libtorch's <c>libc10_cuda.so</c> and the C names of the CUDA
/// runtime that is loaded with it.
/// </summary>
/// <param name="library">Handle of <c>libc10_cuda.so</c>; a symbol is looked for in what it depends on too.</param>
internal sealed class CudaCalls(nint library)
{
    /// <summary>c10::cuda::CUDAStream, a device and a number: two words, passed by value.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal readonly struct Stream
    {
        private readonly long _device;
        private readonly long _number;

        public override string ToString() => Invariant($"{_device}/{_number}");
    }

    internal delegate Stream PoolFunction([MarshalAs(UnmanagedType.U1)] bool isHighPriority, sbyte device);

    internal delegate Stream CurrentFunction(sbyte device);

    internal delegate void SetCurrentFunction(Stream stream);

    internal delegate nint HandleFunction(in Stream stream);

    internal delegate int BeginFunction(nint stream, int mode);

    internal delegate int EndFunction(nint stream, out nint graph);

    internal delegate int InstantiateFunction(out nint executable, nint graph, ulong flags);

    internal delegate int LaunchFunction(nint executable, nint stream);

    internal delegate int HandleOnlyFunction(nint handle);

    internal delegate int PlainFunction();

    internal delegate nint TextFunction(int error);

    internal delegate int AttributeFunction(out int value, int attribute, int device);

    internal delegate int VersionFunction(out int version);

    private readonly List<string> _missing = [];

    internal PoolFunction? FromPool { get; private set; }
    internal CurrentFunction? Current { get; private set; }
    internal SetCurrentFunction? SetCurrent { get; private set; }
    internal HandleFunction? HandleOf { get; private set; }
    internal BeginFunction? Begin { get; private set; }
    internal EndFunction? End { get; private set; }
    internal InstantiateFunction? Instantiate { get; private set; }
    internal LaunchFunction? Launch { get; private set; }
    internal HandleOnlyFunction? DestroyGraph { get; private set; }
    internal HandleOnlyFunction? DestroyExecutable { get; private set; }
    internal HandleOnlyFunction? WaitFor { get; private set; }
    internal PlainFunction? WaitForDevice { get; private set; }
    internal PlainFunction? TakeError { get; private set; }
    internal TextFunction? TextOf { get; private set; }
    internal AttributeFunction? Attribute { get; private set; }
    internal VersionFunction? DriverVersion { get; private set; }

    /// <summary>Looks every symbol up.</summary>
    /// <returns>The symbols that are missing; empty if the calls can be used.</returns>
    internal IReadOnlyList<string> Find()
    {
        FromPool = Function<PoolFunction>("_ZN3c104cuda17getStreamFromPoolEba");
        Current = Function<CurrentFunction>("_ZN3c104cuda20getCurrentCUDAStreamEa");
        SetCurrent = Function<SetCurrentFunction>("_ZN3c104cuda20setCurrentCUDAStreamENS0_10CUDAStreamE");
        HandleOf = Function<HandleFunction>("_ZNK3c104cuda10CUDAStream6streamEv");
        Begin = Function<BeginFunction>("cudaStreamBeginCapture");
        End = Function<EndFunction>("cudaStreamEndCapture");
        Instantiate = Function<InstantiateFunction>("cudaGraphInstantiateWithFlags"); // the same from CUDA 11.4 on; cudaGraphInstantiate changed
        Launch = Function<LaunchFunction>("cudaGraphLaunch");
        DestroyGraph = Function<HandleOnlyFunction>("cudaGraphDestroy");
        DestroyExecutable = Function<HandleOnlyFunction>("cudaGraphExecDestroy");
        WaitFor = Function<HandleOnlyFunction>("cudaStreamSynchronize");
        WaitForDevice = Function<PlainFunction>("cudaDeviceSynchronize");
        TakeError = Function<PlainFunction>("cudaGetLastError");
        TextOf = Function<TextFunction>("cudaGetErrorString");
        Attribute = Function<AttributeFunction>("cudaDeviceGetAttribute");
        DriverVersion = Function<VersionFunction>("cudaDriverGetVersion");
        return _missing;
    }

    /// <summary>Compute capability of a device and version of the driver: what decides, besides the libraries, what can be recorded.</summary>
    internal string Machine(int device)
    {
        const int major = 75, minor = 76; // cudaDevAttrComputeCapabilityMajor and …Minor
        _ = Attribute!(out var first, major, device);
        _ = Attribute(out var second, minor, device);
        _ = DriverVersion!(out var driver);
        return Invariant($"compute capability {first}.{second}, driver {driver}");
    }

    /// <summary>An error in CUDA's words, which is thereby taken: later calls do not report it again.</summary>
    internal string Text(int error)
    {
        _ = TakeError!();
        return Marshal.PtrToStringUTF8(TextOf!(error)) ?? Invariant($"CUDA error {error}");
    }

    private T? Function<T>(string name) where T : Delegate
    {
        if (library != 0 && NativeLibrary.TryGetExport(library, name, out var address)) return Marshal.GetDelegateForFunctionPointer<T>(address);
        _missing.Add(name);
        return null;
    }
}
