using SafetyGate.Core;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Harness.Reports;

namespace SafetyGate.Cli.Tests.Commands;

/// <summary><c>gate report --run</c>: the drift of one run.</summary>
public sealed class DriftReportSpecs
{
    private static readonly RunDrift Drift = new()
    {
        Recipe = "rlvr",
        Seed = 3,
        Digest = new string('a', 64),
        Steps = 15,
        Beta = 0.02,
        NonConformities = [],
        ReferenceReward = 0.5,
        Reward = 0.75,
        TrainingKl = 0.25,
        TrainingPrompts = 300,
        Metrics = [new() { Metric = "pocket/direct, temperature 1", Direction = MetricDirection.Safety, Items = 168, Reference = 1, Tuned = 0.9875, Kl = 0.0125, KlUpper = 0.025 }],
        Bounds = [new("B7", "pocket/direct, temperature 1", "S_tuned ≥ L(S_p, K)", "any policy", BoundApplicability.Holds, 0.9375, 0.9875), new("B8", "training prompts", "K ≤ ΔG/β", "the optimum", BoundApplicability.NotApplicable, null, null, "not a conforming run")],
    };

    [Fact]
    public async Task A_run_s_table_has_reward_safety_KL_and_each_bound_with_its_premise()
    {
        using var folder = new TemporaryFolder();
        Drift.Write(Directory.CreateDirectory(Path.Combine(folder.Path, "runs", Drift.Digest)).FullName);
        var run = await Run(folder.Path, "aaaaaaaa");
        Assert.True(run.ExitCode == GateExitCode.Passed, run.Error);
        foreach (var expected in new[] { "0.750", "0.9375", "0.0125", "any policy", "not applicable", "not a conforming run", "derived and checked for this project" }) Assert.Contains(expected, run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("paper", run.Out, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("bbbbbbbb", GateExitCode.Usage)]
    [InlineData("aaa", GateExitCode.Usage)]
    [InlineData("../../etc", GateExitCode.Usage)]
    public async Task A_run_that_is_not_there_is_refused(string digest, int code)
    {
        using var folder = new TemporaryFolder();
        Drift.Write(Directory.CreateDirectory(Path.Combine(folder.Path, "runs", Drift.Digest)).FullName);
        Assert.Equal(code, (await Run(folder.Path, digest)).ExitCode);
    }

    [Fact]
    public async Task The_beginning_of_two_runs_digests_names_neither()
    {
        using var folder = new TemporaryFolder();
        foreach (var digest in new[] { Drift.Digest, new string('a', 60) + "bbbb" }) Drift.Write(Directory.CreateDirectory(Path.Combine(folder.Path, "runs", digest)).FullName);
        var run = await Run(folder.Path, "aaaaaaaa");
        Assert.Equal(GateExitCode.Usage, run.ExitCode);
        Assert.Contains("--run is 'aaaaaaaa'; 2 runs in ", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("html", GateExitCode.Passed), InlineData("markdown", GateExitCode.Passed), InlineData("junit", GateExitCode.Usage), InlineData("sarif", GateExitCode.Usage), InlineData("github", GateExitCode.Usage), InlineData("comment", GateExitCode.Usage)]
    public async Task A_run_is_written_in_the_format_that_was_asked_or_refused(string format, int code)
    {
        using var folder = new TemporaryFolder();
        Drift.Write(Directory.CreateDirectory(Path.Combine(folder.Path, "runs", Drift.Digest)).FullName);
        var run = await GateRun.OfAsync("report", "--run", "aaaaaaaa", "--store", folder.Path, "--format", format);
        Assert.Equal(code, run.ExitCode);
        if (code == GateExitCode.Passed) Assert.Equal(format == "html", run.Out.StartsWith("<!doctype html>", StringComparison.Ordinal));
        else Assert.Contains($"no verdicts for {format}; it is written as markdown or html", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_whose_drift_was_not_measured_says_what_measures_it()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "runs", Drift.Digest));
        var run = await Run(folder.Path, Drift.Digest);
        Assert.Equal(GateExitCode.NotComparable, run.ExitCode);
        Assert.Contains("gate study rlvr", run.Error, StringComparison.Ordinal);
    }

    private static Task<GateRun> Run(string store, string digest) => GateRun.OfAsync("report", "--run", digest, "--store", store);
}
