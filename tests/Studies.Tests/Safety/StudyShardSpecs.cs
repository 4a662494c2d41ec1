using SafetyGate.Core;
using SafetyGate.Studies.Safety.Plan;

namespace SafetyGate.Studies.Tests.Safety;

public sealed class StudyShardSpecs
{
    [Fact]
    public void The_parts_together_are_the_whole_and_no_run_is_in_two_of_them()
    {
        for (var runs = 0; runs <= 20; runs++)
            for (var of = 1; of <= 7; of++)
            {
                var all = Enumerable.Range(0, runs).ToList();
                var parts = Enumerable.Range(1, of).Select(number => new StudyShard(number, of).Take(all)).ToList();
                Assert.Equal(all, parts.SelectMany(part => part).Order());
                Assert.True(parts.Max(part => part.Count) - parts.Min(part => part.Count) <= 1);
            }
    }

    [Fact]
    public void The_second_of_three_parts_has_every_third_run_from_the_second()
    {
        Assert.Equal([1, 4, 7], StudyShard.Parse("2/3").Take(Enumerable.Range(0, 9).ToList()));
        Assert.Equal(Enumerable.Range(0, 9), StudyShard.Whole.Take(Enumerable.Range(0, 9).ToList()));
    }

    [Theory]
    [InlineData("0/2"), InlineData("3/2"), InlineData("2"), InlineData("1/2/3"), InlineData("a/2"), InlineData("1/-2"), InlineData("+1/2"), InlineData(""), InlineData("1/0")]
    public void Other_parts_are_refused(string text) =>
        Assert.Equal(GateExitCode.Usage, Assert.Throws<UserErrorException>(() => StudyShard.Parse(text)).ExitCode);
}
