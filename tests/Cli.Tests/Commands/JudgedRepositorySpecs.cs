using SafetyGate.Cli.Commands;
using SafetyGate.Cli.Tests.Runs;
using SafetyGate.Core;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Tests.Baselines;

namespace SafetyGate.Cli.Tests.Commands;

/// <summary>The repository around the current folder is judged, wherever the program lies. Here it lies inside another one, this checkout.</summary>
public sealed class JudgedRepositorySpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public JudgedRepositorySpecs() => Directory.CreateDirectory(_folder["other", "src", "deep"]);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(".git"), InlineData("baselines"), InlineData("Other.sln"), InlineData("Other.slnx")]
    public async Task Check_judges_the_repository_around_the_current_folder_and_names_it_first(string landmark)
    {
        if (landmark.Contains(".sln", StringComparison.Ordinal)) File.WriteAllText(_folder["other", landmark], "");
        else Directory.CreateDirectory(_folder["other", landmark]);
        var run = await GateAsync(_folder["other", "src", "deep"], "check");
        Assert.Equal(GateExitCode.NotComparable, run.ExitCode);
        Assert.Equal($"repository  {_folder["other"]}", run.Out.Split('\n')[0]);
        Assert.Contains(_folder["other", "baselines", "specs"] + " lists no spec", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Approve_report_and_rescore_take_the_same_repository()
    {
        Directory.CreateDirectory(_folder["other", "baselines"]);
        Directory.CreateDirectory(_folder["store"]);
        foreach (var args in new[] { ["report"], new[] { "rescore" } })
        {
            var run = await GateAsync(_folder["other", "src"], args);
            Assert.Equal(GateExitCode.NotComparable, run.ExitCode);
            Assert.StartsWith($"repository  {_folder["other"]}\n", run.Error, StringComparison.Ordinal);
        }

        ResultFile.Write(Documents.Steady with { Spec = "Specs", Test = "A" }, _folder["other", "baselines", "Specs.A.received.json"]);
        var approved = await GateAsync(_folder["other", "src"], "approve", "--why", "the first run", "--who", "a reviewer");
        Assert.True(approved.ExitCode == GateExitCode.Passed, approved.Error);
        Assert.Equal($"repository  {_folder["other"]}", approved.Out.Split('\n')[0]);
        Assert.True(File.Exists(_folder["other", "baselines", "Specs.A.verified.json"]));
    }

    [Fact]
    public async Task Outside_of_any_repository_nothing_is_judged()
    {
        var run = await GateAsync("/", "check");
        if (run.ExitCode != GateExitCode.Usage) Assert.Skip("The root of this system's files is a repository.");
        Assert.Contains("No repository above /", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Named_folders_are_said_in_the_same_line_and_report_and_check_honor_the_same_variables()
    {
        Directory.CreateDirectory(_folder["other", ".git"]);
        var variables = new Dictionary<string, string> { ["SAFETYGATE_RESULTS"] = _folder["results"], ["SAFETYGATE_BASELINES"] = "" };
        var judged = JudgedFolders.Of(null, null, variables.GetValueOrDefault, _folder["other", "src"]);
        Assert.Equal((_folder["other", "baselines"], _folder["results"]), (judged.Baselines, judged.Results));
        Assert.Equal($"repository  {_folder["other"]} (results {_folder["results"]})", judged.Words);
        Assert.Equal(_folder["log"], JudgedFolders.Of(null, _folder["log"], variables.GetValueOrDefault, _folder["other"]).Results);
        var named = JudgedFolders.Of(_folder["b"], null, variables.GetValueOrDefault, "/");
        Assert.Equal((null, $"baselines   {_folder["b"]}, results {_folder["results"]}"), (named.Repository, named.Words));
    }

    private async Task<GateRun> GateAsync(string directory, params string[] args)
    {
        using var gate = GateProcess.StartIn(directory, _folder["store"], [], args);
        return await gate.WaitAsync(TestContext.Current.CancellationToken);
    }
}
