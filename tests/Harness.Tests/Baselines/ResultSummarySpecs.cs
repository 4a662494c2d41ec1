using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Statistics;
using SafetyGate.Harness.Tests.Gates;

namespace SafetyGate.Harness.Tests.Baselines;

public sealed class ResultSummarySpecs
{
    private static readonly ResultSummary Whole = new(4, 3, 0.5, 0.375, new Interval(0.1, 0.9));

    [Fact]
    public void The_figures_by_hand()
    {
        // Two good of two: the lower limit is the square root of .05. One unscored item counts as 0 in the worst case.
        Assert.Equal(new(3, 2, 1, 0.666667, new Interval(0.223607, 1)), ResultSummary.Of(Fake.Measured("11?")));
        Assert.Equal(new(2, 0, null, 0, null), ResultSummary.Of(Fake.Measured("??")));
        Assert.Equal(new(2, 2, 0.75, 0.75, null), ResultSummary.Of(Of([1], [0.5])));
        // A behavior of a good and a bad item, and a good item by itself: (1/2 + 1)/2.
        Assert.Equal(0.75, ResultSummary.Of(Fake.Measured("1") with { Items = [Fake.Item(0, 1) with { Behavior = "b" }, Fake.Item(1, 0) with { Behavior = "b" }, Fake.Item(2, 1)] }).Rate);
        // Rate (2/3 + 1)/2; worst case (2/3 + 1 + 1/3)/3.
        Assert.Equal(new(3, 2, 0.833333, 0.666667, null), ResultSummary.Of(Of([1, 0, 1], [1, 1, 1], [1, null, 0])));
    }

    public static TheoryData<string, ResultSummary> Edited() => new()
    {
        { "items", Whole with { Items = 5 } },
        { "scored", Whole with { Scored = 4 } },
        { "rate", Whole with { Rate = 0.500002 } },
        { "no rate", Whole with { Rate = null } },
        { "worst case", Whole with { WorstCase = 0.375002 } },
        { "lower limit", Whole with { Interval90 = new Interval(0.100002, 0.9) } },
        { "upper limit", Whole with { Interval90 = new Interval(0.1, 0.900002) } },
        { "no interval", Whole with { Interval90 = null } },
    };

    [Theory, MemberData(nameof(Edited))]
    public void A_summary_with_one_other_figure_does_not_agree(string what, ResultSummary edited)
    {
        Assert.False(edited.AgreesWith(Whole), what);
        Assert.False(Whole.AgreesWith(edited), what);
    }

    [Fact]
    public void One_unit_of_the_last_place_is_rounding()
    {
        Assert.True(Whole.AgreesWith(Whole));
        Assert.True(Whole.AgreesWith(new(4, 3, 0.500001, 0.374999, new Interval(0.100001, 0.899999))));
        Assert.True(new ResultSummary(2, 0, null, 0, null).AgreesWith(new(2, 0, null, 0, null)));
    }

    private static Measurement Of(params double?[][] scores) => Fake.Measured("1") with { Items = [.. scores.Select((s, i) => Fake.Item(i, 1) with { Scores = s })] };
}
