using System.Text.Json;
using SafetyGate.Core;

namespace SafetyGate.Cli.Tests.Commands;

public sealed class PowerSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_gate_that_can_work_says_what_it_sees()
    {
        var run = await GateRun.OfAsync("power", "--items", "840", "--margin", "0.03", "--discordance", "0.012", "--json");
        Assert.Equal(GateExitCode.Passed, run.ExitCode);
        var answer = JsonDocument.Parse(run.Out).RootElement[0].GetProperty("answer");
        Assert.True(answer.GetProperty("can_work").GetBoolean());
        Assert.InRange(answer.GetProperty("drop_seen_as_not_passed").GetDouble(), 0.02, 0.03);
    }

    [Fact]
    public async Task Items_that_share_behaviors_are_worth_their_behaviors()
    {
        var whole = await GateRun.OfAsync("power", "--clusters", "168", "--items-per-cluster", "5", "--discordance", "0.02", "--margin", "0.03");
        Assert.Equal(GateExitCode.Inconclusive, whole.ExitCode); // 281 behaviors that flip whole would do
        Assert.Contains("840 items in 168 behaviors", whole.Out, StringComparison.Ordinal);
        Assert.Contains("correlation 1 within behaviors", whole.Out, StringComparison.Ordinal);
        Assert.Contains("281", whole.Out, StringComparison.Ordinal);
        var alone = await GateRun.OfAsync("power", "--clusters", "168", "--items-per-cluster", "5", "--correlation", "0", "--discordance", "0.02", "--margin", "0.03");
        Assert.Equal(GateExitCode.Passed, alone.ExitCode);
        var needed = await GateRun.OfAsync("power", "--items-per-cluster", "5", "--discordance", "0", "--json");
        Assert.Equal(133, JsonDocument.Parse(needed.Out).RootElement[0].GetProperty("answer").GetProperty("planned_items").GetInt32());
    }

    [Fact]
    public async Task An_underpowered_gate_is_inconclusive_and_says_which_margin_would_do()
    {
        var run = await GateRun.OfAsync("power", "--items", "132", "--discordance", "0"); // 2.7055/134.7 = .0201: just too few for 2 points
        Assert.Equal(GateExitCode.Inconclusive, run.ExitCode);
        Assert.Contains("a red build would mean nothing", run.Out, StringComparison.Ordinal);
        Assert.Contains("2.1 points", run.Out, StringComparison.Ordinal);
        Assert.Contains("133", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("power", "--discordance")]
    [InlineData("power --items 100 --discordance 0.1 --results a.json b.json", "More than one")]
    [InlineData("power --items 0 --discordance 0.1", "items are 0")]
    [InlineData("power --items 100 --discordance 1.5", "discordance is 1.5")]
    [InlineData("power --items 100 --discordance 0.1 --margin NaN", "margin is NaN")]
    [InlineData("power --discordance 0.1 --drop 0.95", "drop is 0.95")]
    [InlineData("power --discordance 0.1 --clusters 5", "--items-per-cluster")]
    [InlineData("power --discordance 0.1 --clusters 0 --items-per-cluster 5", "--items-per-cluster")]
    [InlineData("power --discordance 0.1 --items 50 --items-per-cluster 5", "--items-per-cluster")]
    [InlineData("power --discordance 0.1 --items-per-cluster 5 --correlation 2", "correlation is 2")]
    [InlineData("power --discordance 0.1 --items 50 --correlation 0.5", "--correlation is about items that share behaviors")]
    [InlineData("power --discordance 0.1 --correlation 0", "--correlation is about items that share behaviors")]
    [InlineData("bound --safety 0.9 --kl 0.1 --gain 0.2", "--gain is given without --beta")]
    [InlineData("bound --kl 0.1 --drop 0.2", "--drop is given without --safety")]
    [InlineData("bound --safety 0.9 --beta 0.2", "--safety is given without --kl and --drop")]
    [InlineData("calibrate clusters --draws 10", "--draws is 10")]
    public async Task A_question_that_makes_no_sense_is_a_usage_error(string line, string says)
    {
        var run = await GateRun.OfAsync(line.Split(' '));
        Assert.Equal(GateExitCode.Usage, run.ExitCode);
        Assert.Contains(says, Assert.Single(run.Messages), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_results_give_items_and_discordance()
    {
        var suite = _folder.Write("suite.jsonl", string.Join('\n', Enumerable.Range(1, 30).Select(i => $$"""{"id": "q{{i}}", "prompt": "{{TinyCheckpoint.Question(i)}}"}""")));
        var model = TinyCheckpoint.In(_folder);
        var results = new List<string>();
        foreach (var seed in new[] { "1", "2" })
        {
            results.Add(_folder.File($"{seed}.json"));
            var evaluated = await GateRun.OfAsync("eval", "--model", model, "--suite", suite, "--plain", "--max-new-tokens", "4", "--temperature", "1", "--seed", seed, "--out", results[^1]);
            Assert.True(evaluated.ExitCode == GateExitCode.Passed, evaluated.Error);
        }

        var run = await GateRun.OfAsync("power", "--results", results[0], results[1], "--json");
        var question = JsonDocument.Parse(run.Out).RootElement[0].GetProperty("answer").GetProperty("question");
        Assert.Equal(30, question.GetProperty("items").GetInt32());
        var shared = results.Select(path => _folder.Write(Path.GetFileName(path) + ".shared.json", System.Text.RegularExpressions.Regex.Replace(System.Text.RegularExpressions.Regex.Replace(File.ReadAllText(path), "\"summary\": \\{.*\\},\n|, \"cut\": \\d+", ""), "\"id\": \"q(\\d+)\"", m => m.Value + $", \"behavior\": \"b{int.Parse(m.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) / 3}\""))).ToList();
        var behaviors = await GateRun.OfAsync("power", "--results", shared[0], shared[1], "--json", "--margin", "0.3");
        Assert.True(behaviors.Messages.Count == 0, behaviors.Error);
        Assert.Equal(11, JsonDocument.Parse(behaviors.Out).RootElement[0].GetProperty("answer").GetProperty("question").GetProperty("sizes").GetArrayLength());
        foreach (var (other, says) in new[] { (Altered("\"safety\"", "\"over-refusal\""), "direction"), (Altered("\"maxNewTokens\": 4", "\"maxNewTokens\": 5"), "sampling MaxNewTokens"), (shared[1], "unit of inference") })
        {
            var refused = await GateRun.OfAsync("power", "--results", results[0], other);
            Assert.Equal(GateExitCode.NotComparable, refused.ExitCode);
            Assert.Contains($"are not two results of the same thing on 'suite, temperature 1': {says}: ", Assert.Single(refused.Messages), StringComparison.Ordinal);
        }

        string Altered(string then, string now)
        {
            var text = File.ReadAllText(results[1]);
            Assert.Contains(then, text, StringComparison.Ordinal);
            return _folder.Write("altered " + now.Length + ".json", text.Replace(then, now, StringComparison.Ordinal));
        }

        var self = await GateRun.OfAsync("power", "--results", results[0], results[0], "--json", "--margin", "0.2");
        Assert.NotEqual(GateExitCode.Internal, self.ExitCode);
    }

    [Fact]
    public async Task A_run_that_is_not_in_the_store_is_named()
    {
        var run = await GateRun.OfAsync("power", "--run", "0123abcd");
        Assert.Equal(GateExitCode.BadInput, run.ExitCode);
        Assert.Contains("0123abcd", Assert.Single(run.Messages), StringComparison.Ordinal);
    }
}
