using System.Reflection;
using SafetyGate.Core.Files;
using SafetyGate.Core.Runs;
using TorchSharp;

namespace SafetyGate.Models.Engine;

/// <summary>The engine that is loaded into this process.</summary>
/// <param name="version">Version of libtorch.</param>
/// <param name="origin">Folder of libtorch.</param>
/// <param name="natives">Paths of the native files.</param>
/// <param name="digest">Digest of a file.</param>
/// <param name="limitThreads">Sets the threads of the operators that the calling thread runs; <c>null</c> where nothing can.</param>
internal sealed class StartedEngine(string version, string origin, IReadOnlyList<LoadedFile> natives, Func<string, string> digest,
    Action<int>? limitThreads = null)
{
    private readonly Lazy<IReadOnlyList<NativeFile>> _natives = new(() =>
        [.. natives.Select(file => new NativeFile(file.Name, digest(file.Original), file.Change)).OrderBy(file => file.Name, StringComparer.Ordinal)]);

    /// <summary>Name and versions, such as <c>libtorch 2.10.0, TorchSharp 0.107.0</c>.</summary>
    internal string Name => $"libtorch {version}, TorchSharp {PackageVersion()}";

    /// <summary>Version of the libtorch that is loaded.</summary>
    internal string Version => version;

    /// <summary>Folder the libtorch was loaded from.</summary>
    internal string Origin => origin;

    /// <summary>Sets the threads of the operators that the calling thread runs; <c>null</c> where nothing can.</summary>
    internal Action<int>? LimitThreads => limitThreads;

    /// <summary>Handle of <c>libc10_cuda.so</c>; 0 for a libtorch without CUDA.</summary>
    internal nint Cuda { get; init; }

    /// <summary>Switches operators to their deterministic forms, or to the usual ones; <c>null</c> where nothing can.</summary>
    internal Action<bool>? DeterministicForms { get; init; }

    /// <summary>Lets operators without a deterministic form throw, or warn again; <c>null</c> where nothing can.</summary>
    internal Action<bool>? StrictForms { get; init; }

    /// <summary>Seeds the random numbers of all GPUs; <c>null</c> where nothing can.</summary>
    internal Action<ulong>? SeedGpus { get; init; }

    /// <summary>The native files, by name; hashed at first use.</summary>
    internal IReadOnlyList<NativeFile> Natives => _natives.Value;

    private static string PackageVersion() =>
        typeof(torch).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";
}
