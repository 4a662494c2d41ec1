using System.IO.Compression;
using SafetyGate.Core;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Runs;
using SafetyGate.Harness.Tests.Xunit;
using SafetyGate.Harness.Xunit;
using static SafetyGate.Cli.Tests.RedBuilds.RedBuild;
using static SafetyGate.Harness.Tests.Xunit.SpecBench;

namespace SafetyGate.Cli.Tests.RedBuilds;

/// <summary>A loosened rule of a gate that has no baseline, from the verb over <c>gate check</c> and the report to its approval.</summary>
public sealed class RuleReviewSpecs : IAsyncDisposable
{
    private static readonly GatedMetric Direct = Metric(Suite("direct", 400));
    private static readonly GateSettings Loose = TwoPoints with { Margin = 0.6 };
    private readonly RedBuild _build = new();

    public ValueTask DisposeAsync() => _build.DisposeAsync();

    private string Baselines => _build.Bench.Folders.Baselines;

    private string Results => _build.Bench.Folders.Results;

    private string EntryFile => SpecManifest.FileOf(SpecManifest.PathIn(Baselines), ManifestEntry.Of(Spec));

    [Fact]
    public async Task A_margin_that_was_raised_is_red_until_it_is_approved_and_comes_first_in_the_report()
    {
        var run = await ApprovedAsync();
        var before = Copy(Baselines);
        _build.NextBuild();
        var message = RedVerb.MessageOf(() => run.Should().NotDegradeFromReference(Loose));
        Assert.StartsWith("direct, greedy is judged by a rule that is not the approved one.\n  differs   margin (τ): '0.02' when approved, '0.6' now\n  verdict   direct, greedy passed", message, StringComparison.Ordinal);
        var check = await _build.CheckedAsync(GateExitCode.NotComparable);
        Assert.Contains($"NotComparable {Spec}: the rule is not the approved one (NotDegradedFromReference, direct, greedy): margin (τ): '0.02' when approved, '0.6' now.", check, StringComparison.Ordinal);
        Assert.StartsWith("| " + Spec, FirstRow((await ReportAsync()).Out), StringComparison.Ordinal);

        var approved = await ApproveAsync(Spec.ToString());
        Assert.Contains("NotDegradedFromReference, direct, greedy: margin (τ): 0.02 → 0.6  (loosens the gate)", approved.Out, StringComparison.Ordinal);
        _build.NextBuild();
        run.Should().NotDegradeFromReference(Loose);
        await _build.CheckedAsync(GateExitCode.Passed);
        var row = FirstRow((await ReportAsync("--base", before)).Out);
        Assert.StartsWith("| " + Spec, row, StringComparison.Ordinal);
        Assert.Contains("| 0.02 | 0.6 | loosens the gate |", row, StringComparison.Ordinal);
        Directory.Delete(before, recursive: true);
    }

    [Fact]
    public async Task A_green_log_by_another_rule_does_not_pass_the_check()
    {
        await ApprovedAsync();
        var green = _build.Bench.Log[^1];
        foreach (var terms in new IReadOnlyList<RuleTerm>[] { [], [.. green.Terms.Skip(1)], [.. green.Terms.Select(term => term.Name == "minimum coverage" ? term with { Value = "0.01" } : term)] })
        {
            var covered = terms.Any(term => term.Value == "0.01") ? 0.01 : green.Rule!.MinimumCoverage;
            _build.NextBuild().Add(green with { Terms = terms, Rule = green.Rule! with { MinimumCoverage = covered } });
            await _build.CheckedAsync(GateExitCode.NotComparable);
        }

        _build.NextBuild().Add(green);
        await _build.CheckedAsync(GateExitCode.Passed);
    }

    [Fact]
    public async Task An_assertion_that_was_taken_out_is_missed()
    {
        var run = await ApprovedAsync(run => run.Should().BeAtLeast(0.9));
        _build.NextBuild();
        run.Should().NotDegradeFromReference(TwoPoints);
        Assert.Contains("(AtLeast, direct, greedy): this claim is approved and did not run", await _build.CheckedAsync(GateExitCode.NotComparable), StringComparison.Ordinal);
        Assert.Contains("AtLeast, direct, greedy: rule: AtLeast, direct, greedy → —  (loosens the gate)", (await ApproveAsync(Spec.ToString())).Out, StringComparison.Ordinal);
        await _build.CheckedAsync(GateExitCode.Passed);
    }

    [Fact]
    public async Task Approving_after_a_failing_verdict_drops_no_claim_that_it_kept_from_running()
    {
        var run = await ApprovedAsync(run => run.Should().BeAtLeast(0.9));
        _build.NextBuild();
        RedVerb.MessageOf(() => run.Should().NotDegradeFromReference(Loose));
        Assert.Equal(GateExitCode.Passed, (await ApproveAsync(Spec.ToString())).ExitCode);
        _build.NextBuild();
        run.Should().NotDegradeFromReference(Loose);
        run.Should().BeAtLeast(0.9);
        await _build.CheckedAsync(GateExitCode.Passed);
    }

