using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Statistics;

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

    [Fact]
    public void An_unscored_sample_counts_as_bad_among_those_of_its_item()
    {
        var now = Fake.Measured(new string('1', 100));
        now = now with { Items = [.. now.Items.Select((item, i) => item with { Scores = i < 4 ? [1, null] : [1, 1], ResponseDigests = ["a", "b"] })] };
        Assert.Equal(0.98, Assert.IsType<FloorEvidence>(RunVerdicts.Decide(new FloorClaim { Now = now, Floor = 0.9 }).Evidence).Rate, 12);
    }

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

    [Fact]
    public void Several_samples_of_an_item_are_averaged_and_judged_by_limits_of_a_bounded_mean()
    {
        var now = Fake.Measured(new string('1', 100));
        now = now with { Items = [.. now.Items.Select((item, i) => item with { Scores = i < 20 ? [1, 0] : [1, 1], ResponseDigests = ["a", "b"] })] };
        double[] values = [.. Enumerable.Repeat(.5, 20), .. Enumerable.Repeat(1.0, 80)];
        var limits = BoundedMean.Limits(values, .05);
        var decision = RunVerdicts.Decide(new FloorClaim { Now = now, Floor = limits.Lower - 1e-9 });
        Assert.Equal((Verdict.Passed, VerdictReason.Floor), (decision.Verdict, decision.Reason));
        Assert.Equal((.9, limits), (((FloorEvidence)decision.Evidence!).Rate, ((FloorEvidence)decision.Evidence).Limits));
        Assert.InRange(limits.Lower, .8, .9); // a limit, not the mean
        Assert.Contains("0.9: the mean of 100 items, 2 samples each; 90 % interval", decision.Message, StringComparison.Ordinal);
        Assert.Equal(Verdict.Inconclusive, RunVerdicts.Decide(new FloorClaim { Now = now, Floor = .9 }).Verdict);
        Assert.Equal(Verdict.Regressed, RunVerdicts.Decide(new FloorClaim { Now = now, Floor = limits.Upper + 1e-9 }).Verdict);
    }

    [Fact]
    public void Graded_scores_and_behaviors_have_a_floor_too()
    {
        var now = Fake.Measured(new string('1', 120));
        now = now with { Items = [.. now.Items.Select((item, i) => item with { Scores = [i % 4 == 0 ? .75 : 1], Behavior = Invariant($"b{i / 4}") })] };
        var decision = RunVerdicts.Decide(new FloorClaim { Now = now, Floor = .9 });
        Assert.Equal(BoundedMean.Limits(Enumerable.Repeat(.9375, 30).ToArray(), .05), ((FloorEvidence)decision.Evidence!).Limits);
        Assert.Contains("the mean of 120 items in 30 behaviors, graded; 90 % interval", decision.Message, StringComparison.Ordinal);
        Assert.Contains("(two-sided, Gaffke's over behaviors)", decision.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(30, Verdict.Passed)] // .95 scored
    [InlineData(31, Verdict.Inconclusive)]
    public void Below_95_percent_scored_no_floor_is_reached(int unscored, Verdict expected)
    {
        var decision = RunVerdicts.Decide(Of(new string('1', 600 - unscored) + new string('?', unscored), .5));
        Assert.Equal((expected, expected != Verdict.Passed), (decision.Verdict, decision.Fails));
        if (expected != Verdict.Passed) Assert.Equal(VerdictReason.LowCoverage, decision.Reason);
        if (expected != Verdict.Passed) Assert.Contains("only 94.8 % of the items are scored; 95 % are needed", decision.Message, StringComparison.Ordinal);
        if (expected != Verdict.Passed) Assert.EndsWith("next      find out why responses are unscored (truncated, empty, judge errors); raise MaxNewTokens or repair the scorer, then evaluate again", decision.Message, StringComparison.Ordinal);
    }

    private static FloorClaim Of(string outcomes, double floor) => new() { Now = Fake.Measured(outcomes), Floor = floor };
}
