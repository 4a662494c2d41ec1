using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Tests.Gates;

public sealed class FloorClaimSpecs
{
    // Clopper–Pearson, one-sided .05, of 600 of 600: .05^(1/600) = .99502; of 580: .9535 to .9774; one bad item of 600: .9921.
    [Theory]
    [InlineData(600, 0.995, Verdict.Passed)]
    [InlineData(600, 0.9951, Verdict.Inconclusive)]
    [InlineData(580, 0.99, Verdict.Regressed)]
    [InlineData(0, 0, Verdict.Passed)]
    [InlineData(600, 1, Verdict.Inconclusive)]
    public void The_ends_of_the_interval_are_held_against_the_floor(int good, double floor, Verdict expected)
    {
        var decision = RunVerdicts.Decide(Of(new string('1', good) + new string('0', 600 - good), floor));
        Assert.Equal((expected, VerdictReason.Floor, expected != Verdict.Passed), (decision.Verdict, decision.Reason, decision.Fails));
        Assert.Equal(good / 600.0, Assert.IsType<FloorEvidence>(decision.Evidence).Rate, 12);
    }

    [Fact]
    public void An_unscored_response_counts_as_bad() =>
        Assert.Equal(0.5, ((FloorEvidence)RunVerdicts.Decide(Of(new string('1', 300) + new string('?', 300), 0.9)).Evidence!).Rate);

    [Theory]
    [InlineData(-0.001, 0.05), InlineData(1.001, 0.05), InlineData(double.NaN, 0.05)]
    [InlineData(0.9, 0), InlineData(0.9, 0.5), InlineData(0.9, double.NaN)]
    public void A_floor_or_a_level_out_of_range_never_passes(double floor, double alpha)
    {
        var decision = RunVerdicts.Decide(Of(new string('1', 600), floor) with { Alpha = alpha });
        Assert.Equal((Verdict.NotComparable, VerdictReason.BadEvidence, true), (decision.Verdict, decision.Reason, decision.Fails));
    }

    [Fact]
    public void The_reason_of_a_claim_is_that_of_its_rule_or_its_own()
    {
        var claim = Fake.Ask(Fake.Table(600, 0, 0, 0), new GateSettings { Margin = 0.02 }) with { Because = "of the claim" };
        Assert.Contains("\n  because   of the claim\n", RunVerdicts.Decide(claim).Message, StringComparison.Ordinal);
        Assert.Contains("\n  because   of the rule\n", RunVerdicts.Decide(claim with { Settings = claim.Settings with { Because = "of the rule" }, ApprovedSettings = null }).Message, StringComparison.Ordinal);
        Assert.DoesNotContain("because", RunVerdicts.Decide(claim with { Because = "" }).Message, StringComparison.Ordinal);
    }

    private static FloorClaim Of(string outcomes, double floor) => new() { Now = Fake.Measured(outcomes), Floor = floor };
}
