using System.Text.RegularExpressions;

namespace SafetyGate.Models.Engine;

/// <summary>Loads the engine's native files in the order of their dependencies, and explains failures to load them.</summary>
/// <param name="loader">The system's loader.</param>
/// <param name="system">Symbol versions of the system's libraries.</param>
/// <param name="cache">Folder for a changed copy of TorchSharp's library.</param>
internal sealed partial class EngineLoader(ILibraryLoader loader, ISystemVersions system, string cache)
{
    private const int MostMissing = 64; // libraries of CUDA that one of libtorch's may need
    private static readonly string[] OfCuda = ["libc10_cuda.so", "libtorch_cuda.so"];

    /// <summary>Loads the files.</summary>
    /// <param name="files">Where they are.</param>
    /// <returns>The libraries that were loaded.</returns>
    /// <exception cref="UserErrorException">A library is missing or cannot be loaded (exit code 69).</exception>
    internal LoadedLibraries Load(EngineFiles files)
    {
        LoadOne(Path.Combine(files.Libtorch, "libc10.so"), files);
        var cpu = LoadOne(Path.Combine(files.Libtorch, EngineFiles.Cpu), files);
        nint cuda = 0;
        foreach (var name in OfCuda)
            if (File.Exists(Path.Combine(files.Libtorch, name)) && LoadOne(Path.Combine(files.Libtorch, name), files) is var handle && cuda == 0) cuda = handle;
        LoadOne(Path.Combine(files.Libtorch, "libtorch.so"), files);

        var path = WeakenedLibrary.PathFor(files.TorchSharp, system, cache);
        return new(cpu, cuda, LoadOne(path, files), path == files.TorchSharp ? null : path);
    }

    // A pip wheel's libraries find CUDA's beside them only as long as both are where the wheel put them; what is missing is looked for.
    private nint LoadOne(string path, EngineFiles files, int depth = 0)
    {
        for (var tries = 0; ; tries++)
        {
            if (loader.Load(path, out var handle) is not { } reason) return handle;
            var missing = MissingLibrary().Match(reason) is { Success: true } match && match.Groups["name"].Value != path
                ? match.Groups["name"].Value
                : null;
            var found = missing is null
                ? null
                : files.Companions.Select(folder => Path.Combine(folder, missing)).FirstOrDefault(File.Exists);
            if (found is null || tries + depth >= MostMissing) throw Explain(path, reason, files);
            LoadOne(found, files, depth + 1);
        }
    }

    private static UserErrorException Explain(string path, string reason, EngineFiles files)
    {
        var text = reason.ReplaceLineEndings(" ").Trim();
        string what, advice;
        if (!File.Exists(path))
            (what, advice) = ("the file is missing", files.IsPackages ? "Build again (dotnet build), which puts the TorchSharp package's natives there." : $"Set {EngineFiles.Variable} to a complete libtorch, or unset it.");
        else if (MissingSymbol().Match(text) is { Success: true } symbol)
            (what, advice) = ($"the symbol {symbol.Groups["name"].Value} is missing", files.IsPackages
                ? "The package's files do not belong together; build again from a clean output folder."
                : $"The libtorch of {EngineFiles.Variable} ({files.Libtorch}) has another interface than the one TorchSharp is built for; use one of the same minor version, or unset the variable.");
        else if (MissingVersion().Match(text) is { Success: true } version)
            (what, advice) = ($"it needs {version.Groups["version"].Value} of {version.Groups["library"].Value}, which this system's is too old for", "Use a newer system (Debian 12, Ubuntu 22.04 or later).");
        else if (MissingLibrary().Match(text) is { Success: true } library && library.Groups["name"].Value != path)
            (what, advice) = ($"the library {library.Groups["name"].Value} that it needs is missing", "Install the package that has it, or put its folder into LD_LIBRARY_PATH.");
        else
            (what, advice) = (text, "The file may be damaged or of another processor; build again, or use another libtorch.");
        return new($"The tensor engine cannot load {path}: {what}. {advice}", GateExitCode.MissingEngine);
    }

    [GeneratedRegex(@"^(?<name>[^:\s]+): cannot open shared object file")]
    private static partial Regex MissingLibrary();

    [GeneratedRegex(@"undefined symbol: (?<name>[^\s,]+)")]
    private static partial Regex MissingSymbol();

    [GeneratedRegex(@"(?<library>[^\s:/]+): version [`'](?<version>[^']+)' not found")]
    private static partial Regex MissingVersion();
}
