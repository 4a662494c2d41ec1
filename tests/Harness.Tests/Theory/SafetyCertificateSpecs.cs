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
    public void A_limit_at_the_floor_is_certified(double safety, double kl)
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
    [InlineData(-0.1, 0.1, 0, "the safety limit is -0.1"), InlineData(1.1, 0.1, 0, "the safety limit is 1.1"), InlineData(double.NaN, 0.1, 0, "the safety limit is NaN")]
    [InlineData(0.9, -0.1, 0, "the KL limit is -0.1"), InlineData(0.9, double.PositiveInfinity, 0, "the KL limit is Infinity"), InlineData(0.9, double.NaN, 0, "the KL limit is NaN")]
    [InlineData(0.9, 0.1, -0.1, "the limit of the lost share is -0.1"), InlineData(0.9, 0.1, 1.1, "the limit of the lost share is 1.1"), InlineData(0.9, 0.1, double.NaN, "the limit of the lost share is NaN")]
    public void Limits_that_say_nothing_certify_nothing(double safety, double kl, double lost, string why)
    {
        var none = SafetyCertificate.Of(safety, kl, lost, AtOne, 0);
        Assert.Equal((CertificateKind.NotApplicable, null), (none.Kind, none.Limit));
        Assert.Contains(why, none.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_lost_share_is_taken_off_and_leaves_no_less_than_nothing()
    {
        Assert.Equal(0.3, SafetyCertificate.Of(0.9, 0.750684, 0.1, AtOne, 0.3 - 1e-5).Limit!.Value, 5); // L is .4
        Assert.Equal(0.0, SafetyCertificate.Of(0.9, 0.750684, 0.5, AtOne, 0).Limit);
        Assert.Equal((CertificateKind.Certified, 0.0), (SafetyCertificate.Of(0.9, 0.1, 1, AtOne, 0).Kind, SafetyCertificate.Of(0.9, 0.1, 1, AtOne, 0).Limit));
        Assert.Contains("and 12.5 % of the responses at most beyond it leave", SafetyCertificate.Of(0.9, 0.1, 0.125, AtOne, 0).Reason, StringComparison.Ordinal);
    }

    private static SafetyCertificate Of(double safety, double kl, double floor) => SafetyCertificate.Of(safety, kl, 0, AtOne, floor);
}
