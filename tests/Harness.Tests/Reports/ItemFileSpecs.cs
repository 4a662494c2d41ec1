using System.Text;
using System.Text.Json;
using SafetyGate.Core;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Scoring;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Reports.Html;
using SafetyGate.Harness.Tests.Gates;

namespace SafetyGate.Harness.Tests.Reports;

public sealed class ItemFileSpecs : IDisposable
{
    private const long Room = 1 << 20;
    private static readonly TestRun Run = new() { Id = "a", Commit = new('1', 40), Changes = "", Baselines = "b", Time = DateTimeOffset.UnixEpoch };
    private readonly TemporaryFolder _folder = new();

    private string Results => _folder.Path;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Items_survive_their_file_what_got_worse_first()
    {
        ReportedItem[] items = [Sample.Item("same", 1, 1, 1), Sample.Item("fails", 0, 0, 0), Sample.Item("learned", 1, 0, 1), Sample.Item("cost", 0, 1, 0), Sample.Item("mended", 1, 1, 0), Sample.Item("broken", 0, 1, 1)];
        var set = Set();
        var path = Write(set, items);
        Assert.Equal(["broken", "cost", "mended", "fails", "learned", "same"], ItemFile.Read(path).Select(item => item.Id));
        Assert.Equivalent(items.OrderBy(item => item.Rank), ItemFile.Read(path), strict: true);
        Assert.Equal(set, ItemFile.ReadSet(path));
        Assert.Equal([path], ItemFile.In(Results));
    }

    [Fact]
    public void The_worst_sample_is_shown_and_what_is_unscored_counts_against_the_model_on_both_sides()
    {
        var (now, before) = (Result("1?0", "now"), Result("11?", "before"));
        var approved = Result("111", "approved").Measurement;
        approved = approved with { Items = [approved.Items[0] with { ResponseDigests = now.Measurement.Items[0].ResponseDigests }, .. approved.Items.Skip(1)] };
        IReadOnlySet<string> asked = new HashSet<string>();
        var items = ReportedItems.Of(Benchmark(3), now, before, approved, digests =>
        {
            asked = digests;
            return new Dictionary<string, string> { [approved.Items[2].ResponseDigests[0]] = "of the store" };
        });
        Assert.Equal([1, 0, 0], items.Select(item => item.Now.Value));
        Assert.Equal([0, 1, 0], items.Select(item => item.Now.Unscored));
        Assert.Equal([1, 1, 1], items.Select(item => item.Untuned!.Value));
        Assert.Equal(["now 0", null, "of the store"], items.Select(item => item.Approved!.Text)); // said now too, in no store, in the store
        Assert.Equal([.. approved.Items.Skip(1).Select(item => item.ResponseDigests[0])], asked);
        Assert.Equal(("question 1 ?", "now 1", "because"), (items[1].Prompt, items[1].Now.Text, items[1].Now.Reason));

        var sampled = now with
        {
            Measurement = now.Measurement with { Items = [ScoreOverrides.With(now.Measurement.Items[0] with { Scores = [1, 1, double.NaN], ResponseDigests = ["x", "y", "z"] }, 1, 0, "Ada", "why")] },
            Responses = [.. Enumerable.Range(0, 3).Select(sample => Answer("item-0000", sample, $"sample {sample}", 1))],
        };
        var shown = Assert.Single(ReportedItems.Of(Benchmark(1), sampled, null, null, _ => throw new InvalidOperationException("nothing is asked for")));
        Assert.Equal(1.0 / 3, shown.Now.Value, 12);
        Assert.Equal((1, "sample 2"), (shown.Now.Unscored, shown.Now.Text));
        Assert.Null(shown.Untuned);
    }

    [Fact]
    public void A_persons_score_is_said_to_be_one_and_long_texts_are_cut()
    {
        var now = Result("1", "now");
        now = now with { Measurement = now.Measurement with { Items = [ScoreOverrides.With(now.Measurement.Items[0], 0, 0, "Ada", "why")] }, Responses = [Answer("item-0000", 0, new string('x', 999) + "😀 and more", 1)] };
        var item = Assert.Single(ReportedItems.Of(Benchmark(1), now, null, null, _ => throw new InvalidOperationException("nothing is asked for")));
        Assert.Equal((0, "Ada"), (item.Now.Value, item.Now.By));
        Assert.Equal(new string('x', 999) + "… (11 more characters)", item.Now.Text);
    }

