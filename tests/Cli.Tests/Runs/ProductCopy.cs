using System.Diagnostics;

namespace SafetyGate.Cli.Tests.Runs;

/// <summary>A copy of the product's source whose lines can be changed, built and run as a user's checkout is.</summary>
internal sealed class ProductCopy : IDisposable
{
    private static readonly string[] Derived = ["bin", "obj"];
    private readonly TemporaryFolder _folder = new();
    private bool _restored;

    public ProductCopy()
    {
        var root = Repository.Root;
        foreach (var file in Directory.EnumerateFiles(root, "*.*", SearchOption.TopDirectoryOnly).Where(IsBuildFile)) File.Copy(file, Path.Combine(Source, Path.GetFileName(file)));
        foreach (var file in Directory.EnumerateFiles(Path.Combine(root, "src"), "*", SearchOption.AllDirectories))
        {
            var relative = Path.GetRelativePath(root, file);
            if (relative.Split(Path.DirectorySeparatorChar).Any(Derived.Contains)) continue;
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Source, relative))!);
            File.Copy(file, Path.Combine(Source, relative));
        }
    }

    public string Store => _folder.File("store");

    private string Source => Directory.CreateDirectory(_folder.File("product")).FullName;

    /// <summary>Replaces the first occurrence of a text in a file, which must have it.</summary>
    public void Change(string file, string from, string to)
    {
        var path = Path.Combine([Source, .. file.Split('/')]);
        var text = File.ReadAllText(path);
        var at = text.IndexOf(from, StringComparison.Ordinal);
        Assert.True(at >= 0, $"{file} has no '{from}'.");
        File.WriteAllText(path, string.Concat(text.AsSpan(0, at), to, text.AsSpan(at + from.Length)));
    }

    /// <summary>Writes a new file.</summary>
    public void Add(string file, string text) => File.WriteAllText(Path.Combine([Source, .. file.Split('/')]), text);

    public async Task BuildAsync(CancellationToken cancellationToken)
    {
        string[] restored = _restored ? ["--no-restore"] : []; // only lines change
        // Analyzers say what they think of a source and leave no byte in what it is compiled to.
        var built = await StartAsync(cancellationToken, ["build", Path.Combine(Source, "src", "Cli"), "-c", ThisBuild.Configuration, "--nologo", "-v", "quiet", "-clp:ErrorsOnly", "-nodeReuse:false", "-p:RunAnalyzers=false", .. restored]);
        Assert.True(built.ExitCode == 0, built.Out + built.Error);
        _restored = true;
    }

    /// <summary>The command line of the copy.</summary>
    public Task<GateRun> GateAsync(CancellationToken cancellationToken, params string[] args) => StartAsync(cancellationToken, [ThisBuild.GateIn(Source), .. args]);

    /// <summary>The command line of what was copied, as it was built with these tests; with the copy's store.</summary>
    public Task<GateRun> OriginalGateAsync(CancellationToken cancellationToken, params string[] args) => StartAsync(cancellationToken, [ThisBuild.Gate, .. args]);

    public void Dispose() => _folder.Dispose();

    private static bool IsBuildFile(string file) => Path.GetFileName(file) is var name
        && (name.StartsWith("Directory.", StringComparison.Ordinal) || name.Equals("nuget.config", StringComparison.OrdinalIgnoreCase) || name is "global.json" or ".editorconfig" or "SafetyGate.sln");

    private async Task<GateRun> StartAsync(CancellationToken cancellationToken, params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", args) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, WorkingDirectory = Source };
        start.Environment["SAFETYGATE_STORE"] = Store;
        start.Environment["OMP_NUM_THREADS"] = "1";
        start.Environment["UseSharedCompilation"] = "false"; // a compiler server that outlives the build would be waited for
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
        await process.WaitForExitAsync(cancellationToken);
        return new(process.ExitCode, await output, await error);
    }
}
