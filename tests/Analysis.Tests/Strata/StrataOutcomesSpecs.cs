using SafetyGate.Analysis.Strata;
using SafetyGate.Core;

namespace SafetyGate.Analysis.Tests.Strata;

public sealed class StrataOutcomesSpecs : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strata").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_table_becomes_arms_with_scores_in_the_order_of_the_items()
    {
        var result = Read(Good());
        Assert.Equal(["e1", "e2", "h1", "h2"], result.Items.Select(item => item.Id));
        Assert.Equal([(TrainedOn.None, 0UL), (TrainedOn.Easy, 3UL), (TrainedOn.Hard, 3UL)], result.Arms.Select(arm => (arm.TrainedOn, arm.Seed)));
        Assert.Equal([1.0, 1, 0, 0.5], result.Arms[1].Scores);
        Assert.Equal((1, 5), (result.Hardness.EasyAtMost, result.Hardness.HardAtLeast));
    }

    [Theory]
    [InlineData("\"hardness\"", "\"steps\"", "there is no 'hardness'; the row has 'id', 'steps', 'train', 'score'")]
    [InlineData("\"none\"", "\"non\"", "'train' is 'non'; it must be one of none, easy, medium, hard, all. Did you mean 'none'?")]
    [InlineData("\"score\": 0.5", "\"score\": 1.5", "'score' is 1.5; it must lie in [0, 1]")]
    [InlineData("\"score\": 0.5", "\"score\": \"good\"", "'score' is 'good'; it must be a finite number")]
    [InlineData("\"seed\": 3, \"score\": 0.5", "\"seed\": -3, \"score\": 0.5", "'seed' is '-3'; it must be a whole number")]
    [InlineData("\"id\": \"h2\", \"hardness\": 5, \"train\": \"easy\"", "\"id\": \"h2\", \"hardness\": 4, \"train\": \"easy\"", "item 'h2' has hardness 4 here and 5 before")]
    [InlineData("\"id\": \"h2\", \"hardness\": 5, \"train\": \"easy\"", "\"id\": \"h1\", \"hardness\": 5, \"train\": \"easy\"", "item 'h1' of the arm 'easy', seed 3, is there twice")]
    [InlineData("\"id\": \"h2\", \"hardness\": 5, \"train\": \"easy\"", "\"id\": \"h3\", \"hardness\": 5, \"train\": \"easy\"", "the arm 'none', seed 0, has 4 of 5 items; 'h3' is missing")]
    [InlineData("\"hardness\": 5", "\"hardness\": 1", "All 4 items have the hardness 1")]
    [InlineData("\"hard\"", "\"medium\"", "there is no arm trained on hard items")]
    public void A_bad_table_is_refused_with_one_sentence(string from, string to, string says)
    {
        var text = Good();
        Assert.Contains(from, text, StringComparison.Ordinal);
        Assert.Contains(says, Assert.Throws<UserErrorException>(() => Read(text.Replace(from, to, StringComparison.Ordinal))).Message, StringComparison.Ordinal);
    }

    private static string Good() => string.Join('\n',
        from arm in (string[])["none", "easy", "hard"]
        from item in new[] { ("e1", 1, "true"), ("e2", 1, "1"), ("h1", 5, arm == "hard" ? "true" : "false"), ("h2", 5, arm == "easy" ? "0.5" : "0") }
        select $$"""{"id": "{{item.Item1}}", "hardness": {{item.Item2}}, "train": "{{arm}}", {{(arm == "none" ? "" : "\"seed\": 3, ")}}"score": {{item.Item3}}}""");

    private StrataResult Read(string rows)
    {
        var path = Path.Combine(_folder, "o.jsonl");
        File.WriteAllText(path, rows);
        return StrataOutcomes.Read(path, new(), new StratumChoice().For, "trained elsewhere");
    }
}
