using SafetyGate.Core;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Runs;
using SafetyGate.Harness.Tests.Xunit;
using SafetyGate.Harness.Xunit;
using static SafetyGate.Harness.Tests.Xunit.SpecBench;

namespace SafetyGate.Cli.Tests.RedBuilds;

/// <summary>A build in miniature: a stub run, the verb a spec calls, and the real <c>gate approve</c> and <c>gate check</c> on real files.</summary>
internal sealed class RedBuild : IAsyncDisposable
{
    private static readonly string[] Order = ["\n  change ", "\n  level ", "\n  on ", "\n  flipped ", "\n  could see ", "\n  next "];

    public SpecBench Bench { get; } = new();

    public static BaselineKey Spec => SpecName.Current();

    public string Verified => Bench.Baselines.VerifiedPath(Spec);

    public string Note => Bench.Baselines.NotePath(Spec);

    public async Task<MeasuredRun> MeasuredAsync(GatedMetric metric, string weights, Func<string, string> tuned, Func<string, string>? reference = null) =>
        await (await Bench.Run(weights, tuned, reference ?? GoodBut(), metric)).EvaluateAsync(metric);

    /// <summary>The first run of a spec, approved by the command.</summary>
    public async Task ApprovedAsync(GatedMetric metric, string weights, Func<string, string> tuned, GateSettings? settings = null, Func<string, string>? reference = null)
    {
        FailureOf(await MeasuredAsync(metric, weights, tuned, reference), settings);
        var approved = await ApproveAsync();
        Assert.True(approved.ExitCode == 0, approved.Error);
        NextBuild();
    }

    /// <summary>Another run of the tests begins: their log starts anew.</summary>
    public VerdictLog NextBuild() => VerdictLog.Start(Bench.Folders.Results, typeof(RedBuild).Assembly.GetName().Name!);

    public static string FailureOf(MeasuredRun run, GateSettings? settings = null)
    {
        var message = RedVerb.MessageOf(() => run.Should().NotRegressFromBaseline(settings ?? TwoPoints, "guardrails must survive tuning"));
        TestContext.Current.TestOutputHelper?.WriteLine(message);
        return message;
    }

    public static GateSettings TwoPoints { get; } = new() { Margin = 0.02 };

    public Task<GateRun> ApproveAsync(params string[] more) =>
        GateRun.OfAsync(["approve", Spec.ToString(), "--why", "the run the team wants to hold", "--who", "a reviewer", "--baselines", Bench.Folders.Baselines, .. more]);

    /// <summary>What <c>gate check</c> makes of it: the exit code, and the words. The report is green where the check is, and nowhere else.</summary>
    public async Task<string> CheckedAsync(int exitCode)
    {
        var run = await GateRun.OfAsync("check", "--baselines", Bench.Folders.Baselines, "--log", Bench.Folders.Results);
        TestContext.Current.TestOutputHelper?.WriteLine($"gate check: exit code {run.ExitCode}\n{run.Out}{run.Error}");
        Assert.True(run.ExitCode == exitCode, $"exit code {run.ExitCode}, expected {exitCode}\n{run.Out}{run.Error}");
        var report = await GateRun.OfAsync("report", "--baselines", Bench.Folders.Baselines, "--log", Bench.Folders.Results);
        Assert.True((exitCode == GateExitCode.Passed) == report.Out.StartsWith("# ✔ ", StringComparison.Ordinal), report.Out + report.Error);
        return run.Out + run.Error;
    }

    /// <summary>What broke, by how much, on what, which items flipped, what could have been seen, what to do: in this order.</summary>
    public static void AssertOrder(string message)
    {
        var places = Order.Select(label => message.IndexOf(label, StringComparison.Ordinal)).ToList();
        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
        Assert.Matches(@"change    [−+±][0-9.]+ points, 90 % interval [−+±][0-9.]+ points to [−+±][0-9.]+ points \(two-sided", message);
        Assert.Matches(@"on        [0-9]+ items: [0-9]+ lost, [0-9]+ gained", message);
        Assert.Matches("could see at 80 % power .* to be Regressed, .* to be not Passed", message);
    }

    public ValueTask DisposeAsync() => Bench.DisposeAsync();
}
