using System.Text;
using SafetyGate.Analysis.Results;
using SafetyGate.Analysis.Curation;
using SafetyGate.Analysis.Patterns;
using SafetyGate.Core;

namespace SafetyGate.Analysis.Tests.Curation;

public sealed class AugmenterSpecs
{
    private static readonly string[] Validation = ["ana has 3 stones and loses 1 of them on the way home , so how many has she ?", "bo has 4 pens ."];

    [Fact]
    public async Task Rejected_rows_are_tried_again_with_the_reasons_until_there_are_enough()
    {
        var generator = new Canned(
            [Row(1), Row(2) with { Answer = "9" }, new(Validation[0], "3 - 1 = 2 . #### 2", "2"), Row(1)],
            [Row(3), Row(4) with { Completion = "4 + 1 = 6 . #### 5" }, Row(5)],
            [Row(6)]);
        var (rows, report) = await Make(generator, rows: 4);
        Assert.Equal(["1 + 1 ?", "3 + 1 ?", "5 + 1 ?", "6 + 1 ?"], rows.Select(row => row.Prompt));
        Assert.Equal([0, 1, 1, 2], rows.Select(row => row.Attempt));
        var outcome = Assert.Single(report.Strategies);
        Assert.Equal((8, 4, 2), (outcome.Generated, outcome.Accepted, outcome.Retries));
        Assert.Equal(["duplicate", "form", "leak", "steps"], outcome.Rejected.Select(rejected => rejected.Check).Order());
        Assert.Equal(["the completion does not end with '####' and the answer", "the task is there already", "too much like a task that is held out"], generator.Feedback[1].Order());
        Assert.DoesNotContain(generator.Feedback.SelectMany(words => words), words => words.Contains("stones", StringComparison.Ordinal));
        Assert.Equal((8, 0, 0), (report.Leaks.Texts, report.Leaks.Grams, report.Leaks.Templates));
    }

    [Fact]
    public async Task No_more_tries_are_made_than_were_allowed()
    {
        var generator = new Canned([Row(1)], [Row(2)], [Row(3)], [Row(4)]);
        var (rows, report) = await Make(generator, rows: 4, retries: 1);
        Assert.Equal(2, rows.Count);
        Assert.Equal(1, report.Strategies[0].Retries);
    }

    [Fact]
    public void A_planted_leak_is_found_by_gram_and_by_template_and_nothing_else_is()
    {
        var guard = new LeakGuard(Validation);
        Assert.True(guard.SharesGram("zed : " + Validation[0][4..]));
        Assert.False(guard.SharesGram("ana has 3 stones and loses 1 of them on the road"));
        Assert.True(guard.SharesTemplate("BO has 17 pens ."));
        Assert.True(guard.SharesTemplate("Bo has seven pens!"));
        Assert.False(guard.SharesTemplate("bo has some pens ."));
        Assert.True(guard.SharesGram("bo  has 4 pens ."));
        Assert.Equal((3, 1, 2), guard.Count(["bo has 5 pens .", Validation[0], "so ."]) is var count ? (count.Texts, count.Grams, count.Templates) : default);
        Assert.False(guard.Count([Validation[1]]).IsClean);
        Assert.True(guard.Count(["so ."]).IsClean);
    }

    [Fact]
    public void A_task_that_is_told_again_is_found_and_one_that_shares_the_frame_of_the_question_is_not()
    {
        string[] held = ["ana has 12 stones . ana finds 3 . ana loses 5 . how many stones does ana have ?", "bo has 9 pens . bo drops 2 . a friend gives bo 4 . how many pens does bo have ?", "cy has 7 cups . cy gets 1 more . cy gives away 2 . how many cups does cy have ?",
            "dee has 8 eggs . dee gets 5 more . dee drops 4 . how many eggs does dee have ?", "eli has 4 books . eli finds 5 . eli gives away 1 . how many books does eli have ?", "say in one word what colour a clear sky has at noon in the summer"];
        var guard = new LeakGuard(held);
        Retold("Ana owned 12 stones, lost 5 of them and then found 3: how many stones?"); // the same numbers, most of the words that tell it from others
        Retold("zoe has 12 hats . zoe finds 3 . zoe loses 5 . how many hats does zoe have ?"); // the same places, other names
        Retold("At noon in summer a clear sky has what colour? Answer in one word.");
        Assert.True(guard.SharesGram("think first : say in one word what colour a clear sky has at noon in the summer , please"));
        Assert.False(guard.Knows("ana has 7 stones . ana gives away 2 . a friend gives ana 4 . ana loses 5 . how many stones does ana have ?")); // the frame and one change
        Assert.False(guard.Knows("say in one word what a cup holds"));
        Assert.Equal((0, 0, 0), guard.Count(["fay has 3 coins . fay gets 2 more . how many coins does fay have ?"], ["3 + 2 = 5 . #### 5"]) is var none ? (none.Grams, none.Templates, none.Retold) : default);

        void Retold(string text) => Assert.Equal((false, false, true), (guard.SharesGram(text), guard.SharesTemplate(text), guard.Retells(text)));
    }

    [Fact]
    public void With_the_same_numbers_more_than_half_of_the_telling_words_is_the_same_task()
    {
        var guard = new LeakGuard(["red 12 blue 3"]);
        Assert.False(guard.Retells("3 pens 12 red"));
        Assert.True(guard.Retells("blue 3 pens 12 red"));
    }

    [Fact]
    public void A_task_is_counted_in_every_way_in_which_it_is_known() =>
        Assert.Equal((1, 1, 1), new LeakGuard(["red 12 blue 3"]).Count(["red 12 blue 3"]) is var count ? (count.Grams, count.Templates, count.Retold) : default);

