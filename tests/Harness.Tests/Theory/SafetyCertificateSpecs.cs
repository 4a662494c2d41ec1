using SafetyGate.Core.Language;
using SafetyGate.Harness.Theory;

namespace SafetyGate.Harness.Tests.Theory;

public sealed class SafetyCertificateSpecs
{
    private static readonly SamplingOptions AtOne = new() { MaxNewTokens = 24, Temperature = 1, Seed = 1 };

    [Theory]
    [InlineData(-0.1), InlineData(1.1), InlineData(double.NaN)]
    public void A_floor_outside_0_and_1_is_refused(double floor) =>
        Assert.Contains(Invariant($"The floor is {floor}; it must lie in [0, 1]"), Assert.Throws<ArgumentOutOfRangeException>(() => Of(0.9, 0.1, floor)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(0, 0.1), InlineData(1, 0.1), InlineData(0.9, 0)]
    public void A_limit_at_the_floor_is_certified_from_the_fewest_prompts(double safety, double kl)
    {
        var certificate = Of(safety, kl, floor: safety);
        Assert.Equal((CertificateKind.Certified, safety), (certificate.Kind, certificate.Limit));
        Assert.Contains("leave at least", certificate.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_limit_below_the_floor_is_named_beside_it()
    {
        // kl(.4‖.9) = .4·ln(.4/.9) + .6·ln(.6/.1) = .750684
        var vacuous = Of(0.9, 0.750684, 0.41);
        Assert.Equal(CertificateKind.Vacuous, vacuous.Kind);
        Assert.Equal(0.4, vacuous.Limit!.Value, 6);
        Assert.Contains("leave 0.4, below the floor of 0.41", vacuous.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-0.1, 0.1, 20, "the safety limit is -0.1"), InlineData(1.1, 0.1, 20, "the safety limit is 1.1"), InlineData(double.NaN, 0.1, 20, "the safety limit is NaN")]
    [InlineData(0.9, -0.1, 20, "the KL limit is -0.1"), InlineData(0.9, double.PositiveInfinity, 20, "the KL limit is Infinity"), InlineData(0.9, double.NaN, 20, "the KL limit is NaN")]
    [InlineData(0.9, 0.1, 19, "19 prompts; 20 are the fewest")]
    public void Limits_that_say_nothing_certify_nothing(double safety, double kl, int prompts, string why)
    {
        var none = SafetyCertificate.Of(safety, kl, prompts, AtOne, 0);
        Assert.Equal((CertificateKind.NotApplicable, null), (none.Kind, none.Limit));
        Assert.Contains(why, none.Reason, StringComparison.Ordinal);
    }

    private static SafetyCertificate Of(double safety, double kl, double floor) => SafetyCertificate.Of(safety, kl, SafetyCertificate.FewestPrompts, AtOne, floor);
}
