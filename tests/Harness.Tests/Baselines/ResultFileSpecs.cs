using System.Text;
using System.Text.Json;
using SafetyGate.Core;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Tests.Runs;

namespace SafetyGate.Harness.Tests.Baselines;

public sealed class ResultFileSpecs
{
    private static readonly string Good = Encoding.UTF8.GetString(ResultFile.Bytes(Documents.Of("110?")));

    private static ResultDocument Read(string text) => ResultFile.Read(Encoding.UTF8.GetBytes(text), "result.json");

    [Fact]
    public void What_was_written_and_read_is_written_again_byte_for_byte()
    {
        var random = new RandomStream(3, "result-files");
        for (var trial = 0; trial < 200; trial++)
        {
            var bytes = ResultFile.Bytes(Documents.Random(random));
            Assert.Equal(bytes, ResultFile.Bytes(ResultFile.Read(bytes, "result.json")));
        }
    }

    [Fact]
    public void A_plain_style_survives_the_file()
    {
        var chat = Documents.Of("11");
        var plain = chat with { Metrics = [chat.Metrics[0] with { Measurement = chat.Metrics[0].Measurement with { Style = Core.Benchmarks.PromptStyle.Plain } }] };
        Assert.Equal(Core.Benchmarks.PromptStyle.Plain, ResultFile.Read(ResultFile.Bytes(plain), "result.json").Metrics[0].Measurement.Style);
        Assert.NotEqual(ResultFile.Bytes(chat), ResultFile.Bytes(plain));
    }

    [Fact]
    public void Everything_a_verdict_is_made_of_survives_the_file()
    {
        var document = Documents.Of("110?");
        var back = Read(Good);
        Assert.Equal((document.Spec, document.Test, document.Model), (back.Spec, back.Test, back.Model));
        Assert.Equal(document.Recipe!.Seeds, back.Recipe!.Seeds);
        var (a, b) = (document.Metrics[0], back.Metrics[0]);
        Assert.Equal(a.Gate! with { WhenInconclusive = SafetyGate.Harness.Gates.InconclusivePolicy.Fail }, b.Gate);
        Assert.Equal(a.Measurement with { Items = b.Measurement.Items }, b.Measurement);
        foreach (var (x, y) in a.Measurement.Items.Zip(b.Measurement.Items))
            Assert.Equal((x.Id, string.Join(",", x.Scores), string.Join(",", x.ResponseDigests), string.Join(",", x.UnscoredReasons)), (y.Id, string.Join(",", y.Scores), string.Join(",", y.ResponseDigests), string.Join(",", y.UnscoredReasons)));
    }

    [Fact]
    public void The_file_is_strict_json_with_line_feeds_one_item_a_line_and_no_date_or_machine()
    {
        using var parsed = JsonDocument.Parse(Good);
        Assert.DoesNotContain('\r', Good);
        Assert.EndsWith("}\n", Good);
        Assert.Equal(4, Good.Split('\n').Count(l => l.Contains("\"id\":", StringComparison.Ordinal)));
        Assert.DoesNotContain(Environment.MachineName, Good);
    }