    [Fact]
    public void Worked_answers_share_numbers_and_signs_and_only_a_whole_one_is_a_leak()
    {
        var guard = new LeakGuard(["how many ?", "16 + 4 = 20 . 20 - 4 = 16 . 16 + 2 = 18 . #### 18"]);
        Assert.True(guard.SharesGram("16+4=20. 20-4=16. 16+2=18. #### 18"));
        Assert.False(guard.SharesGram("16 + 4 = 20 . 20 - 4 = 16 . 16 + 1 = 17 . #### 17"));
        Assert.True(guard.Count(["a new task"], ["3 + 4 = 7 . 7 - 4 = 3 . 3 + 2 = 5 . #### 5"]).IsClean);
    }

    [Fact]
    public async Task A_strategy_that_repeats_validation_text_is_withheld()
    {
        var leaking = Patterns("wrong where " + Validation[0], "stops early");
        var (rows, report) = await new Augmenter(new RuleDrafter(), new Canned([Row(1)]), [new FormCheck()]).MakeAsync(leaking, Validation, [], 2, default);
        Assert.Equal(["wrong where " + Validation[0]], report.Withheld);
        Assert.Equal("stops early", Assert.Single(rows).Pattern);
        var all = await Assert.ThrowsAsync<UserErrorException>(() => new Augmenter(new RuleDrafter(), new Canned([Row(1)]), []).MakeAsync(Patterns("wrong where " + Validation[0]), Validation, [], 2, default));
        Assert.Contains("Every strategy repeats text of the validation data", all.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_augmented_is_refused_in_one_sentence()
    {
        await RefusedAsync("has no pattern (none)", Patterns(), Validation, [Row(1)]);
        await RefusedAsync("There are no validation texts", Patterns("p"), [], [Row(1)]);
        await RefusedAsync("None of 4 generated rows was accepted; the commonest reason: prompt, completion or answer is empty", Patterns("p"), Validation, [new("", "", "")]);
        await RefusedAsync("1 rows are wanted for 2 patterns", Patterns("p", "q"), Validation, [Row(1)]);

        static async Task RefusedAsync(string says, PatternReport patterns, string[] validation, DraftRow[] rows) =>
            Assert.Contains(says, (await Assert.ThrowsAsync<UserErrorException>(() => new Augmenter(new RuleDrafter(), new Canned(rows, rows, rows, rows), [new FormCheck()]).MakeAsync(patterns, validation, [], 1, default))).Message, StringComparison.Ordinal);
    }

    [Theory, InlineData(10, "1,1", "5,5"), InlineData(10, "8,1,1", "8,1,1"), InlineData(3, "98,1,1", "1,1,1"), InlineData(7, "2,1", "5,2")]
    public void Rows_are_shared_out_by_failures(int rows, string failures, string shares) =>
        Assert.Equal(shares, string.Join(',', RuleDrafter.Shares([.. failures.Split(',').Select(int.Parse)], rows)));

    [Fact]
    public async Task A_report_is_read_back_and_refused_once_it_was_edited()
    {
        using var folder = new TemporaryFolder();
        var (rows, report) = await Make(new Canned([Row(1), Row(2)]), rows: 2);
        var path = folder.File("rows.jsonl.report.json");
        AnalysisFile.Write(report, path);
        Assert.Equal(Encoding.UTF8.GetString(AnalysisFile.Bytes(report)), Encoding.UTF8.GetString(AnalysisFile.Bytes(AnalysisFile.Read<AugmentationReport>(path))));
        Assert.Equal(2, AugmentedRowsFile.Lines(rows).Count(c => c == '\n'));
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"grams\":0", "\"grams\":1", StringComparison.Ordinal));
        Assert.Contains("the file was edited", Assert.Throws<UserErrorException>(() => AnalysisFile.Read<AugmentationReport>(path)).Message, StringComparison.Ordinal);
    }

    private static Task<(IReadOnlyList<AugmentedRow> Rows, AugmentationReport Report)> Make(Canned generator, int rows, int retries = 3) =>
        new Augmenter(new RuleDrafter(), generator, [new FormCheck(), new StepsCheck()], retries).MakeAsync(Patterns("stops early"), Validation, ["7 + 1 ?"], rows, default);

    private static DraftRow Row(int n) => new($"{n} + 1 ?", $"{n} + 1 = {n + 1} . #### {n + 1}", $"{n + 1}");

    private static PatternReport Patterns(params string[] names) => new()
    {
        Source = "s", ItemsDigest = "d", Analyst = "a", Features = "f", Options = new(), Items = 100, Failures = 50, Explained = 50, Verdict = names.Length > 0 ? PatternVerdict.Patterns : PatternVerdict.NoPattern, Reason = "none", Inertia = [], Lines = [],
        Patterns = [.. names.Select(name => new FoundPattern { Name = name, Items = ["1", "2"], Properties = [], Slice = [], SliceItems = 0, SliceFailures = 0 })],
    };

    private sealed class Canned(params DraftRow[][] attempts) : IRowGenerator
    {
        public List<IReadOnlyList<string>> Feedback { get; } = [];

        public string Name => "canned";

        public Task<IReadOnlyList<DraftRow>> GenerateAsync(Strategy strategy, int count, int attempt, IReadOnlyList<string> feedback, CancellationToken cancellationToken)
        {
            Feedback.Add(feedback);
            return Task.FromResult<IReadOnlyList<DraftRow>>(attempts[Math.Min(attempt, attempts.Length - 1)]);
        }
    }
}
