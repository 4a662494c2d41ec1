
namespace SafetyGate.Models.Engine;

/// <summary>Where the engine's native files are.</summary>
/// <param name="Libtorch">Folder with <c>libtorch_cpu.so</c>.</param>
/// <param name="TorchSharp">Path of <c>libLibTorchSharp.so</c>.</param>
/// <param name="Companions">Folders of libraries that libtorch may need besides its own: CUDA's, of a pip wheel.</param>
/// <param name="IsPackages">Whether libtorch is the package's; otherwise it is the one of <see cref="Variable"/>.</param>
internal sealed record EngineFiles(string Libtorch, string TorchSharp, IReadOnlyList<string> Companions, bool IsPackages)
{
    /// <summary>
    /// Environment variable that names a libtorch of the machine: the folder of an unpacked libtorch or of a pip wheel, or its <c>lib</c>.
    /// </summary>
    internal const string Variable = "SAFETYGATE_LIBTORCH";

    /// <summary>libtorch's library for the CPU.</summary>
    internal const string Cpu = "libtorch_cpu.so";

    /// <summary>TorchSharp's own library.</summary>
    internal const string Bridge = "libLibTorchSharp.so";

    /// <summary>Finds the files.</summary>
    /// <param name="libtorch">Value of <see cref="Variable"/>; the package's libtorch if <c>null</c> or empty.</param>
    /// <param name="programFolders">Folders in which the program's files are, the first one first.</param>
    /// <exception cref="UserErrorException">A file is missing (exit code 69).</exception>
    internal static EngineFiles Find(string? libtorch, IReadOnlyList<string> programFolders)
    {
        var natives = programFolders.SelectMany(folder => new[] { Path.Combine(folder, "runtimes", "linux-x64", "native"), folder })
            .ToList();
        var bridge = FolderOf(Bridge, natives) ?? throw Missing(Bridge, natives[0]);
        var bridgePath = Path.Combine(bridge, Bridge);
        if (!string.IsNullOrEmpty(libtorch)) return OfMachine(libtorch, bridgePath);
        return new(FolderOf(Cpu, natives) ?? throw Missing(Cpu, natives[0]), bridgePath, [], IsPackages: true);
    }

    private static EngineFiles OfMachine(string value, string bridge)
    {
        var root = Path.GetFullPath(value);
        var candidates = new[] { root, Path.Combine(root, "lib"), Path.Combine(root, "torch", "lib") };
        var folder = FolderOf(Cpu, candidates) ?? throw new UserErrorException(
            $"{Variable} is \"{value}\", but there is no {Cpu} in it, in its lib or in its torch/lib. Name the folder of an unpacked libtorch or of a pip wheel (site-packages/torch), or unset the variable to use the package's libtorch.",
            GateExitCode.MissingEngine);
        // site-packages/torch/lib: CUDA's wheels are site-packages/nvidia/**/lib.
        var nvidia = Path.GetFullPath(Path.Combine(folder, "..", "..", "nvidia"));
        string[] companions = Directory.Exists(nvidia) ? Directory.GetDirectories(nvidia, "lib", SearchOption.AllDirectories) : [];
        Array.Sort(companions, StringComparer.Ordinal);
        return new(folder, bridge, companions, IsPackages: false);
    }

    private static string? FolderOf(string file, IEnumerable<string> folders) =>
        folders.FirstOrDefault(folder => File.Exists(Path.Combine(folder, file)));

    private static UserErrorException Missing(string file, string folder) => new(
        $"The tensor engine's file {file} is missing from {folder}. Build again (dotnet build), which puts the TorchSharp package's natives there{(file == Cpu ? $", or set {Variable} to a libtorch of this machine" : "")}.",
        GateExitCode.MissingEngine);
}
