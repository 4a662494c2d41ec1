using SafetyGate.Cli.Tests.Runs;
using SafetyGate.Core;

namespace SafetyGate.Cli.Tests.Architecture;

/// <summary>Processes that tests start run the product as it was compiled, never the assemblies that coverage rewrites in the tests' own folder.</summary>
public sealed class StartedProgramSpecs
{
    private static readonly string[] OwnFolder = ["BaseDirectory", "Assembly.Location", "assembly.Location", ".ProcessPath", "GetEntryAssembly", "MainModule"];
    private static readonly string[] Starting = ["ProcessStart" + "Info", "Process." + "Start"]; // in halves: this file starts nothing

    [Fact]
    public void The_command_line_that_is_started_is_built_beside_the_tests_and_not_rewritten()
    {
        Assert.True(File.Exists(ThisBuild.Gate), $"{ThisBuild.Gate} is built with these tests.");
        Assert.Empty(MeasuredAssemblies.In(Path.GetDirectoryName(ThisBuild.Gate)!));
        var isMeasured = typeof(UserErrorException).Assembly.GetTypes().Any(type => type.Namespace?.StartsWith("Coverlet.", StringComparison.Ordinal) == true);
        Assert.Equal(isMeasured, MeasuredAssemblies.In(AppContext.BaseDirectory).Contains("SafetyGate.Core.dll")); // so they are known where they are
    }

    [Fact]
    public void It_is_of_the_sources_that_the_tests_are_of()
    {
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(ThisBuild.Gate)!, "*.dll").Where(file => File.Exists(Path.Combine(AppContext.BaseDirectory, Path.GetFileName(file)))))
            Assert.Equal(MeasuredAssemblies.Version(Path.Combine(AppContext.BaseDirectory, Path.GetFileName(file))), MeasuredAssemblies.Version(file));
    }

    [Fact]
    public void Nothing_that_starts_a_process_asks_for_the_folder_it_runs_in()
    {
        var tests = Path.Combine(Repository.Root, "tests");
        var found = Directory.EnumerateFiles(tests, "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(tests, file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
            .ToLookup(file => Has(File.ReadAllText(file), Starting));
        Assert.NotEmpty(found[true]);
        Assert.DoesNotContain(found[true], file => Has(File.ReadAllText(file), OwnFolder));
    }

    private static bool Has(string text, string[] words) => words.Any(word => text.Contains(word, StringComparison.Ordinal));
}
