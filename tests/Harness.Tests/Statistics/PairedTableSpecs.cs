using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Statistics;

public sealed class PairedTableSpecs
{
    [Fact]
    public void The_shares_follow_from_the_four_counts()
    {
        var t = new PairedTable(5, 3, 1, 7);
        Assert.Equal((5, 3, 1, 7, 16, 4), (t.Both, t.Lost, t.Gained, t.Neither, t.N, t.Discordant));
        Assert.Equal((-.125, .5, .375), (t.Difference, t.ApprovedRate, t.NowRate));
    }

    [Theory]
    [InlineData(-1, 1, 1, 1, "both is -1; a count cannot be negative")]
    [InlineData(1, -2, 1, 1, "lost is -2; a count cannot be negative")]
    [InlineData(1, 1, -3, 1, "gained is -3; a count cannot be negative")]
    [InlineData(1, 1, 1, -4, "neither is -4; a count cannot be negative")]
    [InlineData(0, 0, 0, 0, "holds no pairs")]
    [InlineData(int.MaxValue, 0, 0, 1, "nothing can be compared")]
    [InlineData(int.MaxValue, 1, 0, 0, "nothing can be compared")]
    [InlineData(int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue, "nothing can be compared")]
    public void Counts_are_not_negative_and_their_sum_is_counted(int both, int lost, int gained, int neither, string saying) => Worked.OutOfRange(saying, () => new PairedTable(both, lost, gained, neither));

    [Fact]
    public void One_pair_of_any_kind_is_a_table_and_so_are_as_many_as_can_be_counted()
    {
        Assert.All([new(1, 0, 0, 0), new(0, 1, 0, 0), new(0, 0, 1, 0), new PairedTable(0, 0, 0, 1)], t => Assert.Equal(1, t.N));
        Assert.Equal(int.MaxValue, new PairedTable(int.MaxValue - 1, 0, 0, 1).N);
    }
}
