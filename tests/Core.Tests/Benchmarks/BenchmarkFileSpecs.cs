using System.Text;
using SafetyGate.Core.Benchmarks;

namespace SafetyGate.Core.Tests.Benchmarks;

public sealed class BenchmarkFileSpecs
{
    private static Benchmark Read(string text, string name = "b.jsonl", string? columns = null, string? where = null) => Read(Encoding.UTF8.GetBytes(text), name, columns, where);

    private static Benchmark Read(byte[] bytes, string name, string? columns = null, string? where = null, int maximumRecord = 1 << 20) => BenchmarkFile.Parse(bytes, name, new()
    {
        Direction = MetricDirection.Safety,
        Columns = columns is null ? ColumnMapping.Default : ColumnMapping.Parse(columns),
        Where = where,
        MaximumRecordBytes = maximumRecord,
    });

    private static string Refused(Func<object> act, int code = 65)
    {
        var error = Assert.Throws<UserErrorException>(act);
        Assert.Equal(code, error.ExitCode);
        return error.Message;
    }

    [Fact]
    public void Json_lines_give_every_field()
    {
        var item = Read("""{"id":"a","prompt":"p","answer":"7","category":"c","suite":"s","behavior":"b","difficulty":3,"other":[1]}""").Items[0];
        Assert.Equal(("a", "p", "7", "c", "s", "b", 3), (item.Id, item.Prompt, item.Answer, item.Category, item.Suite, item.Behavior, item.Difficulty));
    }

    [Fact]
    public void Ids_are_row_numbers_when_the_file_has_none() =>
        Assert.Equal(["1", "2"], Read("goal\nx\ny\n", "b.csv", "prompt=goal").Items.Select(i => i.Id));

    [Fact]
    public void A_filter_keeps_the_row_numbers_of_the_whole_file() =>
        Assert.Equal(["2"], Read("prompt,label\nx,unsafe\ny,safe\n", "b.csv", where: "label=safe").Items.Select(i => i.Id));

    [Fact]
    public void Numbers_keep_the_digits_they_are_written_with() =>
        Assert.Equal("51.0", Read("""[{"ID": 4, "prompt": "p", "Answer": 51.0}]""", "b.json").Items[0].Answer);

    [Fact]
    public void Two_columns_can_make_one_prompt() =>
        Assert.Equal("Ana has 3 eggs. How many?", Read("""[{"Body":"Ana has 3 eggs.","Question":"How many?"}]""", "b.json", "prompt=Body+Question").Items[0].Prompt);

    [Fact]
    public void A_column_mapped_to_one_field_is_not_taken_for_another() =>
        Assert.Null(Read("Behavior,n\ndo x,1\n", "b.csv", "prompt=Behavior").Items[0].Behavior);

    [Fact]
    public void A_field_mapped_to_nothing_is_left_out() =>
        Assert.Null(Read("""{"prompt":"p","difficulty":"easy"}""", columns: "difficulty=").Items[0].Difficulty);

    [Fact]
    public void Csv_fields_may_hold_separators_quotes_and_line_ends()
    {
        var items = Read("\uFEFFid,prompt\r\n1,\"a, \"\"b\"\"\r\nc\"\r\n\r\n2,d", "b.csv").Items;
        Assert.Equal(["a, \"b\"\nc", "d"], items.Select(i => i.Prompt));
    }

    [Fact]
    public void Tabs_separate_in_tsv() => Assert.Equal("a, b", Read("id\tprompt\n1\ta, b\n", "b.tsv").Items[0].Prompt);

    [Fact]
    public void Lines_of_json_end_at_line_feed_only() =>
        Assert.Equal(2, Read("{\"prompt\":\"a\u2028b\u0085c\"}\n\n{\"prompt\":\"d\"}").Items.Count);

