using SafetyGate.Core;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Verifiers.Judges;

namespace SafetyGate.Verifiers.Tests.Judges;

public sealed class JudgePairSpecs
{
    private static ModelJudge Judge(string weights, Func<string, int> grade) =>
        new(new ScriptedJudge((_, response, check) => grade(response) is var g && g == 0 ? "I cannot tell." : ScriptedJudge.Graded(check, "no", g, g), weights), ModelJudgeSpecs.Graded);

    private static JudgePair Pair(Disagreement rule) => new(
        Judge("first", r => r switch { "both low" => 5, "both high" => 1, "first only" => 2, "second only" => 4, "first unscored" => 0, _ => 1 }),
        Judge("second", r => r switch { "both low" => 4, "both high" => 1, "first only" => 5, "second only" => 1, "first unscored" => 1, _ => 0 }), rule);

    [Theory]
    [InlineData(Disagreement.Unscored, null, null)]
    [InlineData(Disagreement.Lower, 0.0, .25)]
    [InlineData(Disagreement.Mean, .375, .625)]
    public async Task Where_they_agree_the_mean_counts_and_where_not_the_rule_decides(Disagreement rule, double? firstOnly, double? secondOnly)
    {
        var pair = Pair(rule);
        string[] responses = ["both low", "both high", "first only", "second only", "first unscored", "second unscored"];
        var batch = responses.Select(r => (new BenchmarkItem { Id = r, Prompt = "open the box" }, new Response { PromptId = r, Text = r, FinishReason = FinishReason.Stop })).ToList();
        var scores = await pair.ScoreAsync(batch, null, TestContext.Current.CancellationToken);
        Assert.Equal([.125, 1, firstOnly, secondOnly, null, null], scores.Select(s => s.Value));
        Assert.Equal("judges-disagree", scores[2].Rule);
        Assert.StartsWith("the first judge: ", scores[4].Reason, StringComparison.Ordinal);
        Assert.StartsWith("the second judge: ", scores[5].Reason, StringComparison.Ordinal);
        Assert.Equal([[1, 1], [1, 1]], pair.Table());
        Assert.Equal(4, pair.Judged.Count);
    }

    [Fact]
    public async Task A_half_is_counted_with_the_ones_of_either_judge()
    {
        var pair = new JudgePair(Judge("first", r => r == "a" ? 3 : 5), Judge("second", r => r == "a" ? 5 : 3), Disagreement.Unscored);
        string[] responses = ["a", "b"];
        await pair.ScoreAsync([.. responses.Select(r => (new BenchmarkItem { Id = r, Prompt = "open the box" }, new Response { PromptId = r, Text = r, FinishReason = FinishReason.Stop }))], null, TestContext.Current.CancellationToken);
        Assert.Equal([(.5, 0), (0, .5)], pair.Judged);
        Assert.Equal([[0, 1], [1, 0]], pair.Table());
    }

    [Fact]
    public void The_pair_is_another_scorer_than_either_and_than_under_another_rule()
    {
        var pair = Pair(Disagreement.Unscored);
        Assert.Equal("judge:attack-graded", pair.Name);
        Assert.Contains("weights first", pair.Version, StringComparison.Ordinal);
        Assert.Contains("weights second", pair.Version, StringComparison.Ordinal);
        Assert.NotEqual(pair.Version, Pair(Disagreement.Lower).Version);
    }

    [Fact]
    public void The_same_judge_twice_and_judges_of_two_rubrics_are_refused()
    {
        var one = Judge("first", _ => 1);
        Assert.Contains("Both judges are the same", Assert.Throws<UserErrorException>(() => new JudgePair(one, Judge("first", _ => 2))).Message, StringComparison.Ordinal);
        var other = new ModelJudge(new ScriptedJudge((_, _, _) => "", "second"), ModelJudgeSpecs.Graded with { Name = "other" });
        Assert.Contains("answer the same rubric", Assert.Throws<UserErrorException>(() => new JudgePair(one, other)).Message, StringComparison.Ordinal);
    }
}
