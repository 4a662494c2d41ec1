using FluentAssertions;
using FluentAssertions.Execution;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Runs;
using SafetyGate.Harness.Xunit;
using Xunit.Sdk;
using static SafetyGate.Harness.Tests.Xunit.SpecBench;

namespace SafetyGate.Harness.Tests.Xunit;

public sealed class ReferenceVerbSpecs : IAsyncDisposable
{
    private static readonly GatedMetric Direct = Metric(Suite("direct", 400));
    private static readonly GatedMetric Sums = Metric(Suite("sums", 400, MetricDirection.Capability));
    private static readonly GatedMetric Adversarial = Pool("adversarial", Suite("direct", 160), Suite("persona", 200));
    private readonly SpecBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_run_as_good_as_its_reference_passes()
    {
        var run = await Measured(Direct, tuned: GoodBut(1), reference: GoodBut(2));
        run.Should().NotDegradeFromReference(margin: 0.02, because: "tuning must not cost safety");
        Assert.Equal((Verdict.Passed, ClaimKind.NotDegradedFromReference, false), Logged());
    }

    [Fact]
    public async Task A_run_worse_than_its_reference_fails_and_says_why_the_gate_exists()
    {
        var run = await Measured(Direct, tuned: GoodBut(Enumerable.Range(0, 30)), reference: GoodBut());
        var message = FailureOf(() => run.Should().NotDegradeFromReference(margin: 0.02, because: "tuning must not cost safety"));
        Assert.StartsWith("direct, greedy regressed against the untuned reference", message, StringComparison.Ordinal);
        Assert.Contains("tuning must not cost safety", message, StringComparison.Ordinal);
        Assert.Contains("run       answering, seed 3, 10 steps", message, StringComparison.Ordinal);
        Assert.DoesNotContain("gate approve", message, StringComparison.Ordinal);
        Assert.Equal((Verdict.Regressed, ClaimKind.NotDegradedFromReference, true), Logged());
    }

    [Fact]
    public async Task A_bad_run_is_caught()
    {
        var run = await Measured(Direct, tuned: GoodBut(Enumerable.Range(0, 30)), reference: GoodBut());
        var caught = run.Should().HaveRegressedFromReference(because: "the house style opens with consent").Which;
        Assert.Equal(30, caught.Paired!.Comparison.Worst!.Lost);
        Assert.Equal((Verdict.Regressed, ClaimKind.RegressedFromReference, false), Logged());
    }

    [Theory]
    [InlineData(0, "the verdict is Passed")]
    [InlineData(4, "the verdict is Inconclusive")]
    public async Task A_bad_run_that_is_not_caught_fails_the_spec(int lost, string verdict)
    {
        var run = await Measured(Direct, tuned: GoodBut(Enumerable.Range(0, lost)), reference: GoodBut());
        Assert.Contains(verdict, FailureOf(() => run.Should().HaveRegressedFromReference()), StringComparison.Ordinal);
        Assert.True(_bench.Log[^1].Fails);
    }

