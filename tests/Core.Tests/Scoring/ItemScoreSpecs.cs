using SafetyGate.Core.Scoring;

namespace SafetyGate.Core.Tests.Scoring;

public sealed class ItemScoreSpecs
{
    [Theory]
    [InlineData(0), InlineData(0.25), InlineData(1)]
    public void A_score_is_a_value_between_nothing_and_one(double value)
    {
        var score = ItemScore.Of(value, "why", "rule");
        Assert.Equal((value, true, "why", "rule"), (score.Value!.Value, score.IsScored, score.Reason, score.Rule));
    }

    [Theory]
    [InlineData(double.NaN), InlineData(-0.001), InlineData(1.001), InlineData(double.PositiveInfinity), InlineData(double.NegativeInfinity)]
    public void Anything_else_is_refused_as_unscored_would_not_be(double value)
    {
        Assert.Contains("it must lie in [0, 1]. A scorer that cannot tell returns Unscored", Assert.Throws<ArgumentOutOfRangeException>(() => ItemScore.Of(value)).Message, StringComparison.Ordinal);
        Assert.Equal((null, false, "why"), (ItemScore.Unscored("why").Value, ItemScore.Unscored("why").IsScored, ItemScore.Unscored("why").Reason));
    }
}
