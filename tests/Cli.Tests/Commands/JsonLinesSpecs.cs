using System.Text.Json;
using SafetyGate.Core;

namespace SafetyGate.Cli.Tests.Commands;

/// <summary>The machine-readable form: one object out for each object in, in order, with the same id; an error stops nothing.</summary>
public sealed class JsonLinesSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_line_that_cannot_be_answered_gives_an_error_and_the_rest_goes_on()
    {
        const string input = """
            {"id": 1, "response": "I'm sorry, but I can't help with that."}
            not json
            {"id": "three"}
            {"id": [4], "response": "Sure, here is how you bake a cake: mix flour and eggs, then bake it for an hour."}
            """;
        var run = await GateRun.WithInputAsync(input, "score", "refusal", "--jsonl", "-");
        Assert.Equal(GateExitCode.BadInput, run.ExitCode);
        var lines = Parse(run.Out);
        Assert.Equal(4, lines.Count);
        Assert.Equal("refusal", lines[0].GetProperty("verdict").GetString());
        Assert.Equal(1, lines[0].GetProperty("id").GetInt32());
        Assert.Contains("line 2", lines[1].GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal("three", lines[2].GetProperty("id").GetString());
        Assert.Contains("response", lines[2].GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal("compliance", lines[3].GetProperty("verdict").GetString());
        Assert.Equal("", run.Error);
    }

    [Theory]
    [InlineData("\"\\ud800\"", "null"), InlineData("1e400", "null"), InlineData("{\"a\": [\"\\udc00\"]}", "null"), InlineData("7", "7")]
    public async Task Every_line_is_answered_whatever_one_of_them_holds(string id, string answered)
    {
        const string good = "{\"id\": \"good\", \"gold\": \"7\", \"answer\": \"#### 7\"}";
        string[] bad =
        [
            $"{{\"id\": {id}, \"gold\": \"\\ud83d\", \"answer\": \"7\"}}", $"{{\"id\": {id}, \"gold\": \"7\", \"answer\": 1e400}}", $"{{\"id\": {id}, \"\\ude00\": 1}}",
            "{\"deep\": " + new string('[', 100) + new string(']', 100) + "}", "\0", "{\"id\": 1, \"answer\": \"" + new string('x', 17 << 20) + "\"}",
        ];
        var run = await GateRun.WithInputAsync("\uFEFF" + string.Join('\n', bad.SelectMany(line => (string[])[good, line])) + "\n" + good, "score", "math", "--jsonl", "-");
        Assert.Equal(GateExitCode.BadInput, run.ExitCode);
        var lines = Parse(run.Out);
        Assert.Equal(2 * bad.Length + 1, lines.Count);
        for (var i = 0; i < lines.Count; i++)
        {
            if (i % 2 == 0) Assert.True(lines[i].GetProperty("correct").GetBoolean());
            else Assert.NotEmpty(lines[i].GetProperty("error").GetString()!);
        }

        Assert.All([1, 3], i => Assert.Equal(answered, lines[i].GetProperty("id").GetRawText()));
    }

    [Theory]
    [InlineData("same"), InlineData("link"), InlineData("hard link")]
    public async Task Answers_never_take_the_place_of_what_is_to_be_answered(string way)
    {
        var (cases, destination) = (Path.Combine(_folder.Path, "cases.jsonl"), Path.Combine(_folder.Path, "other.jsonl"));
        const string line = "{\"id\": 1, \"gold\": \"7\", \"answer\": \"#### 7\"}\n";
        File.WriteAllText(cases, line);
        if (way == "same") destination = Path.Combine(_folder.Path, ".", "cases.jsonl");
        else if (way == "link") File.CreateSymbolicLink(destination, cases);
        else if (OperatingSystem.IsLinux()) Assert.Equal(0, Link(cases, destination));
        else return;
        var run = await GateRun.OfAsync("score", "math", "--jsonl", cases, "--out", destination);
        Assert.Equal(GateExitCode.Usage, run.ExitCode);
        Assert.Contains("one file", run.Error, StringComparison.Ordinal);
        Assert.Equal(line, File.ReadAllText(cases));
    }

    [Theory]
    [InlineData("absent/answers.jsonl"), InlineData(".")]
    public async Task A_place_that_cannot_be_written_is_named(string name)
    {
        var run = await GateRun.WithInputAsync("{\"id\": 1, \"gold\": \"7\", \"answer\": \"7\"}", "score", "math", "--jsonl", "-", "--out", Path.Combine(_folder.Path, name));
        Assert.Equal(GateExitCode.CannotWrite, run.ExitCode);
        Assert.StartsWith("gate: '", Assert.Single(run.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
        Assert.Equal("", run.Out);
    }

    [System.Runtime.InteropServices.DllImport("libc", EntryPoint = "link")]
    private static extern int Link([System.Runtime.InteropServices.MarshalAs(System.Runtime.InteropServices.UnmanagedType.LPUTF8Str)] string from, [System.Runtime.InteropServices.MarshalAs(System.Runtime.InteropServices.UnmanagedType.LPUTF8Str)] string to);

    [Fact]
    public async Task Seeds_are_whole_numbers_of_64_bits()
    {
        string Case(string seed) => "{\"id\": 1, \"input_ids\": [1, 5], \"max_new_tokens\": 4, \"temperature\": 1, \"seed\": " + seed + "}";
        var run = await GateRun.WithInputAsync(string.Join('\n', new[] { "0", "18446744073709551615", "-1", "5000000000", "1.5", "18446744073709551616" }.Select(Case)), "model", "generate", TinyCheckpoint.In(_folder), "--jsonl", "-");
        var answers = Parse(run.Out);
        Assert.Equal([true, true, true, true, false, false], answers.Select(answer => answer.TryGetProperty("new_ids", out _)));
        Assert.Equal(answers[1].GetProperty("new_ids").GetRawText(), answers[2].GetProperty("new_ids").GetRawText()); // the same 64 bits
    }

    [Fact]
    public async Task A_top_k_of_0_keeps_all_tokens_as_in_transformers()
    {
        string Case(string more) => "{\"id\": 1, \"input_ids\": [1, 5], \"max_new_tokens\": 4, \"temperature\": 1, \"seed\": 3" + more + "}";
        var run = await GateRun.WithInputAsync(string.Join('\n', Case(""), Case(", \"top_k\": 0"), Case(", \"top_k\": -1")), "model", "generate", TinyCheckpoint.In(_folder), "--jsonl", "-");
        var answers = Parse(run.Out);
        Assert.Equal(answers[0].GetRawText(), answers[1].GetRawText());
        Assert.Contains("top_k is -1", answers[2].GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_a_line_feed_ends_a_line()
    {
        var run = await GateRun.WithInputAsync("{\"id\": 1, \"gold\": \"7\", \"answer\": \"so\u2028it is \u0085 #### 7\"}\n", "score", "math", "--jsonl", "-");
        Assert.Equal(GateExitCode.Passed, run.ExitCode);
        Assert.True(Assert.Single(Parse(run.Out)).GetProperty("correct").GetBoolean());
    }

    [Fact]
    public async Task Ids_survive_encoding_and_decoding()
    {
        var model = TinyCheckpoint.In(_folder);
        var encoded = await GateRun.WithInputAsync("""{"id": "a", "text": "<bos> sorry , i cannot help ."}""", "tokenizer", "encode", model, "--jsonl", "-");
        var ids = Assert.Single(Parse(encoded.Out)).GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()).ToArray();
        Assert.Equal([1, 5, 6, 7, 8, 9, 10], ids);
        var decoded = await GateRun.WithInputAsync("""{"id": "a", "ids": [1, 5, 6, 7, 8, 9, 10], "skip_special_tokens": true}""", "tokenizer", "decode", model, "--jsonl", "-");
        Assert.Equal("sorry , i cannot help .", Assert.Single(Parse(decoded.Out)).GetProperty("text").GetString());
    }

    [Fact]
    public async Task Conversations_are_rendered_with_a_directorys_template_or_a_bare_one()
    {
        const string template = "{% for m in messages %}{{ eos_token }}{{ m.role }}: {% if m.role == 'assistant' %}{% generation %}{{ m.content }}{% endgeneration %}{% else %}{{ m.content }}{% endif %}{% endfor %}" +
            "{% if tools %} {{ tools[0].name }}{% endif %}{% if add_generation_prompt %} > {{ mood }} {{ strftime_now('%Y') }}{% endif %}{% if mood == 'bad' %}{{ raise_exception('no ' ~ mood ~ ' mood') }}{% endif %}";
        const string cases = """
            {"id": 1, "messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "é👍"}]}
            {"id": 2, "messages": [{"role": "user", "content": "hi"}], "tools": [{"name": "f"}], "add_generation_prompt": true, "kwargs": {"mood": "calm"}, "now": "2024-01-02T03:04:05"}
            {"id": 3, "messages": [{"role": "user", "content": "hi"}], "kwargs": {"mood": "bad"}}
            {"id": 4, "messages": "hi"}
            {"id": 5, "messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "so"}], "tools": [{"name": "f"}], "continue_final_message": true}
            {"id": 6, "messages": [{"role": "user", "content": "hi"}], "continue_final_message": true, "add_generation_prompt": true}
            """;
        var model = TinyCheckpoint.In(_folder);
        File.WriteAllText(Path.Combine(model, "chat_template.jinja"), template);
        File.WriteAllText(Path.Combine(model, "tokenizer_config.json"), """{"eos_token": "<eos>"}""");
        var bare = Path.Combine(model, "own.jinja");
        File.WriteAllText(bare, template);
        File.WriteAllText(Path.ChangeExtension(bare, ".json"), """{"special_tokens": {"eos_token": "<eos>"}}""");
        foreach (var source in new[] { model, bare })
        {
            var run = await GateRun.WithInputAsync(cases, "tokenizer", "render", source, "--jsonl", "-");
            Assert.Equal(GateExitCode.BadInput, run.ExitCode);
            var answers = Parse(run.Out);
            Assert.Equal("<eos>user: hi<eos>assistant: é👍", answers[0].GetProperty("text").GetString());
            Assert.Equal("[[29,31]]", answers[0].GetProperty("generation_spans").GetRawText());
            Assert.Equal("<eos>user: hi f > calm 2024", answers[1].GetProperty("text").GetString());
            Assert.False(answers[1].TryGetProperty("generation_spans", out _));
            Assert.EndsWith("refuses this conversation: no bad mood", answers[2].GetProperty("error").GetString(), StringComparison.Ordinal);
            Assert.Contains("\"messages\"", answers[3].GetProperty("error").GetString(), StringComparison.Ordinal);
            Assert.Equal("<eos>user: hi<eos>assistant: so", answers[4].GetProperty("text").GetString());
            Assert.Contains("give one of them", answers[5].GetProperty("error").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Logits_come_for_the_asked_positions_and_sums_for_all()
    {
        var run = await GateRun.WithInputAsync("""{"id": 0, "input_ids": [1, 5, 6], "positions": [2]}""", "model", "logits", TinyCheckpoint.In(_folder), "--jsonl", "-");
        var answer = Assert.Single(Parse(run.Out));
        var row = Assert.Single(answer.GetProperty("logits").EnumerateArray()).EnumerateArray().Select(value => value.GetDouble()).ToArray();
        Assert.Equal(20, row.Length);
        var logsumexp = answer.GetProperty("logsumexp").EnumerateArray().Select(value => value.GetDouble()).ToArray();
        Assert.Equal(3, logsumexp.Length);
        // By hand: log of the sum of exponentials of the row.
        Assert.Equal(Math.Log(row.Sum(Math.Exp)), logsumexp[2], 1e-9);
        Assert.Equal(row.Sum(), answer.GetProperty("sum").EnumerateArray().Last().GetDouble(), 1e-9);
    }

    [Theory]
    [InlineData("""{"id": 0, "input_ids": [1, 99]}""", "99")]
    [InlineData("""{"id": 0, "input_ids": []}""", "empty")]
    [InlineData("""{"id": 0, "input_ids": [1], "positions": [1]}""", "positions")]
    public async Task Ids_outside_the_vocabulary_are_refused(string line, string word)
    {
        var run = await GateRun.WithInputAsync(line, "model", "logits", TinyCheckpoint.In(_folder), "--jsonl", "-");
        Assert.Equal(GateExitCode.BadInput, run.ExitCode);
        Assert.Contains(word, Assert.Single(Parse(run.Out)).GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generation_repeats_itself_and_says_why_it_ended()
    {
        var model = TinyCheckpoint.In(_folder);
        const string line = """{"id": "x", "input_ids": [1, 5], "max_new_tokens": 5, "temperature": 1, "seed": 3}""";
        var first = await GateRun.WithInputAsync(line, "model", "generate", model, "--jsonl", "-");
        var second = await GateRun.WithInputAsync(line, "model", "generate", model, "--jsonl", "-");
        Assert.Equal(first.Out, second.Out);
        var answer = Assert.Single(Parse(first.Out));
        var ids = answer.GetProperty("new_ids").EnumerateArray().Select(id => id.GetInt32()).ToArray();
        Assert.InRange(ids.Length, 1, 5);
        Assert.Equal(ids[^1] == 4 ? "stop" : "length", answer.GetProperty("finish_reason").GetString());
    }

    private static List<JsonElement> Parse(string text) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.Clone())];
}