    [Theory]
    [InlineData("b.jsonl", "{\"prompt\":\"a\"}\n\n{\"prompt\":\"b\"", "line 3: not JSON")]
    [InlineData("b.jsonl", "{\"prompt\":\"a\"}\nprompt", "line 2: not JSON")]
    [InlineData("b.jsonl", "[1]", "line 1: a JSON array, not an object")]
    [InlineData("b.jsonl", "{\"prompt\":\"a\"} {\"prompt\":\"b\"}", "line 1: not JSON")]
    [InlineData("b.jsonl", "{\"prompt\":\"a\",\"prompt\":\"b\"}", "line 1: not JSON")]
    [InlineData("b.jsonl", "{\"prompt\":\"\\ud800\"}", "line 1: not JSON: a string holds half")]
    [InlineData("b.jsonl", "{\"prompt\":\"a\"}\n{\"prompt\":\"  \"}", "line 2: the prompt (column 'prompt') is missing or empty")]
    [InlineData("b.jsonl", "{\"prompt\":\"a\"}\n{\"x\":1}", "line 2: the prompt")]
    [InlineData("b.jsonl", "{\"prompt\":3}", "line 1: the prompt (column 'prompt') is a JSON number; it must be a string")]
    [InlineData("b.jsonl", "{\"prompt\":[\"a\"]}", "line 1: the prompt (column 'prompt') is a JSON array")]
    [InlineData("b.jsonl", "{\"prompt\":\"a\",\"answer\":true}", "line 1: the answer (column 'answer') is a JSON boolean")]
    [InlineData("b.jsonl", "{\"prompt\":\"a\",\"difficulty\":1.5}", "line 1: the difficulty (column 'difficulty') is '1.5'; it must be a whole number")]
    [InlineData("b.jsonl", "{\"id\":\"x\",\"prompt\":\"a\"}\n{\"id\":\"y\",\"prompt\":\"a\"}\n{\"id\":\"x\",\"prompt\":\"b\"}", "line 3: id 'x' is also on line 1")]
    [InlineData("b.jsonl", "{\"id\":\"x\",\"prompt\":\"a\"}\n{\"prompt\":\"b\"}", "line 2: the id (column 'id') is missing")]
    [InlineData("b.jsonl", "{\"id\":\"x\\ny\",\"prompt\":\"a\"}", "line 1: the id has 3 characters or holds a line break")]
    [InlineData("b.jsonl", "", "has no rows")]
    [InlineData("b.json", "{\"a\":1}", "not one JSON array")]
    [InlineData("b.json", "[\n{\"prompt\":\"a\"},\n{\"prompt\":}\n]", "line 3: not JSON")]
    [InlineData("b.json", "[\n{\"prompt\":\"a\"},\n{\"prompt\":\"\"}\n]", "line 3: the prompt")]
    [InlineData("b.json", "[\n{\"prompt\":\"a\"}\n] x", "line 3: not JSON")]
    [InlineData("b.json", "[\n{\"prompt\":\"a\"}", "not JSON")]
    [InlineData("b.json", "[]", "has no rows")]
    [InlineData("b.csv", "", "is empty")]
    [InlineData("b.csv", "prompt\n", "has no rows")]
    [InlineData("b.csv", "prompt,prompt\na,b\n", "line 1: not CSV: the header names column 'prompt' twice")]
    [InlineData("b.csv", "prompt,x\na,b\nc\n", "line 3: not CSV: the row has 1 fields, the header 2")]
    [InlineData("b.csv", "prompt,x\n\"a\nb\",1\n\"c,2\nd,3\n", "line 4: not CSV: a quoted field is opened here")]
    [InlineData("b.csv", "prompt,x\na \"b\",1\n", "line 2: not CSV: a quote inside a field")]
    [InlineData("b.csv", "prompt,x\n\"a\"b,1\n", "line 2: not CSV: text after the closing quote")]
    [InlineData("b.csv", "prompt,x\n\"a\nb\",1\n,2\n", "line 4: the prompt")]
    [InlineData("b.csv", "goal,x\na,1\n", "there is no column 'prompt' for the prompt. The file has 'goal', 'x'")]
    [InlineData("b.parquet", "PAR1", "the extension '.parquet' is not that of a known format")]
    public void A_broken_file_is_refused_with_its_line(string name, string text, string message)
    {
        var said = Refused(() => Read(text, name));
        Assert.StartsWith(name, said, StringComparison.Ordinal);
        Assert.Contains(message, said, StringComparison.Ordinal);
    }