    [Theory]
    [InlineData("\"safetygate-result/1\"", "\"safetygate-result/2\"", "line 2, format")]
    [InlineData("\"direction\": \"safety\"", "\"direction\": \"saftey\"", "must be one of: safety, over-refusal, capability")]
    [InlineData("\"scorer\": {", "\"scorre\": {", "did you mean 'scorer'?")]
    [InlineData("\"temperature\": 0", "\"temperature\": \"NaN\"", "metrics[0].sampling.temperature: is the string 'NaN'; it must be a number")]
    [InlineData("\"temperature\": 0", "\"temperature\": 1e999", "too large")]
    [InlineData("\"temperature\": 0", "\"temperature\": -1", "Temperature is -1")]
    [InlineData("\"temperature\": 0", "\"temperature\": NaN", "not strict JSON")]
    [InlineData("\"temperature\": 0", "\"temperature\": null", "must be a number")]
    [InlineData("\"maxNewTokens\": 24", "\"maxNewTokens\": 24.5", "must be a whole number")]
    [InlineData("\"maxNewTokens\": 24", "\"maxNewTokens\": 99999999999", "must be a whole number")]
    [InlineData("\"maxNewTokens\": 24, ", "", "lacks the key 'maxNewTokens'")]
    [InlineData("\"seed\": \"1\"", "\"seed\": 1", "it must be a string")]
    [InlineData("\"seed\": \"1\"", "\"seed\": \"-1\"", "a seed is a string of digits")]
    [InlineData("\"seed\": \"1\"", "\"seed\": \"18446744073709551616\"", "a seed is a string of digits")]
    [InlineData("\"scores\": [1]", "\"scores\": [1.5]", "a score lies in [0, 1]")]
    [InlineData("\"scores\": [1]", "\"scores\": [\"NaN\"]", "must be a number")]
    [InlineData("\"scores\": [1]", "\"scores\": [true]", "must be a number")]
    [InlineData("\"scores\": [1]", "\"scores\": [1, 1]", "2 scores and 1 response digests")]
    [InlineData("\"scores\": [1]", "\"scores\": []", "no samples")]
    [InlineData("\"scores\": [1]", "\"scores\": [0]", "does not follow from the items")]
    [InlineData("item-0001", "item-0000", "metrics[0].items[1].id: is 'item-0000', which line 17 has already")]
    [InlineData("item-0001", "item-\\ud800", "half of a surrogate pair")]
    [InlineData("\"margin\": 0.02", "\"margin\": 2", "Margin is 2")]
    [InlineData("\"margin\": 0.02", "\"margin\": 0.02, \"margin\": 0.5", "duplicate key")]
    [InlineData("\"interval90\": [", "\"interval90\": [0, ", "a lower and an upper limit")]
    [InlineData("\"metrics\": [", "\"metrics\": [[], ", "metrics[0]: is an array; it must be an object")]
    [InlineData("{\n  \"format\"", "// comment\n{\n  \"format\"", "not strict JSON")]
    [InlineData("]\n}\n", "]\n}\n{}", "not strict JSON")]
    [InlineData("]\n}\n", "],\n}\n", "not strict JSON")]
    public void A_damaged_file_is_refused_with_the_place(string from, string to, string says)
    {
        var at = Good.IndexOf(from, StringComparison.Ordinal);
        Assert.True(at >= 0, from);
        var e = Assert.Throws<UserErrorException>(() => Read(Good[..at] + to + Good[(at + from.Length)..]));
        Assert.Contains(says, e.Message);
        Assert.StartsWith("result.json", e.Message);
        Assert.Equal(GateExitCode.BadInput, e.ExitCode);
    }

    [Fact]
    public void A_digest_that_is_none_is_refused() =>
        Assert.Contains("must be a SHA-256", Assert.Throws<UserErrorException>(() => Read(Good.Replace(new string('0', 63) + "1", "abc", StringComparison.Ordinal))).Message);

