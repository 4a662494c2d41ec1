using SafetyGate.Harness.Calibration;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Tests.Gates;

namespace SafetyGate.Harness.Tests.Calibration;

public sealed class CalibrationSpecs
{
    private static readonly MeasuredPair AllGood = new(Fake.Measured(new string('1', 840), "a"), Fake.Measured(new string('1', 840), "b"));

    [Fact]
    public void A_drop_of_two_margins_is_seen_by_the_products_gate()
    {
        // Lost ~ Bin(840, .04): mean 33.6, deviation 5.7. The 9 lost that exact McNemar asks for when Holm counts 18 (18·2⁻⁹ = .035) lie four deviations below.
        var tally = PlantedTally.Of([AllGood], Fake.TwoPoints, 0.04, 18, 300, 1, Gates.Product);
        Assert.Equal((300, 300, 300), (tally.NotPassed, tally.Regressed, tally.RegressedAfterHolm));
        Assert.All(CalibrationRules.Planted(tally), r => Assert.True(r.Holds, r.Name));
    }

    [Fact]
    public void Holm_takes_power_from_a_drop_that_is_alone_in_its_run()
    {
        // 100 items, 7 lost in the mean: alone McNemar asks for 5 lost (P = .85), after Holm over 16 for 9 (16·2⁻⁹ = .031; P = .27).
        var hundred = new MeasuredPair(Fake.Measured(new string('1', 100), "a"), Fake.Measured(new string('1', 100), "b"));
        var tally = PlantedTally.Of([hundred], Fake.TwoPoints, 0.07, 16, 200, 1, Gates.Product);
        Assert.InRange(tally.Regressed, 200 * 0.85 - 25, 200 * 0.85 + 25); // five deviations of 5.0
        Assert.InRange(tally.RegressedAfterHolm, 200 * 0.27 - 32, 200 * 0.27 + 32);
    }

    [Fact]
    public void A_gate_that_always_passes_is_reported_as_failing_what_planted_drops_ask()
    {
        var tally = PlantedTally.Of([AllGood], Fake.TwoPoints, 0.04, 18, 30, 1, Gates.PassesAlways);
        Assert.Equal((0, 0), (tally.NotPassed, tally.Regressed));
        Assert.All(CalibrationRules.Planted(tally), r => Assert.False(r.Holds, r.Name));
        var error = MarginError.Worst(50, Fake.TwoPoints, [0], Gates.PassesAlways);
        Assert.Equal(1, error.PassProbability, 12);
        Assert.False(CalibrationRules.AtTheMargin("all", error).Holds);
    }

    [Fact]
    public void A_gate_that_always_says_regressed_is_reported_as_failing_what_an_unchanged_model_asks()
    {
        var repeats = RepeatedVerdicts.Of(Enumerable.Repeat<IReadOnlyList<PairedClaim>>([Fake.Ask(AllGood.Before, AllGood.After)], 100), Gates.RegressesAlways);
        Assert.Equal((100, 100), (repeats.AnyRegressed, repeats.AnyRed));
        Assert.False(CalibrationRules.SelfComparison(repeats.Metrics[0], 0.05).Holds);
        Assert.False(CalibrationRules.StaysGreen("seeds", repeats).Holds);
    }

    [Fact]
    public void Verdicts_are_counted_by_metric_and_by_run()
    {
        PairedClaim Ask(string metric, int lost)
        {
            var (approved, now) = Fake.Table(600 - lost, lost, 0, 0);
            return Fake.Ask(approved with { Metric = metric }, now with { Metric = metric });
        }

        var verdicts = RepeatedVerdicts.Of([[Ask("x", 0), Ask("y", 0)], [Ask("x", 30), Ask("y", 0)], [Ask("x", 30), Ask("y", 30)]], Gates.Product);
        Assert.Equal((3, 2, 2), (verdicts.Repeats, verdicts.AnyRegressed, verdicts.AnyRed));
        Assert.Equal((1, 2, 2), (verdicts.Metrics[0].Passed, verdicts.Metrics[0].Regressed, verdicts.Metrics[0].Red));
        Assert.Equal((2, 1, 0), (verdicts.Metrics[1].Passed, verdicts.Metrics[1].Regressed, verdicts.Metrics[1].NotComparable));
        Assert.Equal(2 * 30 / 600.0 / 3, verdicts.Metrics[0].Discordance, 12);
    }

