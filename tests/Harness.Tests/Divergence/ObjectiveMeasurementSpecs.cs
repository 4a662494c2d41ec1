using SafetyGate.Core.Language;
using SafetyGate.Harness.Divergence;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Divergence;

public sealed class ObjectiveMeasurementSpecs
{
    private const double Beta = 0.25;

    private static readonly SamplingOptions AtOne = new() { MaxNewTokens = 8, Temperature = 1, Seed = 1 };

    // 100 prompts: gains of .5 and .75 in turn, KL .5 and .2. About its mean of .625 the gain is .125 each way, so that its standard error
    // is .125/√99 = .0125630.
    private static readonly ObjectivePrompt[] InTurn = Prompts(100, i => i % 2 == 0 ? (0.75, 0.25, 0.5) : (1, 0.25, 0.2));

    [Fact]
    public void Means_are_over_the_prompts()
    {
        var hundred = Of(InTurn);
        Assert.Equal((true, null, Beta), (hundred.IsUsable, hundred.WhyNot, hundred.Beta));
        Assert.Equal(0.875, hundred.Reward!.Value, 12);
        Assert.Equal(0.25, hundred.ReferenceReward!.Value, 12);
        Assert.Equal(0.35, hundred.Kl!.Value, 12);
        Assert.Equal(0.5375, hundred.Change!.Value, 12);
    }

    [Fact]
    public void The_gain_has_students_limits()
    {
        // t(99): .975 → 1.984217
        Assert.Equal(0.649928, Of(InTurn).GainLimits(0.95, IntervalSide.Two)!.Value.Upper, 6);
        Assert.Equal(0.600072, Of(InTurn).GainLimits(0.95, IntervalSide.Two)!.Value.Lower, 6);
    }

    [Fact]
    public void The_change_shares_alpha_between_the_gain_and_the_KL_up_to_its_bound()
    {
        // At .95, one side: the gain at .025 is at least .625 − 1.984217·.0125630 = .600072, the KL at .025 at most as betting on KL/10 says.
        var upper = 10 * new ConfidenceSequence([.. InTurn.Select(prompt => prompt.Kl / 10)], SequenceMethod.GridKelly, 0.025, IntervalSide.Upper).RunningAtEnd().Upper;
        Assert.InRange(upper, 0.5, 1.2);
        Assert.Equal(0.600072 - (0.25 * upper), Of(InTurn).ChangeLimits(0.95, IntervalSide.Lower)!.Value.Lower, 5);
        var lower = 10 * new ConfidenceSequence([.. InTurn.Select(prompt => prompt.Kl / 10)], SequenceMethod.GridKelly, 0.025, IntervalSide.Lower).RunningAtEnd().Lower;
        Assert.Equal(0.649928 - (0.25 * lower), Of(InTurn).ChangeLimits(0.95, IntervalSide.Upper)!.Value.Upper, 5);
        Assert.Equal((double.NegativeInfinity, double.PositiveInfinity), (Of(InTurn).ChangeLimits(0.95, IntervalSide.Upper)!.Value.Lower, Of(InTurn).ChangeLimits(0.95, IntervalSide.Lower)!.Value.Upper));
        // Both sides at .95 are each side at .975.
        Assert.Equal(Of(InTurn).ChangeLimits(0.975, IntervalSide.Lower)!.Value.Lower, Of(InTurn).ChangeLimits(0.95, IntervalSide.Two)!.Value.Lower, 12);
    }

    [Fact]
    public void A_tail_of_the_KL_that_was_not_drawn_is_allowed_for()
    {
        // No KL was seen: by Student's t the objective rose for certain, yet 1 % of the prompts may have 10 nats, which cost .025 at β .25.
        var unseen = Of(Prompts(100, i => (i % 2 == 0 ? 0.51 : 0.53, 0.5, 0)));
        Assert.True(unseen.GainLimits(0.95, IntervalSide.Lower)!.Value.Lower > 0.015);
        Assert.True(unseen.ChangeLimits(0.95, IntervalSide.Lower)!.Value.Lower < -0.01);
        Assert.Null(unseen.Certificate(0.05));
    }

    [Fact]
    public void Half_of_alpha_goes_to_the_premise()
    {
        var premise = Of(Prompts(100, i => (i % 2 == 0 ? 0.9 : 0.7, 0.5, 0)));
        Assert.Equal(Math.Sqrt(premise.GainLimits(0.975, IntervalSide.Upper)!.Value.Upper / (2 * Beta)), premise.Certificate(0.05)!.Value, 12);
        var least = premise.ChangeLimits(0.975, IntervalSide.Lower)!.Value.Lower; // one that is 0 at .975 and above it at .95
        var shifted = Of(Prompts(100, i => ((i % 2 == 0 ? 0.9 : 0.7) - least - 1e-6, 0.5, 0)));
        Assert.Null(shifted.Certificate(0.05));
        Assert.NotNull(shifted.Certificate(0.1));
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
        { "99 prompts; 100 are the fewest", InTurn[1..] },
        { "rewards of prompt 'p3' are NaN and 0.25", With(prompt => prompt with { Reward = double.NaN }) },
        { "rewards of prompt 'p3' are 1 and Infinity", With(prompt => prompt with { ReferenceReward = double.PositiveInfinity }) },
        { "KL on prompt 'p3' is -0.5", With(prompt => prompt with { Kl = -0.5 }) },
        { "KL on prompt 'p3' is Infinity", With(prompt => prompt with { Kl = double.PositiveInfinity }) },
        { "KL on prompt 'p3' is NaN", With(prompt => prompt with { Kl = double.NaN }) },
        { "by the same on every prompt", Prompts(100, i => (0.5, 0.25, i % 2)) },
        { "KL on prompt 'p3' is 10.5 nats, above the 10 that no prompt may exceed", With(prompt => prompt with { Kl = 10.5 }) },
        { "has the prompt 'p2' twice", With(prompt => prompt with { Id = "p2" }) },
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
        Assert.Equal((500, 100), (shared.Prompts.Count, shared.Units));
        Assert.Equal(Of(InTurn).Change!.Value, shared.Change!.Value, 12);
        Assert.Equal(Of(InTurn).ChangeLimits(0.95, IntervalSide.Lower)!.Value.Lower, shared.ChangeLimits(0.95, IntervalSide.Lower)!.Value.Lower, 9);
        Assert.Equal(Of(InTurn).Certificate(0.05)!.Value, shared.Certificate(0.05)!.Value, 9);
        SaysNothing("500 prompts in 99 behaviors; 100 behaviors are the fewest", Of([.. prompts.Select(p => p.Behavior == InTurn[0].Id ? p with { Behavior = InTurn[1].Id } : p)]));
        var message = Gates.ObjectiveMessage(shared);
        Assert.Contains("(Student's t over behaviors for the reward, betting on values up to 10 nats for the KL", message, StringComparison.Ordinal);
        Assert.Contains("500 training prompts in 100 behaviors, 1 responses each", message, StringComparison.Ordinal);
    }

    private static class Gates
    {
        public static string ObjectiveMessage(ObjectiveMeasurement objective) =>
            SafetyGate.Harness.Gates.RunVerdicts.Decide(new SafetyGate.Harness.Gates.ObjectiveClaim { On = "prompts", Objective = objective }).Message;
    }
}
