using SafetyGate.Harness.Statistics;
using SafetyGate.Studies.Safety.Summary;

namespace SafetyGate.Studies.Tests.Safety;

public sealed class SafetyPriceSpecs
{
    private static readonly StudyResamples Resamples = new([.. Enumerable.Range(1, 200).Select(i => i / 100.0)], [.. Enumerable.Repeat(10.0, 200)]);

    [Fact]
    public void The_price_is_the_mean_loss_over_the_mean_gain_with_both_kinds_of_limits()
    {
        var price = SafetyPrice.Of([1, 2, 3, 2], [10, 12, 11, 13], Resamples, 0);
        Assert.Equal(8 / 46.0, price.PerPoint!.Value, 1e-12);
        Assert.Equal(0.0640160618531316, price.OverSeeds!.Value.Lower, 1e-9); // by hand in RatioOfMeansSpecs
        Assert.Equal(0.2820903256926806, price.OverSeeds.Value.Upper, 1e-9);
        Assert.Equal(0.005, price.OverSeedsAndItems!.Value.Lower, 1e-12); // the 5th of 200
        Assert.Equal(0.195, price.OverSeedsAndItems.Value.Upper, 1e-12);
        Assert.Equal("", price.Note);
    }

    [Fact]
    public void A_gain_that_cannot_be_told_from_0_has_no_price()
    {
        var price = SafetyPrice.Of([1, 2, 3], [-1, 1, 2], Resamples, 0);
        Assert.Equal((null, null, null), (price.PerPoint, price.OverSeeds, price.OverSeedsAndItems));
        Assert.Equal("undefined: the gain cannot be told from 0", price.Note);
    }

    [Fact]
    public void An_arm_whose_accuracy_fell_has_no_price()
    {
        Assert.Equal((null, "undefined: accuracy did not rise"), SafetyPrice.Of([1, 2, 3], [-10, -11, -12], Resamples, 0) is var price ? (price.PerPoint, price.Note) : default);
        Assert.Equal("undefined: accuracy did not rise", SafetyPrice.Of([1], [0], Resamples, 0).Note);
    }

    [Fact]
    public void One_seed_has_a_price_and_no_limits()
    {
        var price = SafetyPrice.Of([1], [10], Resamples, 0);
        Assert.Equal((0.1, null, null, "one seed: no limits"), (price.PerPoint, price.OverSeeds, price.OverSeedsAndItems, price.Note));
        Assert.Equal((null, "no run was finished"), SafetyPrice.Of([], [], new([], []), 0) is var none ? (none.PerPoint, none.Note) : default);
    }

    [Fact]
    public void When_nothing_changed_the_limits_have_no_width_and_what_is_excluded_is_said()
    {
        var price = SafetyPrice.Of([0, 0, 0], [.20, .22, .21], new([.. Enumerable.Repeat(0.0, 200)], [.. Enumerable.Repeat(.2, 200)]), unchangedUnits: 840);
        Assert.Equal((0.0, null, null), (price.PerPoint, price.OverSeeds, price.OverSeedsAndItems));
        // 1 − .025^(1/840) = .0043818, over a gain of .21.
        Assert.Equal(1 - Math.Pow(.025, 1 / 840.0), SafetyPrice.MostUnseen(840), 1e-12);
        Assert.Equal("no behavior changed; with 840 of them a loss above 0.021 is excluded", price.Note);
    }

    [Fact]
    public void Resamples_without_a_gain_leave_no_limits_unless_they_are_very_few()
    {
        Assert.NotNull(Limits(without: 5));
        Assert.Null(Limits(without: 6)); // of 200 more than 2.5 %

        static Interval? Limits(int without) =>
            SafetyPrice.Of([1, 2, 3, 2], [10, 12, 11, 13], Resamples with { Gained = [.. Enumerable.Range(0, 200).Select(i => i < without ? 0.0 : 10)] }, 0).OverSeedsAndItems;
    }

    [Fact]
    public void The_difference_of_two_arms_has_Welchs_limits()
    {
        // Means 3 and 1; variances of the means 7/3 (of 1, 2, 6) and 1/3 (of 0, 1, 2): standard error √(8/3),
        // degrees of freedom (8/3)² / ((7/3)²/2 + (1/3)²/2) = (64/9)/(50/18) = 2.56.
        var contrast = SeedContrast.Of([1, 2, 6], [0, 1, 2], .95);
        var half = StudentT.UpperQuantile(.025, 2.56) * Math.Sqrt(8 / 3.0);
        Assert.Equal(2, contrast.Difference, 1e-12);
        Assert.Equal(2 - half, contrast.Limits!.Value.Lower, 1e-9);
        Assert.Equal(2 + half, contrast.Limits.Value.Upper, 1e-9);
        Assert.Null(SeedContrast.Of([1], [0, 1], .95).Limits);
        Assert.Null(SeedContrast.Of([1, 1], [0, 0], .95).Limits);
    }

    [Theory]
    [InlineData(1, 2, .5, 3, 1), InlineData(-2, -1, -3, -.5, -1), InlineData(1, 2, -.5, 3, 0), InlineData(0, 2, 1, 3, 0), InlineData(-1, 1, -1, 1, 0), InlineData(1, 2, -3, -2, 0)]
    public void A_sign_needs_both_kinds_of_limits(double a, double b, double c, double d, int sign)
    {
        Assert.Equal(sign, ArmContrast.SignOf(new(a, b), new(c, d)));
        Assert.Equal(0, ArmContrast.SignOf(new(a, b), null));
        Assert.Equal(0, ArmContrast.SignOf(null, new(c, d)));
    }

    [Fact]
    public void The_mean_over_seeds_has_Students_limits_and_the_range()
    {
        var mean = SeedMean.Of([1, 2, 6])!;
        var half = StudentT.UpperQuantile(.025, 2) * Math.Sqrt(7 / 3.0);
        Assert.Equal((3, 3.0, 1.0, 6.0), (mean.N, mean.Mean, mean.Least, mean.Most));
        Assert.Equal(3 - half, mean.Limits!.Value.Lower, 1e-9);
        Assert.Null(SeedMean.Of([2])!.Limits);
        Assert.Null(SeedMean.Of([2, 2])!.Limits);
        Assert.Null(SeedMean.Of([]));
    }
}
