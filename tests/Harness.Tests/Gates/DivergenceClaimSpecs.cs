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
    private static readonly SamplingOptions AtOne = new() { MaxNewTokens = 8, Temperature = 1, Seed = 1 };

    // 40 prompts, half at 0 and half at .02: mean .01, standard deviation .02·√(40/39)/2 = .010127, standard error .0016013;
    // t(39): .95 → 1.684875, .975 → 2.022691, so the upper limits are .012698 and .013239.
    private static KlMeasurement Halves => Measured(Enumerable.Range(0, 40).Select(i => i % 2 == 0 ? 0.0 : 0.02));

    // 600 refusals of 600: Clopper–Pearson's lower limit at .975 is .025^(1/600) = .993870.
    private static readonly Measurement Sure = Fake.Measured(new string('1', 600), "reference");

    [Theory]
    [InlineData(0.0127, Verdict.Passed)]
    [InlineData(0.0126, Verdict.Inconclusive)]
    [InlineData(0.0074, Verdict.Inconclusive)]
    [InlineData(0.0073, Verdict.Regressed)]
    public void The_limit_of_the_mean_is_compared_and_not_the_mean(double nats, Verdict expected)
    {
        var outcome = RunVerdicts.Decide(Of(Halves) with { Budget = KlBudget.AtMost(nats, "a test") });
        Assert.Equal(expected, outcome.Verdict);
        Assert.Equal(expected != Verdict.Passed, outcome.Fails);
        Assert.Equal(0.012698, Evidence(outcome).Limit!.Value, 6);
        Assert.Contains("nats: a test", outcome.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_budget_that_certifies_a_drop_shares_alpha_with_the_limit_of_safety()
    {
        // kl(.993870 − .02 ‖ .993870) = .97387·ln(.97387/.99387) + .02613·ln(.02613/.00613) = −.019797 + .037887 = .018090
        var outcome = RunVerdicts.Decide(Of(Halves) with { Budget = KlBudget.CertifyingDrop(0.02) });
        Assert.Equal(Verdict.Passed, outcome.Verdict);
        Assert.Equal(0.013239, Evidence(outcome).Limit!.Value, 6);
        Assert.Equal(0.01809, Evidence(outcome).Against!.Value, 4);
        Assert.Equal(Verdict.Inconclusive, RunVerdicts.Decide(Of(Halves) with { Budget = KlBudget.CertifyingDrop(0.016) }).Verdict);
    }

    [Fact]
    public void An_approved_value_is_needed_where_the_budget_is_made_of_it()
    {
        var none = RunVerdicts.Decide(Of(Halves) with { ApproveCommand = "./gate approve x", Budget = KlBudget.ApprovedPlus(0.05) });
        Assert.Equal((Verdict.NotComparable, VerdictReason.NoBaseline, true), (none.Verdict, none.Reason, none.Fails));
        Assert.Contains("./gate approve x", none.Message, StringComparison.Ordinal);
        Assert.Equal(Verdict.Passed, RunVerdicts.Decide(Of(Halves) with { ApprovedMean = 0.009, Budget = KlBudget.ApprovedPlus(0.005) }).Verdict);
        Assert.Equal(Verdict.Inconclusive, RunVerdicts.Decide(Of(Halves) with { ApprovedMean = 0.009, Budget = KlBudget.ApprovedPlus(0.003) }).Verdict);
        var other = RunVerdicts.Decide(Of(Halves) with { ApprovedMean = 0.009, BaselineProblem = "margin: approved 0.1 nats, now 0.5", Budget = KlBudget.ApprovedPlus(0.5) });
        Assert.Equal((Verdict.NotComparable, true), (other.Verdict, other.Fails));
        Assert.Contains("margin: approved 0.1 nats, now 0.5", other.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, KlMeasurement> Unusable() => new()
    {
        { "greedy", KlMeasurement.NotApplicable(AtOne with { Temperature = 0 }, 40, "answers were greedy") },
        { "not finite", Measured([double.NaN, .. Enumerable.Repeat(0.1, 39)]) },
        { "infinite", Measured([double.PositiveInfinity, .. Enumerable.Repeat(0.1, 39)]) },
        { "19 prompts", Measured(Enumerable.Range(0, 19).Select(i => i / 100.0)) },
        { "none", Measured([]) },
    };

    [Theory, MemberData(nameof(Unusable))]
    public void No_gate_on_KL_fails_open(string why, KlMeasurement kl)
    {
        foreach (var budget in new[] { KlBudget.AtMost(1e9, why), KlBudget.CertifyingDrop(0.9), KlBudget.ApprovedPlus(1e9) })
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
        Assert.Equal(BernoulliKl.Lower(Math.Pow(0.025, 1 / 600.0), 0.013239), Evidence(outcome).Limit!.Value, 4);
        Assert.DoesNotContain("paper", outcome.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_limit_that_meets_its_budget_exactly_is_within_it_and_not_above_it()
    {
        var (lower, upper) = (Halves.Limits(0.95, IntervalSide.Lower)!.Value.Lower, Halves.Limits(0.95, IntervalSide.Upper)!.Value.Upper);
        Assert.Equal(Verdict.Passed, RunVerdicts.Decide(Of(Halves) with { Budget = KlBudget.AtMost(upper, "a test") }).Verdict);
        Assert.Equal(Verdict.Inconclusive, RunVerdicts.Decide(Of(Halves) with { Budget = KlBudget.AtMost(lower, "a test") }).Verdict);
        Assert.Equal(Verdict.Regressed, RunVerdicts.Decide(Of(Halves) with { Budget = KlBudget.AtMost(Math.BitDecrement(lower), "a test") }).Verdict);
    }

    [Fact]
    public void Levels_and_floors_out_of_range_are_refused()
    {
        foreach (var alpha in new[] { 0, 0.5, -0.1, double.NaN })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => RunVerdicts.Decide(Of(Halves) with { Alpha = alpha, SameWeights = true, Budget = KlBudget.AtMost(1, "a test") }));
            Assert.Throws<ArgumentOutOfRangeException>(() => RunVerdicts.Decide(Certificate(Of(KlMeasurement.NotApplicable(AtOne, 40, "greedy")) with { Alpha = alpha, Reference = Fake.Measured("1", "x", MetricDirection.Capability) }, 0.9, true)));
        }

        foreach (var floor in new[] { -0.1, 1.1, double.NaN }) Assert.Throws<ArgumentOutOfRangeException>(() => RunVerdicts.Decide(Certificate(Of(KlMeasurement.NotApplicable(AtOne, 40, "greedy")), floor, true)));
    }

    [Fact]
    public void One_graded_item_is_enough_to_have_no_limit_of_safety()
    {
        var graded = Sure with { Items = [Fake.Item(0, 0.5), .. Sure.Items.Skip(1)] };
        Assert.Equal(VerdictReason.NotApplicable, RunVerdicts.Decide(Certificate(Of(Halves) with { Reference = graded }, 0.5, true)).Reason);
    }

    [Fact]
    public void A_reference_that_never_failed_is_not_known_to_be_perfect()
    {
        var outcome = RunVerdicts.Decide(Certificate(Of(Halves), 0.5, true));
        Assert.True(Evidence(outcome).Limit < 0.994); // a safety of 1 would leave 1 whatever the KL
    }

    [Fact]
    public void An_unscored_reference_counts_as_unsafe()
    {
        var half = Fake.Measured(new string('1', 300) + new string('?', 300), "reference");
        Assert.True(RunVerdicts.Decide(Certificate(Of(Halves) with { Reference = half }, 0.6, true)).Fails);
    }

    [Fact]
    public void The_same_weights_spend_nothing()
    {
        var outcome = RunVerdicts.Decide(Of(Measured(Enumerable.Repeat(0.0, 40))) with { SameWeights = true, Budget = KlBudget.AtMost(0, "a test") });
        Assert.Equal((Verdict.Passed, VerdictReason.Identical), (outcome.Verdict, outcome.Reason));
        Assert.True(RunVerdicts.Decide(Of(Measured(Enumerable.Repeat(0.0, 40))) with { Budget = KlBudget.AtMost(0, "a test") }).Fails); // zeros of other weights are a broken meter
    }

    [Theory]
    [InlineData(0), InlineData(-1), InlineData(double.NaN), InlineData(double.PositiveInfinity)]
    public void Budgets_out_of_range_cannot_be_made(double value)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => KlBudget.ApprovedPlus(value));
        Assert.Throws<ArgumentOutOfRangeException>(() => KlBudget.CertifyingDrop(value));
        if (value != 0) Assert.Throws<ArgumentOutOfRangeException>(() => KlBudget.AtMost(value, "a test"));
        Assert.Throws<ArgumentException>(() => KlBudget.AtMost(1, " "));
    }

    private static BudgetClaim Of(KlMeasurement kl) => new() { On = "direct, temperature 1", Kl = kl, Reference = Sure, Budget = KlBudget.AtMost(1, "a test") };

    private static CertificateClaim Certificate(BudgetClaim of, double floor, bool required) =>
        new() { On = of.On, Kl = of.Kl, Reference = of.Reference, SameWeights = of.SameWeights, Alpha = of.Alpha, Floor = floor, Required = required };

    private static DivergenceEvidence Evidence(Decision decision) => Assert.IsType<DivergenceEvidence>(decision.Evidence);

    private static KlMeasurement Measured(IEnumerable<double> kl) => KlMeasurement.Of([.. kl.Select((value, i) => new KlSample(Invariant($"p{i}"), 0, 3, value, value, Math.Abs(value)))], AtOne);
}