    [Fact]
    public void What_cannot_be_compared_is_red_and_has_no_discordance()
    {
        var verdicts = RepeatedVerdicts.Of([[Fake.Ask(null, AllGood.After)]], Gates.Product);
        Assert.Equal((1, 1), (verdicts.AnyRed, verdicts.Metrics[0].NotComparable));
        Assert.True(double.IsNaN(verdicts.Metrics[0].Discordance));
    }

    [Fact]
    public void No_runs_and_runs_of_different_metrics_are_refused()
    {
        Assert.Throws<ArgumentException>(() => RepeatedVerdicts.Of([], Gates.Product));
        var other = Fake.Ask(AllGood.Before with { Metric = "other" }, AllGood.After with { Metric = "other" });
        var error = Assert.Throws<ArgumentException>(() => RepeatedVerdicts.Of([[Fake.Ask(AllGood.Before, AllGood.After)], [other]], Gates.Product));
        Assert.Contains("other", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(133, 0.02)] // none lost passes (z²/(n+z²) < .02), one lost does not
    [InlineData(52, 0.05)] // none lost passes: 2.7055/54.7 = .0495; one lost does not
    public void A_true_drop_of_the_margin_passes_with_the_probability_that_no_item_is_lost_at_the_smallest_size(int items, double margin)
    {
        var error = MarginError.Worst(items, Fake.TwoPoints with { Margin = margin }, [0], Gates.Product);
        Assert.Equal(Math.Pow(1 - margin, items), error.PassProbability, 12);
    }

    [Theory]
    [InlineData(168, 0.05)]
    [InlineData(420, 0.05)]
    [InlineData(840, 0.02)]
    public void At_the_shipped_sizes_a_true_drop_of_the_margin_passes_in_at_most_6_percent(int items, double margin)
    {
        var error = MarginError.Worst(items, Fake.TwoPoints with { Margin = margin }, [0, 0.01], Gates.Product);
        Assert.InRange(error.PassProbability, 0.03, CalibrationRules.PassesAtMarginAtMost);
    }

    [Theory]
    [InlineData(0, 59, 0.05, true)] // 1 − .05^(1/59) = .0495
    [InlineData(0, 58, 0.05, false)] // 1 − .05^(1/58) = .0503: too few to show it
    [InlineData(3, 59, 0.05, false)]
    public void A_ceiling_holds_only_when_the_upper_end_of_the_interval_is_below_it(int count, int trials, double limit, bool holds) =>
        Assert.Equal(holds, CalibrationRequirement.AtMost("x", "y", count, trials, limit).Holds);

    [Theory]
    [InlineData(299, 299, true)] // .05^(1/299) = .99003
    [InlineData(298, 298, false)] // .05^(1/298) = .98999
    [InlineData(290, 299, false)]
    public void A_floor_holds_only_when_the_lower_end_of_the_interval_is_above_it(int count, int trials, bool holds) =>
        Assert.Equal(holds, CalibrationRequirement.AtLeast("x", "y", count, trials, 0.99).Holds);

    [Fact]
    public void An_undefined_share_never_holds()
    {
        Assert.False(CalibrationRequirement.AtMost("x", "y", double.NaN, 0.06, "").Holds);
        Assert.False(CalibrationRequirement.AtMost("x", "y", double.NegativeInfinity, 0.06, "").Holds);
        Assert.False(CalibrationRequirement.Never("x", "y", 0, 0).Holds);
        Assert.True(CalibrationRequirement.Never("x", "y", 0, 20).Holds);
        Assert.False(CalibrationRequirement.Never("x", "y", 1, 20).Holds);
    }
}