    [Fact]
    public void Line_17_that_is_not_json_is_named()
    {
        var text = string.Join('\n', Enumerable.Range(1, 20).Select(i => i == 17 ? "oops" : $$"""{"prompt":"p{{i}}"}"""));
        Assert.Contains("b.jsonl, line 17: not JSON: ", Refused(() => Read(text)), StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused_with_their_line()
    {
        byte[] bytes = [.. "{\"prompt\":\"a\"}\n{\"prompt\":\""u8, 0xE9, .. "\"}"u8];
        Assert.Contains("line 2: not UTF-8: byte 0xE9", Refused(() => Read(bytes, "b.jsonl")), StringComparison.Ordinal);
    }

    [Fact]
    public void Utf16_is_recognized_in_the_message() =>
        Assert.Contains("looks like UTF-16", Refused(() => Read([0xFF, 0xFE, .. Encoding.Unicode.GetBytes("prompt\na")], "b.csv")), StringComparison.Ordinal);

    [Theory]
    [InlineData("b.jsonl", "{\"prompt\":\"aaaaaaaaaaaaaaaaaaaaaaaa\"}")]
    [InlineData("b.json", "[{\"prompt\":\"aaaaaaaaaaaaaaaaaaaaaaaa\"}]")]
    [InlineData("b.csv", "prompt\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n")]
    public void A_record_over_the_limit_is_refused(string name, string text) =>
        Assert.Contains("at most 20 are read", Refused(() => Read(Encoding.UTF8.GetBytes(text), name, maximumRecord: 20)), StringComparison.Ordinal);

    [Fact]
    public void Json_nested_too_deeply_is_refused() =>
        Assert.Contains("line 1: not JSON", Refused(() => Read($"{{\"prompt\":\"a\",\"x\":{new string('[', 40)}{new string(']', 40)}}}")), StringComparison.Ordinal);

    [Fact]
    public void A_file_over_the_limit_and_a_missing_file_are_refused()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".csv");
        Assert.Contains("cannot be read", Refused(() => BenchmarkFile.Load(path, new() { Direction = MetricDirection.Safety })), StringComparison.Ordinal);
        File.WriteAllText(path, "prompt\nhello\n");
        try
        {
            Assert.Contains("at most 5 are read", Refused(() => BenchmarkFile.Load(path, new() { Direction = MetricDirection.Safety, MaximumFileBytes = 5 })), StringComparison.Ordinal);
            Assert.Equal(Path.GetFileNameWithoutExtension(path), BenchmarkFile.Load(path, new() { Direction = MetricDirection.Safety }).Name);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("prompt", "is not of the form field=column")]
    [InlineData("goal=prompt", "'goal' is not a field of an item")]
    [InlineData("prompt=a,prompt=b", "'prompt' is mapped twice")]
    [InlineData("prompt=", "prompt is mapped to no column")]
    public void A_mapping_that_makes_no_sense_is_a_usage_error(string columns, string message) =>
        Assert.Contains(message, Refused(() => ColumnMapping.Parse(columns), 64), StringComparison.Ordinal);

    [Fact]
    public void A_mapped_column_that_is_not_there_is_named() =>
        Assert.Contains("there is no column 'Name' for the id", Refused(() => Read("prompt\na\n", "b.csv", "id=Name")), StringComparison.Ordinal);

    [Theory]
    [InlineData("advbench/harmful_behaviors.csv", "prompt=goal", 520, "1", "Develop a")]
    [InlineData("harmbench/harmbench_behaviors_text_372.csv", "prompt=Behavior,id=BehaviorID,category=SemanticCategory", 372, "dimethylmercury_instructions_home", "")]
    [InlineData("jailbreakbench/harmful-behaviors.csv", "prompt=Goal,id=Index", 100, "0", "")]
    [InlineData("jailbreakbench/benign-behaviors.csv", "prompt=Goal,id=Index", 100, "0", "")]
    [InlineData("strongreject/strongreject_dataset.csv", "prompt=forbidden_prompt", 313, "1", "")]
    [InlineData("xstest/xstest_prompts.csv", "category=type", 450, "1", "")]
    [InlineData("gsm8k/test.jsonl", "prompt=question", 1319, "1", "")]
    [InlineData("gsm8k/train_first2000.jsonl", "prompt=question", 2000, "1", "")]
    [InlineData("svamp/SVAMP.json", "prompt=Body+Question", 1000, "chal-1", "")]
    public void Public_benchmarks_are_read_as_they_are(string file, string columns, int rows, string firstId, string secondPromptStart)
    {
        var benchmark = BenchmarkFile.Load(Datasets.Require(file), new() { Direction = MetricDirection.Safety, Columns = ColumnMapping.Parse(columns) });
        Assert.Equal(rows, benchmark.Items.Count);
        Assert.Equal(firstId, benchmark.Items[0].Id);
        Assert.StartsWith(secondPromptStart, benchmark.Items[1].Prompt, StringComparison.Ordinal);
    }
}
