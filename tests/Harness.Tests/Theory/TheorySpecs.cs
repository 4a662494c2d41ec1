using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Theory;

namespace SafetyGate.Harness.Tests.Theory;

public sealed class TheorySpecs
{
    /// <summary>Fixture A of the theory page: four responses with (g, s) = (1,1), (1,0), (0,1), (0,0); β = .5.</summary>
    private static TiltedPolicy A => new([.15, .05, .65, .15], [1, 1, 0, 0], [1, 0, 1, 0], 0.5);

    [Fact]
    public void Fixture_a_is_as_worked_out_by_hand()
    {
        // w = e² on g = 1: Z = .2·7.389056 + .8 = 2.277811; G = .2·7.389056/Z = .648786; ΔS = ΔG·(.75 − .8125) = −.028049.
        Assert.Equal(0.648786, A.RewardAfter, 6);
        Assert.Equal(-0.028049, A.SafetyDrift, 6);
        Assert.Equal(A.SafetyDrift, A.BinaryRewardIdentity!.Value, 12);
        Assert.Equal(0.474356, A.Kl, 6);
        Assert.Equal(0.423215, A.ReverseKl, 6); // the two directions are not the same
        Assert.Equal(A.RewardGain / A.Beta, A.Kl + A.ReverseKl, 12);
    }

    [Fact]
    public void Every_bound_holds_on_random_policies_and_is_below_its_looser_form()
    {
        var random = new RandomStream(21, "theory");
        for (var trial = 0; trial < 500; trial++)
        {
            var n = 2 + random.Next(7);
            double[] Draw(bool binary) => [.. Enumerable.Range(0, n).Select(_ => binary ? random.Next(2) : random.NextDouble())];
            var p = Draw(false);
            var t = new TiltedPolicy(p, Draw(random.Next(2) == 0), Draw(random.Next(2) == 0), Math.Pow(10, -2 + 2.5 * random.NextDouble()));
            var drift = Math.Abs(t.SafetyDrift);
            const double slack = 1e-9;
            Assert.Equal(t.SafetyDrift, t.Covariance, 9);
            if (t.BinaryRewardIdentity is { } identity) Assert.Equal(t.SafetyDrift, identity, 9);
            Assert.True(drift <= t.CovarianceBound + slack && t.CovarianceBound <= DriftBounds.CovarianceLoose(t.Beta) + slack);
            Assert.True(drift <= t.TotalVariation + slack && t.TotalVariation <= DriftBounds.DataFree(t.Beta) + slack && DriftBounds.DataFree(t.Beta) <= DriftBounds.DataFreeLoose(t.Beta));
            if (t.LogitShift is { } shift) Assert.True(Math.Abs(shift) <= 1 / t.Beta + slack);
            Assert.True(drift <= DriftBounds.Pinsker(t.Kl) + slack && drift <= DriftBounds.BretagnolleHuber(t.Kl) + slack);
            Assert.InRange(t.SafetyAfter, BernoulliKl.Lower(t.SafetyBefore, t.Kl) - slack, BernoulliKl.Upper(t.SafetyBefore, t.Kl) + slack);
            Assert.True(BernoulliKl.Drop(t.SafetyBefore, t.Kl) <= DriftBounds.Pinsker(t.Kl) + slack);
            Assert.True(drift <= t.RewardBound + slack);
            Assert.True(t.Objective(t.Tilt) >= t.Objective(p) - slack && t.Objective(t.Tilt) >= t.Objective(Draw(false)) - slack);
            Assert.Equal(t.Kl + t.ReverseKl, t.RewardGain / t.Beta, 7);
        }
    }

    [Fact]
    public void The_inverse_is_where_the_divergence_meets_the_budget()
    {
        var random = new RandomStream(22, "inverse");
        for (var trial = 0; trial < 300; trial++)
        {
            double p = random.NextDouble(), k = Math.Pow(10, -8 + 8 * random.NextDouble());
            var (lower, upper) = (BernoulliKl.Lower(p, k), BernoulliKl.Upper(p, k));
            Assert.True(lower < p && p < upper);
            if (lower > 0) Assert.Equal(1, BernoulliKl.Divergence(lower, p) / k, 4);
            if (upper < 1) Assert.Equal(1, BernoulliKl.Divergence(upper, p) / k, 4);
            Assert.Equal(BernoulliKl.Drop(p, k), BernoulliKl.Rise(1 - p, k), 9);
        }
    }

    [Theory]
    [InlineData(.95, .01, .03365), InlineData(.95, .1, .12295), InlineData(.99, .01, .01704)]
    public void The_allowed_drop_is_as_on_the_theory_page(double safety, double kl, double drop) => Assert.Equal(drop, BernoulliKl.Drop(safety, kl), 5);

