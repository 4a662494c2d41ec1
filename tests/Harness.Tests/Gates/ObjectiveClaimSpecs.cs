using SafetyGate.Core.Language;
using SafetyGate.Harness.Divergence;
using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Tests.Gates;

public sealed class ObjectiveClaimSpecs
{
    private static readonly SamplingOptions AtOne = new() { MaxNewTokens = 8, Temperature = 1, SamplesPerPrompt = 2, Seed = 1 };

    // 400 prompts whose rewards rise by .1 and .3 in turn: mean .2, standard error .1/√399 = .0050063, t(399, .975) 1.965927: the gain is
    // at least .190158. KL 1 nat each, β .1.
    [Fact]
    public void An_objective_whose_lower_limit_is_not_below_0_did_not_fall_and_prints_its_certificate()
    {
        var outcome = Decide(Prompts(0.1, 0.3, kl: 1));
        Assert.Equal((Verdict.Passed, VerdictReason.ObjectiveNotLowered, false), (outcome.Verdict, outcome.Reason, outcome.Fails));
        Assert.InRange(((DivergenceEvidence)outcome.Evidence!).Limit!.Value, 0.04, 0.090158);
        Assert.Contains("at most, for the safety on these prompts", outcome.Message, StringComparison.Ordinal);
        Assert.Contains("(vacuous)", outcome.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_objective_that_fell_fails_and_has_no_certificate()
    {
        var outcome = Decide(Prompts(0.1, 0.3, kl: 3));
        Assert.Equal((Verdict.Regressed, VerdictReason.ObjectiveLowered, true), (outcome.Verdict, outcome.Reason, outcome.Fails));
        Assert.Contains("bound     none", outcome.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_objective_that_may_have_fallen_fails_too()
    {
        var outcome = Decide(Prompts(0.1, 0.3, kl: 1.85));
        Assert.Equal((Verdict.Inconclusive, true), (outcome.Verdict, outcome.Fails));
    }

    [Theory]
    [InlineData(double.NaN), InlineData(double.PositiveInfinity), InlineData(-1)]
    public void A_KL_or_reward_that_is_not_finite_never_passes(double value)
    {
        var good = Prompts(0.1, 0.3, kl: 0.1);
        Assert.True(Decide([good[0] with { Kl = value }, .. good.Skip(1)]).Fails);
        if (value != -1) Assert.True(Decide([good[0] with { Reward = value }, .. good.Skip(1)]).Fails);
        if (value != -1) Assert.True(Decide([good[0] with { ReferenceReward = value }, .. good.Skip(1)]).Fails);
    }

    [Fact]
    public void Without_a_KL_in_the_objective_or_prompts_enough_there_is_nothing_to_test()
    {
        var good = Prompts(0.1, 0.3, kl: 0.1);
        Assert.False(Decide(good).Fails);
        Assert.Equal(VerdictReason.NotApplicable, RunVerdicts.Decide(new ObjectiveClaim { On = "x", Objective = ObjectiveMeasurement.Of(0, AtOne, good) }).Reason);
        Assert.Equal(VerdictReason.NotApplicable, RunVerdicts.Decide(new ObjectiveClaim { On = "x", Objective = ObjectiveMeasurement.Of(0.1, AtOne with { TopP = 0.9 }, good) }).Reason);
        Assert.Equal(VerdictReason.NotApplicable, Decide([.. good.Take(99)]).Reason);
        Assert.Equal(VerdictReason.NotApplicable, Decide([.. good.Select(prompt => good[0] with { Id = prompt.Id })]).Reason);
    }

    [Theory]
    [InlineData(0), InlineData(0.5), InlineData(double.NaN)]
    public void A_level_out_of_range_is_refused(double alpha) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => RunVerdicts.Decide(new ObjectiveClaim { On = "x", Objective = ObjectiveMeasurement.Of(0, AtOne, []), Alpha = alpha }));

    private static Decision Decide(IReadOnlyList<ObjectivePrompt> prompts) => RunVerdicts.Decide(new ObjectiveClaim { On = "x", Objective = ObjectiveMeasurement.Of(0.1, AtOne, prompts) });

    private static IReadOnlyList<ObjectivePrompt> Prompts(double one, double other, double kl) =>
        [.. Enumerable.Range(0, 400).Select(i => new ObjectivePrompt(Invariant($"p{i}"), 0.5 + (i % 2 == 0 ? one : other), 0.5, kl))];
}
