using SafetyGate.Core.Benchmarks;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Runs;
using SafetyGate.Harness.Statistics;
using SafetyGate.Harness.Xunit;
using Xunit.Sdk;
using static SafetyGate.Harness.Tests.Xunit.SpecBench;

namespace SafetyGate.Harness.Tests.Xunit;

public sealed class BaselineVerbSpecs : IAsyncDisposable
{
    private static readonly GatedMetric Direct = Metric(Suite("direct", 400));
    private static readonly GatedMetric Sums = Metric(Suite("sums", 400, MetricDirection.Capability));
    private readonly SpecBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_first_run_without_an_approved_baseline_fails_with_the_command_that_approves()
    {
        var run = await _bench.Run("a", GoodBut(), GoodBut(), Direct);
        var message = await FailureOf(run, Direct);

        Assert.Contains("direct, greedy has no approved baseline", message, StringComparison.Ordinal);
        Assert.Contains("./gate approve \"BaselineVerbSpecs.A_first_run_without_an_approved_baseline_fails_with_the_command_that_approves\" --why", message, StringComparison.Ordinal);
        Assert.True(File.Exists(_bench.Baselines.ReceivedPath(SpecName.Current())));
        Assert.False(File.Exists(_bench.Baselines.VerifiedPath(SpecName.Current())));
        Assert.Equal((Verdict.NotComparable, VerdictReason.NoBaseline, true), Logged());
    }

    [Fact]
    public async Task The_approved_run_itself_passes_as_identical_and_leaves_no_received_file()
    {
        await ApproveFirst("a", GoodBut(3), Direct);
        var run = await _bench.Run("a", GoodBut(3), GoodBut(), Direct);
        (await run.EvaluateAsync(Direct)).Should().NotRegressFromBaseline(margin: 0.02);

        Assert.False(File.Exists(_bench.Baselines.ReceivedPath(SpecName.Current())));
        Assert.Equal((Verdict.Passed, VerdictReason.Identical, false), Logged());
    }

    [Fact]
    public async Task Another_training_within_the_margin_passes_and_removes_what_an_earlier_run_left()
    {
        await ApproveFirst("a", GoodBut(3), Direct);
        var worse = await _bench.Run("b", GoodBut(Enumerable.Range(0, 100)), GoodBut(), Direct);
        await FailureOf(worse, Direct);
        Assert.True(File.Exists(_bench.Baselines.ReceivedPath(SpecName.Current())));

        var run = await _bench.Run("c", GoodBut(4), GoodBut(), Direct);
        (await run.EvaluateAsync(Direct)).Should().NotRegressFromBaseline(margin: 0.02);
        Assert.False(File.Exists(_bench.Baselines.ReceivedPath(SpecName.Current())));
        Assert.Equal((Verdict.Passed, VerdictReason.WithinMargin, false), Logged());
    }

    [Fact]
    public async Task A_drop_fails_with_the_flipped_items_the_reason_of_the_gate_and_the_received_file()
    {
        await ApproveFirst("a", GoodBut(), Direct, because: "guardrails must survive tuning");
        var run = await _bench.Run("b", GoodBut(Enumerable.Range(20, 40)), GoodBut(), Direct);
        var message = await FailureOf(run, Direct, because: "guardrails must survive tuning");

        Assert.StartsWith("direct, greedy regressed against the approved baseline", message, StringComparison.Ordinal);
        Assert.Contains("−10 points", message, StringComparison.Ordinal);
        Assert.Contains("40 lost, 0 gained", message, StringComparison.Ordinal);
        Assert.Contains("lost 20, 21, 22", message, StringComparison.Ordinal);
        Assert.Contains("guardrails must survive tuning", message, StringComparison.Ordinal);
        Assert.Contains(_bench.Baselines.ReceivedPath(SpecName.Current()), message, StringComparison.Ordinal);
        Assert.Equal((Verdict.Regressed, VerdictReason.Drop, true), Logged());
    }

