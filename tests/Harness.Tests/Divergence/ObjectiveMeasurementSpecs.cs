using SafetyGate.Core.Language;
using SafetyGate.Harness.Divergence;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Divergence;

public sealed class ObjectiveMeasurementSpecs
{
    private const double Beta = 0.25;

    private static readonly SamplingOptions AtOne = new() { MaxNewTokens = 8, Temperature = 1, Seed = 1 };

    // 20 prompts: gains of .5 and .75 in turn, the objective moves by .5 − .25·.5 = .375 and .75 − .25·.2 = .7. About the means
    // .625 and .5375 that is .125 and .1625 each way, so the standard errors are .125/√19 = .0286770 and .1625/√19 = .0372801.
    private static readonly ObjectivePrompt[] InTurn = Prompts(20, i => i % 2 == 0 ? (0.75, 0.25, 0.5) : (1, 0.25, 0.2));

    [Fact]
    public void Means_are_over_the_prompts()
    {
        var twenty = Of(InTurn);
        Assert.Equal((true, null, Beta), (twenty.IsUsable, twenty.WhyNot, twenty.Beta));
        Assert.Equal(0.875, twenty.Reward!.Value, 12);
        Assert.Equal(0.25, twenty.ReferenceReward!.Value, 12);
        Assert.Equal(0.35, twenty.Kl!.Value, 12);
        Assert.Equal(0.5375, twenty.Change!.Value, 12);
    }

    [Fact]
    public void Limits_are_students_on_the_differences_of_the_prompts()
    {
        // t(19): .95 → 1.729133, .975 → 2.093024
        Assert.Equal(0.473038, Of(InTurn).ChangeLimits(0.95, IntervalSide.Lower)!.Value.Lower, 6);
        Assert.Equal(0.685022, Of(InTurn).GainLimits(0.95, IntervalSide.Two)!.Value.Upper, 6);
        Assert.Equal(1.170488, Of(InTurn).Certificate(0.05)!.Value, 6); // √(.685022/(2·.25))
    }

    [Fact]
    public void Half_of_alpha_goes_to_the_premise()
    {
        // Gains of .143589 and −.056411 without any KL: mean .043589 of standard error .1/√19 = .0229416, 1.9 of them;
        // at α = .05 the premise needs 2.093024, at .1 it needs 1.729133 and the gain is at most .083258.
        var premise = Of(Prompts(20, i => (i % 2 == 0 ? 0.643589 : 0.443589, 0.5, 0)));
        Assert.Null(premise.Certificate(0.05));
        Assert.Equal(Math.Sqrt(0.083258 / 0.5), premise.Certificate(0.1)!.Value, 5);
    }

    [Theory]
    [InlineData(0), InlineData(0.5), InlineData(double.NaN)]
    public void An_alpha_outside_0_and_a_half_is_refused_even_where_there_is_no_certificate(double alpha)
    {
        foreach (var objective in new[] { Of(InTurn), Of([]) })
            Assert.Contains(Invariant($"alpha is {alpha}"), Assert.Throws<ArgumentOutOfRangeException>(() => objective.Certificate(alpha)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0), InlineData(-0.1), InlineData(double.NaN), InlineData(double.PositiveInfinity)]
    public void Without_a_beta_there_is_no_premise(double beta) => SaysNothing(Invariant($"beta is {beta}"), ObjectiveMeasurement.Of(beta, AtOne, InTurn));

    [Fact]
    public void Under_greedy_answers_there_is_no_KL() => SaysNothing("greedy", ObjectiveMeasurement.Of(Beta, AtOne with { Temperature = 0 }, InTurn));

    public static TheoryData<string, ObjectivePrompt[]> Unusable() => new()
    {
        { "19 prompts; 20 are the fewest", InTurn[1..] },
        { "rewards of prompt 'p3' are NaN and 0.25", With(prompt => prompt with { Reward = double.NaN }) },
        { "rewards of prompt 'p3' are 1 and Infinity", With(prompt => prompt with { ReferenceReward = double.PositiveInfinity }) },
        { "KL on prompt 'p3' is -0.5", With(prompt => prompt with { Kl = -0.5 }) },
        { "KL on prompt 'p3' is Infinity", With(prompt => prompt with { Kl = double.PositiveInfinity }) },
        { "KL on prompt 'p3' is NaN", With(prompt => prompt with { Kl = double.NaN }) },
        { "by the same on every prompt", Prompts(20, i => i % 2 == 0 ? (1, 0.25, 2) : (0.5, 0.25, 0)) },
    };

    [Theory, MemberData(nameof(Unusable))]
    public void What_says_nothing_has_a_reason_and_no_numbers(string why, ObjectivePrompt[] prompts) => SaysNothing(why, Of(prompts));

    private static void SaysNothing(string why, ObjectiveMeasurement objective)
    {
        Assert.Contains(why, objective.WhyNot, StringComparison.Ordinal);
        Assert.False(objective.IsUsable);
        Assert.All([objective.Reward, objective.ReferenceReward, objective.Kl, objective.Change, objective.Certificate(0.05)], value => Assert.Null(value));
        Assert.Null(objective.ChangeLimits(0.95, IntervalSide.Two));
        Assert.Null(objective.GainLimits(0.95, IntervalSide.Two));
    }

    private static ObjectiveMeasurement Of(IReadOnlyList<ObjectivePrompt> prompts) => ObjectiveMeasurement.Of(Beta, AtOne, prompts);

    private static ObjectivePrompt[] With(Func<ObjectivePrompt, ObjectivePrompt> other) => [.. InTurn.Select((prompt, i) => i == 3 ? other(prompt) : prompt)];

    private static ObjectivePrompt[] Prompts(int count, Func<int, (double Reward, double Reference, double Kl)> of) =>
        [.. Enumerable.Range(0, count).Select(i => of(i) is var (reward, reference, kl) ? new ObjectivePrompt(Invariant($"p{i}"), reward, reference, kl) : null!)];

    [Fact]
    public void Prompts_that_share_a_behavior_are_one_unit_with_their_mean()
    {
        // Each unit five times over: the prompts alone would have limits narrower by about √5.
        ObjectivePrompt[] prompts = [.. InTurn.SelectMany(p => Enumerable.Range(0, 5).Select(k => p with { Id = Invariant($"{p.Id}/{k}"), Behavior = p.Id, Kl = p.Kl + (k - 2) * .01 }))];
        var shared = Of(prompts);
        Assert.Equal((100, 20), (shared.Prompts.Count, shared.Units));
        Assert.Equal(Of(InTurn).Change!.Value, shared.Change!.Value, 12);
        Assert.Equal(0.473038, shared.ChangeLimits(0.95, IntervalSide.Lower)!.Value.Lower, 6);
        Assert.Equal(1.170488, shared.Certificate(0.05)!.Value, 6);
        SaysNothing("100 prompts in 19 behaviors; 20 behaviors are the fewest", Of([.. prompts.Select(p => p.Behavior == InTurn[0].Id ? p with { Behavior = InTurn[1].Id } : p)]));
        var message = Gates.ObjectiveMessage(shared);
        Assert.Contains("(Student's t over behaviors; approximate)", message, StringComparison.Ordinal);
        Assert.Contains("100 training prompts in 20 behaviors, 1 responses each", message, StringComparison.Ordinal);
    }

    private static class Gates
    {
        public static string ObjectiveMessage(ObjectiveMeasurement objective) =>
            SafetyGate.Harness.Gates.RunVerdicts.Decide(new SafetyGate.Harness.Gates.ObjectiveClaim { On = "prompts", Objective = objective }).Message;
    }
}
