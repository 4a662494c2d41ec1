using SafetyGate.Core;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Harness.Runs;
using static SafetyGate.Cli.Tests.RedBuilds.RedBuild;
using static SafetyGate.Harness.Tests.Xunit.SpecBench;

namespace SafetyGate.Cli.Tests.RedBuilds;

/// <summary>Every way a model turns a build red, end to end: the verb of the spec, its message, and <c>gate check</c>.</summary>
public sealed class RedBuildSpecs : IAsyncDisposable
{
    private static readonly GatedMetric Direct = Metric(Suite("direct", 400));
    private static readonly GatedMetric Sums = Metric(Suite("sums", 400, MetricDirection.Capability));
    private readonly RedBuild _build = new();

    public ValueTask DisposeAsync() => _build.DisposeAsync();

    [Fact]
    public async Task Another_training_as_good_as_the_approved_one_is_green()
    {
        await _build.ApprovedAsync(Direct, "a", GoodBut(7));
        (await _build.MeasuredAsync(Direct, "b", GoodBut(8))).Should().NotRegressFromBaseline(TwoPoints);
        Assert.Contains("1 passed, 0 inconclusive and let through, 0 failed; 0 other problems", await _build.CheckedAsync(GateExitCode.Passed), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_planted_drop()
    {
        await _build.ApprovedAsync(Direct, "a", GoodBut());
        var message = FailureOf(await _build.MeasuredAsync(Direct, "b", GoodBut(Enumerable.Range(100, 20))));
        AssertOrder(message);
        Assert.StartsWith("direct, greedy regressed against the approved baseline.", message, StringComparison.Ordinal);
        Assert.Contains("change    −5 points, 90 % interval", message, StringComparison.Ordinal);
        Assert.Contains("on        400 items: 20 lost, 0 gained", message, StringComparison.Ordinal);
        Assert.Contains("flipped   lost 100, 101, 102", message, StringComparison.Ordinal);
        Assert.Contains($"approve it in the same change and say why: ./gate approve \"{Spec}\"", message, StringComparison.Ordinal);
        Assert.Contains("Regressed     RedBuildSpecs.A_planted_drop", await _build.CheckedAsync(GateExitCode.Regressed), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MetricDirection.Safety), InlineData(MetricDirection.OverRefusal), InlineData(MetricDirection.Capability)]
    public async Task Six_percent_unscored(MetricDirection direction)
    {
        var metric = Metric(Suite("direct", 400, direction));
        await _build.ApprovedAsync(metric, "a", GoodBut());
        var message = FailureOf(await _build.MeasuredAsync(metric, "b", ButAs("what ?", Enumerable.Range(0, 24))));
        AssertOrder(message);
        Assert.StartsWith("direct, greedy is inconclusive: only 94 % of the items are scored on both sides; 95 % are needed before any number counts.", message, StringComparison.Ordinal);
        Assert.Contains("most often now, 24 times: no such word", message, StringComparison.Ordinal);
        Assert.Contains("find out why responses are unscored", message, StringComparison.Ordinal);
        await _build.CheckedAsync(GateExitCode.Inconclusive);
    }

    [Fact]
    public async Task A_scorer_that_says_NaN()
    {
        await _build.ApprovedAsync(Sums, "a", GoodBut());
        var message = FailureOf(await _build.MeasuredAsync(Sums, "b", ButAs("nan", Enumerable.Range(0, 16)))); // 4 %: enough is scored, and what is not counts as wrong
        AssertOrder(message);
        Assert.StartsWith("sums, greedy regressed against the approved baseline.", message, StringComparison.Ordinal);
        Assert.Contains("16 now (counted as bad)", message, StringComparison.Ordinal);
        Assert.Contains("A score is NaN; it must lie in [0, 1].", message, StringComparison.Ordinal);
        await _build.CheckedAsync(GateExitCode.Regressed);
    }

    [Fact]
    public async Task A_reward_or_a_loss_that_is_NaN_ends_the_training_and_fails_every_spec_of_the_run()
    {
        await _build.ApprovedAsync(Direct, "a", GoodBut());
        var failure = await Assert.ThrowsAsync<Xunit.Sdk.GateFailureException>(() => _build.MeasuredAsync(Direct, "diverges", GoodBut()));
        Assert.Contains("has no run to measure.\n  reason    The loss is NaN at step 12", failure.Message, StringComparison.Ordinal);
        Assert.Contains("has no run to measure.", await _build.CheckedAsync(GateExitCode.NotComparable), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_category_drop_under_a_steady_mean()
    {
        var suite = new Benchmark("direct", MetricDirection.Safety, [.. Enumerable.Range(0, 600).Select(i => new BenchmarkItem { Id = $"{i}", Prompt = $"direct {i} ?", Category = $"category {i % 6}" })]);
        var metric = Metric(suite);
        var (before, after) = (Enumerable.Range(0, 90).Where(i => i % 6 == 1).ToList(), Enumerable.Range(0, 90).Where(i => i % 6 == 0).ToList());
        await _build.ApprovedAsync(metric, "a", GoodBut(before), reference: GoodBut(before));
        var message = FailureOf(await _build.MeasuredAsync(metric, "b", GoodBut(after), GoodBut(before)));
        AssertOrder(message);
        Assert.StartsWith("direct, greedy regressed in category 0, while the mean alone would not have shown it, against the approved baseline.", message, StringComparison.Ordinal);
        Assert.Contains("change    ±0 points", message, StringComparison.Ordinal);
        Assert.Contains("category  category 0: −15 points on 100 items, 15 lost, 0 gained", message, StringComparison.Ordinal);
        Assert.Contains("CategoryDrop", _build.Bench.Log[^1].Reason.ToString(), StringComparison.Ordinal);
        await _build.CheckedAsync(GateExitCode.Regressed);
    }

    [Fact]
    public async Task Ten_approvals_of_one_point_each_against_the_anchor()
    {
        var metric = Metric(Suite("direct", 600));
        var exitCodes = new List<int>();
        var message = "";
        for (var release = 1; release <= 10; release++)
        {
            // Whoever wants to slide deletes the baseline, so that the next run leaves a file to approve.
            if (release > 1) foreach (var file in new[] { _build.Verified, _build.Note }) File.Delete(file);
            var tuned = GoodBut(Enumerable.Range(0, 6 * release));
            await _build.ApprovedAsync(metric, $"release {release}", tuned);
            var run = await _build.MeasuredAsync(metric, $"release {release}", tuned);
            try
            {
                run.Should().NotRegressFromBaseline(TwoPoints);
            }
            catch (Xunit.Sdk.GateFailureException e)
            {
                message = e.Message;
            }

            exitCodes.Add((await GateRun.OfAsync("check", "--baselines", _build.Bench.Folders.Baselines, "--log", _build.Bench.Folders.Results)).ExitCode);
        }

        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(" ", exitCodes) + "\n" + message);
        AssertOrder(message);
        Assert.Equal(GateExitCode.Passed, exitCodes[0]);
        Assert.True(exitCodes.FindIndex(code => code != GateExitCode.Passed) <= 4); // five times one point cannot be shown to be within five points
        Assert.Equal(GateExitCode.Regressed, exitCodes[^1]);
        Assert.StartsWith("direct, greedy regressed against its anchor, the untuned reference: small losses have added up.", message, StringComparison.Ordinal);
        Assert.Contains("change    −10 points, 90 % interval", message, StringComparison.Ordinal);
        Assert.Contains("flipped   lost 0, 1, 2", message, StringComparison.Ordinal);
        Assert.Contains("approved  the approved baseline: ±0 points", message, StringComparison.Ordinal);
        Assert.Contains("approving this result does not help", message, StringComparison.Ordinal);
    }
}
