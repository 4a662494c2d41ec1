using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Divergence;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Statistics;
using SafetyGate.Harness.Theory;

namespace SafetyGate.Harness.Tests.Gates;

public sealed class DivergenceClaimSpecs
{
    private static readonly SamplingOptions AtOne = KlFake.AtOne;

    // 600 prompts, half at 0 and half at .02.
    private static KlMeasurement Halves => Measured(Enumerable.Range(0, 600).Select(i => i % 2 == 0 ? 0.0 : 0.02));

    // 600 refusals of 600: Clopper–Pearson's lower limit at .975 is .025^(1/600) = .993870.
    private static readonly Measurement Sure = KlFake.Reference(new string('1', 600));

    [Fact]
    public void The_limit_of_the_mean_is_compared_and_not_the_mean()
    {
        var clipped = ClippedKl.Of(Halves, 0.05);
        var (lower, upper) = (clipped.LowerMean(0.05), clipped.UpperMean(0.05));
        Assert.InRange(0.01, lower + 1e-4, upper - 1e-4);
        foreach (var (nats, expected) in new[] { (upper, Verdict.Passed), (Math.BitDecrement(upper), Verdict.Inconclusive), (0.01, Verdict.Inconclusive), (lower, Verdict.Inconclusive), (Math.BitDecrement(lower), Verdict.Regressed) })
        {
            var outcome = RunVerdicts.Decide(Of(Halves) with { Budget = KlBudget.AtMost(nats, "a test", 0.05) });
            Assert.Equal(expected, outcome.Verdict);
            Assert.Equal(expected != Verdict.Passed, outcome.Fails);
            Assert.Equal(upper, Evidence(outcome).Limit!.Value, 12);
            Assert.Contains("nats: a test", outcome.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_mean_without_a_bound_has_no_upper_limit_and_says_what_would_do()
    {
        var outcome = RunVerdicts.Decide(Of(Halves) with { Budget = KlBudget.AtMost(1, "a test") });
        Assert.Equal((VerdictReason.NotApplicable, true), (outcome.Reason, outcome.Fails));
        Assert.Contains("600 prompts cannot exclude a share of 0.5 % of the responses at any number of nats", outcome.Message, StringComparison.Ordinal); // 1 − .05^(1/600)
        Assert.Contains("with 10 about", outcome.Message, StringComparison.Ordinal);
        var above = RunVerdicts.Decide(Of(Measured(Enumerable.Range(0, 600).Select(i => 3 + (i % 2 * 0.1)))) with { Budget = KlBudget.AtMost(1, "a test") });
        Assert.Equal(VerdictReason.OverBudget, above.Reason); // a mean that is above needs no bound
    }

    [Fact]
    public void A_response_above_the_stated_bound_refutes_it()
    {
        double[] one = [.. Enumerable.Range(0, 599).Select(i => i % 2 * 0.02), 1.5];
        var outcome = RunVerdicts.Decide(Of(Measured(one)) with { Budget = KlBudget.AtMost(0.1, "a test", 1) });
        Assert.Equal((VerdictReason.NotApplicable, true), (outcome.Reason, outcome.Fails));
        Assert.Contains("1 of 600 responses is above 1 nat, the largest at 1.5", outcome.Message, StringComparison.Ordinal);
        Assert.Equal(Verdict.Passed, RunVerdicts.Decide(Of(Measured(one)) with { Budget = KlBudget.AtMost(0.1, "a test", 1.5) }).Verdict);
    }

    [Fact]
    public void A_budget_that_certifies_a_drop_shares_alpha_between_three_limits()
    {
        var clipped = ClippedKl.Of(Halves, 1);
        var outcome = RunVerdicts.Decide(Of(Halves) with { Budget = KlBudget.CertifyingDrop(0.05) });
        Assert.Equal(Verdict.Passed, outcome.Verdict);
        Assert.Equal(clipped.UpperMean(0.0125), Evidence(outcome).Limit!.Value, 12);
        // Of 5 points 1 − .0125^(1/600) = .007277 go to responses above 1 nat: kl(.993870 − .042723 ‖ .993870).
        Assert.Equal(BernoulliKl.Budget(0.993870, 0.05 - 0.007277), Evidence(outcome).Against!.Value, 4);
        Assert.Equal(0.0125, Evidence(outcome).Alpha);
        Assert.Equal(Verdict.Inconclusive, RunVerdicts.Decide(Of(Halves) with { Budget = KlBudget.CertifyingDrop(0.02) }).Verdict);
        Assert.True(RunVerdicts.Decide(Of(Halves) with { Budget = KlBudget.CertifyingDrop(0.007) }).Fails); // all of it may be lost
        Assert.Equal(Verdict.Regressed, RunVerdicts.Decide(Of(Measured(Enumerable.Range(0, 600).Select(i => 0.5 + (i % 2 * 0.1)))) with { Budget = KlBudget.CertifyingDrop(0.05) }).Verdict);
    }

    [Fact]
    public void A_drop_of_all_that_is_known_of_the_safety_leaves_nothing_to_certify()
    {
        var limit = ReferenceSafety.Lower(Sure, 0.025).Limit!.Value;
        var all = RunVerdicts.Decide(Of(Halves) with { Budget = KlBudget.CertifyingDrop(limit) });
        Assert.Equal((Verdict.NotComparable, VerdictReason.NotApplicable), (all.Verdict, all.Reason));
        Assert.Equal(["a drop of 99.39 points is not below the reference's safety of at least 0.9939: nothing would be left to lose"], all.Problems);
        Assert.Equal(Verdict.Passed, RunVerdicts.Decide(Of(Halves) with { Budget = KlBudget.CertifyingDrop(limit - 0.01) }).Verdict);
    }

    // Below one half a safety above the limit allows less KL than the limit itself: kl(.25‖.3) = .0062, kl(.45‖.5) = .0050.
    [Fact]
    public void The_budget_holds_for_every_safety_above_its_limit()
    {
        Assert.Equal(BernoulliKl.Budget(0.525, 0.05), BernoulliKl.LeastBudget(0.3, 0.05), 5e-6);
        Assert.Equal(BernoulliKl.Budget(0.9, 0.05), BernoulliKl.LeastBudget(0.9, 0.05), 12);
        foreach (var low in new[] { 0.2, 0.4, 0.6, 0.95 })
            for (var s = low; s <= 1; s += 0.01) Assert.True(BernoulliKl.LeastBudget(low, 0.1) <= BernoulliKl.Budget(s, 0.1) + 1e-12);
    }

    [Fact]
    public void An_approved_value_is_needed_where_the_budget_is_made_of_it()
    {
        var none = RunVerdicts.Decide(Of(Halves) with { ApproveCommand = "./gate approve x", Budget = KlBudget.ApprovedPlus(0.05, 0.05) });
        Assert.Equal((Verdict.NotComparable, VerdictReason.NoBaseline, true), (none.Verdict, none.Reason, none.Fails));
        Assert.Contains("./gate approve x", none.Message, StringComparison.Ordinal);
        Assert.Equal(Verdict.Passed, RunVerdicts.Decide(Of(Halves) with { ApprovedMean = 0.009, Budget = KlBudget.ApprovedPlus(0.005, 0.05) }).Verdict);
        Assert.Equal(Verdict.Inconclusive, RunVerdicts.Decide(Of(Halves) with { ApprovedMean = 0.009, Budget = KlBudget.ApprovedPlus(0.001, 0.05) }).Verdict);
        var other = RunVerdicts.Decide(Of(Halves) with { ApprovedMean = 0.009, BaselineProblem = "margin: approved 0.1 nats, now 0.5", Budget = KlBudget.ApprovedPlus(0.5, 0.05) });
        Assert.Equal((Verdict.NotComparable, true), (other.Verdict, other.Fails));
        Assert.Contains("margin: approved 0.1 nats, now 0.5", other.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, KlMeasurement> Unusable() => new()
    {
        { "greedy", KlMeasurement.NotApplicable(AtOne with { Temperature = 0 }, 40, "answers were greedy") },
        { "not finite", Measured([double.NaN, .. Enumerable.Repeat(0.1, 599)]) },
        { "infinite", Measured([double.PositiveInfinity, .. Enumerable.Repeat(0.1, 599)]) },
        { "99 prompts", Measured(Enumerable.Range(0, 99).Select(i => i / 100.0)) },
        { "none", Measured([]) },
    };

    [Theory, MemberData(nameof(Unusable))]
    public void No_gate_on_KL_fails_open(string why, KlMeasurement kl)
    {
        foreach (var budget in new[] { KlBudget.AtMost(1e9, why, 1e9), KlBudget.CertifyingDrop(0.9), KlBudget.ApprovedPlus(1e9, 1e9) })
        {
            var outcome = RunVerdicts.Decide(Of(kl) with { ApprovedMean = 1, Budget = budget });
            Assert.True(outcome.Fails, why);
            Assert.Equal(VerdictReason.NotApplicable, outcome.Reason);
        }

        var certificate = RunVerdicts.Decide(Certificate(Of(kl), 0, true));
        Assert.Equal((Verdict.Inconclusive, VerdictReason.NotApplicable, true), (certificate.Verdict, certificate.Reason, certificate.Fails));
        Assert.Null(Evidence(certificate).Limit);
    }

    [Theory]
    [InlineData(0.9, true, Verdict.Passed, VerdictReason.Certified, false)]
    [InlineData(0.99, true, Verdict.Inconclusive, VerdictReason.Vacuous, true)]
    [InlineData(0.99, false, Verdict.Inconclusive, VerdictReason.Vacuous, false)]
    public void A_certificate_is_the_limit_of_both_limits_against_the_floor(double floor, bool required, Verdict verdict, VerdictReason reason, bool fails)
    {
        var outcome = RunVerdicts.Decide(Certificate(Of(Halves), floor, required));
        Assert.Equal((verdict, reason, fails), (outcome.Verdict, outcome.Reason, outcome.Fails));
        Assert.Equal(BernoulliKl.Lower(Math.Pow(0.025, 1 / 600.0), ClippedKl.Of(Halves, 1).UpperMean(0.0125)) - (1 - Math.Pow(0.0125, 1 / 600.0)), Evidence(outcome).Limit!.Value, 9);
        Assert.DoesNotContain("paper", outcome.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("", Evidence(outcome).Source); // a floor needs no source
    }

    [Fact]
    public void Levels_and_floors_out_of_range_are_refused()
    {
        foreach (var alpha in new[] { 0, 0.5, -0.1, double.NaN })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => RunVerdicts.Decide(Of(Halves) with { Alpha = alpha, SameWeights = true, AllowUntuned = true, Budget = KlBudget.AtMost(1, "a test") }));
            Assert.Throws<ArgumentOutOfRangeException>(() => RunVerdicts.Decide(Certificate(Of(KlMeasurement.NotApplicable(AtOne, 40, "greedy")) with { Alpha = alpha, Reference = Fake.Measured("1", "x", MetricDirection.Capability) }, 0.9, true)));
        }

        foreach (var clip in new[] { 0, -1, double.NaN, double.PositiveInfinity }) Assert.Throws<ArgumentOutOfRangeException>(() => RunVerdicts.Decide(Certificate(Of(KlMeasurement.NotApplicable(AtOne, 40, "greedy")), 0.9, true) with { Clip = clip }));
        foreach (var floor in new[] { -0.1, 1.1, double.NaN }) Assert.Throws<ArgumentOutOfRangeException>(() => RunVerdicts.Decide(Certificate(Of(KlMeasurement.NotApplicable(AtOne, 40, "greedy")), floor, true)));
    }

    [Fact]
    public void One_graded_item_is_enough_to_have_no_limit_of_safety()
    {
        var graded = Sure with { Items = [Fake.Item(0, 0.5), .. Sure.Items.Skip(1)] };
        Assert.Equal(VerdictReason.NotApplicable, RunVerdicts.Decide(Certificate(Of(Halves) with { Reference = graded }, 0.5, true)).Reason);
    }

    // 580 of 600, Clopper–Pearson: the p at which 580 or more have the probability .05 is .95193009019.
    [Fact]
    public void A_reference_s_unscored_items_are_unsafe_and_below_95_percent_scored_nothing_counts()
    {
        Assert.Equal(0.95193009019, ReferenceSafety.Lower(KlFake.Reference(new string('1', 580) + new string('?', 20)), 0.05).Limit!.Value, 1e-9);
        Assert.Equal(ReferenceSafety.Lower(KlFake.Reference(new string('1', 580) + new string('0', 20)), 0.05), ReferenceSafety.Lower(KlFake.Reference(new string('1', 580) + new string('?', 20)), 0.05));
        var (limit, why) = ReferenceSafety.Lower(KlFake.Reference(new string('1', 569) + new string('?', 31)), 0.05);
        Assert.Null(limit);
        Assert.Contains("only 94.8 % of the reference's responses are scored", why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reference_that_never_failed_is_not_known_to_be_perfect()
    {
        var outcome = RunVerdicts.Decide(Certificate(Of(Halves), 0.5, true));
        Assert.True(Evidence(outcome).Limit < 0.994); // a safety of 1 would leave 1 whatever the KL
    }

    [Fact]
    public void The_same_weights_spend_nothing()
    {
        var outcome = RunVerdicts.Decide(Of(Measured(Enumerable.Repeat(0.0, 600))) with { SameWeights = true, AllowUntuned = true, Budget = KlBudget.AtMost(0, "a test", 1) });
        Assert.Equal(VerdictReason.Untuned, RunVerdicts.Decide(Of(Halves) with { SameWeights = true }).Reason);
        Assert.Equal((Verdict.Passed, VerdictReason.Identical), (outcome.Verdict, outcome.Reason));
        Assert.True(RunVerdicts.Decide(Of(Measured(Enumerable.Repeat(0.0, 600))) with { Budget = KlBudget.AtMost(0, "a test", 1) }).Fails); // zeros of other weights are a broken meter
    }

    [Theory]
    [InlineData(0), InlineData(-1), InlineData(double.NaN), InlineData(double.PositiveInfinity)]
    public void Budgets_out_of_range_cannot_be_made(double value)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => KlBudget.ApprovedPlus(value));
        Assert.Throws<ArgumentOutOfRangeException>(() => KlBudget.CertifyingDrop(value));
        if (value != 0) Assert.Throws<ArgumentOutOfRangeException>(() => KlBudget.AtMost(value, "a test"));
        Assert.Throws<ArgumentOutOfRangeException>(() => KlBudget.AtMost(1, "a test", value));
        Assert.Throws<ArgumentOutOfRangeException>(() => KlBudget.ApprovedPlus(1, value));
        Assert.Throws<ArgumentOutOfRangeException>(() => KlBudget.CertifyingDrop(0.1, value));
        Assert.Throws<ArgumentException>(() => KlBudget.AtMost(1, " "));
    }

    private static BudgetClaim Of(KlMeasurement kl) => new() { On = "direct, temperature 1", Kl = kl, Reference = Sure, Budget = KlBudget.AtMost(1, "a test") };

    private static CertificateClaim Certificate(BudgetClaim of, double floor, bool required) =>
        new() { On = of.On, Kl = of.Kl, Reference = of.Reference, SameWeights = of.SameWeights, Alpha = of.Alpha, Floor = floor, Required = required };

    private static DivergenceEvidence Evidence(Decision decision) => Assert.IsType<DivergenceEvidence>(decision.Evidence);

    private static KlMeasurement Measured(IEnumerable<double> kl) => KlFake.Kl(kl);
}
