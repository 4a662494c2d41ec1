namespace SafetyGate.Cli.Tests.Packaging;

/// <summary>A project of specs outside the repository that knows the packages only: packed from here into a feed of its own.</summary>
internal sealed class ConsumerProject : IDisposable
{
    private static readonly string[] UnreachableFeed = ["NU1100", "NU1101", "NU1102", "NU1103", "NU1301"];
    private readonly TemporaryFolder _folder = new();
    private readonly string _version = Invariant($"0.1.0-spec.{Environment.ProcessId}.{Random.Shared.Next()}"); // never one that a cache may hold

    public string Directory => _folder.File("consumer");

    public void Dispose() => _folder.Dispose();

    /// <summary>Packs, writes the project and restores it; why that cannot be done here, or <c>null</c>.</summary>
    public async Task<string?> CreateAsync(string root, string configuration)
    {
        foreach (var package in new[] { "Core", "Verifiers", "Analysis", "Harness", "Harness.Xunit", "Cli" })
        {
            var packed = await DotnetAsync(root, [], "pack", $"src/{package}", "--configuration", configuration, "--no-build", "--output", _folder.File("feed"), $"-p:PackageVersion={_version}");
            Assert.True(packed.ExitCode == 0, packed.Out);
        }

        System.IO.Directory.CreateDirectory(Path.Combine(Directory, "baselines"));
        Write("Consumer.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="SafetyGate.Harness.Xunit" Version="{_version}" />
              </ItemGroup>
            </Project>
            """);
        var cache = (await DotnetAsync(root, [], "nuget", "locals", "global-packages", "--list")).Out.Split(": ", 2)[^1].Trim();
        // The machine's feeds as they are configured, the packages it has already, and the new ones.
        var restored = await DotnetAsync(Directory, [], "restore", $"-p:RestoreAdditionalProjectSources={_folder.File("feed")}", $"-p:RestorePackagesPath={_folder.File("packages")}", $"-p:RestoreFallbackFolders={cache}");
        if (restored.ExitCode == 0)
        {
            var installed = await DotnetAsync(Directory, [], "tool", "install", "SafetyGate.Cli", "--tool-path", _folder.File("tools"), "--version", _version, "--source", _folder.File("feed"));
            Assert.True(installed.ExitCode == 0, installed.Out);
            return null;
        }

        var isOffline = UnreachableFeed.Any(code => restored.Out.Contains(code, StringComparison.Ordinal)) && !restored.Out.Contains("package SafetyGate.", StringComparison.Ordinal);
        Assert.True(isOffline, restored.Out);
        return "The packages a test project is made of are neither on this machine nor on a feed it reaches.";
    }

    public void Write(string name, string text) => File.WriteAllText(Path.Combine(Directory, name), text);

    public string Read(string name) => File.ReadAllText(Path.Combine(Directory, name));

    public void Delete(string name) => File.Delete(Path.Combine(Directory, name));

    public Task<GateRun> TestAsync((string Name, string Value)[] variables, params string[] more) =>
        DotnetAsync(Directory, variables, ["test", "--no-restore", "--nologo", "--logger", "console;verbosity=normal", .. more]);

    /// <summary>Starts the program that was built, without <c>dotnet test</c>.</summary>
    public Task<GateRun> StartAsync(params (string Name, string Value)[] variables) => StartAsync([], variables);

    /// <summary>The same with arguments of its own.</summary>
    public Task<GateRun> StartAsync(string[] args, params (string Name, string Value)[] variables) =>
        RunAsync("dotnet", Directory, variables, [Path.Combine(Directory, "bin", "Debug", "net10.0", "Consumer.dll"), .. args]);

    /// <summary>The installed tool, which finds the baselines and what the specs said from the current folder.</summary>
    public Task<GateRun> GateAsync(params string[] args) => RunAsync(Path.Combine(_folder.File("tools"), "gate"), Directory, [], args);

    private Task<GateRun> DotnetAsync(string directory, (string Name, string Value)[] variables, params string[] args) => RunAsync("dotnet", directory, variables, args);

    private Task<GateRun> RunAsync(string program, string directory, (string Name, string Value)[] variables, params string[] args) =>
        SdkProcess.RunAsync(program, directory, [.. SdkProcess.Quiet, new("SAFETYGATE_STORE", _folder.File("store")), .. variables.Select(variable => KeyValuePair.Create(variable.Name, variable.Value))], args);
}
