using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace SafetyGate.Models.Engine;

/// <summary>Calls missing from TorchSharp, by the C++ names of libtorch's and the C names of TorchSharp's library.</summary>
/// <param name="libraries">The loaded libraries.</param>
internal sealed partial class LibtorchCalls(LoadedLibraries libraries)
{
    private delegate void SetThreadsFunction(int count);

    private delegate int SetLocalThreadsFunction(int count);

    private delegate nint ContextFunction();

    private delegate void SetDeterministicFunction(nint context, [MarshalAs(UnmanagedType.U1)] bool on,
        [MarshalAs(UnmanagedType.U1)] bool warnOnly);

    private delegate void SetFlagFunction(nint context, [MarshalAs(UnmanagedType.U1)] bool on);

    private delegate nint TextFunction(nint result);

    private delegate void SeedFunction(long seed);

    /// <summary>Sets the threads of one operator.</summary>
    internal void UseThreads(int count) => Function<SetThreadsFunction>(libraries.TorchSharp, "THSTorch_set_num_threads")(count);

    /// <summary>
    /// Sets the threads of the operators that the calling thread runs, and no other's: those of OpenMP and of MKL. <c>null</c> where the
    /// libtorch does without either.
    /// </summary>
    internal Action<int>? ThreadLimit()
    {
        if (!NativeLibrary.TryGetExport(libraries.Cpu, "omp_set_num_threads", out var openMp)
            || !NativeLibrary.TryGetExport(libraries.Cpu, "MKL_Set_Num_Threads_Local", out var mkl)) return null;
        var ofOpenMp = Marshal.GetDelegateForFunctionPointer<SetThreadsFunction>(openMp);
        var ofMkl = Marshal.GetDelegateForFunctionPointer<SetLocalThreadsFunction>(mkl);
        return count =>
        {
            ofOpenMp(count);
            _ = ofMkl(count);
        };
    }

    /// <summary>
    /// Makes results depend on nothing but input, machine and number of threads: operators take their deterministic forms, and those
    /// without one warn. Memory that is not set stays as it is. cuDNN's attention, which some builds take first on some GPUs, has no such form and
    /// does not refuse to be taken while others warn; and it prepares itself anew, for tens of milliseconds, for each length of the keys.
    /// </summary>
    internal void UseDeterministicForms()
    {
        var context = Function<ContextFunction>(libraries.Cpu, "_ZN2at13globalContextEv")();
        DeterministicForms()(true);
        Function<SetFlagFunction>(libraries.Cpu, "_ZN2at7Context39setDeterministicFillUninitializedMemoryEb")(context, false);
        Function<SetFlagFunction>(libraries.Cpu, "_ZN2at7Context14setSDPUseCuDNNEb")(context, false);
    }

    /// <summary>Switches operators to their deterministic forms, or to the usual ones, for the whole process.</summary>
    internal Action<bool> DeterministicForms()
    {
        var context = Function<ContextFunction>(libraries.Cpu, "_ZN2at13globalContextEv")();
        var set = Function<SetDeterministicFunction>(libraries.Cpu, "_ZN2at7Context26setDeterministicAlgorithmsEbb");
        return on => set(context, on, true);
    }

    /// <summary>Lets operators that have no deterministic form throw instead of warn, for the whole process; some take it only then.</summary>
    internal Action<bool> StrictForms()
    {
        var context = Function<ContextFunction>(libraries.Cpu, "_ZN2at13globalContextEv")();
        var set = Function<SetDeterministicFunction>(libraries.Cpu, "_ZN2at7Context26setDeterministicAlgorithmsEbb");
        return on => set(context, true, !on);
    }

    /// <summary>Seeds the random numbers of all GPUs; TorchSharp's own generators are the CPU's wherever they are asked for.</summary>
    internal Action<ulong> SeedGpus()
    {
        var seed = Function<SeedFunction>(libraries.TorchSharp, "THSCuda_manual_seed_all");
        return number => seed(unchecked((long)number));
    }

    /// <summary>The version of the libtorch that is loaded, such as <c>2.10.0</c>; torch.__version__ is a constant of TorchSharp.</summary>
    internal string Version()
    {
        // at::show_config() returns a std::string in memory of the caller: its first two words are the text and its length. It is made once
        // and kept.
        const int sizeOfString = 32;
        var result = Marshal.AllocHGlobal(sizeOfString);
        Function<TextFunction>(libraries.Cpu, "_ZN2at11show_configB5cxx11Ev")(result);
        var text = Marshal.PtrToStringUTF8(Marshal.ReadIntPtr(result), (int)Marshal.ReadInt64(result, IntPtr.Size));
        return VersionIn(text) ?? throw new UserErrorException(
            "The libtorch that is loaded does not give its version (TORCH_VERSION of its build settings). Use a release of libtorch.",
            GateExitCode.MissingEngine);
    }

    /// <summary>The version in libtorch's description of its build; <c>null</c> if it gives none.</summary>
    internal static string? VersionIn(string configuration) =>
        VersionSetting().Match(configuration) is { Success: true } match ? match.Groups[1].Value : null;

    private static T Function<T>(nint library, string name) where T : Delegate => NativeLibrary.TryGetExport(library, name, out var address)
        ? Marshal.GetDelegateForFunctionPointer<T>(address)
        : throw new UserErrorException(
            $"The symbol {name} is missing from the engine's libraries: this libtorch has another interface than the one TorchSharp is built for. Use one of the same minor version, or unset {EngineFiles.Variable}.",
            GateExitCode.MissingEngine);

    [GeneratedRegex(@"\bTORCH_VERSION=([^,\s]+)")]
    private static partial Regex VersionSetting();
}