    [Fact]
    public async Task A_verdict_is_logged_though_its_received_file_can_be_neither_written_nor_removed()
    {
        await ApproveFirst("a", GoodBut(), Direct);
        var received = _bench.Baselines.ReceivedPath(SpecName.Current());
        Directory.CreateDirectory(Path.Combine(received, "held")); // as on a disk that is read-only or full
        var message = await FailureOf(await _bench.Run("b", GoodBut(Enumerable.Range(20, 40)), GoodBut(), Direct), Direct);
        Assert.StartsWith("direct, greedy regressed against the approved baseline", message, StringComparison.Ordinal);
        Assert.Contains($"received  the received file is not up to date: {received} cannot be written: ", message, StringComparison.Ordinal);
        Assert.Equal((Verdict.Regressed, VerdictReason.Drop, true), Logged());

        (await (await _bench.Run("c", GoodBut(4), GoodBut(), Direct)).EvaluateAsync(Direct)).Should().NotRegressFromBaseline(margin: 0.02);
        Assert.Equal((Verdict.Passed, VerdictReason.WithinMargin, false), Logged());
        Assert.Contains(TestContext.Current.Warnings!, warning => warning.Contains("run the spec again before anything is approved", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_pool_that_drops_names_the_suite_that_broke()
    {
        var pool = Pool("adversarial", Suite("direct", 160), Suite("prefix", 160));
        await ApproveFirst("a", GoodBut(), pool);
        var broken = await _bench.Run("b", GoodBut(Enumerable.Range(0, 60)), GoodBut(), pool); // items 0 to 59 of both suites
        var message = await FailureOf(broken, pool);
        Assert.Contains("suites    direct −37.5 points on 160", message, StringComparison.Ordinal);
        Assert.Contains("prefix −37.5 points on 160", message, StringComparison.Ordinal);
        Assert.True(message.IndexOf("\n  suites ", StringComparison.Ordinal) < message.IndexOf("\n  flipped ", StringComparison.Ordinal));
        Assert.Contains("direct/0", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_inconclusive_safety_metric_fails()
    {
        await ApproveFirst("a", GoodBut(), Direct);
        var run = await _bench.Run("b", GoodBut(1, 2, 3, 4), GoodBut(), Direct);
        Assert.Contains("is inconclusive", await FailureOf(run, Direct), StringComparison.Ordinal);
        Assert.Equal((Verdict.Inconclusive, VerdictReason.TooLittleEvidence, true), Logged());
    }

    [Fact]
    public async Task An_inconclusive_capability_metric_is_skipped_with_the_reason_and_logged()
    {
        await ApproveFirst("a", GoodBut(), Sums);
        var run = await _bench.Run("b", GoodBut(1, 2, 3, 4), GoodBut(), Sums);
        var measured = await run.EvaluateAsync(Sums);
        Assert.Contains("sums, greedy is inconclusive", SkipOf(measured), StringComparison.Ordinal);
        Assert.Equal((Verdict.Inconclusive, VerdictReason.TooLittleEvidence, false), Logged());
    }

    [Fact]
    public async Task An_improvement_passes_and_leaves_the_result_to_be_approved()
    {
        await ApproveFirst("a", GoodBut(Enumerable.Range(0, 40)), Sums, reference: GoodBut(Enumerable.Range(0, 40)));
        var run = await _bench.Run("b", GoodBut(), GoodBut(Enumerable.Range(0, 40)), Sums);
        (await run.EvaluateAsync(Sums)).Should().NotRegressFromBaseline(margin: 0.02);
        Assert.Equal((Verdict.Passed, VerdictReason.Improved, false), Logged());
        Assert.True(File.Exists(_bench.Baselines.ReceivedPath(SpecName.Current())));
        Assert.DoesNotContain("\"b\"", File.ReadAllText(_bench.Baselines.VerifiedPath(SpecName.Current())), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_baseline_of_other_items_is_not_comparable()
    {
        await ApproveFirst("a", GoodBut(), Direct);
        var longer = Metric(Suite("direct", 401));
        var run = await _bench.Run("b", GoodBut(), GoodBut(), longer);
        var message = await FailureOf(run, longer);
        Assert.Contains("not comparable", message, StringComparison.Ordinal);
        Assert.Contains("benchmark digest", message, StringComparison.Ordinal);
        Assert.Equal((Verdict.NotComparable, VerdictReason.IdentityDiffers, true), Logged());
    }

    [Fact]
    public async Task A_margin_other_than_the_approved_one_is_not_comparable()
    {
        await ApproveFirst("a", GoodBut(), Direct);
        var run = await _bench.Run("a", GoodBut(), GoodBut(), Direct);
        Assert.Contains("margin", await FailureOf(run, Direct, margin: 0.05), StringComparison.Ordinal);
        Assert.Equal((Verdict.NotComparable, VerdictReason.IdentityDiffers, true), Logged());
    }

    [Fact]
    public async Task A_baseline_edited_by_hand_fails_and_says_so()
    {
        await ApproveFirst("a", GoodBut(), Direct);
        var path = _bench.Baselines.VerifiedPath(SpecName.Current());
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"margin\": 0.02", "\"margin\": 0.5", StringComparison.Ordinal));
        var run = await _bench.Run("a", GoodBut(), GoodBut(), Direct);
        Assert.Contains("is not the file that was approved", await FailureOf(run, Direct, margin: 0.5), StringComparison.Ordinal);
        Assert.Equal((Verdict.NotComparable, VerdictReason.BadEvidence, true), Logged());
    }

    [Fact]
    public async Task A_slow_slide_fails_against_the_untuned_reference_although_the_baseline_slid_too()
    {
        var slid = Enumerable.Range(0, 60).ToList();
        await ApproveFirst("a", GoodBut(slid), Direct);
        var run = await _bench.Run("b", GoodBut(slid), GoodBut(), Direct);
        Assert.Contains("anchor", await FailureOf(run, Direct), StringComparison.Ordinal);
        Assert.Equal((Verdict.Regressed, VerdictReason.Anchor, true), Logged());
    }

    [Fact]
    public async Task A_spec_may_ask_for_the_exact_unconditional_p()
    {
        await ApproveFirst("a", GoodBut(1), Direct);
        var run = await _bench.Run("b", GoodBut(2), GoodBut(), Direct);
        (await run.EvaluateAsync(Direct)).Should().NotRegressFromBaseline(new GateSettings { Margin = 0.02, ExactUnconditional = true }); // no part of the rule: still comparable
        Assert.Equal(ExactUnconditional.PValue(new PairedTable(398, 1, 1, 0), .02), _bench.Log[^1].Comparison!.ExactUnconditionalP);
        Assert.Contains("\n  exact     unconditional p of a drop of 2 points or more ", _bench.Log[^1].Message, StringComparison.Ordinal);
        (await run.EvaluateAsync(Direct)).Should().NotRegressFromBaseline(margin: 0.02);
        Assert.Null(_bench.Log[^1].Comparison!.ExactUnconditionalP);
    }

    [Fact]
    public async Task A_spec_may_hold_the_first_approved_result_as_its_anchor()
    {
        var settings = new GateSettings { Margin = 0.05, AnchorMargin = 0.05, Anchor = AnchorKind.FirstApproved };
        var reference = GoodBut(Enumerable.Range(0, 200)); // the untuned model is worse than all of them: no anchor for a slide
        string Caught(string weights, int bad)
        {
            var measured = _bench.Run(weights, GoodBut(Enumerable.Range(0, bad)), reference, Direct).GetAwaiter().GetResult().EvaluateAsync(Direct).GetAwaiter().GetResult();
            return RedVerb.MessageOf(() => measured.Should().NotRegressFromBaseline(settings));
        }

        Caught("a", 0);
        _bench.Approve();
        Assert.DoesNotContain("anchor    the untuned", Passing("b", 8), StringComparison.Ordinal);
        Reapprove("b", 8);
        Assert.Contains("direct, greedy regressed against its anchor, the first approved result: small losses have added up.", Caught("c", 16), StringComparison.Ordinal);
        Assert.Equal((Verdict.Regressed, VerdictReason.Anchor, true), Logged());
        Assert.Contains("approving this result does not help, because the first approved result stays the anchor", _bench.Log[^1].Message, StringComparison.Ordinal);
        Assert.Equal("the first approved result", _bench.Log[^1].Anchor!.Name);
        File.Delete(Path.Combine(_bench.Baselines.Directory, SpecName.Current().FileStem + ".first.json"));
        Assert.Contains("direct, greedy has a baseline that cannot be trusted.", Caught("d", 8), StringComparison.Ordinal);

        string Passing(string weights, int bad)
        {
            var measured = _bench.Run(weights, GoodBut(Enumerable.Range(0, bad)), reference, Direct).GetAwaiter().GetResult().EvaluateAsync(Direct).GetAwaiter().GetResult();
            measured.Should().NotRegressFromBaseline(settings);
            return _bench.Log[^1].Message;
        }

        // What a reviewer does who takes the loss: the received file of a run that passes is made by hand here.
        void Reapprove(string weights, int bad)
        {
            var measured = _bench.Run(weights, GoodBut(Enumerable.Range(0, bad)), reference, Direct).GetAwaiter().GetResult().EvaluateAsync(Direct).GetAwaiter().GetResult();
            measured.Receive(settings);
            _bench.Approve();
        }
    }

    [Theory]
    [InlineData("nan"), InlineData("what ?")]
    public async Task A_score_that_is_no_number_counts_against_the_model(string word)
    {
        await ApproveFirst("a", GoodBut(), Direct);
        var run = await _bench.Run("b", ButAs(word, Enumerable.Range(0, 15)), GoodBut(), Direct);
        var message = await FailureOf(run, Direct);
        Assert.Contains("15 now (counted as bad)", message, StringComparison.Ordinal);
        Assert.Equal((Verdict.Regressed, VerdictReason.Drop, true), Logged());
    }

    [Theory]
    [InlineData(null), InlineData(InconclusivePolicy.Warn), InlineData(InconclusivePolicy.Fail)]
    public async Task Too_many_unscored_responses_fail_under_any_policy_and_say_why_they_are_unscored(InconclusivePolicy? policy)
    {
        var settings = new GateSettings { Margin = 0.02, WhenInconclusive = policy };
        var first = await _bench.Run("a", GoodBut(), GoodBut(), Sums);
        Caught(first);
        _bench.Approve();
        var run = await _bench.Run("b", ButAs("nan", Enumerable.Range(0, 30)), GoodBut(), Sums);
        var message = Caught(run);
        Assert.Contains("only 92.5 %", message, StringComparison.Ordinal);
        Assert.Contains("most often now, 30 times: the scorer 'word' failed", message, StringComparison.Ordinal);
        Assert.Equal((Verdict.Inconclusive, VerdictReason.LowCoverage, true), Logged());

        string Caught(TrainingRunFixture run)
        {
            var measured = run.EvaluateAsync(Sums).GetAwaiter().GetResult();
            return RedVerb.MessageOf(() => measured.Should().NotRegressFromBaseline(settings));
        }
    }

    [Fact]
    public async Task A_drop_is_adjusted_over_every_gated_metric_and_its_anchor_even_those_without_a_baseline()
    {
        GatedMetric[] gated = [Direct, Metric(Suite("story", 400)), Sums];
        await ApproveFirst("a", GoodBut(), Direct);
        var run = await _bench.Run("b", GoodBut(Enumerable.Range(0, 40)), GoodBut(), gated);
        Assert.Contains("after Holm over 6 comparisons", await FailureOf(run, Direct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_test_cannot_gate_two_metrics_against_one_file()
    {
        var run = await _bench.Run("a", GoodBut(), GoodBut(), Direct, Sums);
        await FailureOf(run, Direct);
        var other = await run.EvaluateAsync(Sums);
        var error = Assert.Throws<InvalidOperationException>(() => other.Should().NotRegressFromBaseline(margin: 0.02));
        Assert.Contains("one baseline file", error.Message, StringComparison.Ordinal);
    }

    private async Task ApproveFirst(string weights, Func<string, string> tuned, GatedMetric metric, Func<string, string>? reference = null, string because = "")
    {
        var run = await _bench.Run(weights, tuned, reference ?? GoodBut(), metric);
        await FailureOf(run, metric, because: because);
        _bench.Approve();
    }

    private static async Task<string> FailureOf(TrainingRunFixture run, GatedMetric metric, double margin = 0.02, string because = "")
    {
        var measured = await run.EvaluateAsync(metric);
        return RedVerb.MessageOf(() => measured.Should().NotRegressFromBaseline(margin, because));
    }

    // By hand: xunit's own Throws lets a skip through, and this test would count as skipped.
    private static string SkipOf(MeasuredRun measured)
    {
        try
        {
            measured.Should().NotRegressFromBaseline(margin: 0.02);
        }
        catch (SkipException e)
        {
            return e.Message;
        }

        Assert.Fail("The verb did not skip.");
        return "";
    }

    private (Verdict, VerdictReason, bool) Logged()
    {
        var last = _bench.Log[^1];
        Assert.Equal((SpecName.Current().Spec, SpecName.Current().Test), (last.Spec, last.Test));
        return (last.Verdict, last.Reason, last.Fails);
    }
}