    [Fact]
    public void Items_of_another_run_commit_or_tree_never_enter_a_report()
    {
        VerdictLog.Start(Results, "Specs").Add(Sample.Passed with { TestRun = Run });
        foreach (var (name, run) in new (string, TestRun?)[] { ("run", Run with { Id = "b" }), ("commit", Run with { Commit = new('2', 40) }), ("tree", Run with { Changes = "c" }), ("none", null) })
            Write(Set(name) with { TestRun = run }, [Sample.Item(name, 1)]);
        Assert.Null(Read().Items);
        Write(Set("own"), [Sample.Item("own", 1)]);
        var items = Read().Items!;
        Assert.Equal((1, 1), (items.Shown, items.Measured));
        Assert.Contains("\"own\"", items.Json, StringComparison.Ordinal);
        Assert.Null(new ReportFolder { Results = Results }.Read().Items); // not asked for
    }

    [Fact]
    public void What_has_no_room_is_counted_and_what_got_worse_comes_first_of_each_metric()
    {
        VerdictLog.Start(Results, "Specs").Add(Sample.Passed with { TestRun = Run });
        foreach (var name in new[] { "first", "second" })
            Write(Set(name) with { Items = 300 }, [.. Enumerable.Range(0, 300).Select(i => Sample.Item($"{name}-{i}", i < 295 ? 1 : 0, approved: 1))]);
        foreach (var room in new long[] { 3000, 20_000, Room })
        {
            var items = Read(room).Items!;
            Assert.InRange(Encoding.UTF8.GetByteCount(items.Json), 1, room);
            Assert.Equal(600, items.Measured);
            using var json = JsonDocument.Parse(items.Json);
            var (rows, texts) = (json.RootElement.GetProperty("rows").EnumerateArray().ToList(), json.RootElement.GetProperty("texts"));
            Assert.Equal(items.Shown, rows.Count);
            Assert.Equal(["first-295", "second-295", "first-296", "second-296", "first-297"], rows.Take(5).Select(row => texts[row[1].GetInt32()].GetString()));
            if (room == Room) Assert.Equal(600, items.Shown);
            else Assert.InRange(items.Shown, 11, 599);
        }
    }

    [Fact]
    public void Of_two_programs_that_measured_the_same_the_one_with_the_approved_answers_is_shown()
    {
        VerdictLog.Start(Results, "Specs").Add(Sample.Passed with { TestRun = Run });
        ItemFile.Write(ItemFile.PathIn(Results, "A", Set()), Set() with { HasApproved = false }, [Sample.Item("bare", 1)]);
        ItemFile.Write(ItemFile.PathIn(Results, "B", Set()), Set(), [Sample.Item("full", 1, approved: 1)]);
        Assert.Contains("\"full\"", Read().Items!.Json, StringComparison.Ordinal);
        Assert.Equal(1, Read().Items!.Shown);
        Write(Set() with { Digest = "e", Seed = 7 }, [Sample.Item("other", 1)]);
        Assert.Contains("\"model\":\"model, seed 7\"", Read().Items!.Json, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"value\":1", "\"value\":2", "a score of 'x' is 2")]
    [InlineData("\"value\":1", "\"value\":\"NaN\"", "a score of 'x' is NaN")]
    [InlineData("\"id\":\"x\"", "\"di\":\"x\"", "this is not an item")]
    [InlineData("\"prompt\":\"", "\"prompt\":null,\"x\":\"", "this is not an item")]
    [InlineData("}}\n", "}}", "the file ends in the middle of it")]
    public void Damage_is_named_with_its_line_and_keeps_a_report_from_being_green(string right, string wrong, string says)
    {
        VerdictLog.Start(Results, "Specs").Add(Sample.Passed with { TestRun = Run });
        var path = Write(Set(), [Sample.Item("x", 1)]);
        var text = File.ReadAllText(path);
        var at = text.LastIndexOf(right, StringComparison.Ordinal);
        File.WriteAllText(path, text[..at] + wrong + text[(at + right.Length)..]);
        var report = Read();
        Assert.Contains($"{Path.GetFileName(path)}, line 2: {says}", Assert.Single(report.Problems), StringComparison.Ordinal);
        Assert.False(report.IsGreen);
        Assert.Empty(new ReportFolder { Results = Results }.Read().Problems); // where nothing of it is shown
    }