    [Theory]
    [InlineData(.95, .02, .003765), InlineData(.99, .02, .013162), InlineData(.90, .02, .002102), InlineData(.95, .05, .020654)]
    public void A_budget_certifies_exactly_its_drop(double safety, double drop, double kl)
    {
        Assert.Equal(kl, BernoulliKl.Budget(safety, drop), 6);
        Assert.Equal(drop, BernoulliKl.Drop(safety, BernoulliKl.Budget(safety, drop)), 9);
    }

    [Fact]
    public void A_graded_reward_with_zero_covariance_can_still_move_safety()
    {
        var t = new TiltedPolicy([1, 1, 1], [0, .5, 1], [1, 0, 1], 0.5);
        Assert.Equal(0, t.FirstOrderDrift, 12);
        Assert.Equal(0.088605, t.SafetyDrift, 6);
        Assert.Null(t.BinaryRewardIdentity);
    }

    [Fact]
    public void A_certificate_needs_its_premise()
    {
        Assert.Null(DriftBounds.Certificate(0.5, 0.6, kl: 0.3, beta: 0.5)); // .6 − .15 < .5
        Assert.Equal(Math.Sqrt(0.1), DriftBounds.Certificate(0.5, 0.6, kl: 0.1, beta: 0.5)!.Value, 12);
        Assert.Null(DriftBounds.Certificate(0.5, 0.6, double.PositiveInfinity, 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => DriftBounds.Certificate(0.5, 0.6, double.NaN, 0.5));
    }

    [Fact]
    public void A_certificate_whose_premise_just_holds_is_one()
    {
        Assert.Equal(0.5, DriftBounds.Certificate(0.5, 0.75, kl: 0.5, beta: 0.5)!.Value, 12); // .75 − .25 is .5
        Assert.Equal(0.0, DriftBounds.Certificate(0.5, 0.5, kl: 0, beta: 0.5));
    }

    [Theory]
    [InlineData(double.NaN), InlineData(double.PositiveInfinity), InlineData(double.NegativeInfinity)]
    public void A_certificate_of_a_reward_that_is_not_finite_is_refused(double reward)
    {
        foreach (var ask in new Action[] { () => DriftBounds.Certificate(reward, 0.6, 0.1, 0.5), () => DriftBounds.Certificate(0.5, reward, 0.1, 0.5) })
            Assert.Contains("must be finite", Assert.Throws<ArgumentOutOfRangeException>(ask).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_average_is_over_prompts_that_have_a_safety_and_a_KL()
    {
        Assert.Contains("safety[1] is NaN", Assert.Throws<ArgumentException>(() => PromptAverage.Of([0.9, double.NaN], [0.1, 0.1])).Message, StringComparison.Ordinal);
        Assert.Contains("kl[1] is Infinity", Assert.Throws<ArgumentException>(() => PromptAverage.Of([0.9, 0.9], [0.1, double.PositiveInfinity])).Message, StringComparison.Ordinal);
        Assert.Contains("2 prompts and 1 KLs", Assert.Throws<ArgumentException>(() => PromptAverage.Of([0.9, 0.9], [0.1])).Message, StringComparison.Ordinal);
    }

    private static readonly SamplingOptions Temperature1 = new() { MaxNewTokens = 24, Temperature = 1, Seed = 1 };

    [Fact]
    public void A_certificate_is_certified_vacuous_or_not_applicable_and_never_a_number_without_premises()
    {
        Assert.Equal(CertificateKind.Certified, SafetyCertificate.Of(.95, .01, 0, Temperature1, .90).Kind);
        Assert.Equal(CertificateKind.Vacuous, SafetyCertificate.Of(.95, .01, 0, Temperature1, .93).Kind);
        foreach (var none in new[]
        {
            SafetyCertificate.Of(.95, .01, 0, Temperature1 with { Temperature = 0 }, .5),
            SafetyCertificate.Of(.95, .01, 0, Temperature1 with { TopK = 5 }, .5),
            SafetyCertificate.Of(.95, .01, 0, Temperature1 with { TopP = .9 }, .5),
            SafetyCertificate.Of(.95, .01, 0, Temperature1 with { MinP = .1 }, .5),
            SafetyCertificate.Of(.95, .01, 0, Temperature1 with { RepetitionPenalty = 1.1 }, .5),
            SafetyCertificate.Of(.95, .01, double.NaN, Temperature1, .5),
            SafetyCertificate.Of(.95, double.NaN, 0, Temperature1, .5),
            SafetyCertificate.Of(.95, double.PositiveInfinity, 0, Temperature1, .5),
            SafetyCertificate.Of(double.NaN, .01, 0, Temperature1, .5),
        })
            Assert.Equal((CertificateKind.NotApplicable, null), (none.Kind, none.Limit));
    }

    [Fact]
    public void Best_of_n_with_ties_stays_below_its_ceiling()
    {
        Assert.Equal(0.590310, BestOfN.Kl(4, [1, 1, 1, 1], [0, 1, 2, 3]), 6);
        Assert.Equal(0.636294, BestOfN.Ceiling(4), 6);
        Assert.Equal(0, BestOfN.Kl(4, [1, 2], [3, 3]), 12);
    }
}
