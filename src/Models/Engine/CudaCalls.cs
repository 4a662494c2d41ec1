using System.Runtime.InteropServices;

namespace SafetyGate.Models.Engine;

/// <summary>
/// Streams and graphs of CUDA, which TorchSharp lacks: by the C++ names of libtorch's <c>libc10_cuda.so</c> and the C names of the CUDA
/// runtime that is loaded with it.
/// </summary>
/// <param name="export">Address of a symbol; 0 where it is missing.</param>
internal sealed class CudaCalls(Func<string, nint> export)
{
    /// <summary>The calls of a library.</summary>
    /// <param name="library">Handle of <c>libc10_cuda.so</c>; a symbol is looked for in what it depends on too. 0: every symbol is missing.</param>
    internal CudaCalls(nint library) : this(name => library != 0 && NativeLibrary.TryGetExport(library, name, out var address) ? address : 0)
    {
    }

    /// <summary>c10::cuda::CUDAStream, a device and a number: two words, passed by value.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal readonly struct Stream(long device, long number)
    {
        private readonly long _device = device;
        private readonly long _number = number;

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

    internal delegate int SelectedFunction(out int device);

    internal delegate int SelectFunction(int device);

    internal delegate int MemoryFunction(out nuint free, out nuint total);

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
    internal SelectedFunction? Selected { get; private set; }
    internal SelectFunction? Select { get; private set; }
    internal MemoryFunction? Memory { get; private set; }
    internal VersionFunction? Devices { get; private set; }

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
        Selected = Function<SelectedFunction>("cudaGetDevice");
        Select = Function<SelectFunction>("cudaSetDevice");
        Memory = Function<MemoryFunction>("cudaMemGetInfo");
        Devices = Function<VersionFunction>("cudaGetDeviceCount");
        return _missing;
    }

    /// <summary>Why there is no device, in CUDA's words; <c>null</c> if there is one.</summary>
    internal string? WhyNoDevice() => Devices!(out var count) is not 0 and var error ? Text(error) : count > 0 ? null : "no device";

    /// <summary>Makes a device the calling thread's, which waiting and memory are asked of, until disposed.</summary>
    /// <returns>What makes the former one the thread's again; <c>null</c> where CUDA refuses.</returns>
    internal IDisposable? On(int device)
    {
        if (Selected!(out var before) != 0) return Refused();
        return Select!(device) == 0 ? new Former(this, before) : Refused();

        IDisposable? Refused()
        {
            _ = TakeError!();
            return null;
        }
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

    private sealed class Former(CudaCalls calls, int device) : IDisposable
    {
        public void Dispose() => _ = calls.Select!(device);
    }

    private T? Function<T>(string name) where T : Delegate
    {
        var address = export(name);
        if (address != 0) return Marshal.GetDelegateForFunctionPointer<T>(address);
        _missing.Add(name);
        return null;
    }
}