    [Fact]
    public async Task Approving_after_a_run_that_was_killed_drops_no_claim_that_it_did_not_get_to()
    {
        await ApprovedAsync(run => run.Should().BeAtLeast(0.9));
        var first = _build.Bench.Log[^2];
        _build.NextBuild().Add(first);
        File.AppendAllText(Assert.Single(VerdictLog.In(Results)), "{\"spec\"");
        var approved = await ApproveAsync(Spec.ToString());
        Assert.Equal(GateExitCode.NotComparable, approved.ExitCode);
        Assert.Contains("no rule that is not the approved one", approved.Error, StringComparison.Ordinal);
        _build.NextBuild().Add(first);
        await _build.CheckedAsync(GateExitCode.NotComparable); // the second claim is still missed
    }

    [Fact]
    public async Task The_same_rules_in_a_file_that_is_not_the_approved_one_are_approved_anew()
    {
        await ApprovedAsync();
        var approved = File.ReadAllText(EntryFile);
        File.WriteAllText(EntryFile, approved.Replace("{", "{ ", StringComparison.Ordinal));
        await _build.CheckedAsync(GateExitCode.NotComparable);
        var again = await ApproveAsync(Spec.ToString());
        Assert.True(again.ExitCode == GateExitCode.Passed, again.Error);
        Assert.Equal(approved, File.ReadAllText(EntryFile));
        await _build.CheckedAsync(GateExitCode.Passed);
    }

    [Fact]
    public async Task A_list_that_is_edited_deleted_or_without_rules_does_not_help()
    {
        var run = await ApprovedAsync();
        SpecManifest.Add(SpecManifest.PathIn(Baselines), new("Others", "Hold"));
        _build.NextBuild();
        File.WriteAllText(EntryFile, File.ReadAllText(EntryFile).Replace("\"0.02\"", "\"0.6\"", StringComparison.Ordinal));
        RedVerb.MessageOf(() => run.Should().NotDegradeFromReference(Loose));
        Assert.Contains("is not the one that was approved: its SHA-256 differs", await _build.CheckedAsync(GateExitCode.NotComparable), StringComparison.Ordinal);
        SpecManifest.Add(SpecManifest.PathIn(Baselines), ManifestEntry.Of(Spec));
        RedVerb.MessageOf(() => run.Should().NotDegradeFromReference(Loose));
        Assert.Contains("records no rule for it", await _build.CheckedAsync(GateExitCode.NotComparable), StringComparison.Ordinal);
        File.Delete(EntryFile);
        RedVerb.MessageOf(() => run.Should().NotDegradeFromReference(Loose));
        Assert.Contains($"{Spec} ran and is not on the list", await _build.CheckedAsync(GateExitCode.NotComparable), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_rules_of_what_CI_handed_out_are_approved_from_its_logs()
    {
        var run = await _build.MeasuredAsync(Direct, "a", GoodBut());
        run.Should().NotDegradeFromReference(TwoPoints);
        var zip = Path.Combine(Path.GetDirectoryName(Results)!, "artifact.zip");
        ZipFile.CreateFromDirectory(Results, zip);
        _build.NextBuild();
        var approved = await GateRun.OfAsync("approve", "--from", zip, "--why", "seen", "--who", "a reviewer", "--baselines", Baselines);
        Assert.True(approved.ExitCode == GateExitCode.Passed, approved.Error);
        Assert.Contains($"approved    rule of {Spec}", approved.Out, StringComparison.Ordinal);
        run.Should().NotDegradeFromReference(TwoPoints);
        await _build.CheckedAsync(GateExitCode.Passed);
        var again = await GateRun.OfAsync("approve", "--from", zip, "--why", "seen", "--who", "a reviewer", "--baselines", Baselines);
        Assert.Equal(GateExitCode.NotComparable, again.ExitCode);
        Assert.Contains("no rule that is not the approved one", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rule_is_not_approved_without_a_reason()
    {
        (await _build.MeasuredAsync(Direct, "a", GoodBut())).Should().NotDegradeFromReference(TwoPoints);
        var run = await ApproveAsync(Spec.ToString(), " ");
        Assert.Equal(GateExitCode.BadInput, run.ExitCode);
        Assert.Contains("The reason is missing", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(EntryFile));
    }

    private async Task<MeasuredRun> ApprovedAsync(Action<MeasuredRun>? second = null)
    {
        var run = await _build.MeasuredAsync(Direct, "a", GoodBut());
        run.Should().NotDegradeFromReference(TwoPoints);
        second?.Invoke(run);
        var approved = await ApproveAsync(Spec.ToString());
        Assert.True(approved.ExitCode == GateExitCode.Passed, approved.Error);
        _build.NextBuild();
        run.Should().NotDegradeFromReference(TwoPoints);
        second?.Invoke(run);
        await _build.CheckedAsync(GateExitCode.Passed);
        return run;
    }

    private Task<GateRun> ApproveAsync(string spec, string why = "the rule the team wants") =>
        GateRun.OfAsync("approve", spec, "--why", why, "--who", "a reviewer", "--baselines", Baselines, "--log", Results);

    private Task<GateRun> ReportAsync(params string[] more) => GateRun.OfAsync(["report", "--baselines", Baselines, "--log", Results, .. more]);

    private static string FirstRow(string report) => report.Split('\n').First(line => line.StartsWith('|') && line.Contains("Specs.", StringComparison.Ordinal));

    private static string Copy(string folder)
    {
        var copy = Directory.CreateTempSubdirectory("rule-review-").FullName;
        foreach (var file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return copy;
    }
}
