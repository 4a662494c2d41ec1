using System.Text.Json.Nodes;
using SafetyGate.Core;
using SafetyGate.Harness.Baselines;

namespace SafetyGate.Cli.Tests.Commands;

/// <summary><c>gate eval --limit</c>, <c>--only-failing</c> and <c>--retry-errors</c> on long lists.</summary>
public sealed class SelectionSpecs : IDisposable
{
    private const string Refusal = "I'm sorry, but I can't help with that.";
    private readonly TemporaryFolder _folder = new();
    private readonly string _suite;

    public SelectionSpecs() => _suite = Suite("suite", 12);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_limit_asks_the_same_few_items_each_time_and_names_its_result_so()
    {
        using var server = new ModelServer(_ => (200, Refusal));
        var measured = (await Eval(server, "--limit", "5")).Metrics[0].Measurement;
        Assert.Equal(5, server.Asked);
        Assert.Equal("suite (first 5), greedy", measured.Metric);
        Assert.NotEqual(Enumerable.Range(1, 5).Select(i => $"q{i}"), measured.Items.Select(item => item.Id)); // not the first of the file
        Assert.Equal(measured.Items.Select(item => item.Id), (await Eval(server, "--limit", "5")).Metrics[0].Measurement.Items.Select(item => item.Id));
        Assert.Equal("suite, greedy", (await Eval(server, "--limit", "12")).Metrics[0].Measurement.Metric);
        Assert.Equal("gate: --limit is 0; it must be 1 or more.", Assert.Single((await Run(server, "--limit", "0")).Messages));
    }

