using System.Text.Json.Nodes;
using SafetyGate.Core;

namespace SafetyGate.Cli.Tests.Runs;

/// <summary><c>gate eval</c> takes responses that were drawn before, with the same weights, prompts and sampling, from the store.</summary>
public sealed class StoredEvaluationSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model, _first, _second;

    public StoredEvaluationSpecs()
    {
        _model = TinyCheckpoint.In(_folder);
        _first = Suite("first", "why");
        _second = Suite("second", "how");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_same_evaluation_again_asks_no_model_and_says_so()
    {
        var once = await Eval("once", "--suite", _first);
        Assert.DoesNotContain("drawn before", once.Error, StringComparison.Ordinal);
        var again = await Eval("again", "--suite", _first);
        Assert.Contains("first: the responses of these weights to these prompts were drawn before; taken from ", again.Error, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(_folder.File("once")), File.ReadAllBytes(_folder.File("again")));

        Assert.DoesNotContain("drawn before", (await Eval("anew", "--suite", _first, "--no-store")).Error, StringComparison.Ordinal);
        foreach (var other in (string[][])[["--temperature", "1"], ["--repetition-penalty", "1.2"], ["--min-p", "0.1"], ["--dtype", "float64"]])
            Assert.DoesNotContain("drawn before", (await Eval("other", ["--suite", _first, .. other])).Error, StringComparison.Ordinal);
        Assert.Contains("drawn before", (await Eval("same", "--suite", _first, "--batch-tokens", "40")).Error, StringComparison.Ordinal); // changes no response
    }

    [Fact]
    public async Task Several_suites_are_one_result_and_those_that_are_stored_are_taken()
    {
        await Eval("one", "--suite", _second);
        var both = await Eval("both", "--suite", _first, "--suite", _second, "--responses", _folder.File("responses"));
        Assert.Contains("second: the responses", both.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("first: the responses", both.Error, StringComparison.Ordinal);
        var metrics = JsonNode.Parse(File.ReadAllText(_folder.File("both")))!["metrics"]!.AsArray();
        Assert.Equal(["first, greedy", "second, greedy"], metrics.Select(metric => (string)metric!["metric"]!));
        Assert.True(JsonNode.DeepEquals(metrics[1], JsonNode.Parse(File.ReadAllText(_folder.File("one")))!["metrics"]![0]));
        Assert.Equal(["first/q1", "second/q1"], File.ReadLines(_folder.File("responses")).Select(line => (string)JsonNode.Parse(line)!["id"]!).Where(id => id.EndsWith("q1", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(GateExitCode.Usage, "--device is 'tpu'; it must be cpu, cuda, or cuda:N", "--device", "tpu")]
    [InlineData(GateExitCode.Usage, "--dtype is 'int8'; it must be one of float32, float64, bfloat16", "--dtype", "int8")]
    [InlineData(GateExitCode.Usage, "--batch-tokens is 0", "--batch-tokens", "0")]
    [InlineData(GateExitCode.Usage, "Two suites are called 'first'", "--suite", "first.jsonl")]
    [InlineData(GateExitCode.Usage, "--repetition-penalty is 0", "--repetition-penalty", "0")]
    [InlineData(GateExitCode.Usage, "--max-new-tokens is 0; it must be 1 or more", "--max-new-tokens", "0")]
    [InlineData(GateExitCode.Usage, "--temperature is -1; it must be 0 (greedy) or lie in", "--temperature", "-1")]
    [InlineData(GateExitCode.Usage, "--top-k is 0; it must be 1 or more", "--top-k", "0")]
    [InlineData(GateExitCode.Usage, "--top-p is 2; it must lie in (0, 1]", "--top-p", "2")]
    [InlineData(GateExitCode.Usage, "--min-p is -0.5; it must lie in [0, 1]", "--min-p", "-0.5")]
    [InlineData(GateExitCode.Usage, "--samples is 0; it must be 1 or more", "--samples", "0")]
    [InlineData(GateExitCode.Usage, "--samples is 2 with greedy decoding", "--samples", "2")]
    [InlineData(GateExitCode.Usage, "--where is 'goal'; it must be written column=value", "--where", "goal")]
    public async Task An_option_that_makes_no_sense_is_refused_by_name(int code, string words, string option, string value)
    {
        var run = await GateRun.OfAsync("eval", "--model", _model, "--suite", _first, "--plain", option, option == "--suite" ? _folder.File(value) : value);
        Assert.Equal(code, run.ExitCode);
        Assert.Contains(words, Assert.Single(run.Messages), StringComparison.Ordinal);
    }

    [Theory, InlineData("--device", "cpu"), InlineData("--dtype", "float32"), InlineData("--batch-tokens", "9"), InlineData("--no-store", "true")]
    public async Task Options_of_our_own_computing_are_refused_for_a_server(string option, string value)
    {
        var run = await GateRun.OfAsync("eval", "--model", "http://localhost:9", "--suite", _first, option, value);
        Assert.Equal(GateExitCode.Usage, run.ExitCode);
        Assert.Equal($"gate: {option} is for a model directory; --model is a URL.", Assert.Single(run.Messages));
    }

    private async Task<GateRun> Eval(string result, params string[] more)
    {
        using var process = GateProcess.Start(_folder.File("store"), ["eval", "--model", _model, "--plain", "--max-new-tokens", "4", "--out", _folder.File(result), .. more]);
        var run = await process.WaitAsync(TestContext.Current.CancellationToken);
        Assert.True(run.ExitCode is GateExitCode.Inconclusive or GateExitCode.Passed, run.Error); // tokens of a random model: some may look like an answer
        return run;
    }

    private string Suite(string name, string word) =>
        _folder.Write(name + ".jsonl", string.Join('\n', Enumerable.Range(1, 5).Select(i => $$"""{"id": "q{{i}}", "prompt": "{{word}} {{i % 2 + 1}} ?"}""")));
}
