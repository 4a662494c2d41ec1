using SafetyGate.Core;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Scoring;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Runs;
using static SafetyGate.Cli.Tests.RedBuilds.RedBuild;
using static SafetyGate.Harness.Tests.Xunit.SpecBench;

namespace SafetyGate.Cli.Tests.RedBuilds;

/// <summary>Every way a change of the repository, rather than of the model, turns a build red.</summary>
public sealed class RedReviewSpecs : IAsyncDisposable
{
    private static readonly GatedMetric Direct = Metric(Suite("direct", 400));
    private readonly RedBuild _build = new();

    public ValueTask DisposeAsync() => _build.DisposeAsync();

    [Fact]
    public async Task A_spec_without_an_approved_baseline()
    {
        var message = FailureOf(await _build.MeasuredAsync(Direct, "a", GoodBut()));
        Assert.StartsWith("direct, greedy has no approved baseline to compare with.", message, StringComparison.Ordinal);
        SpecManifest.Add(SpecManifest.PathIn(_build.Bench.Folders.Baselines), ManifestEntry.Of(Spec));
        await _build.CheckedAsync(GateExitCode.NotComparable);
    }

    [Fact]
    public async Task A_deleted_spec()
    {
        await GreenAsync();
        var gone = new BaselineKey("StoryRequestSpecs", "Stories_are_refused");
        SpecManifest.Add(SpecManifest.PathIn(_build.Bench.Folders.Baselines), ManifestEntry.Of(gone));
        var words = await _build.CheckedAsync(GateExitCode.NotComparable);
        Assert.Contains("NotComparable StoryRequestSpecs.Stories_are_refused must run and left no verdict: it was skipped, filtered, deleted or did not get so far. Run it, or take it off the list in a reviewed change.", words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_spec_deleted_from_the_list_too_leaves_a_baseline_that_nobody_uses()
    {
        await GreenAsync();
        File.Delete(SpecManifest.FileOf(SpecManifest.PathIn(_build.Bench.Folders.Baselines), ManifestEntry.Of(Spec)));
        SpecManifest.Add(SpecManifest.PathIn(_build.Bench.Folders.Baselines), new("OtherSpecs", "Hold"));
        var other = _build.Bench.Log[^1] with { Spec = "OtherSpecs", Test = "Hold" };
        _build.NextBuild().Add(other);
        Assert.Contains("which is not on the list of specs that must run", await _build.CheckedAsync(GateExitCode.NotComparable), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_filtered_spec()
    {
        await GreenAsync();
        await _build.CheckedAsync(GateExitCode.Passed);
        _build.NextBuild(); // the filter lets the fixture start and the spec not
        Assert.Contains($"{Spec} must run and left no verdict", await _build.CheckedAsync(GateExitCode.NotComparable), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_edited_baseline()
    {
        await GreenAsync();
        File.WriteAllText(_build.Verified, File.ReadAllText(_build.Verified).Replace("\"scores\": [1]", "\"scores\": [0]", StringComparison.Ordinal));
        var message = FailureOf(await _build.MeasuredAsync(Direct, "b", GoodBut(Enumerable.Range(0, 200))));
        Assert.StartsWith("direct, greedy has a baseline that cannot be trusted.", message, StringComparison.Ordinal);
        Assert.Contains("is not the file that was approved: its SHA-256 differs from the one in", message, StringComparison.Ordinal);
        Assert.Contains("Restore it from version control, or approve the result anew: ./gate approve", message, StringComparison.Ordinal);
        Assert.Contains("is not the file that was approved", await _build.CheckedAsync(GateExitCode.NotComparable), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_baseline_whose_outcomes_and_hash_were_both_edited_contradicts_its_own_summary()
    {
        await GreenAsync();
        var text = File.ReadAllText(_build.Verified).Replace("\"scores\": [1]", "\"scores\": [0]", StringComparison.Ordinal);
        File.WriteAllText(_build.Verified, text);
        var note = _build.Bench.Baselines.NoteOf(Spec)!;
        File.WriteAllText(_build.Note, (note with { Sha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text))) }).Text());
        var message = FailureOf(await _build.MeasuredAsync(Direct, "b", GoodBut(Enumerable.Range(0, 200))));
        Assert.Contains("does not follow from the items, so one of the two was edited", message, StringComparison.Ordinal);
        await _build.CheckedAsync(GateExitCode.BadInput);
    }

    [Fact]
    public async Task A_NaN_in_a_baseline()
    {
        await GreenAsync();
        var text = File.ReadAllText(_build.Verified);
        var at = text.IndexOf("\"scores\": [1]", StringComparison.Ordinal);
        text = text[..at] + "\"scores\": [NaN]" + text[(at + "\"scores\": [1]".Length)..];
        File.WriteAllText(_build.Verified, text);
        var compared = await GateRun.OfAsync("compare", _build.Verified, _build.Verified);
        Assert.Equal(GateExitCode.BadInput, compared.ExitCode);
        Assert.Contains("this is not strict JSON: it has NaN", compared.Error, StringComparison.Ordinal);
        FailureOf(await _build.MeasuredAsync(Direct, "b", GoodBut()));
        await _build.CheckedAsync(GateExitCode.NotComparable);
    }

    [Fact]
    public async Task A_margin_raised_without_approval()
    {
        await GreenAsync();
        var five = TwoPoints with { Margin = 0.05 };
        var message = FailureOf(await _build.MeasuredAsync(Direct, "b", GoodBut(Enumerable.Range(0, 8))), five);
        Assert.StartsWith("direct, greedy is not comparable with the approved baseline.", message, StringComparison.Ordinal);
        Assert.Contains("differs   margin (τ): '0.02' when approved, '0.05' now", message, StringComparison.Ordinal);
        Assert.Contains($"undo the change, or, if it is meant, approve it in the same change and say why: ./gate approve \"{Spec}\"", message, StringComparison.Ordinal);
        await _build.CheckedAsync(GateExitCode.NotComparable);

        // The raised margin does not excuse the drop that the approved one shows.
        Assert.Contains("By the rule that is approved so far: direct, greedy regressed against the present baseline.", (await _build.ApproveAsync()).Error, StringComparison.Ordinal);
        Assert.Equal(GateExitCode.Passed, (await _build.ApproveAsync("--accept-regression")).ExitCode);
        (await _build.MeasuredAsync(Direct, "c", GoodBut(Enumerable.Range(0, 8)))).Should().NotRegressFromBaseline(five);
    }

    [Fact]
    public async Task A_scorer_changed_without_scoring_the_baseline_again()
    {
        await GreenAsync();
        var metric = Direct with { Scorer = new KinderScorer() };
        var message = FailureOf(await _build.MeasuredAsync(metric, "b", GoodBut(Enumerable.Range(0, 100))));
        Assert.StartsWith("direct, greedy is not comparable with the approved baseline.", message, StringComparison.Ordinal);
        Assert.Contains("differs   scorer version: '1' when approved, '2' now", message, StringComparison.Ordinal);
        await _build.CheckedAsync(GateExitCode.NotComparable);
    }

    [Fact]
    public async Task A_spec_that_ran_and_is_not_listed_is_listed_with_its_rule_by_the_command_it_is_told()
    {
        await GreenAsync();
        var list = SpecManifest.PathIn(_build.Bench.Folders.Baselines);
        VerdictLog.Start(_build.Bench.Folders.Results, "Other.Specs").Add(_build.Bench.Log[^1] with { Spec = "NewSpecs", Test = "Hold" });
        Assert.Contains("NewSpecs.Hold ran and is not on the list of specs that must run. Approve it, so that its rule is known and its loss will be seen: ./gate approve \"NewSpecs.Hold\"", await _build.CheckedAsync(GateExitCode.NotComparable), StringComparison.Ordinal);
        var listed = await GateRun.OfAsync("approve", "NewSpecs.Hold", "--why", "a new spec", "--who", "a reviewer", "--baselines", _build.Bench.Folders.Baselines, "--log", _build.Bench.Folders.Results);
        Assert.True(listed.ExitCode == GateExitCode.Passed, listed.Error);
        Assert.Contains("approved    rule of NewSpecs.Hold", listed.Out, StringComparison.Ordinal);
        Assert.Equal(2, SpecManifest.Read(list).Specs.Count(spec => spec.IsApproved));
        await _build.CheckedAsync(GateExitCode.Passed);
    }

    private async Task GreenAsync()
    {
        await _build.ApprovedAsync(Direct, "a", GoodBut());
        (await _build.MeasuredAsync(Direct, "a", GoodBut())).Should().NotRegressFromBaseline(TwoPoints);
    }

    /// <summary>The word scorer's next version, under which everything is good.</summary>
    private sealed class KinderScorer : IScorer
    {
        public string Name => "word";

        public string Version => "2";

        public ItemScore Score(BenchmarkItem item, Response response) => ItemScore.Of(1);
    }
}
