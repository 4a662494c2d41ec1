using System.Text.Json;
using SafetyGate.Core;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Tests.Baselines;
using SafetyGate.Harness.Tests.Gates;
using SafetyGate.Harness.Tests.Reports;

namespace SafetyGate.Cli.Tests.Commands;

/// <summary>A person's score for one response: written with who and why, approved with the result, and never without a message for a mistake.</summary>
public sealed class OverrideSpecs : IDisposable
{
    private static readonly string Good = new('1', 600), OneBad = new string('1', 599) + "0";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Baselines => _folder.File("baselines");

    private BaselineStore Store => new(Baselines);

    private static BaselineKey Key => new("Specs", "A");

    [Fact]
    public async Task An_override_is_recorded_shown_in_the_review_and_approved_with_the_result()
    {
        Store.Receive(Key, Documents.Of(OneBad));
        var run = await OverrideAsync("--item", "item-0599", "--score", "1");
        Assert.True(run.ExitCode == GateExitCode.Passed, run.Error);
        Assert.Contains("overridden  Specs.A: item-0599, sample 0, response 000000000000: 0 → 1 by Ada (it quotes, then refuses)\n", run.Out, StringComparison.Ordinal);
        Assert.Contains("1 of 600 scores of this result is a person's", run.Out, StringComparison.Ordinal);
        Assert.Contains("\nnext        ", run.Out, StringComparison.Ordinal);
        Assert.Contains("Specs.A  none → 1  (1 by people)\n", (await GateRun.OfAsync("review", "--list", "--baselines", Baselines)).Out, StringComparison.Ordinal);
        foreach (var command in new[] { "review", "approve" })
        {
            var shown = await GateRun.OfAsync([command, .. command == "review" ? Array.Empty<string>() : ["--why", "first", "--who", "a reviewer"], "--baselines", Baselines]);
            Assert.True(shown.ExitCode == GateExitCode.Passed, shown.Error);
            Assert.Contains("\n  overrides 1 of 600 scores now is a person's (the rate is 0.9983 by the scorer alone): item-0599 0 → 1 by Ada (it quotes, then refuses)\n", shown.Out, StringComparison.Ordinal);
        }

        Assert.Contains("\"overrides\": [{\"sample\": 0, \"scored\": 0, \"who\": \"Ada\", \"why\": \"it quotes, then refuses\"}]", File.ReadAllText(Store.VerifiedPath(Key)), StringComparison.Ordinal);
        Assert.Equal([new ScoreOverride(0, 0, "Ada", "it quotes, then refuses")], Item(Store.Approved(Key)!, 599).Overrides);
        Assert.Contains("- overrides: 1 of 600 scores is a person's: 1 by Ada", File.ReadAllText(Store.NotePath(Key)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_result_that_regressed_but_for_people_s_scores_says_so_in_the_review()
    {
        Store.Receive(Key, Documents.Of(Good));
        Assert.Equal(GateExitCode.Passed, (await GateRun.OfAsync("approve", "--why", "first", "--who", "a reviewer", "--baselines", Baselines)).ExitCode);
        var document = Documents.Of(new string('1', 570) + new string('0', 30), "later");
        Store.Receive(Key, document with { Metrics = [document.Metrics[0] with { Measurement = document.Metrics[0].Measurement with { Items = [.. document.Metrics[0].Measurement.Items.Select((item, i) => i >= 571 ? ScoreOverrides.With(item, 0, 1, "Ada", "y") : item)] } }] });
        Assert.Equal(GateExitCode.Passed, (await OverrideAsync("--item", "item-0570", "--score", "1")).ExitCode);
        var review = await GateRun.OfAsync("review", "--baselines", Baselines);
        Assert.Contains("\n  verdict   Passed: ", review.Out, StringComparison.Ordinal);
        Assert.Contains(" This rests on 30 scores that a person put in the place of the scorer's: by the scorer alone it would be Regressed.\n", review.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_approved_result_is_overridden_where_none_was_received_and_the_override_can_be_withdrawn()
    {
        Store.Receive(Key, Documents.Of(OneBad));
        await ApproveAsync();
        var run = await OverrideAsync("--item", "item-0599", "--score", "0.5");
        Assert.True(run.ExitCode == GateExitCode.Passed, run.Error);
        Assert.Contains("from        the approved result; none was received\n", run.Out, StringComparison.Ordinal);
        await ApproveAsync();
        Assert.Equal(0.5, Item(Store.Approved(Key)!, 599).Scores[0]);
        var again = await OverrideAsync("--item", "item-0599", "--score", "1");
        Assert.Contains("0.5 → 1 by Ada", again.Out, StringComparison.Ordinal);
        Assert.Equal(0, Assert.Single(Item(ResultFile.Read(Store.ReceivedPath(Key)), 599).Overrides).Scored); // the scorer's own, not what a person said before
        await ApproveAsync();
        var back = await OverrideAsync("--item", "item-0599", "--withdraw");
        Assert.Contains("withdrawn   Specs.A: item-0599, sample 0, response 000000000000: 1 → 0 by Ada (it quotes, then refuses)\n", back.Out, StringComparison.Ordinal);
        await ApproveAsync("--accept-regression");
        Assert.Empty(Item(Store.Approved(Key)!, 599).Overrides);
        Assert.DoesNotContain("overrides", File.ReadAllText(Store.VerifiedPath(Key)) + File.ReadAllText(Store.NotePath(Key)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_withdrawn_one_that_another_result_of_the_recipe_still_has_is_named()
    {
        Store.Receive(Key, Documents.Of(OneBad));
        await OverrideAsync("--item", "item-0599", "--score", "1");
        var other = ResultFile.Read(Store.ReceivedPath(Key));
        Store.Receive(new("Specs", "B"), other);
        await ApproveAsync();
        var back = await OverrideAsync("--item", "item-0599", "--withdraw");
        Assert.Contains("note        Specs.B.verified.json has a person's score for this response too", back.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_of_a_training_is_one_of_every_training_with_that_response()
    {
        foreach (var number in new[] { 1, 2, 3 }) Store.Receive(Key.Training(number), number == 3 ? Answered(Documents.Of(OneBad)) : Documents.Of(OneBad));
        var whole = await OverrideAsync("--item", "item-0599", "--score", "1");
        Assert.Equal(GateExitCode.Usage, whole.ExitCode);
        Assert.Contains("'Specs.A' has a result for each training; name one: Specs.A.training-1, Specs.A.training-2, Specs.A.training-3.", whole.Error, StringComparison.Ordinal);
        var run = await OfAsync("Specs.A.training-2", "--item", "item-0599", "--score", "0.5");
        Assert.True(run.ExitCode == GateExitCode.Passed, run.Error);
        Assert.Contains("overridden  Specs.A.training-2: item-0599", run.Out, StringComparison.Ordinal);
        Assert.Equal([0.5, 0.5, 0], new[] { 1, 2, 3 }.Select(number => Item(ResultFile.Read(Store.ReceivedPath(Key.Training(number))), 599).Scores[0]));
    }

    [Fact]
    public async Task A_received_file_of_an_artifact_is_overridden_beside_the_baselines()
    {
        Directory.CreateDirectory(Baselines);
        ResultFile.Write(Documents.Of(OneBad) with { Spec = Key.Spec, Test = Key.Test }, _folder.File("ci.received.json"));
        var run = await OverrideAsync("--item", "item-0599", "--score", "1", "--from", _folder.File("ci.received.json"));
        Assert.True(run.ExitCode == GateExitCode.Passed, run.Error);
        Assert.Single(Item(ResultFile.Read(Store.ReceivedPath(Key)), 599).Overrides);
        Assert.Empty(Item(ResultFile.Read(_folder.File("ci.received.json")), 599).Overrides);
    }

    public static TheoryData<string[], int, string> Mistakes => new()
    {
        { ["--item", "item-9999", "--score", "1"], GateExitCode.BadInput, "Specs.A has no item 'item-9999'. Its items are 'item-0000'" },
        { ["--item", "item-0000", "--score", "1"], GateExitCode.BadInput, "The scorer gives item 'item-0000', sample 0, 1 already" },
        { ["--item", "item-0000", "--score", "2"], GateExitCode.Usage, "--score is 2; a score lies in [0, 1]" },
        { ["--item", "item-0000", "--score", "NaN"], GateExitCode.Usage, "--score is NaN" },
        { ["--item", "item-0000", "--score", "0", "--sample", "1"], GateExitCode.Usage, "has no sample 1; it has 1, counted from 0" },
        { ["--item", "item-0000", "--score", "0", "--sample", "-1"], GateExitCode.Usage, "has no sample -1" },
        { ["--item", "item-0000"], GateExitCode.Usage, "needs either --score, or --withdraw" },
        { ["--item", "item-0000", "--score", "0", "--withdraw"], GateExitCode.Usage, "needs either --score, or --withdraw" },
        { ["--item", "item-0000", "--withdraw"], GateExitCode.BadInput, "is the scorer's own; there is nothing to withdraw" },
        { ["--item", "item-0000", "--score", "0", "--metric", "other"], GateExitCode.BadInput, "Specs.A has no metric 'other'; it has 'pocket/adversarial, greedy'" },
        { ["--item", "item-0000", "--score", "0", "--who", " "], GateExitCode.Usage, "neither may be empty" },
    };

    [Theory, MemberData(nameof(Mistakes))]
    public async Task A_mistake_has_one_message_and_changes_nothing(string[] args, int exitCode, string says)
    {
        Store.Receive(Key, Documents.Of(Good));
        var before = File.ReadAllText(Store.ReceivedPath(Key));
        var run = await GateRun.OfAsync(["override", "Specs.A", .. args, "--why", "w", .. args.Contains("--who") ? Array.Empty<string>() : ["--who", "Ada"], "--baselines", Baselines]);
        Assert.True(run.ExitCode == exitCode, run.Error);
        Assert.Contains(says, Assert.Single(run.Messages), StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(Store.ReceivedPath(Key)));
    }

    [Fact]
    public async Task An_item_of_two_metrics_or_of_two_responses_needs_to_be_named_wholly()
    {
        var document = Documents.Of("10");
        var measured = document.Metrics[0].Measurement;
        var twice = measured with { Metric = "other", Sampling = measured.Sampling with { SamplesPerPrompt = 2, Temperature = 1 }, Items = [.. measured.Items.Select(item => item with { Scores = [0, 0], ResponseDigests = [new string('a', 64), new string('b', 64)] })] };
        Store.Receive(Key, document with { Metrics = [document.Metrics[0], document.Metrics[0] with { Measurement = twice }] });
        var metric = await OverrideAsync("--item", "item-0001", "--score", "1");
        Assert.Equal((GateExitCode.Usage, true), (metric.ExitCode, metric.Error.Contains("in 'pocket/adversarial, greedy' and 'other'; name one with --metric.", StringComparison.Ordinal)));
        var sample = await OverrideAsync("--item", "item-0001", "--score", "1", "--metric", "other");
        Assert.Equal((GateExitCode.Usage, true), (sample.ExitCode, sample.Error.Contains("has 2 samples; name one with --sample, from 0 to 1.", StringComparison.Ordinal)));
        Assert.Equal(GateExitCode.Passed, (await OverrideAsync("--item", "item-0001", "--score", "1", "--metric", "other", "--sample", "1")).ExitCode);
        var now = ResultFile.Read(Store.ReceivedPath(Key));
        Assert.Equal([0, 0, 1], [.. now.Metrics[0].Measurement.Items[1].Scores, .. now.Metrics[1].Measurement.Items[1].Scores]);
    }

    [Fact]
    public async Task Without_a_result_there_is_nothing_to_override()
    {
        var run = await OverrideAsync("--item", "x", "--score", "1");
        Assert.Equal(GateExitCode.NotComparable, run.ExitCode);
        Assert.Contains("There is no result of 'Specs.A', received or approved, in ", run.Error, StringComparison.Ordinal);
        Store.Receive(new("Specs", "B"), Documents.Of("10"));
        Assert.Contains("; there are Specs.B.", (await OverrideAsync("--item", "x", "--score", "1")).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"sample\": 0", "\"sample\": 7", "has an override of sample 7, and 1 samples, counted from 0")]
    [InlineData("\"who\": \"Ada\"", "\"who\": \" \"", "has an override without who or why")]
    [InlineData("\"why\": \"it quotes, then refuses\"", "\"why\": \"\"", "has an override without who or why")]
    [InlineData("\"scored\": 0", "\"scored\": 7", "a score lies in [0, 1]")]
    [InlineData("\"scored\": 0", "\"scored\": 1", "that is the scorer's own score, 1")]
    [InlineData("\"overrides\": [", "\"overrides\": [{\"sample\": 0, \"scored\": 0, \"who\": \"Eve\", \"why\": \"y\"}, ", "has a sample that is overridden twice")]
    [InlineData("\"who\": \"Ada\", ", "", "who")]
    [InlineData("\"who\": \"Ada\"", "\"who\": \"Ada\", \"when\": \"now\"", "when")]
    public async Task A_file_with_a_damaged_override_is_refused_with_one_message(string then, string now, string says)
    {
        Store.Receive(Key, Documents.Of(OneBad));
        Assert.Equal(GateExitCode.Passed, (await OverrideAsync("--item", "item-0599", "--score", "1")).ExitCode);
        var path = Store.ReceivedPath(Key);
        var text = File.ReadAllText(path);
        Assert.Contains(then, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(then, now, StringComparison.Ordinal));
        Assert.Contains(says, Assert.Throws<UserErrorException>(() => ResultFile.Read(path)).Message, StringComparison.Ordinal);
        var run = await GateRun.OfAsync("approve", "--why", "w", "--who", "w", "--baselines", Baselines);
        Assert.NotEqual(GateExitCode.Passed, run.ExitCode);
        Assert.Single(run.Messages);
    }

    [Theory]
    [InlineData(1.0, 0.0, "has the response of sample 0 twice, and the override of one contradicts the score of the other")]
    [InlineData(null, null, "has an override of sample 0, which is unscored; a person's score is a number")]
    public void A_score_that_no_override_can_have_left_is_refused(double? first, double? second, string says)
    {
        var measured = Fake.Measured("1");
        var item = new ItemOutcome { Id = "x", Scores = [first, second], ResponseDigests = [new string('a', 64), new string('a', 64)], Overrides = [new(0, 0, "Ada", "y")] };
        var document = Documents.Of("1") with { Model = measured.Model, Metrics = [new() { Measurement = measured with { Sampling = measured.Sampling with { SamplesPerPrompt = 2, Temperature = 1 }, Items = [item] } }] };
        Assert.Contains(says, Assert.Throws<UserErrorException>(() => ResultFile.Bytes(document)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compare_holds_them_for_the_same_responses_and_refuses_what_contradicts_them()
    {
        var bad = new string('1', 570) + new string('0', 30);
        var now = Overriding(Documents.Of(bad, "now"), 0);
        Write("base", Overriding(Documents.Of(bad), 30));
        Write("now", now);
        var run = await GateRun.OfAsync("compare", _folder.File("base.json"), _folder.File("now.json"));
        Assert.True(run.ExitCode == GateExitCode.Passed, run.Out + run.Error);
        Assert.Contains("\n  overrides 30 of 600 scores now are a person's (the rate is 0.95 by the scorer alone), 30 of those compared with: item-0570 0 → 1 by Ada (y)", run.Out, StringComparison.Ordinal);
        var json = JsonDocument.Parse((await GateRun.OfAsync("compare", _folder.File("base.json"), _folder.File("now.json"), "--json")).Out).RootElement.GetProperty("verdicts")[0].GetProperty("overrides");
        Assert.Equal((30, 30, 600, 30), (json.GetProperty("now").GetInt32(), json.GetProperty("approved").GetInt32(), json.GetProperty("scores").GetInt32(), json.GetProperty("shown").GetArrayLength()));
        Write("base", Documents.Of(Good));
        Write("now", Overriding(now, 30));
        var own = await GateRun.OfAsync("compare", _folder.File("base.json"), _folder.File("now.json"), "--json");
        Assert.Equal((GateExitCode.Regressed, "Regressed"), (own.ExitCode, JsonDocument.Parse(own.Out).RootElement.GetProperty("verdicts")[0].GetProperty("verdict").GetString()));
        Assert.Contains("30 of the second result's scores are a person's and not in the first result, so the scorer's own count", own.Error, StringComparison.Ordinal);
        Write("now", Overriding(Documents.Of(Good, "now"), 30, 0));
        var lowered = await GateRun.OfAsync("compare", _folder.File("base.json"), _folder.File("now.json"));
        Assert.Equal((GateExitCode.Regressed, ""), (lowered.ExitCode, lowered.Error));
        Write("now", Overriding(now, 30));
        Write("base", Overriding(Documents.Of(bad), 30, 0.5));
        var against = await GateRun.OfAsync("compare", _folder.File("base.json"), _folder.File("now.json"));
        Assert.Equal(GateExitCode.NotComparable, against.ExitCode);
        Assert.Contains("the first result and the second result give one response to item 'item-0570' two scores", Assert.Single(against.Messages), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_check_counts_them_and_names_the_verdict_that_rests_on_them()
    {
        var log = Directory.CreateDirectory(_folder.File("log")).FullName;
        File.WriteAllText(Path.Combine(log, "verdicts.x.jsonl"), VerdictRecordJson.Line(Sample.Overridden) + "\n" + VerdictRecordJson.Line(Sample.Passed) + "\n");
        SpecManifest.Add(SpecManifest.PathIn(Baselines), new(Sample.Key.Spec, Sample.Key.Test));
        var run = await GateRun.OfAsync("check", "--log", log, "--baselines", Baselines);
        Assert.True(run.Out.Contains("by the scorer alone it would be Regressed. (30 of 600", StringComparison.Ordinal), run.Out + run.Error);
        Assert.Contains("by the scorer alone it would be Regressed. (30 of 600 scores are a person's)\n", run.Out, StringComparison.Ordinal);
        Assert.Contains("; 1 with scores of people in the place of the scorer's\n", run.Out, StringComparison.Ordinal);
    }

    private static ItemOutcome Item(ResultDocument document, int index) => document.Metrics[0].Measurement.Items[index];

    // The last item was answered otherwise.
    private static ResultDocument Answered(ResultDocument document) => document with
    {
        Metrics = [document.Metrics[0] with { Measurement = document.Metrics[0].Measurement with { Items = [.. document.Metrics[0].Measurement.Items.Select(item => item.Id == "item-0599" ? item with { ResponseDigests = [new string('c', 64)] } : item)] } }],
    };

    private static ResultDocument Overriding(ResultDocument document, int last, double score = 1) => document with
    {
        Metrics = [document.Metrics[0] with { Measurement = document.Metrics[0].Measurement with { Items = [.. document.Metrics[0].Measurement.Items.Select((item, i) => i >= document.Metrics[0].Measurement.Items.Count - last ? ScoreOverrides.With(item, 0, score, "Ada", "y") : item)] } }],
    };

    private void Write(string name, ResultDocument document) => ResultFile.Write(document, _folder.File(name + ".json"));

    private async Task ApproveAsync(params string[] more)
    {
        var run = await GateRun.OfAsync(["approve", "--why", "w", "--who", "a reviewer", "--baselines", Baselines, .. more]);
        Assert.True(run.ExitCode == GateExitCode.Passed, run.Error);
    }

    private Task<GateRun> OverrideAsync(params string[] args) => OfAsync("Specs.A", args);

    private Task<GateRun> OfAsync(string spec, params string[] args) => GateRun.OfAsync(["override", spec, .. args, "--why", "it quotes, then refuses", "--who", "Ada", "--baselines", Baselines]);
}
