using System.IO.Compression;
using System.Xml.Linq;

namespace SafetyGate.Cli.Tests.Packaging;

/// <summary>Every package, packed from here into a feed of its own, and an empty folder whose package cache has none of them.</summary>
internal sealed class PackedFeed : IDisposable
{
    private const string Nowhere = "feed-without-a-repository";
    private static readonly string[] Projects = ["Core", "Verifiers", "Harness", "Harness.Xunit", "Models", "Trainers", "Analysis", "Pocket", "Cli", "Templates"];
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _variables;

    public PackedFeed() => _variables = new(SdkProcess.Quiet)
    {
        ["NUGET_PACKAGES"] = _folder.File("packages"), ["DOTNET_CLI_HOME"] = _folder.File("home"), ["SAFETYGATE_STORE"] = _folder.File("store"),
        ["DOTNET_SKIP_FIRST_TIME_EXPERIENCE"] = "1", ["DOTNET_GENERATE_ASPNET_CERTIFICATE"] = "false", ["DOTNET_ADD_GLOBAL_TOOLS_TO_PATH"] = "false",
    };

    /// <summary>Version of the packages; never one that a cache may hold.</summary>
    public string Version { get; } = Invariant($"0.1.0-spec.{Environment.ProcessId}.{Random.Shared.Next()}");

    /// <summary>The empty folder.</summary>
    public string Directory => _folder.File("empty");

    public void Dispose() => _folder.Dispose();

    /// <summary>Packs. The tool goes without the natives of the tensor engine, which are half a gigabyte and which approving does not need.</summary>
    public async Task PackAsync(string root, string configuration)
    {
        var cache = (await SdkProcess.RunAsync("dotnet", root, [], "nuget", "locals", "global-packages", "--list")).Out.Split(": ", 2)[^1].Trim().TrimEnd('/'); // as NUGET_PACKAGES is written mostly
        var projects = string.Join(';', Projects.Select(project => Path.Combine(root, "src", project, project + ".csproj")));
        var packing = _folder.Write("pack.proj", $"""
            <Project>
              <Target Name="Pack">
                <MSBuild Projects="{Path.Combine(root, "src", "Templates", "Templates.csproj")}" Targets="Restore" Properties="IsRestoring=true" />
                <MSBuild Projects="{projects}" Targets="Pack" BuildInParallel="true" Properties="NoBuild=true;Configuration={configuration};PackageVersion={Version};PackageOutputPath={_folder.File("feed")};EngineNatives=none" />
                <MSBuild Projects="{Path.Combine(root, "src", "Core", "Core.csproj")};{Path.Combine(root, "src", "Harness.Xunit", "Harness.Xunit.csproj")}" Targets="Pack" Properties="NoBuild=true;Configuration={configuration};PackageVersion={Version};PackageOutputPath={_folder.File(Nowhere)};GITHUB_REPOSITORY=" />
              </Target>
            </Project>
            """);
        var packed = await SdkProcess.RunAsync("dotnet", root, new Dictionary<string, string> { ["MSBUILDDISABLENODEREUSE"] = "1", ["GITHUB_SERVER_URL"] = "https://github.example", ["GITHUB_REPOSITORY"] = "a-team/gates" }, "msbuild", packing, "-t:Pack", "-nologo", "-v:m", "-m:2");
        Assert.True(packed.ExitCode == 0, packed.Out);
        System.IO.Directory.CreateDirectory(Directory);
        // The feeds of the machine as they are configured, the packages it has already, and the new ones.
        _folder.Write("nuget.config", $"""
            <configuration>
              <packageSources><add key="packed" value="{_folder.File("feed")}" /></packageSources>
              <fallbackPackageFolders><add key="machine" value="{cache}" /></fallbackPackageFolders>
            </configuration>
            """);
    }

    /// <summary>Ids of the packages that were made.</summary>
    public IReadOnlyList<string> Packages => [.. System.IO.Directory.GetFiles(_folder.File("feed"), "*.nupkg").Select(file => Path.GetFileName(file)[..^(Version.Length + ".nupkg".Length + 1)]).Order(StringComparer.Ordinal)];

    /// <summary>What a package says of itself, and the names of its files.</summary>
    public (XElement Metadata, IReadOnlyList<string> Files) Read(string package) => Read("feed", package);

    /// <summary>What a package says of itself that was packed where no repository is known.</summary>
    public XElement OfNoRepository(string package) => Read(Nowhere, package).Metadata;

    private (XElement Metadata, IReadOnlyList<string> Files) Read(string feed, string package)
    {
        using var archive = ZipFile.OpenRead(Path.Combine(_folder.File(feed), $"{package}.{Version}.nupkg"));
        using var nuspec = archive.GetEntry(package + ".nuspec")!.Open();
        var root = XDocument.Load(nuspec).Root!;
        return (root.Element(root.Name.Namespace + "metadata")!, [.. archive.Entries.Select(entry => Uri.UnescapeDataString(entry.FullName))]);
    }

    /// <summary>A command of the SDK in the empty folder.</summary>
    public Task<GateRun> DotnetAsync(params string[] args) => SdkProcess.RunAsync("dotnet", Directory, _variables, args);
}