    [Fact]
    public async Task Only_the_items_that_failed_before_are_asked_and_none_if_none_did()
    {
        using (var before = new ModelServer(prompt => prompt switch { "why 3 ?" => (200, "Lift the lid."), "why 7 ?" => (400, "too long"), _ => (200, Refusal) }))
            await Eval(before, "--out", _folder.File("before"));
        using var server = new ModelServer(_ => (200, Refusal));
        var now = await Eval(server, "--only-failing", _folder.File("before"), "--out", _folder.File("now"));
        Assert.Equal(["q3", "q7"], now.Metrics[0].Measurement.Items.Select(item => item.Id));
        Assert.Equal("suite (failing before), greedy", now.Metrics[0].Measurement.Metric);
        Assert.Equal(2, server.Asked);
        // They all failed: whatever they do now, none can be lost.
        var compared = await GateRun.OfAsync("compare", _folder.File("now"), _folder.File("now"));
        Assert.Equal(GateExitCode.NotComparable, compared.ExitCode);
        Assert.Contains("'suite (failing before), greedy' is of the items that failed in an earlier result (--only-failing)", Assert.Single(compared.Messages), StringComparison.Ordinal);
        await Eval(server, "--out", _folder.File("whole"));
        var none = await Run(server, "--only-failing", _folder.File("whole"), "--out", _folder.File("none"));
        Assert.Equal((0, "no item of suite failed before; there is nothing to ask"), (none.ExitCode, Assert.Single(none.Messages)));
        Assert.False(File.Exists(_folder.File("none")));
        File.Copy(_folder.File("now"), _folder.File("stale")); // of an earlier command; a later one would read it as this one's
        var stale = await Run(server, "--only-failing", _folder.File("whole"), "--out", _folder.File("stale"));
        Assert.Equal((0, $"{_folder.File("stale")} of an earlier command is removed"), (stale.ExitCode, stale.Messages[^1]));
        Assert.False(File.Exists(_folder.File("stale")));
        await Run(server, "--only-failing", _folder.File("whole"), "--out", _folder.File("whole"));
        Assert.True(File.Exists(_folder.File("whole"))); // the result that was asked about
        var other = await GateRun.OfAsync("eval", "--model", server.Address, "--suite", Suite("other", 3), "--only-failing", _folder.File("whole"));
        Assert.Contains("holds nothing of 'other' with these items; it has 'suite, greedy'", Assert.Single(other.Messages), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Responses_that_ended_in_an_error_are_asked_again_and_the_result_is_that_of_a_run_without_errors()
    {
        var isDown = true;
        using var server = new ModelServer(prompt => (isDown && (prompt is "why 2 ?" or "why 9 ?") ? 422 : 200, Refusal));
        string[] files = ["--out", _folder.File("result"), "--responses", _folder.File("responses")];
        Assert.Equal(2, (await Eval(server, files)).Metrics[0].Measurement.Items.Count(item => item.Scores[0] is null));
        var (asked, result, responses) = (server.Asked, File.ReadAllBytes(_folder.File("result")), File.ReadAllBytes(_folder.File("responses")));
        isDown = false;
        var again = await Run(server, [.. files, "--retry-errors"]);
        Assert.Contains("suite: 2 responses had ended in an error and are asked again; that the server has the same weights as before is your word", again.Error, StringComparison.Ordinal);
        Assert.Equal(asked + 2, server.Asked);
        var (mended, mendedResponses) = (File.ReadAllBytes(_folder.File("result")), File.ReadAllBytes(_folder.File("responses")));
        await Eval(server, files);
        Assert.Equal(File.ReadAllBytes(_folder.File("result")), mended);
        Assert.Equal(File.ReadAllBytes(_folder.File("responses")), mendedResponses);
        Assert.NotEqual(result, mended);
        Assert.NotEqual(responses, mendedResponses);
    }

    [Fact]
    public async Task Answers_of_another_system_are_not_asked_again_one_by_one()
    {
        using var server = new ModelServer(_ => (200, Refusal)) { Fingerprint = asked => asked <= 9 ? "fp_a" : "fp_b" };
        string[] files = ["--out", _folder.File("result"), "--responses", _folder.File("responses"), "--concurrency", "1"];
        Assert.Equal(3, (await Eval(server, files)).Metrics[0].Measurement.Items.Count(item => item.Scores[0] is null));
        var again = await Run(server, [.. files, "--retry-errors"]);
        Assert.Equal(GateExitCode.BadInput, again.ExitCode);
        Assert.Contains("were of another system than the first (system_fingerprint), and asking these again would join responses of two systems. Leave --retry-errors out", Assert.Single(again.Messages), StringComparison.Ordinal);
        Assert.DoesNotContain((await Eval(server, files)).Metrics[0].Measurement.Items, item => item.Scores[0] is null);
        Assert.Equal(0, (await Run(server, "--any-fingerprint")).ExitCode);
    }

    [Theory]
    [InlineData("its model is another", "--answers-as", "n")]
    [InlineData("'suite, greedy' was sampled otherwise", "--max-new-tokens", "9")]
    [InlineData("it has no metric 'suite, temperature 1'", "--temperature", "1")]
    [InlineData("it has no metric 'suite (first 4), greedy'", "--limit", "4")]
    [InlineData("its items of 'suite, greedy' are others", "--shard", "1/2")]
    public async Task Responses_of_another_evaluation_are_not_gone_on_with(string why, params string[] options)
    {
        using var server = new ModelServer(_ => (200, Refusal));
        string[] files = ["--out", _folder.File("result"), "--responses", _folder.File("responses")];
        await Eval(server, files);
        var run = await Run(server, [.. files, "--retry-errors", .. options]);
        Assert.Equal(GateExitCode.BadInput, run.ExitCode);
        Assert.Contains($"is the result of another evaluation: {why}", Assert.Single(run.Messages), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answered_sample_of_an_item_stays_when_another_sample_is_asked_again()
    {
        var calls = 0;
        using var server = new ModelServer(_ => Interlocked.Increment(ref calls) is var call && call == 2 ? (422, "") : (200, $"{Refusal} {call}"));
        string[] options = ["--model", server.Address, "--suite", Suite("one", 1), "--samples", "2", "--temperature", "1", "--concurrency", "1", "--out", _folder.File("result"), "--responses", _folder.File("responses")];
        Assert.Equal(0, (await GateRun.OfAsync(["eval", .. options])).ExitCode);
        var before = ResultFile.Read(_folder.File("result")).Metrics[0].Measurement.Items[0];
        Assert.Equal(1, before.Scores.Count(score => score is null));
        Assert.Equal(0, (await GateRun.OfAsync(["eval", .. options, "--retry-errors"])).ExitCode);
        var now = ResultFile.Read(_folder.File("result")).Metrics[0].Measurement.Items[0];
        Assert.DoesNotContain(null, now.Scores);
        var answered = before.Scores[0] is null ? 1 : 0;
        Assert.Equal(before.ResponseDigests[answered], now.ResponseDigests[answered]);
        Assert.NotEqual(before.ResponseDigests[1 - answered], now.ResponseDigests[1 - answered]);
    }

    [Theory]
    [InlineData("text", "no", false)]
    [InlineData("sample", 1, false)]
    [InlineData("score", 0, false)]
    [InlineData("score", 0, true)] // in both files: the scorer of that version gives another score
    public async Task A_response_that_was_changed_in_any_respect_is_refused(string field, object value, bool inBoth)
    {
        using var server = new ModelServer(_ => (200, Refusal));
        string[] files = ["--out", _folder.File("result"), "--responses", _folder.File("responses")];
        await Eval(server, files);
        var lines = File.ReadAllLines(_folder.File("responses"));
        var line = JsonNode.Parse(lines[6])!;
        line[field] = JsonValue.Create(value);
        lines[6] = line.ToJsonString();
        File.WriteAllLines(_folder.File("responses"), lines);
        if (inBoth)
        {
            var result = JsonNode.Parse(File.ReadAllText(_folder.File("result")))!;
            result["metrics"]![0]!.AsObject().Remove("summary");
            result["metrics"]![0]!["items"]![6]!["scores"] = new JsonArray(0);
            File.WriteAllText(_folder.File("result"), result.ToJsonString());
        }

        var run = await Run(server, [.. files, "--retry-errors"]);
        Assert.Equal(GateExitCode.BadInput, run.ExitCode);
        Assert.Contains("does not hold the responses to item 'q7'", run.Messages[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Responses_that_are_not_those_of_the_result_are_refused()
    {
        using var server = new ModelServer(_ => (200, Refusal));
        string[] files = ["--out", _folder.File("result"), "--responses", _folder.File("responses")];
        Assert.Contains("give it with the same --out and --responses", Assert.Single((await Run(server, "--retry-errors", "--out", _folder.File("result"))).Messages), StringComparison.Ordinal);
        await Eval(server, files);
        var lines = File.ReadAllLines(_folder.File("responses"));
        var line = JsonNode.Parse(lines[4])!;
        line["text"] = "no";
        lines[4] = line.ToJsonString();
        File.WriteAllLines(_folder.File("responses"), lines);
        Assert.Contains("does not hold the responses to item 'q5'", Assert.Single((await Run(server, [.. files, "--retry-errors"])).Messages), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_servers_give_the_result_of_one_and_what_one_fails_at_the_other_answers()
    {
        using var sound = new ModelServer(prompt => (200, prompt == "why 3 ?" ? "Lift the lid." : Refusal));
        using var second = new ModelServer(prompt => (200, prompt == "why 3 ?" ? "Lift the lid." : Refusal));
        using var broken = new ModelServer(_ => (503, "out of memory"));
        await Eval(sound, "--out", _folder.File("one"));
        foreach (var (other, at) in ((ModelServer, string)[])[(second, "two"), (broken, "broken")])
        {
            var run = await GateRun.OfAsync("eval", "--endpoint", sound.Address, "--endpoint", other.Address, "--suite", _suite, "--concurrency", "2", "--out", _folder.File(at));
            Assert.True(run.ExitCode == 0, run.Error);
            Assert.Equal(File.ReadAllBytes(_folder.File("one")), File.ReadAllBytes(_folder.File(at)));
            Assert.True(other.Asked > 0);
        }

        foreach (var (words, options) in ((string, string[])[])[
            ("Nothing says what is evaluated", []), ("--model and --endpoint both say", ["--model", sound.Address, "--endpoint", second.Address]),
            ("names '" + sound.Address + "' twice", ["--endpoint", sound.Address, "--endpoint", sound.Address + "/"]), ("--endpoint is 'x'; it must be the URL", ["--endpoint", "x"])])
        {
            var run = await GateRun.OfAsync(["eval", "--suite", _suite, .. options]);
            Assert.Equal(GateExitCode.Usage, run.ExitCode);
            Assert.Contains(words, Assert.Single(run.Messages), StringComparison.Ordinal);
        }
    }

    private Task<GateRun> Run(ModelServer server, params string[] options) => GateRun.OfAsync(["eval", "--model", server.Address, "--suite", _suite, .. options]);

    private async Task<ResultDocument> Eval(ModelServer server, params string[] options)
    {
        string[] named = options.Contains("--out") ? options : [.. options, "--out", _folder.File("out")];
        var run = await Run(server, named);
        Assert.True(run.ExitCode == 0, run.Error);
        return ResultFile.Read(named[Array.IndexOf(named, "--out") + 1]);
    }

    private string Suite(string name, int items) =>
        _folder.Write(name + ".jsonl", string.Join('\n', Enumerable.Range(1, items).Select(i => $$"""{"id": "q{{i}}", "prompt": "why {{i}} ?"}""")));
}
