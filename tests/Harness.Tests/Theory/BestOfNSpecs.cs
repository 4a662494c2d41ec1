using SafetyGate.Harness.Theory;

namespace SafetyGate.Harness.Tests.Theory;

public sealed class BestOfNSpecs
{
    [Fact]
    public void Fewer_than_one_sample_is_refused()
    {
        Assert.Contains("n ('0')", Assert.Throws<ArgumentOutOfRangeException>(() => BestOfN.Ceiling(0)).Message, StringComparison.Ordinal);
        Assert.Contains("n ('0')", Assert.Throws<ArgumentOutOfRangeException>(() => BestOfN.Kl(0, [1, 1], [0, 1])).Message, StringComparison.Ordinal);
        Assert.Equal(0.0, BestOfN.Ceiling(1));
        Assert.Equal(0, BestOfN.Kl(1, [1, 2], [0, 1]), 12);
    }

    [Fact]
    public void Every_response_has_a_reward_that_is_a_number()
    {
        Assert.Contains("2 responses and 1 rewards", Assert.Throws<ArgumentException>(() => BestOfN.Kl(2, [1, 1], [0])).Message, StringComparison.Ordinal);
        Assert.Contains("reward is NaN", Assert.Throws<ArgumentException>(() => BestOfN.Kl(2, [1, 1], [0, double.NaN])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_an_odd_number_of_samples_the_best_is_as_likely_as_the_cube_of_the_mass_below_says() =>
        // The worse of two wins 1/8 of the time, the better 7/8, each against 1/2.
        Assert.Equal((0.125 * Math.Log(0.25)) + (0.875 * Math.Log(1.75)), BestOfN.Kl(3, [1, 1], [0, 1]), 12);

    [Fact]
    public void A_response_too_rare_to_be_ever_the_best_adds_nothing() => Assert.Equal(0.0, BestOfN.Kl(4, [1e-300, 1], [0, 1]));
}
