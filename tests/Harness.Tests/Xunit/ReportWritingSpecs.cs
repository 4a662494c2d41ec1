using System.Xml.Linq;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Runs;
using SafetyGate.Harness.Tests.Runs;
using Xunit.Sdk;
using static SafetyGate.Harness.Tests.Xunit.SpecBench;

namespace SafetyGate.Harness.Tests.Xunit;

public sealed class ReportWritingSpecs : IAsyncDisposable
{
    private static readonly GatedMetric Direct = Metric(Suite("direct", 400));
    private static readonly GatedMetric Sums = Metric(Suite("sums", 400, MetricDirection.Capability));
    private readonly TemporaryFolder _folder = new();
    private readonly SpecBench _bench;

    public ReportWritingSpecs()
    {
        File.WriteAllText(_folder["summary.md"], "what another tool wrote");
        _bench = new SpecBench { JobSummary = _folder["summary.md"] };
    }

    public async ValueTask DisposeAsync()
    {
        await _bench.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_failing_spec_has_left_its_reports_before_it_fails()
    {
        var run = await _bench.Run("a", GoodBut(Enumerable.Range(20, 40)), GoodBut(), Direct);
        var measured = await run.EvaluateAsync(Direct);
        Assert.Throws<GateFailureException>(() => measured.Should().NotDegradeFromReference(0.02, "guardrails must survive tuning"));

        Assert.Contains("| lost 20 | <code>good</code> | <code>bad</code> |", Text("report.md"), StringComparison.Ordinal);
        Assert.Contains("lost 20", Text("report.html"), StringComparison.Ordinal);
        Assert.Contains("direct 20 ?", Text("report.html"), StringComparison.Ordinal);
        Assert.Equal("1", (string)XDocument.Parse(Text("junit.xml")).Root!.Attribute("failures")!);
        Assert.Contains("\"startLine\"", Text("report.sarif"), StringComparison.Ordinal);
        var verdict = Assert.Single(Reported());
        Assert.Equal((ClaimKind.NotDegradedFromReference, Verdict.Regressed, true, 40), (verdict.Claim, verdict.Verdict, verdict.Fails, verdict.Flipped.Count));
        Assert.Equal(("answering", 3ul, 10L), (verdict.Run!.Name, verdict.Run.Seed, verdict.Run.Steps));
        Assert.EndsWith("tests/Harness.Tests/Xunit/ReportWritingSpecs.cs", verdict.Source!.File, StringComparison.Ordinal);
        Assert.True(File.Exists(RunCurves.PathIn(_bench.Folders.Results, verdict.Run.Digest)));
    }

    [Fact]
    public async Task The_job_summary_holds_the_newest_report_once_and_what_others_wrote()
    {
        var run = await _bench.Run("a", GoodBut(1), GoodBut(), Direct, Sums);
        (await run.EvaluateAsync(Direct)).Should().NotDegradeFromReference(0.02);
        (await run.EvaluateAsync(Sums)).Should().NotDegradeFromReference(0.03);
        var summary = File.ReadAllText(_folder["summary.md"]);
        Assert.StartsWith("what another tool wrote\n", summary, StringComparison.Ordinal);
        Assert.Contains("All 2 verdicts let the model ship", summary, StringComparison.Ordinal);
        Assert.Equal(1, summary.Split("<!-- safetygate report -->").Length - 1);
    }

    [Fact]
    public async Task A_drop_from_the_baseline_attaches_the_report_and_the_received_file_and_shows_what_the_approved_run_said()
    {
        var first = await _bench.Run("a", GoodBut(), GoodBut(Enumerable.Range(0, 400)), Direct);
        var measured = await first.EvaluateAsync(Direct);
        Assert.Throws<GateFailureException>(() => measured.Should().NotRegressFromBaseline(0.02));
        _bench.Approve();
        var second = await _bench.Run("b", GoodBut(Enumerable.Range(0, 400)), GoodBut(Enumerable.Range(0, 400)), Direct); // of "good" only the store knows
        var worse = await second.EvaluateAsync(Direct);
        Assert.Throws<GateFailureException>(() => worse.Should().NotRegressFromBaseline(0.02));

        var verdict = Reported()[^1];
        Assert.Equal("good", verdict.Flipped[0].Before[0].Text);
        Assert.Equal((VerdictRecord.MostLost, 400), (verdict.Flipped.Count, verdict.Comparison!.Lost));
        Assert.Contains("gate approve", verdict.ApproveCommand, StringComparison.Ordinal);
        Assert.EndsWith(".received.json", verdict.Received, StringComparison.Ordinal);
        Assert.Equal(["received", "received-2", "report", "report-2"], TestContext.Current.Attachments!.Keys.Order());
        Assert.Contains("regressed against the approved baseline", TestContext.Current.Attachments["report-2"].AsString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Responses_of_an_approved_run_that_the_store_does_not_have_are_named_by_digest()
    {
        var first = await _bench.Run("a", GoodBut(), GoodBut(), Direct);
        var measured = await first.EvaluateAsync(Direct);
        Assert.Throws<GateFailureException>(() => measured.Should().NotRegressFromBaseline(0.02));
        _bench.Approve();
        Directory.Delete(Path.Combine(_bench.Folders.Store, "runs"), recursive: true);
        var second = await _bench.Run("b", GoodBut(Enumerable.Range(0, 400)), GoodBut(Enumerable.Range(0, 400)), Direct);
        Directory.Delete(Path.Combine(_bench.Folders.Store, "evaluations"), recursive: true); // the reference of the first run said it too
        var worse = await second.EvaluateAsync(Direct);
        Assert.Throws<GateFailureException>(() => worse.Should().NotRegressFromBaseline(0.02));
        Assert.Null(Reported()[^1].Flipped[0].Before[0].Text);
        Assert.Contains("not in this store", Text("report.md"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_fails_to_train_is_in_the_report_and_not_green()
    {
        var run = await _bench.Run("diverges", GoodBut(), GoodBut(), Direct);
        await Assert.ThrowsAsync<GateFailureException>(() => run.EvaluateAsync(Direct));
        var verdict = Assert.Single(Reported());
        Assert.Equal((ClaimKind.None, Verdict.NotComparable, true), (verdict.Claim, verdict.Verdict, verdict.Fails));
        Assert.Contains("The loss is NaN at step 12", Text("report.md"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_report_of_an_earlier_test_run_is_gone_before_the_first_verdict()
    {
        Directory.CreateDirectory(_bench.Folders.Results);
        File.WriteAllText(Path.Combine(_bench.Folders.Results, "report.md"), "# ✔ All is well");
        await _bench.Run("a", GoodBut(), GoodBut(), Direct);
        Assert.StartsWith("# △ No verdict yet", Text("report.md"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_report_that_cannot_be_written_warns_and_hides_no_verdict()
    {
        var run = await _bench.Run("a", GoodBut(Enumerable.Range(20, 40)), GoodBut(), Direct);
        var measured = await run.EvaluateAsync(Direct);
        Directory.CreateDirectory(Path.Combine(_bench.Folders.Results, "keep"));
        File.Delete(Path.Combine(_bench.Folders.Results, "report.html"));
        Directory.CreateDirectory(Path.Combine(_bench.Folders.Results, "report.html", "in the way"));
        var failure = Assert.Throws<GateFailureException>(() => measured.Should().NotDegradeFromReference(0.02));
        Assert.Contains("regressed against the untuned reference", failure.Message, StringComparison.Ordinal);
        Assert.Contains(TestContext.Current.Warnings!, w => w.Contains("report.html", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Each_claim_is_reported_as_what_it_is()
    {
        var run = await _bench.Run("a", GoodBut(Enumerable.Range(20, 40)), GoodBut(), Direct, Sums);
        var direct = await run.EvaluateAsync(Direct);
        direct.Should().HaveRegressedFromReference();
        Assert.Throws<GateFailureException>(() => direct.Should().ImproveOnReference("it must"));
        direct.Should().BeAtLeast(0.5, "a floor");
        Assert.Throws<GateFailureException>(() => direct.Should().BeAtLeast(0.99, "a floor"));
        Assert.Equal(
            [(ClaimKind.RegressedFromReference, false), (ClaimKind.ImprovedOnReference, true), (ClaimKind.AtLeast, false), (ClaimKind.AtLeast, true)],
            Reported().Select(v => (v.Claim, v.Fails)));
        var rows = Text("report.md").Split('\n').Where(l => l.StartsWith("| answering ", StringComparison.Ordinal)).Select(l => l.TrimEnd(' ', '|').Split(" | ")[^1]);
        Assert.Equal(["✘ Regressed", "✘ Regressed", "✔ Regressed, as demanded", "✔ Passed"], rows);
    }

    [Fact]
    public async Task A_spec_leaves_all_its_items_with_their_answers_once_and_with_the_approved_ones_where_it_compares_with_them()
    {
        var first = await _bench.Run("a", GoodBut(), GoodBut(7), Direct, Sums);
        var measured = await first.EvaluateAsync(Direct);
        Assert.Throws<GateFailureException>(() => measured.Should().NotRegressFromBaseline(0.02));
        _bench.Approve();
        var run = await _bench.Run("b", GoodBut(Enumerable.Range(20, 40)), GoodBut(7), Direct, Sums);
        var worse = await run.EvaluateAsync(Direct);
        Assert.Throws<GateFailureException>(() => worse.Should().NotDegradeFromReference(0.02));
        var path = ItemFile.In(_bench.Folders.Results).Single(path => ItemFile.ReadSet(path).Digest == Reported()[^1].Run!.Digest);
        Assert.False(ItemFile.ReadSet(path).HasApproved);
        Assert.Throws<GateFailureException>(() => worse.Should().NotRegressFromBaseline(0.02));
        Assert.Throws<GateFailureException>(() => worse.Should().NotDegradeFromReference(0.02)); // the approved answers stay
        var (set, items) = (ItemFile.ReadSet(path), ItemFile.Read(path).ToList());
        Assert.Equal(("answering", 3ul, "direct, greedy", 400, true), (set.Model, set.Seed, set.Metric, set.Items, set.HasApproved));
        Assert.Equal((400, 40), (items.Count, items.Count(item => item.Rank == 0)));
        var lost = items.Single(item => item.Id == "20");
        Assert.Equal(("direct 20 ?", "bad", 0, "good", 1, "good", 1), (lost.Prompt, lost.Now.Text, lost.Now.Value, lost.Approved!.Text, lost.Approved.Value, lost.Untuned!.Text, lost.Untuned.Value));
        Assert.Equal(("bad", 0), items.Where(item => item.Id == "7").Select(item => (item.Untuned!.Text, item.Untuned.Value)).Single());
        Assert.Contains("All 800 measured items are in this page.", Text("report.html"), StringComparison.Ordinal);
        Assert.DoesNotContain("items-data", Text("report.md"), StringComparison.Ordinal);
        Assert.Equal(Reported()[^1].TestRun!.Id, set.TestRun!.Id);
    }

    private string Text(string file) => File.ReadAllText(Path.Combine(_bench.Folders.Results, file));

    private IReadOnlyList<VerdictRecord> Reported() => VerdictLog.ReadAll(_bench.Folders.Results, out _);
}