    [Fact]
    public void A_link_a_long_line_and_an_endless_file_are_not_read()
    {
        var path = Write(Set(), [Sample.Item("x", 1)]);
        File.AppendAllText(path, new string('x', 200_000) + "\n");
        Assert.Contains("line 3: it has more than 131,072 bytes", Assert.Throws<UserErrorException>(() => ItemFile.Read(path).Count()).Message, StringComparison.Ordinal);
        using (var file = File.OpenWrite(path)) file.SetLength((16 << 20) + 1);
        Assert.Contains("more than 16,777,216 bytes", Assert.Throws<UserErrorException>(() => ItemFile.ReadSet(path)).Message, StringComparison.Ordinal);
        var link = _folder["items.Specs.0123456789abcdef.jsonl"];
        File.CreateSymbolicLink(link, path);
        Assert.Contains("it is a link", Assert.Throws<UserErrorException>(() => ItemFile.ReadSet(link)).Message, StringComparison.Ordinal);
        File.WriteAllBytes(path, []);
        Assert.Contains("it is empty", Assert.Throws<UserErrorException>(() => ItemFile.ReadSet(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_items_than_a_file_may_hold_are_left_out_from_the_end()
    {
        var path = Write(Set() with { Items = 9000 }, Enumerable.Range(0, 9000).Select(i => Sample.Item($"{i}", i == 8999 ? 0 : 1, approved: 1) with { Prompt = new string('x', 2000) }));
        Assert.InRange(new FileInfo(path).Length, 15 << 20, 16 << 20);
        Assert.Equal("8999", ItemFile.Read(path).First().Id);
        Assert.InRange(ItemFile.Read(path).Count(), 7000, 8999);
        Assert.Equal(9000, ItemFile.ReadSet(path).Items);
    }

    [Fact]
    public void Files_that_another_run_left_of_the_log_are_removed_and_no_others()
    {
        var kept = Write(Set("own"), []);
        var stale = Write(Set("stale") with { TestRun = Run with { Id = "old" } }, []);
        var damaged = _folder.Write("items.Specs.0123456789abcdef.jsonl", "{}\n");
        var others = ItemFile.PathIn(Results, "Specs.More", Set());
        ItemFile.Write(others, Set() with { TestRun = Run with { Id = "old" } }, []);
        ItemFile.RemoveOthers(Results, "Specs", "a");
        Assert.Equal([kept, others], new[] { kept, stale, damaged, others }.Where(File.Exists));
    }

    [Fact]
    public void A_page_with_items_holds_them_as_data_that_no_text_can_leave()
    {
        var page = HtmlReport.Write(Sample.Searched);
        var data = page[(page.IndexOf("id=\"items-data\">", StringComparison.Ordinal) + 16)..];
        data = data[..data.IndexOf("</script>", StringComparison.Ordinal)];
        Assert.DoesNotContain("<", data, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(data);
        Assert.Contains(json.RootElement.GetProperty("texts").EnumerateArray(), text => text.GetString()!.StartsWith("</script><!-- <script>alert(1)</script>", StringComparison.Ordinal) && text.GetString()!.Contains("⟨U+202E⟩", StringComparison.Ordinal));
        Assert.Contains("120 of 4,000 measured items are in this page", page, StringComparison.Ordinal);
        Assert.Contains("--items-mib N", page, StringComparison.Ordinal);
        Assert.Contains("needs a script, which does not run here", page, StringComparison.Ordinal);
        Assert.DoesNotContain("id=\"search\"", page, StringComparison.Ordinal); // one search is enough
        Assert.Contains("All 120 measured items are in this page.", HtmlReport.Write(Sample.Searched with { Items = Sample.Searched.Items! with { Measured = 120 } }), StringComparison.Ordinal);
    }

    private GateReport Read(long room = Room) => new ReportFolder { Results = Results, ItemBytes = room }.Read();

    private string Write(ItemSet set, IEnumerable<ReportedItem> items)
    {
        var path = ItemFile.PathIn(Results, "Specs", set);
        ItemFile.Write(path, set, items);
        return path;
    }

    private static ItemSet Set(string metric = "metric") => new() { TestRun = Run, Model = "model", Digest = "d", Seed = 1, Metric = metric, Direction = MetricDirection.Safety, Items = 1, Samples = 1, HasApproved = true };

    private static Benchmark Benchmark(int items) => new("b", MetricDirection.Safety, [.. Enumerable.Range(0, items).Select(i => new BenchmarkItem { Id = Invariant($"item-{i:0000}"), Prompt = $"question {i} ?" })]);

    private static EvaluationResult Result(string outcomes, string model)
    {
        var measured = Fake.Measured(outcomes, model);
        measured = measured with { Items = [.. measured.Items.Select((item, i) => item with { ResponseDigests = [$"{model} {i}"] })] };
        return new() { Measurement = measured, Responses = [.. measured.Items.Select((item, i) => Answer(item.Id, 0, $"{model} {i}", item.Scores[0]))] };
    }

    private static ScoredResponse Answer(string id, int sample, string text, double? score) => new()
    {
        Response = new() { PromptId = id, Sample = sample, Text = text, FinishReason = FinishReason.Stop },
        Score = score is { } value ? ItemScore.Of(value, "because") : ItemScore.Unscored("because"),
    };
}
