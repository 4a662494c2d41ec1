using SafetyGate.Harness.Theory;

namespace SafetyGate.Harness.Tests.Theory;

public sealed class TiltedPolicySpecs
{
    private static TiltedPolicy Uniform => new([1, 1, 1, 1], [0, 1, 0, 0], [1, 1, 0, 0], 0.001);

    [Fact]
    public void A_reference_has_responses_of_some_probability()
    {
        Assert.Contains("no responses", Assert.Throws<ArgumentException>(() => new TiltedPolicy([], [], [], 1)).Message, StringComparison.Ordinal);
        Assert.Contains("are all 0", Assert.Throws<ArgumentException>(() => new TiltedPolicy([0, 0], [0, 1], [0, 1], 1)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-0.1), InlineData(1.1), InlineData(double.NaN)]
    public void A_reward_or_safety_outside_0_and_1_is_refused(double value)
    {
        foreach (var (name, ask) in new (string, Action)[] { ("reward", () => _ = new TiltedPolicy([1, 1], [0, value], [0, 1], 1)), ("safety", () => _ = new TiltedPolicy([1, 1], [0, 1], [0, value], 1)) })
            Assert.Contains(Invariant($"A value of {name} is {value}; it must lie in [0, 1]"), Assert.Throws<ArgumentOutOfRangeException>(ask).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_policy_is_over_the_same_responses() =>
        Assert.Contains("3 responses, the reference 4", Assert.Throws<ArgumentException>(() => Uniform.KlOf([1, 1, 1])).Message, StringComparison.Ordinal);

    [Fact]
    public void A_response_the_reference_never_gives_counts_for_nothing()
    {
        // At β = .001 a weight taken against the impossible reward of 1 would be exp(−1000), which is 0.
        var never = new TiltedPolicy([1, 0], [0, 1], [1, 0], 0.001);
        Assert.Equal([1, 0], never.Tilt);
        Assert.Equal(0.0, never.LogZ);
        Assert.Equal([(0.0, 1.0)], never.SafetyByReward);
        Assert.Null(never.LogitShift);
    }

    [Fact]
    public void The_log_odds_shift_where_weights_overflow() =>
        // Safe responses weigh 1 and exp(1000), harmful ones 1 and 1.
        Assert.Equal(1000 - Math.Log(2), Uniform.LogitShift!.Value, 9);

    [Fact]
    public void A_graded_safety_has_no_log_odds() => Assert.Null(new TiltedPolicy([1, 1, 1], [0, 1, 1], [0, 1, 0.5], 1).LogitShift);
}