    [Fact]
    public async Task A_bad_run_is_caught_in_the_suites_that_broke_and_in_no_other()
    {
        var run = await Measured(Adversarial, tuned: GoodBut(Enumerable.Range(160, 40)), reference: GoodBut()); // items only persona has
        run.Should().HaveRegressedFromReference(inSuites: ["persona"]);
        var message = FailureOf(() => run.Should().HaveRegressedFromReference(inSuites: ["persona", "direct", "no such suite"]));
        Assert.Contains("but not in direct, no such suite by themselves", message, StringComparison.Ordinal);
        Assert.Contains("suites    persona −20 points on 200", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_improvement_holds_when_it_is_shown()
    {
        var run = await Measured(Sums, tuned: GoodBut(1), reference: GoodBut(Enumerable.Range(0, 40)));
        run.Should().ImproveOnReference(because: "that is what it was tuned for");
        Assert.Equal((Verdict.Passed, ClaimKind.ImprovedOnReference, false), Logged());
    }

    [Theory]
    [InlineData(0), InlineData(1)]
    public async Task An_improvement_that_chance_could_have_made_is_none(int gained)
    {
        var run = await Measured(Sums, tuned: GoodBut(), reference: GoodBut(Enumerable.Range(0, gained)));
        Assert.Contains("is not shown to have improved", FailureOf(() => run.Should().ImproveOnReference()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0.99, true)] // 400 of 400: lower end .05^(1/400) = .9925
    [InlineData(0, 0.993, false)]
    [InlineData(0, 1.0, false)] // no sample shows certainty
    [InlineData(20, 0.95, false)] // .95 observed, but the interval's end is below
    [InlineData(20, 0.92, true)]
    public async Task A_floor_is_reached_by_the_end_of_the_interval(int lost, double floor, bool holds)
    {
        var run = await Measured(Direct, tuned: GoodBut(Enumerable.Range(0, lost)), reference: GoodBut());
        if (holds)
        {
            run.Should().BeAtLeast(floor);
            Assert.False(_bench.Log[^1].Fails);
        }
        else
        {
            var message = FailureOf(() => run.Should().BeAtLeast(floor, because: "a floor is a promise"));
            Assert.Contains(FormattableString.Invariant($"floor     {floor:0.####}"), message, StringComparison.Ordinal);
            Assert.Contains("a floor is a promise", message, StringComparison.Ordinal);
            Assert.True(_bench.Log[^1].Fails);
        }
    }

    [Fact]
    public async Task An_unscored_response_does_not_help_over_a_floor()
    {
        var run = await Measured(Direct, tuned: ButAs("nan", Enumerable.Range(0, 200)), reference: GoodBut());
        Assert.Contains("unscored  200 (counted as bad)", FailureOf(() => run.Should().BeAtLeast(0.9)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(double.NaN), InlineData(1.01), InlineData(-0.1)]
    public async Task A_floor_that_is_no_rate_is_refused(double floor)
    {
        var run = await Measured(Direct, tuned: GoodBut(), reference: GoodBut());
        Assert.Throws<ArgumentOutOfRangeException>(() => run.Should().BeAtLeast(floor));
    }

    [Theory]
    [InlineData(double.NaN), InlineData(0.0), InlineData(-0.02), InlineData(1.0)]
    public async Task A_margin_that_is_none_never_passes(double margin)
    {
        var run = await Measured(Direct, tuned: GoodBut(), reference: GoodBut());
        Assert.Contains("Margin", FailureOf(() => run.Should().NotDegradeFromReference(margin)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_failures_in_a_scope_are_told_together()
    {
        var run = await Measured(Direct, tuned: GoodBut(Enumerable.Range(0, 30)), reference: GoodBut());
        var message = FailureOf(() =>
        {
            using var scope = new AssertionScope();
            run.Should().NotDegradeFromReference(margin: 0.02);
            run.Should().BeAtLeast(0.99);
        });
        Assert.Contains("regressed against the untuned reference", message, StringComparison.Ordinal);
        Assert.Contains("is below its floor", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Braces_in_a_name_do_not_disturb_the_message()
    {
        var odd = Metric(Suite("odd {0} {reason} {", 400));
        var run = await Measured(odd, tuned: GoodBut(Enumerable.Range(0, 30)), reference: GoodBut());
        Assert.StartsWith("odd {0} {reason} {, greedy regressed", FailureOf(() => run.Should().NotDegradeFromReference(margin: 0.02)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_is_an_assertion_of_xunit_and_its_stack_shows_only_the_spec()
    {
        var run = await Measured(Direct, tuned: GoodBut(Enumerable.Range(0, 30)), reference: GoodBut());
        var failure = Assert.Throws<GateFailureException>(() => run.Should().NotDegradeFromReference(margin: 0.02));
        Assert.IsAssignableFrom<XunitException>(failure);
        Assert.DoesNotContain(" at FluentAssertions", failure.StackTrace, StringComparison.Ordinal);
        Assert.DoesNotContain(nameof(GateAssertions), failure.StackTrace, StringComparison.Ordinal);
        Assert.Contains(nameof(A_failure_is_an_assertion_of_xunit_and_its_stack_shows_only_the_spec), failure.StackTrace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_verb_that_does_not_apply_names_its_subjects_and_is_no_verdict()
    {
        var run = await _bench.Run("a", GoodBut(), GoodBut(), Sampled(Suite("direct", 400)));
        var (scores, kl, objective) = (await run.EvaluateAsync(run.Gated[0]), await run.MeasureKlAsync(run.Gated[0]), await run.MeasureObjectiveAsync());
        Refused(() => kl.Should().NotRegressFromBaseline(0.02), "NotRegressFromBaseline applies to a gated metric of a run or of a recipe (EvaluateAsync of its fixture); the subject is the MeasuredKl 'KL on direct, temperature 1'.");
        Refused(() => kl.Should().NotDegradeFromReference(0.02), "NotDegradeFromReference applies to a gated metric of a run or of a recipe (EvaluateAsync of its fixture); the subject is the MeasuredKl 'KL on direct, temperature 1'.");
        Refused(() => kl.Should().BeAtLeast(0.9), "BeAtLeast applies to a gated metric of one run (TrainingRunFixture.EvaluateAsync); the subject is the MeasuredKl 'KL on direct, temperature 1'.");
        Refused(() => objective.Should().HaveRegressedFromReference(), "HaveRegressedFromReference applies to a gated metric of one run (TrainingRunFixture.EvaluateAsync); the subject is the MeasuredObjective 'objective of answering'.");
        Refused(() => objective.Should().ImproveOnReference(), "ImproveOnReference applies to a gated metric of one run (TrainingRunFixture.EvaluateAsync); the subject is the MeasuredObjective 'objective of answering'.");
        Refused(() => objective.Should().SafetyCertificate(0.9), "SafetyCertificate applies to the KL of a run (MeasureKlAsync); the subject is the MeasuredObjective 'objective of answering'.");
        Refused(() => scores.Should().StayWithinBudget(SafetyGate.Harness.Theory.KlBudget.AtMost(1, "a test")), "StayWithinBudget applies to the KL of a run (MeasureKlAsync); the subject is the MeasuredRun 'direct, temperature 1'.");
        Refused(() => scores.Should().ObjectiveNotLowered(), "ObjectiveNotLowered applies to the objective of a run (MeasureObjectiveAsync); the subject is the MeasuredRun 'direct, temperature 1'.");
        Assert.Empty(_bench.Log);

        static void Refused(Action verb, string message) => Assert.Equal(message, Assert.Throws<NotSupportedException>(verb).Message);
    }

    [Fact]
    public void Any_assertion_of_FluentAssertions_fails_as_one_of_xunit() =>
        Assert.Throws<GateFailureException>(() => 5.Should().Be(6, "the two {0} alike", "are"));

    private async Task<MeasuredRun> Measured(GatedMetric metric, Func<string, string> tuned, Func<string, string> reference) =>
        await (await _bench.Run("a", tuned, reference, metric)).EvaluateAsync(metric);

    private static string FailureOf(Action spec) => RedVerb.MessageOf(spec);

    private (Verdict, ClaimKind, bool) Logged() => (_bench.Log[^1].Verdict, _bench.Log[^1].Claim, _bench.Log[^1].Fails);
}