    [Theory] // one character that is no lower-case hexadecimal digit is enough
    [InlineData('g'), InlineData('A'), InlineData(' ')]
    public void A_digest_with_another_character_is_no_digest(char other)
    {
        var document = Documents.Of("1");
        var (metric, digest) = (document.Metrics[0], new string('a', 63) + other);
        var items = metric.Measurement.Items.Select(item => item with { ResponseDigests = [digest] }).ToList();
        document = document with { Metrics = [metric with { Measurement = metric.Measurement with { Items = items } }] };
        Assert.EndsWith($"item 'item-0000' has the response digest '{digest}', which is no SHA-256.", Assert.Single(ResultProblems.Of(document)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("17")]
    [InlineData("{}")]
    public void What_is_no_result_at_all_is_refused(string text) => Assert.Throws<UserErrorException>(() => Read(text));

    [Fact]
    public void Deep_nesting_is_refused()
    {
        var e = Assert.Throws<UserErrorException>(() => Read(new string('[', 100_000)));
        Assert.Contains("not strict JSON", e.Message);
    }

    [Fact]
    public void Bytes_that_are_no_utf8_are_refused() =>
        Assert.Contains("UTF-8", Assert.Throws<UserErrorException>(() => ResultFile.Read([0x7b, 0xff, 0x7d], "x")).Message);

    [Fact]
    public void A_missing_file_is_a_users_mistake_and_a_full_folder_leaves_the_old_file()
    {
        Assert.Throws<UserErrorException>(() => ResultFile.Read(Path.Combine(Path.GetTempPath(), "no-such-folder", "x.json")));
        var e = Assert.Throws<UserErrorException>(() => ResultFile.Write(Documents.Steady, "/proc/no-such-folder/x.json"));
        Assert.Equal(GateExitCode.CannotWrite, e.ExitCode);
    }

    [Fact]
    public void A_file_that_cannot_be_replaced_leaves_nothing_beside_it()
    {
        using var folder = new TemporaryFolder();
        var inTheWay = folder["x.json"];
        Directory.CreateDirectory(Path.Combine(inTheWay, "full"));
        var e = Assert.Throws<UserErrorException>(() => ResultFile.Write(Documents.Steady, inTheWay));
        Assert.StartsWith(inTheWay + " cannot be written: ", e.Message, StringComparison.Ordinal);
        Assert.Equal([inTheWay], Directory.GetFileSystemEntries(folder.Path));
    }

    public static TheoryData<string, Func<string, ResultDocument>> Strings()
    {
        var (good, metric) = (Documents.Of("?1"), Documents.Of("?1").Metrics[0]);
        ResultDocument Model(Func<ModelIdentity, ModelIdentity> change) => good with { Model = change(good.Model), Metrics = [metric with { Measurement = metric.Measurement with { Model = change(good.Model) } }] };
        ResultDocument Measured(Func<Measurement, Measurement> change) => good with { Metrics = [metric with { Measurement = change(metric.Measurement) }] };
        ResultDocument Item(Func<ItemOutcome, ItemOutcome> change) => Measured(m => m with { Items = [change(m.Items[0]), m.Items[1]] });
        ResultDocument Kl(Func<KlResult, KlResult> change) => good with { Kl = [change(Documents.HandMadeKl)] };
        return new()
        {
            { "spec", text => good with { Spec = text } },
            { "test", text => good with { Test = text } },
            { "model", text => Model(m => m with { Name = text }) },
            { "weights", text => Model(m => m with { WeightsDigest = text }) },
            { "tokenizer", text => Model(m => m with { TokenizerDigest = text }) },
            { "template", text => Model(m => m with { TemplateDigest = text }) },
            { "engine", text => Model(m => m with { EngineDigest = text }) },
            { "recipe", text => good with { Recipe = good.Recipe! with { Name = text } } },
            { "digest of the recipe", text => good with { Recipe = good.Recipe! with { Digest = text } } },
            { "metric", text => Measured(m => m with { Metric = text }) },
            { "benchmark", text => Measured(m => m with { Benchmark = text }) },
            { "digest of the benchmark", text => Measured(m => m with { BenchmarkDigest = text }) },
            { "scorer", text => Measured(m => m with { Scorer = text }) },
            { "version of the scorer", text => Measured(m => m with { ScorerVersion = text }) },
            { "reason of the gate", text => good with { Metrics = [metric with { Gate = new() { Margin = 0.1, Because = text } }] } },
            { "item", text => Item(i => i with { Id = text }) },
            { "suite", text => Item(i => i with { Suite = text }) },
            { "category", text => Item(i => i with { Category = text }) },
            { "behavior", text => Item(i => i with { Behavior = text }) },
            { "reason", text => Item(i => i with { UnscoredReasons = [text] }) },
            { "person", text => Item(i => ScoreOverrides.With(i, 0, .25, text, "read")) },
            { "reason of a person", text => Item(i => ScoreOverrides.With(i, 0, .25, "Ada", text)) },
            { "setting of the recipe", text => good with { Recipe = good.Recipe! with { Settings = new Dictionary<string, string> { [text] = "1" } } } },
            { "value of a setting", text => good with { Recipe = good.Recipe! with { Settings = new Dictionary<string, string> { ["a"] = text } } } },
            { "template of a KL", text => Kl(kl => kl with { TemplateDigest = text }) },
            { "metric of a KL", text => Kl(kl => kl with { Metric = text }) },
            { "benchmark of a KL", text => Kl(kl => kl with { Benchmark = text }) },
            { "digest of a KL", text => Kl(kl => kl with { BenchmarkDigest = text }) },
            { "reference of a KL", text => Kl(kl => kl with { Reference = text }) },
            { "estimator of a KL", text => Kl(kl => kl with { Estimator = text }) },
            { "prompt of a KL", text => Kl(kl => kl with { Prompts = [KeyValuePair.Create(text, 0.1), .. kl.Prompts] }) },
        };
    }

    [Theory, MemberData(nameof(Strings))]
    public void No_string_may_hold_half_of_a_surrogate_pair(string where, Func<string, ResultDocument> with)
    {
        Assert.True(ResultFile.Bytes(with("a 😀 b")).Length > 0, where);
        foreach (var broken in new[] { "a \ud83d", "\ud83d b", "\ude00\ud83d" })
            Assert.Equal("The result cannot be written: a string holds half of a surrogate pair.", Assert.Throws<UserErrorException>(() => ResultFile.Bytes(with(broken))).Message);
    }

    [Fact]
    public void Equal_numbers_have_equal_bytes_also_where_one_is_a_negative_zero()
    {
        static ResultDocument Scored(double score)
        {
            var (document, metric) = (Documents.Of("11"), Documents.Of("11").Metrics[0]);
            return document with { Metrics = [metric with { Measurement = metric.Measurement with { Items = [.. metric.Measurement.Items.Select(item => item with { Scores = [score] })] } }] };
        }

        Assert.Equal(ResultFile.Bytes(Scored(0)), ResultFile.Bytes(Scored(double.NegativeZero)));
    }

    [Fact]
    public void A_direction_that_is_none_is_not_written() =>
        Assert.Throws<InvalidOperationException>(() => ResultFile.Bytes(Documents.Steady with { Metrics = [new() { Measurement = Documents.Steady.Metrics[0].Measurement with { Direction = (MetricDirection)9 } }] }));

    [Fact]
    public void A_summary_may_be_left_out_of_a_file_made_by_hand()
    {
        var lines = Good.Split('\n').Where(l => !l.Contains("\"summary\"", StringComparison.Ordinal));
        Assert.Equal(4, Read(string.Join("\n", lines)).Metrics[0].Measurement.Items.Count);
    }

    [Fact]
    public void Results_that_are_no_evidence_are_not_written()
    {
        var good = Documents.Of("11");
        Assert.Throws<UserErrorException>(() => ResultFile.Bytes(good with { Metrics = [] }));
        Assert.Throws<UserErrorException>(() => ResultFile.Bytes(good with { Metrics = [good.Metrics[0], good.Metrics[0]] }));
        Assert.Throws<UserErrorException>(() => ResultFile.Bytes(good with { Test = null }));
        Assert.Throws<UserErrorException>(() => ResultFile.Bytes(good with { Spec = "\ud800" }));
        var m = good.Metrics[0].Measurement;
        Assert.Throws<UserErrorException>(() => ResultFile.Bytes(good with { Metrics = [new() { Measurement = m with { Model = m.Model with { WeightsDigest = "other" } } }] }));
        Assert.Throws<UserErrorException>(() => ResultFile.Bytes(good with { Metrics = [new() { Measurement = m with { Items = [m.Items[0], m.Items[0]] } }] }));
        Assert.Throws<UserErrorException>(() => ResultFile.Bytes(good with { Metrics = [new() { Measurement = m with { Items = [m.Items[0] with { Scores = [double.NaN] }] } }] }));
    }
}
