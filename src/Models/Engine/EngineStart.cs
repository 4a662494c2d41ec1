using System.Reflection;
using System.Runtime.InteropServices;
using SafetyGate.Core.Files;
using SafetyGate.Core.Runs;
using TorchSharp;

namespace SafetyGate.Models.Engine;

/// <summary>Starts the engine of this process.</summary>
internal static class EngineStart
{
    // Libraries that decide numbers; libc and its companions belong to the system. What loads later, on demand, is not identified.
    private static readonly string[] Parts = ["libtorch", "libc10", "libLibTorchSharp", "libgomp", "libiomp", "libmkl", "libopenblas",
        "libcu", "libnv", "libnccl"];

    /// <summary>Finds, loads and identifies the engine.</summary>
    /// <exception cref="UserErrorException">A file is missing or cannot be loaded (exit code 69).</exception>
    internal static StartedEngine Run()
    {
        var folder = StoreLocation.CacheFromEnvironment();
        var digests = MachineDigests.Open();
        if (!OperatingSystem.IsLinux()) return OfPackage(digests);

        // OpenMP reads its settings while libtorch loads, from the C environment. Threads that spin while they wait make a run many
        // times slower as soon as anything else wants a core, and gain nothing measurable on an idle machine.
        _ = SetEnvironment("OMP_WAIT_POLICY", "passive", overwrite: 0);
        // About a tenth of a millisecond of spinning: the next small operation finds its threads awake, and a busy machine loses next to nothing.
        _ = SetEnvironment("GOMP_SPINCOUNT", "2000", overwrite: 0);
        // cuBLAS sums in one order only with workspaces of a fixed size; this one is its own size on the GPUs of today.
        _ = SetEnvironment("CUBLAS_WORKSPACE_CONFIG", ":4096:8", overwrite: 0);
        var files = EngineFiles.Find(Environment.GetEnvironmentVariable(EngineFiles.Variable), ProgramFolders());
        var cache = Path.Combine(folder ?? Path.Combine(Path.GetTempPath(), "safetygate-" + Environment.UserName), "engine");
        var libraries = new EngineLoader(new SystemLoader(), new SystemVersions(), cache).Load(files);
        TorchSharpLoader.Give(libraries.TorchSharp);

        var calls = new LibtorchCalls(libraries);
        calls.UseDeterministicForms();
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("OMP_NUM_THREADS"))) calls.UseThreads(Environment.ProcessorCount);
        return new(calls.Version(), files.Libtorch, Loaded(MappedFiles.Now(), files, libraries.WeakenedCopy), digests.Sha256, calls.ThreadLimit())
        {
            Cuda = libraries.Cuda,
            DeterministicForms = calls.DeterministicForms(),
            StrictForms = calls.StrictForms(),
            SeedGpus = calls.SeedGpus(),
        };
    }

    /// <summary>The engine's files among those that are mapped.</summary>
    internal static IReadOnlyList<LoadedFile> Loaded(IReadOnlyList<string> mapped, EngineFiles files, string? weakenedCopy) =>
    [
        .. mapped.Select(path => weakenedCopy is not null && Path.GetFileName(path) == Path.GetFileName(weakenedCopy)
                ? new LoadedFile(EngineFiles.Bridge, files.TorchSharp, $"{WeakenedLibrary.Version} weak")
                : new LoadedFile(Path.GetFileName(path), path, ""))
            .Where(file => Parts.Any(part => file.Name.StartsWith(part, StringComparison.Ordinal))),
    ];

    // Windows and macOS: TorchSharp's own loader finds the package's natives, which are all there can be.
    private static StartedEngine OfPackage(DigestCache digests)
    {
        torch.InitializeDeviceType(DeviceType.CPU);
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        var paths = process.Modules.Cast<System.Diagnostics.ProcessModule>().Select(module => module.FileName)
            .Distinct(StringComparer.Ordinal)
            .Where(path => Path.GetFileName(path) is var name && (name.Contains("torch", StringComparison.OrdinalIgnoreCase) || name.Contains("c10", StringComparison.Ordinal)))
            .Where(path => !Path.GetFileName(path).StartsWith("TorchSharp.", StringComparison.Ordinal));
        return new(torch.__version__, AppContext.BaseDirectory, [.. paths.Select(path => new LoadedFile(Path.GetFileName(path), path, ""))],
            digests.Sha256);
    }

    private static List<string> ProgramFolders()
    {
        var folders = new List<string> { AppContext.BaseDirectory };
        if (Path.GetDirectoryName(typeof(EngineStart).Assembly.Location) is { Length: > 0 } beside) folders.Add(beside);
        // Where the host looks for natives: the package folders, for a program that runs from its build with packages not copied.
        if (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") is string search)
            folders.AddRange(search.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries));
        return folders;
    }

    [DllImport("libc", EntryPoint = "setenv")]
    private static extern int SetEnvironment([MarshalAs(UnmanagedType.LPUTF8Str)] string name,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string value, int overwrite);
}
