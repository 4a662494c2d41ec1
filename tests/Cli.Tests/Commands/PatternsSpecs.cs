using System.Text;
using SafetyGate.Analysis.Results;
using System.Text.Json;
using SafetyGate.Analysis.Patterns;
using SafetyGate.Core;

namespace SafetyGate.Cli.Tests.Commands;

/// <summary><c>gate patterns</c> on files of users, with rules and with models of a server.</summary>
public sealed class PatternsSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Planted_kinds_of_failures_are_named_with_the_items_they_lie_on()
    {
        var target = _folder.File("p.json");
        var run = await GateRun.OfAsync("patterns", Planted(), "--out", target);
        Assert.True(run.ExitCode == GateExitCode.Passed, run.Error);
        Assert.Contains("2 patterns", run.Out, StringComparison.Ordinal);
        var report = AnalysisFile.Read<PatternReport>(target);
        Assert.Equal(["operands of a subtraction exchanged", "stops before the last step"], report.Patterns.Select(pattern => pattern.Name).Order());
        Assert.Equal("kind: b", Assert.Single(report.Patterns.Single(pattern => pattern.Name.StartsWith("stops", StringComparison.Ordinal)).Slice).ToString());
        Assert.Equal(Encoding.UTF8.GetString(AnalysisFile.Bytes(report)), (await GateRun.OfAsync("patterns", Planted(), "--json")).Out);
    }

    [Fact]
    public async Task Rows_without_scores_are_scored_and_responses_may_lie_in_a_file_of_their_own()
    {
        var rows = Enumerable.Range(0, 40).Select(i => (Id: $"q{i}", Right: i % 2 == 0, Long: i % 3)).ToList();
        var file = _folder.Write("rows.jsonl", string.Concat(rows.Select(row => JsonSerializer.Serialize(new { id = row.Id, question = "why ?", gold = "9 - 3 = 6 . 6 + 2 = 8 . #### 8", output = row.Right ? "#### 8" : "9 - 3 = 6 . #### 6" }) + "\n")));
        var scored = await GateRun.OfAsync("patterns", file);
        Assert.Contains("20 of 40 items failed", scored.Out, StringComparison.Ordinal);
        Assert.Contains("stops before the last step", scored.Out, StringComparison.Ordinal);
        var benchmark = _folder.Write("benchmark.jsonl", string.Concat(rows.Select(row => JsonSerializer.Serialize(new { id = row.Id, prompt = "why ?", answer = "9 - 3 = 6 . 6 + 2 = 8 . #### 8" }) + "\n")));
        var responses = _folder.Write("responses.jsonl", string.Concat(rows.Select(row => JsonSerializer.Serialize(new { id = row.Id, sample = 0, text = "9 - 3 = 6 .", finish_reason = "stop", tokens = 4, score = row.Right ? 1 : 0, reason = "" }) + "\n")));
        var joined = await GateRun.OfAsync("patterns", benchmark, "--responses", responses);
        Assert.Contains("20 of 40 items failed", joined.Out, StringComparison.Ordinal);
        Assert.Contains("has no response to item 'q1'", Assert.Single((await GateRun.OfAsync("patterns", benchmark, "--responses", _folder.Write("few.jsonl", File.ReadLines(responses).First()))).Messages), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chat_model_explains_by_a_schema_and_an_embedding_model_places_the_lines()
    {
        using var server = new ChatServer("analyst", "embedder")
        {
            Chat = (_, material) => $$"""Here it is: {"cause": "{{(JsonDocument.Parse(material).RootElement.GetProperty("response").GetString()!.StartsWith("3 -", StringComparison.Ordinal) ? "swaps the operands" : "forgets the end")}} {{material.Length % 7}}", "generic": false}""",
            Embedding = text => text.StartsWith("swaps", StringComparison.Ordinal) ? [1, 0, 0.1 * (text[^1] % 3)] : [0, 1, 0.1 * (text[^1] % 3)],
        };
        var run = await GateRun.OfAsync("patterns", Planted(), "--analyst", server.Address, "--analyst-model", "analyst", "--embeddings", server.Address, "--embeddings-model", "embedder", "--json");
        Assert.True(run.ExitCode == GateExitCode.Passed, run.Error);
        using var report = JsonDocument.Parse(run.Out);
        Assert.Equal(2, report.RootElement.GetProperty("patterns").GetArrayLength());
        Assert.Equal(("chat model analyst 1", "embedding embedder"), (report.RootElement.GetProperty("analyst").GetString(), report.RootElement.GetProperty("features").GetString()));
        Assert.Contains("\"json_schema\"", server.Bodies[0], StringComparison.Ordinal);
        Assert.Contains("\"encoding_format\":\"float\"", server.Bodies[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Servers_that_fail_end_the_command_with_one_sentence()
    {
        var sizes = 0;
        using var server = new ChatServer("m") { Chat = (_, _) => "I would rather not .", Embedding = _ => new double[2 + (sizes++ % 2)] };
        await RefusedAsync(GateExitCode.MissingEngine, "with something else than the JSON", "--analyst", server.Address);
        await RefusedAsync(GateExitCode.MissingEngine, "an embedding of another size: 3 numbers for text 2, 2 for the first", "--embeddings", server.Address, "--embeddings-model", "m");
        await RefusedAsync(GateExitCode.Usage, "--embeddings-model is missing", "--embeddings", server.Address);
        await RefusedAsync(GateExitCode.Usage, "must be the URL of a server", "--analyst", "gpt");
        await RefusedAsync(GateExitCode.Usage, "--analyst-model is for a server", "--analyst-model", "m");
        await RefusedAsync(GateExitCode.MissingEngine, "does not serve the model 'n'", "--analyst", server.Address, "--analyst-model", "n");
        using var slow = new ChatServer("m") { Chat = (_, _) => null };
        await RefusedAsync(GateExitCode.MissingEngine, "no answer within 0.2 s", "--analyst", slow.Address, "--analyst-timeout", "0.2");
    }

    [Theory]
    [InlineData("{\"prompt\": \"a\", \"response\": \"b\", \"score\": 1}", "none of the 1 items failed")]
    [InlineData("{\"prompt\": \"a\", \"response\": \"b\", \"correct\": false}", "all 1 items failed")]
    [InlineData("{\"prompt\": \"a\", \"response\": \"b\", \"score\": 7}", "the score (column 'score') is '7'")]
    [InlineData("{\"prompt\": \"a\", \"score\": 1}", "has no response")]
    [InlineData("{\"prompt\": \"a\", \"response\": \"b\"}", "has neither a score nor an answer")]
    [InlineData("{\"prompt\": \" \", \"response\": \"b\"}", "the prompt (column 'prompt') is missing or empty")]
    [InlineData("{\"goal\": \"a\", \"response\": \"b\"}", "has no column 'prompt'")]
    [InlineData("{\"id\": 1, \"prompt\": \"a\", \"response\": \"b\"}\n{\"id\": 1, \"prompt\": \"a\", \"response\": \"b\"}", "id '1' is also on line 1")]
    [InlineData("", "has no rows")]
    public async Task A_file_that_cannot_be_searched_is_refused_with_what_to_do(string lines, string says)
    {
        var run = await GateRun.OfAsync("patterns", _folder.Write("rows.jsonl", lines));
        Assert.Equal(GateExitCode.BadInput, run.ExitCode);
        Assert.Contains(says, Assert.Single(run.Messages), StringComparison.Ordinal);
    }

    private async Task RefusedAsync(int code, string says, params string[] options)
    {
        var run = await GateRun.OfAsync(["patterns", Planted(), .. options]);
        Assert.Equal(code, run.ExitCode);
        Assert.Contains(says, Assert.Single(run.Messages), StringComparison.Ordinal);
    }

    // Half of the items of kind a exchange operands, half of those of kind b stop early, and those of kind c are right.
    private string Planted() => _folder.Write("planted.jsonl", string.Concat(Enumerable.Range(0, 90).Select(i =>
    {
        var kind = "abc"[i % 3];
        var failed = kind != 'c' && i % 2 == 0;
        var response = !failed ? "9 - 3 = 6 . 6 + 2 = 8 . #### 8" : kind == 'a' ? "3 - 9 = 6 . 6 + 2 = 8 . #### 8" : "9 - 3 = 6 . #### 6";
        return JsonSerializer.Serialize(new { id = $"q{i}", prompt = "why ?", answer = "9 - 3 = 6 . 6 + 2 = 8 . #### 8", response, correct = !failed, kind = $"{kind}" }) + "\n";
    })));
}
