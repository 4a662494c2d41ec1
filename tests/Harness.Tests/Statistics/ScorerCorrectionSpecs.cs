using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Statistics;

public sealed class ScorerCorrectionSpecs
{
    private const double Z = 1.959963984540054;

    [Fact]
    public void The_correction_is_rogan_and_gladens()
    {
        // Raw .4, sensitivity .9, specificity .8: (.4 + .8 − 1)/.7 = 2/7.
        var c = ScorerCorrection.Of(new(40, 100), new(45, 50), new(64, 80), .95);
        Assert.Equal((.4, .9, .8), (c.Raw, c.Sensitivity, c.Specificity));
        Assert.Equal(2 / 7.0, c.Corrected, 1e-13);
        Assert.Equal(c.Corrected, c.CorrectedClipped);
        var error = Math.Sqrt((.4 * .6 / 100 + 4 / 49.0 * .9 * .1 / 50 + 25 / 49.0 * .8 * .2 / 80) / .49);
        Assert.Equal(error, c.StandardError, 1e-13);
        Assert.Equal(2 / 7.0 - Z * error, c.DeltaRaw.Lower, 1e-12);
        Assert.Equal(2 / 7.0 + Z * error, c.DeltaRaw.Upper, 1e-12);
        Assert.Equal(c.DeltaRaw, c.Delta);
    }

    [Fact]
    public void The_interval_is_lang_and_reiczigels_formula()
    {
        // n' = n + z², r' = (k + z²/2)/n'; se' = 46/52, sp' = 65/82; p' ± half, moved by 2z²(p'·v_se − (1 − p')·v_sp).
        var limits = ScorerCorrection.Of(new(40, 100), new(45, 50), new(64, 80), .95).LangReiczigel!.Value;
        double n = 100 + Z * Z, r = (40 + Z * Z / 2) / n, se = 46 / 52.0, sp = 65 / 82.0, p = (r + sp - 1) / (se + sp - 1), a = se * (1 - se) / 52, b = sp * (1 - sp) / 82;
        Assert.Equal(p + 2 * Z * Z * (p * a - (1 - p) * b), (limits.Lower + limits.Upper) / 2, 1e-11);
        Assert.Equal(Z * Math.Sqrt(r * (1 - r) / n + p * p * a + (1 - p) * (1 - p) * b) / (se + sp - 1), limits.Width / 2, 1e-11);
    }

    [Fact]
    public void A_scorer_without_errors_leaves_the_count_as_it_is()
    {
        var c = ScorerCorrection.Of(new(3, 12), new(1_000_000_000, 1_000_000_000), new(1_000_000_000, 1_000_000_000), .9);
        Assert.Equal((.25, Math.Sqrt(.25 * .75 / 12)), (c.Corrected, c.StandardError));
        var m = new Proportion(3, 12).AgrestiCoull(.9); // what smoothing leaves when both scorers' own variances vanish
        Assert.Equal((m.Lower, m.Upper), (c.LangReiczigel!.Value.Lower, c.LangReiczigel.Value.Upper), (x, y) => Math.Abs(x.Item1 - y.Item1) < 1e-7 && Math.Abs(x.Item2 - y.Item2) < 1e-7);
    }

    [Fact]
    public void What_lies_outside_0_1_is_clipped_and_kept_beside()
    {
        var below = ScorerCorrection.Of(new(0, 50), new(9, 10), new(8, 10), .95);
        Assert.Equal(-2 / 7.0, below.Corrected, 1e-13);
        Assert.Equal((0, 0), (below.CorrectedClipped, below.Delta.Lower));
        Assert.True(below.DeltaRaw.Lower < 0 && below.LangReiczigel!.Value.Lower == 0);
        var above = ScorerCorrection.Of(new(50, 50), new(9, 10), new(8, 10), .95);
        Assert.Equal(8 / 7.0, above.Corrected, 1e-13);
        Assert.Equal((1, 1), (above.CorrectedClipped, above.Delta.Upper));
        Assert.True(above.DeltaRaw.Upper > 1 && above.LangReiczigel!.Value.Upper == 1);
    }

    [Theory]
    [InlineData(3, 4, 1, 4), InlineData(1, 3, 2, 3), InlineData(1, 10, 9, 10), InlineData(0, 5, 5, 5), InlineData(1, 4, 1, 4), InlineData(1_000_000_000, 2_000_000_000, 1_000_000_000, 2_000_000_000)]
    public void A_scorer_no_better_than_chance_says_nothing(int tp, int positives, int tn, int negatives) =>
        Worked.Refuses<ArgumentException>("add up to 1 or less; such a scorer is uninformative about the rate", () => ScorerCorrection.Of(new(1, 2), new(tp, positives), new(tn, negatives), .95));

    [Fact]
    public void Just_better_than_chance_is_corrected_and_may_say_nothing_once_smoothed()
    {
        // 4/5 + 1/4 > 1, and (5/7 + 2/6) > 1; 1/1 + 1/100 > 1, yet 2/3 + 2/102 < 1.
        Assert.NotNull(ScorerCorrection.Of(new(1, 2), new(4, 5), new(1, 4), .95).LangReiczigel);
        Assert.Null(ScorerCorrection.Of(new(1, 2), new(1, 1), new(1, 100), .95).LangReiczigel);
        var even = ScorerCorrection.Of(new(1, 2), new(1, 2), new(3, 4), .95); // smoothed 2/4 + 4/6
        Assert.NotNull(even.LangReiczigel);
        Assert.Null(ScorerCorrection.Of(new(1, 2), new(2, 2), new(1, 6), .95).LangReiczigel); // smoothed 3/4 + 2/8 is 1 exactly
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(double.NaN)]
    public void The_level_lies_between_0_and_1(double level) => Worked.OutOfRange(Invariant($"level is {level}"), () => ScorerCorrection.Of(new(1, 2), new(2, 2), new(2, 2), level));
}
