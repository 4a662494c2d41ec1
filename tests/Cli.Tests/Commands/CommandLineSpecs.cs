using System.Globalization;
using SafetyGate.Core;

namespace SafetyGate.Cli.Tests.Commands;

public sealed class CommandLineSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("frobnicate")]
    [InlineData("model logits")]
    [InlineData("eval --suite x.jsonl")]
    [InlineData("score refusal")]
    public async Task A_wrong_command_line_is_a_usage_error(string line)
    {
        var run = await GateRun.OfAsync(line.Split(' '));
        Assert.Equal(GateExitCode.Usage, run.ExitCode);
        Assert.All(run.Messages, message => Assert.StartsWith("gate: ", message, StringComparison.Ordinal));
        Assert.Equal("", run.Out);
    }

    // A variable of a script that is not set: neither the option's default nor a bug.
    [Theory]
    [InlineData("check", "--log"), InlineData("check", "--baselines"), InlineData("report", "--log"), InlineData("report", "--out"), InlineData("rescore", "--store")]
    public async Task An_empty_path_is_a_usage_error_that_names_the_option(string command, string option)
    {
        var run = await GateRun.OfAsync(command, option, "");
        Assert.Equal(GateExitCode.Usage, run.ExitCode);
        Assert.StartsWith($"gate: {option} is empty; give ", run.Messages[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("frobnicate", "gate: Unrecognized command or argument 'frobnicate'.")]
    [InlineData("model logits x --jsonl y --dtype half", "gate: Argument 'half' not recognized. Must be one of: 'float32' 'float64'")]
    [InlineData("doctor --adapter x", "gate: --adapter is looked at on its base; name DIR.")]
    public async Task A_wrong_word_is_told_on_one_line(string line, string words)
    {
        var run = await GateRun.OfAsync(line.Split(' '));
        Assert.Equal(GateExitCode.Usage, run.ExitCode);
        Assert.Equal([words, "gate: 'gate --help' and 'gate COMMAND --help' list what is allowed."], run.Messages);
    }

    [Fact]
    public async Task A_page_that_cannot_be_written_is_no_bad_input()
    {
        var labeled = _folder.Write("labeled.jsonl", "{\"id\": \"1\", \"prompt\": \"p\", \"response\": \"I cannot help with that.\", \"label\": \"refusal\"}\n");
        var run = await GateRun.OfAsync("score", "agreement", labeled, "--misses", Path.Combine(_folder.Path, "absent", "page.jsonl"));
        Assert.Equal(GateExitCode.CannotWrite, run.ExitCode);
        Assert.Contains("cannot be written", Assert.Single(run.Messages), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bound --safety 1 --kl much", "'much' for option '--kl' as a number.")]
    [InlineData("study sft --seeds 1.5", "'1.5' for option '--seeds' as a whole number.")]
    public async Task A_value_that_cannot_be_read_is_named_with_what_is_asked_for(string line, string words) =>
        Assert.Contains(words, (await GateRun.OfAsync(line.Split(' '))).Messages[0], StringComparison.Ordinal);

    [Theory]
    [InlineData(true, "gate: the output cannot be written to its end: No space left on device\n"), InlineData(false, "gate: No space left on device\n")]
    public async Task An_output_on_a_full_disk_is_no_success_and_ends_in_one_line(bool isBuffered, string says)
    {
        using var full = new FullDisk(isBuffered);
        using var error = new StringWriter { NewLine = "\n" };
        using var output = new GateOutput(Stream.Null, full, error, interactive: false);
        Assert.Equal(GateExitCode.CannotWrite, await new GateCommandLine(output).RunAsync(["power", "--items", "840", "--margin", "0.03", "--discordance", "0.012"], TestContext.Current.CancellationToken));
        Assert.Equal(says, error.ToString());
        using var nowhere = new GateOutput(Stream.Null, full, new FullDisk(isBuffered: false), interactive: false);
        Assert.Equal(GateExitCode.CannotWrite, await new GateCommandLine(nowhere).RunAsync(["frobnicate"], TestContext.Current.CancellationToken));
    }

    private sealed class FullDisk(bool isBuffered) : StringWriter
    {
        public override void Write(string? value)
        {
            if (!isBuffered) throw new IOException("No space left on device");
        }

        public override void Flush() => throw new IOException("No space left on device");
    }

    [Fact]
    public async Task Numbers_are_read_and_written_in_one_way_whatever_the_language_of_the_machine()
    {
        string[] args = ["power", "--items", "840", "--margin", "0.03", "--discordance", "0.012"];
        var plain = await GateRun.OfAsync(args);
        Assert.Equal((GateExitCode.Passed, ""), (plain.ExitCode, plain.Error));
        var before = CultureInfo.CurrentCulture;
        var other = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (other.NumberFormat.NumberDecimalSeparator, other.NumberFormat.NumberGroupSeparator, other.NumberFormat.NegativeSign) = (",", ".", "\u2212");
        try
        {
            CultureInfo.CurrentCulture = other;
            Assert.Equal(plain, await GateRun.OfAsync(args));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public async Task An_unknown_recipe_key_is_refused_with_the_nearest_known_one()
    {
        var recipe = _folder.Write("recipe.json", """{"kind": "sft", "name": "x", "base": "model", "data": [{"path": "d.jsonl"}], "template": "plain", "options": {"max_steps": 1, "seed": 1, "leraning_rate": 0.1}}""");
        var run = await GateRun.OfAsync("run", recipe);
        Assert.Equal(GateExitCode.BadInput, run.ExitCode);
        var message = Assert.Single(run.Messages);
        Assert.Contains("leraning_rate", message, StringComparison.Ordinal);
        Assert.Contains("learning_rate", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_benchmark_line_that_is_not_JSON_is_named_by_its_number()
    {
        var lines = Enumerable.Range(1, 20).Select(i => i == 17 ? "{\"prompt\": oops" : $$"""{"prompt": "why {{i}} ?"}""");
        var suite = _folder.Write("suite.jsonl", string.Join('\n', lines) + "\n");
        var run = await GateRun.OfAsync("eval", "--model", TinyCheckpoint.In(_folder), "--suite", suite);
        Assert.Equal(GateExitCode.BadInput, run.ExitCode);
        Assert.Contains("line 17", Assert.Single(run.Messages), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_missing_is_a_bad_input_and_not_a_bug()
    {
        var run = await GateRun.OfAsync("compare", _folder.File("a.json"), _folder.File("b.json"));
        Assert.Equal(GateExitCode.BadInput, run.ExitCode);
        Assert.Contains("a.json", Assert.Single(run.Messages), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_evaluation_leaves_a_result_that_compares_as_identical_with_itself()
    {
        var suite = _folder.Write("suite.jsonl", string.Join('\n', Enumerable.Range(1, 30).Select(i => $$"""{"id": "q{{i}}", "prompt": "{{TinyCheckpoint.Question(i)}}"}""")));
        var result = _folder.File("result.json");
        var evaluated = await GateRun.OfAsync("eval", "--model", TinyCheckpoint.In(_folder), "--suite", suite, "--plain", "--max-new-tokens", "4", "--out", result);
        Assert.True(evaluated.ExitCode == GateExitCode.Inconclusive, evaluated.Error); // four tokens of a random model: all are truncated
        var compared = await GateRun.OfAsync("compare", result, result, "--json");
        Assert.NotEqual(GateExitCode.Internal, compared.ExitCode);
        Assert.Contains("\"verdict\"", compared.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("p_exact_unconditional", compared.Out, StringComparison.Ordinal);
        var exact = await GateRun.OfAsync("compare", result, result, "--json", "--exact-unconditional");
        Assert.Contains("\"p_exact_unconditional\"", exact.Out, StringComparison.Ordinal);
        Assert.Equal(compared.ExitCode, exact.ExitCode);
    }

    [Fact]
    public async Task A_result_of_another_benchmark_is_not_comparable_and_says_which_field()
    {
        var model = TinyCheckpoint.In(_folder);
        var results = new List<string>();
        foreach (var word in new[] { "why", "how" })
        {
            var suite = _folder.Write($"{word}.jsonl", string.Join('\n', Enumerable.Range(1, 30).Select(i => $$"""{"id": "q{{i}}", "prompt": "{{word}} {{i % 2 + 1}} ?"}""")));
            results.Add(_folder.File($"{word}.result.json"));
            var named = _folder.File("suite.jsonl");
            File.Copy(suite, named, overwrite: true);
            var run = await GateRun.OfAsync("eval", "--model", model, "--suite", named, "--plain", "--max-new-tokens", "4", "--out", results[^1]);
            Assert.True(run.ExitCode == GateExitCode.Inconclusive, run.Error); // nothing of it can be scored
        }

        var compared = await GateRun.OfAsync("compare", results[0], results[1]);
        Assert.Equal(GateExitCode.NotComparable, compared.ExitCode);
        Assert.Contains("benchmark", compared.Out, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_result_with_NaN_for_a_score_is_refused()
    {
        var suite = _folder.Write("suite.jsonl", """{"id": "q1", "prompt": "why ?"}""");
        var result = _folder.File("result.json");
        await GateRun.OfAsync("eval", "--model", TinyCheckpoint.In(_folder), "--suite", suite, "--plain", "--max-new-tokens", "4", "--out", result);
        var text = File.ReadAllText(result);
        var scores = text.IndexOf("\"scores\"", StringComparison.Ordinal);
        Assert.True(scores >= 0, text);
        var open = text.IndexOf('[', scores);
        var close = text.IndexOf(']', open);
        var broken = _folder.Write("broken.json", text[..(open + 1)] + "NaN" + text[close..]);
        var run = await GateRun.OfAsync("compare", result, broken);
        Assert.Equal(GateExitCode.BadInput, run.ExitCode);
        Assert.Contains("broken.json", Assert.Single(run.Messages), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Checking_without_a_list_of_specs_fails()
    {
        var run = await GateRun.OfAsync("check", "--baselines", _folder.Path, "--log", _folder.Path);
        Assert.NotEqual(GateExitCode.Passed, run.ExitCode);
    }

    [Fact]
    public async Task Approving_where_nothing_was_received_says_what_to_run()
    {
        var run = await GateRun.OfAsync("approve", "--why", "because", "--who", "someone", "--baselines", _folder.Path);
        Assert.Equal(GateExitCode.NotComparable, run.ExitCode);
        Assert.Contains("./gate test", Assert.Single(run.Messages), StringComparison.Ordinal);
    }
}
