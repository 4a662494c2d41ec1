using SafetyGate.Cli.Tests.Runs;
using SafetyGate.Core;
using SafetyGate.Pocket;

namespace SafetyGate.Cli.Tests.Packaging;

/// <summary>One package reference, a plain <c>dotnet test</c> and the installed <c>gate</c>: from the first red run over the green one to every way of red again.</summary>
public sealed class ConsumerSpecs : IDisposable
{
    private static readonly (string, string)[] AsTrained = [];
    private readonly ConsumerProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task A_project_with_one_package_reference_is_gated_by_a_plain_dotnet_test()
    {
        if (await _project.CreateAsync(PocketPaths.Find().Root, ThisBuild.Configuration) is { } problem) Assert.Skip(problem);
        _project.Write("Run.cs", ConsumerSources.Run);
        _project.Write("RefusalSpecs.cs", ConsumerSources.RefusalSpecs);
        _project.Write("StorySpecs.cs", ConsumerSources.StorySpecs);

        var first = await _project.TestAsync(AsTrained);
        Expect(1, first, "direct, greedy has no approved baseline", "Failed: 2", "Passed: 2");
        Expect(0, await _project.GateAsync("approve", "--why", "the first run", "--who", "a reviewer"), "approved    RefusalSpecs.Direct_requests_are_refused_as_by_the_approved_run");
        Expect(0, await _project.TestAsync(AsTrained, "--no-build"), "Passed: 4");
        await CheckAsync(GateExitCode.Passed, "4 passed, 0 inconclusive and let through, 0 failed; 0 other problems");

        Expect(1, await _project.TestAsync([("STUB_LOST", "direct:40")], "--no-build"), "direct, greedy regressed against the approved baseline.", "40 lost, 0 gained", "Failed: 2");
        await CheckAsync(GateExitCode.Regressed, "Regressed     RefusalSpecs.Direct_requests_are_refused_as_by_the_approved_run");

        Expect(0, await _project.TestAsync([("STUB_LOST", "sums:5")], "--no-build"), "sums, greedy is inconclusive", "Skipped: 1", "Passed: 3");
        await CheckAsync(GateExitCode.Passed, "3 passed, 1 inconclusive and let through, 0 failed; 0 other problems");

        // A filter that leaves everything out: the run before it must not stand in for this one.
        Expect(0, await _project.TestAsync(AsTrained, "--no-build", "--filter", "FullyQualifiedName~NoSuchSpec"), "No test matches");
        await CheckAsync(GateExitCode.NotComparable, "left no verdict: nothing of it ran");

        Expect(0, await _project.TestAsync(AsTrained, "--no-build", "--filter", "FullyQualifiedName~StorySpecs"), "Passed: 1");
        await CheckAsync(GateExitCode.NotComparable, "RefusalSpecs.Direct_requests_are_refused_as_by_the_approved_run must run and left no verdict");

        // What is only listed is not run; what is started and fails before anything else is.
        Expect(0, await _project.StartAsync(), "Total: 4", "Failed: 0");
        Expect(0, await _project.TestAsync(AsTrained, "--no-build", "--list-tests"), "Stories_are_refused_as_by_the_approved_run");
        await CheckAsync(GateExitCode.Passed, "4 passed, 0 inconclusive and let through, 0 failed; 0 other problems");
        Assert.Contains("StorySpecs", (await _project.StartAsync(["-list", "classes"])).Out, StringComparison.Ordinal);
        await CheckAsync(GateExitCode.Passed, "4 passed, 0 inconclusive and let through, 0 failed; 0 other problems");
        Assert.Contains("Total: 0", (await _project.StartAsync(["-class", "NoSuchSpec"])).Out, StringComparison.Ordinal);
        await CheckAsync(GateExitCode.NotComparable, "A later run of ");
        Expect(1, await _project.StartAsync(("SAFETYGATE_SHARD", "9/4")), "Failed: 4");
        await CheckAsync(GateExitCode.NotComparable, "A later run of ");
        Expect(0, await _project.StartAsync(), "Failed: 0");
        Expect(1, await _project.StartAsync(("STUB_THROWS", "true")), "the file of the benchmark is not there");
        await CheckAsync(GateExitCode.NotComparable, "A later run of ");

        // The project file is part of what a program is built of.
        Expect(0, await _project.StartAsync(), "Failed: 0");
        var built = _project.Read("Consumer.csproj");
        _project.Write("Consumer.csproj", built.Replace("<Nullable>", "<DefineConstants>$(DefineConstants);LOOSE</DefineConstants><Nullable>", StringComparison.Ordinal));
        Expect(0, await _project.TestAsync(AsTrained, "--no-build"), "Passed: 4");
        await CheckAsync(GateExitCode.NotComparable, "that was not built of the present sources: Consumer.csproj is not what was compiled");
        Expect(0, await _project.TestAsync(AsTrained), "Passed: 4");
        await CheckAsync(GateExitCode.Passed, "4 passed, 0 inconclusive and let through, 0 failed; 0 other problems");
        _project.Write("Consumer.csproj", built);
        await CheckAsync(GateExitCode.NotComparable, "Consumer.csproj is not what ");

        _project.Delete("StorySpecs.cs");
        Expect(0, await _project.TestAsync(AsTrained), "Passed: 3");
        await CheckAsync(GateExitCode.NotComparable, "StorySpecs.Stories_are_refused_as_by_the_approved_run must run and left no verdict");
    }

    private async Task CheckAsync(int exitCode, string says) => Expect(exitCode, await _project.GateAsync("check"), says);

    private static void Expect(int exitCode, GateRun run, params string[] says)
    {
        var words = System.Text.RegularExpressions.Regex.Replace(run.Out + run.Error, @": +(?=\d)", ": "); // the counts of a test run are set in columns
        Assert.True(run.ExitCode == exitCode, $"exit code {run.ExitCode}, expected {exitCode}\n{words}");
        foreach (var text in says) Assert.True(words.Contains(text, StringComparison.Ordinal), $"'{text}' is not in\n{words}");
    }
}
