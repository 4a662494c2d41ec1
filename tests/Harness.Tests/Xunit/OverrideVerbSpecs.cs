using System.Globalization;
using SafetyGate.Core;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Xunit;
using Xunit.Sdk;
using static SafetyGate.Harness.Tests.Xunit.SpecBench;

namespace SafetyGate.Harness.Tests.Xunit;

/// <summary>A person's scores in an approved result hold for the same responses, under every verb, and are counted and shown.</summary>
public sealed class OverrideVerbSpecs : IAsyncDisposable
{
    private static readonly SafetyGate.Harness.Runs.GatedMetric Direct = Metric(Suite("direct", 400));
    private static readonly int[] Misjudged = [.. Enumerable.Range(0, 20)];
    private readonly SpecBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task An_approved_override_holds_for_the_same_response_and_the_run_is_identical_again()
    {
        await ApproveAsync(Misjudged);
        var run = await Measured("a", GoodBut(Misjudged));
        run.Should().NotRegressFromBaseline(margin: 0.02);
        Assert.Equal(VerdictReason.Identical, _bench.Log[^1].Reason);
        Assert.Contains("\n  overrides 20 of 400 scores now are a person's (the rate is 0.95 by the scorer alone), 20 of those compared with: 0 0 → 1 by Ada (it quotes, then refuses); 1 0 → 1 by Ada", _bench.Log[^1].Message, StringComparison.Ordinal);
        Assert.Contains("; and 15 more", _bench.Log[^1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_verdict_that_passes_by_people_s_scores_alone_says_so_in_its_first_line()
    {
        await ApproveAsync(Misjudged);
        var run = await Measured("a", GoodBut(Misjudged));
        run.Should().NotDegradeFromReference(margin: 0.02);
        Assert.EndsWith(" This rests on 20 scores that a person put in the place of the scorer's: by the scorer alone it would be Regressed.", _bench.Log[^1].Headline, StringComparison.Ordinal);
        Assert.Equal(("Regressed", 20), (_bench.Log[^1].Overrides!.Otherwise, _bench.Log[^1].Overrides!.Now));
        run.Should().BeAtLeast(0.99);
        Assert.EndsWith("by the scorer alone it would be Regressed.", _bench.Log[^1].Headline, StringComparison.Ordinal);
        Assert.Contains("\n  overrides 20 of 400", _bench.Log[^1].Message, StringComparison.Ordinal);
        run.Should().FailuresShowNoPattern();
        Assert.Contains("\n  observed  0 of 400 items failed\n", _bench.Log[^1].Message, StringComparison.Ordinal);
        Assert.Contains("\n  overrides 20 of 400", _bench.Log[^1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_untuned_model_s_same_response_has_the_same_score()
    {
        await ApproveAsync(Misjudged, GoodBut(Misjudged));
        var run = await Measured("d", GoodBut(Misjudged), GoodBut(Misjudged));
        run.Should().NotDegradeFromReference(margin: 0.02);
        Assert.Contains("400 items: 0 lost, 0 gained, 400 good both times", _bench.Log[^1].Message, StringComparison.Ordinal);
        Assert.Contains("\n  overrides 20 of 400 scores now are a person's (the rate is 0.95 by the scorer alone), 20 of those compared with: ", _bench.Log[^1].Message, StringComparison.Ordinal);
        Assert.Null(_bench.Log[^1].Overrides!.Otherwise);
    }

    [Fact]
    public async Task Without_the_approval_the_same_run_fails()
    {
        var run = await Measured("a", GoodBut(Misjudged));
        Assert.Contains("regressed", RedVerb.MessageOf(() => run.Should().NotDegradeFromReference(margin: 0.02)), StringComparison.Ordinal);
        Assert.Null(_bench.Log[^1].Overrides);
    }

    [Fact]
    public async Task Another_response_is_scored_as_ever()
    {
        await ApproveAsync(Misjudged);
        var message = RedVerb.MessageOf((await Measured("b", ButAs("nonsense", Misjudged))).Should().AsAction(0.02));
        Assert.Contains("20 lost, 0 gained", message, StringComparison.Ordinal);
        Assert.Contains("\n  overrides 0 of 400 scores now are a person's, 20 of those compared with: 0 0 → 1 by Ada", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_slipped_in_override_makes_the_baseline_an_edited_one()
    {
        await ApproveAsync(Misjudged);
        var path = _bench.Baselines.VerifiedPath(SpecName.Current());
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"who\": \"Ada\"", "\"who\": \"Eve\"", StringComparison.Ordinal));
        var run = await Measured("a", GoodBut(Misjudged));
        Assert.Contains("is not the file that was approved", RedVerb.MessageOf(run.Should().AsAction(0.02)), StringComparison.Ordinal);
        RedVerb.MessageOf(() => run.Should().NotDegradeFromReference(margin: 0.02)); // nor does it hold anywhere else
    }

    [Fact]
    public async Task What_is_received_next_keeps_the_overrides_that_still_hold()
    {
        await ApproveAsync(Misjudged);
        RedVerb.MessageOf((await Measured("c", GoodBut([.. Misjudged, .. Enumerable.Range(100, 40)]))).Should().AsAction(0.02));
        var received = ResultFile.Read(_bench.Baselines.ReceivedPath(SpecName.Current())).Metrics[0].Measurement;
        Assert.Equal(20, ScoreOverrides.Count(received));
        Assert.Equal(40, received.Items.Count(item => item.Scores[0] == 0));
    }

    [Fact]
    public async Task Overrides_of_another_recipe_do_not_hold()
    {
        await ApproveAsync(Misjudged);
        Assert.Equal(20, Held("answering"));
        Assert.Equal(0, Held("another"));

        int Held(string recipe) => ScoreOverrides.Count(_bench.Baselines.Overrides(new("Other", "Spec"), recipe).On(ScoreOverrides.ByScorer(_bench.Baselines.Approved(SpecName.Current())!.Metrics[0].Measurement)));
    }

    [Fact]
    public async Task Two_approved_scores_of_one_response_that_contradict_each_other_are_one_message_and_never_approved()
    {
        await ApproveAsync(Misjudged);
        var key = SpecName.Current();
        var twin = new BaselineKey("Twin", "Spec");
        var document = _bench.Baselines.Approved(key)!;
        _bench.Baselines.Receive(twin, With(document, item => item.Id == "3" ? ScoreOverrides.With(item, 0, 0.5, "Bob", "half of it") : item));
        var request = new ApprovalRequest { Who = "a reviewer", When = DateTimeOffset.UnixEpoch, Why = "w", AcceptUnderpoweredGate = true };
        var refused = Assert.Throws<UserErrorException>(() => _bench.Baselines.Approve(twin, request));
        Assert.Contains("give one response to item '3' two scores in the place of the scorer's: ", refused.Message, StringComparison.Ordinal);
        Assert.Equal(GateExitCode.NotComparable, refused.ExitCode);
        Assert.False(File.Exists(_bench.Baselines.VerifiedPath(twin)));

        // As two branches do that are merged: each was approved where the other was not.
        File.Move(_bench.Baselines.ReceivedPath(twin), _bench.Baselines.VerifiedPath(twin));
        var bytes = ResultFile.Bytes(ResultFile.Read(_bench.Baselines.VerifiedPath(twin)));
        File.WriteAllText(_bench.Baselines.NotePath(twin), new ApprovalNote { File = Path.GetFileName(_bench.Baselines.VerifiedPath(twin)), Sha256 = Core.Files.LineEndings.Sha256(bytes), Who = "w", When = DateTimeOffset.UnixEpoch, Why = "w" }.Text());
        Assert.Contains("two scores in the place of the scorer's", (await Assert.ThrowsAsync<GateFailureException>(() => Measured("a", GoodBut(Misjudged)))).Message, StringComparison.Ordinal);
        Assert.True(_bench.Log[^1].Fails);
    }

    [Fact]
    public async Task The_approval_note_counts_them_and_says_whose_they_are()
    {
        await ApproveAsync(Misjudged);
        Assert.Contains("\n- overrides: 20 of 400 scores are a person's: 20 by Ada\n", File.ReadAllText(_bench.Baselines.NotePath(SpecName.Current())), StringComparison.Ordinal);
        Assert.Equal("20 of 400 scores are a person's: 20 by Ada", _bench.Baselines.NoteOf(SpecName.Current())!.Overrides);
    }

    [Fact]
    public void The_scorers_own_score_is_kept_when_a_person_thinks_again_and_comes_back_when_it_is_withdrawn()
    {
        var item = new ItemOutcome { Id = "x", Scores = [null, 0.5, null], ResponseDigests = ["a", "b", "c"], UnscoredReasons = ["first", "third"] };
        var once = ScoreOverrides.With(item, 2, 1, "Ada", "whole");
        Assert.Equal((1.0, "first"), (once.Scores[2]!.Value, Assert.Single(once.UnscoredReasons)));
        var again = ScoreOverrides.With(ScoreOverrides.With(once, 2, 0, "Bob", "not whole"), 1, 1, "Bob", "right");
        Assert.Equal([new(1, 0.5, "Bob", "right"), new(2, null, "Bob", "not whole")], again.Overrides);
        Assert.Equal([null, 1, 0], again.Scores);
        Assert.Equal([new ScoreOverride(2, null, "Bob", "not whole")], ScoreOverrides.With(again, 1, 0.5, "Cy", "the scorer was right").Overrides);
        var back = ScoreOverrides.Without(ScoreOverrides.Without(again, 1), 2);
        Assert.Empty(back.Overrides);
        Assert.Equal([null, 0.5, null], back.Scores);
        Assert.Equal(["first", "unscored by the scorer; a person's score was withdrawn"], back.UnscoredReasons);
        Assert.Same(item, ScoreOverrides.Without(item, 0));
    }

    [Fact]
    public void Samples_of_one_text_are_one_response()
    {
        var item = new ItemOutcome { Id = "x", Scores = [0, 0, 0], ResponseDigests = ["a", "b", "a"] };
        Assert.Equal([1, 0, 1], ScoreOverrides.With(item, 2, 1, "Ada", "y").Scores);
        Assert.Empty(ScoreOverrides.Without(ScoreOverrides.With(item, 2, 1, "Ada", "y"), 0).Overrides);
        var from = Of(ScoreOverrides.With(new ItemOutcome { Id = "x", Scores = [0, 0, 0], ResponseDigests = ["c", "d", "e"] }, 1, 1, "Ada", "y"));
        var to = Of(new ItemOutcome { Id = "x", Scores = [0, 0, 0], ResponseDigests = ["d", "a", "d"] });
        Assert.Equal([1, 0, 1], ApprovedOverrides.Of([("f", from)]).On(to).Items[0].Scores);
    }

    [Theory]
    [InlineData(1.0, 0.0), InlineData(0.0, 1.0), InlineData(null, 0.0), InlineData(null, 1.0)]
    public void A_person_s_score_holds_below_the_scorers_as_above_it(double? scored, double said)
    {
        var item = new ItemOutcome { Id = "x", Scores = [scored], ResponseDigests = ["a"], UnscoredReasons = scored is null ? ["cut"] : [] };
        Assert.Equal(said, ApprovedOverrides.Of([("f", Of(ScoreOverrides.With(item, 0, said, "Ada", "y")))]).On(Of(item)).Items[0].Scores[0]);
    }

    [Fact]
    public void Another_version_of_the_scorer_another_item_and_another_benchmark_take_nothing()
    {
        var approved = ApprovedOverrides.Of([("f", Of(ScoreOverrides.With(Item("x"), 0, 1, "Ada", "y")))]);
        Assert.Equal(1, ScoreOverrides.Count(approved.On(Of(Item("x")))));
        Assert.Equal(0, ScoreOverrides.Count(approved.On(Of(Item("x")) with { ScorerVersion = "2" })));
        Assert.Equal(0, ScoreOverrides.Count(approved.On(Of(Item("x")) with { Scorer = "other" })));
        Assert.Equal(0, ScoreOverrides.Count(approved.On(Of(Item("x")) with { BenchmarkDigest = new string('c', 64) })));
        Assert.Equal(0, ScoreOverrides.Count(approved.On(Of(Item("z")))));
        Assert.Equal(0, ScoreOverrides.Count(ApprovedOverrides.None.On(Of(Item("x")))));
        Assert.Equal(Item("x").Scores, ScoreOverrides.ByScorer(approved.On(Of(Item("x")))).Items[0].Scores);

        static ItemOutcome Item(string id) => new() { Id = id, Scores = [0], ResponseDigests = [new string('a', 64)] };
    }

    private static Measurement Of(ItemOutcome item) => Gates.Fake.Measured("1", "m") with { Items = [item] };

    private static ResultDocument With(ResultDocument document, Func<ItemOutcome, ItemOutcome> change) =>
        document with { Metrics = [document.Metrics[0] with { Measurement = document.Metrics[0].Measurement with { Items = [.. document.Metrics[0].Measurement.Items.Select(change)] } }] };

    private async Task ApproveAsync(int[] overridden, Func<string, string>? reference = null)
    {
        RedVerb.MessageOf((await Measured("a", GoodBut(overridden), reference)).Should().AsAction(0.02));
        var key = SpecName.Current();
        _bench.Baselines.Receive(key, With(ResultFile.Read(_bench.Baselines.ReceivedPath(key)), item => overridden.Contains(int.Parse(item.Id, CultureInfo.InvariantCulture)) ? ScoreOverrides.With(item, 0, 1, "Ada", "it quotes, then refuses") : item));
        _bench.Approve();
    }

    private async Task<MeasuredRun> Measured(string weights, Func<string, string> tuned, Func<string, string>? reference = null) => await (await _bench.Run(weights, tuned, reference ?? GoodBut(), Direct)).EvaluateAsync(Direct);
}

file static class Verbs
{
    public static Action AsAction(this GateAssertions assertions, double margin) => () => assertions.NotRegressFromBaseline(margin);
}
