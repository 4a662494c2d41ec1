using System.Text;
using SafetyGate.Core;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Reports.Formats;
using SafetyGate.Harness.Reports.Html;
using SafetyGate.Harness.Tests.Gates;
using SafetyGate.Harness.Tests.Runs;

namespace SafetyGate.Harness.Tests.Reports;

public sealed class VerdictLogSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Results => _folder["results"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_verdict_survives_its_log()
    {
        var log = VerdictLog.Start(Results, "Specs");
        foreach (var verdict in Sample.Full.Verdicts) log.Add(verdict);
        var read = VerdictLog.ReadAll(Results, out var cutOff);
        Assert.Empty(cutOff);
        Assert.Equal(HtmlReport.Write(Sample.Full with { Verdicts = [.. Sample.Full.Verdicts] }), HtmlReport.Write(Sample.Full with { Verdicts = read }));
        Assert.Equivalent(Sample.Regressed, read[1], strict: true);
    }

    [Fact]
    public void A_killed_run_has_a_report_of_what_it_got_to_and_says_that_it_was_killed()
    {
        var log = VerdictLog.Start(Results, "Specs");
        log.Add(Sample.Passed);
        log.Add(Sample.Regressed);
        var path = Path.Combine(Results, "verdicts.Specs.jsonl");
        var bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..^100]);
        var report = new ReportFolder { Results = Results }.Read();
        Assert.Equal(Verdict.Passed, Assert.Single(report.Verdicts).Verdict);
        Assert.Contains("ends in the middle of a line", Assert.Single(report.CutOff), StringComparison.Ordinal);
        Assert.False(report.IsGreen);
        Assert.Contains("killed while it wrote", MarkdownReport.Write(report), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_place_to_kill_a_writing_run_leaves_a_log_that_can_be_read()
    {
        VerdictLog.Start(Results, "Specs").Add(Sample.Warned with { Flipped = [], Message = "short" });
        var path = Path.Combine(Results, "verdicts.Specs.jsonl");
        var bytes = File.ReadAllBytes(path);
        for (var length = 0; length <= bytes.Length; length += 97)
        {
            File.WriteAllBytes(path, bytes[..length]);
            Assert.Empty(new ReportFolder { Results = Results }.Read().Problems);
        }
    }

    [Theory]
    [InlineData("\"fails\":true", "\"fails\":1")]
    [InlineData("\"verdict\":\"Regressed\"", "\"verdict\":\"Fine\"")]
    [InlineData("\"verdict\":\"Regressed\"", "\"verdict\":0")]
    [InlineData("\"spec\":", "\"sepc\":")]
    [InlineData("\"spec\":", "\"spec\":\"twice\",\"spec\":")]
    [InlineData("\"items\":600", "\"items\":0")]
    [InlineData("\"lost\":30", "\"lost\":597")] // and 4 gained, of 600
    [InlineData("\"rate\":0.94", "\"rate\":1.94")]
    [InlineData("\"rate\":0.94", "\"rate\":\"NaN\"")]
    [InlineData("\"margin\":0.02", "\"margin\":\"NaN\"")]
    public void A_damaged_line_is_refused_with_its_file_and_number(string right, string wrong)
    {
        var log = VerdictLog.Start(Results, "Specs");
        log.Add(Sample.Passed);
        log.Add(Sample.Regressed);
        var path = Path.Combine(Results, "verdicts.Specs.jsonl");
        var lines = File.ReadAllLines(path);
        Assert.Contains(right, lines[1], StringComparison.Ordinal);
        var at = lines[1].IndexOf(right, StringComparison.Ordinal);
        File.WriteAllText(path, lines[0] + "\n" + lines[1][..at] + wrong + lines[1][(at + right.Length)..] + "\n", new UTF8Encoding(false));
        var error = Assert.Throws<UserErrorException>(() => VerdictLog.ReadAll(Results, out _));
        Assert.Contains("verdicts.Specs.jsonl, line 2:", error.Message, StringComparison.Ordinal);
        Assert.Equal(GateExitCode.BadInput, error.ExitCode);
        var report = new ReportFolder { Results = Results }.Read();
        Assert.Contains("line 2", Assert.Single(report.Problems), StringComparison.Ordinal);
        Assert.False(report.IsGreen);
    }

    [Fact]
    public void Logs_of_several_assemblies_are_one_report_and_a_new_run_starts_anew()
    {
        VerdictLog.Start(Results, "First").Add(Sample.Regressed);
        VerdictLog.Start(Results, "First").Add(Sample.Passed);
        VerdictLog.Start(Results, "Second").Add(Sample.Warned);
        Assert.Equal([Verdict.Passed, Verdict.Inconclusive], new ReportFolder { Results = Results }.Read().Verdicts.Select(v => v.Verdict));
    }

    [Fact]
    public void An_empty_line_is_no_verdict_and_a_folder_without_logs_has_none()
    {
        var log = VerdictLog.Start(Results, "Specs");
        log.Add(Sample.Passed);
        File.AppendAllText(Path.Combine(Results, "verdicts.Specs.jsonl"), "\n");
        log.Add(Sample.Warned);
        Assert.Equal([Sample.Passed.Metric, Sample.Warned.Metric], VerdictLog.ReadAll(Results, out _).Select(v => v.Metric));
        Assert.Empty(VerdictLog.ReadAll(_folder["none"], out var cutOff));
        Assert.Empty(cutOff);
    }

    [Fact]
    public void Logs_that_were_cut_off_are_named_in_order()
    {
        foreach (var name in new[] { "Second", "First", "Whole", "Empty" }) VerdictLog.Start(Results, name);
        foreach (var name in new[] { "Second", "First" }) File.AppendAllText(Path.Combine(Results, $"verdicts.{name}.jsonl"), "{\"spec\"");
        Assert.Empty(VerdictLog.ReadAll(Results, out var cutOff));
        Assert.Equal(["verdicts.First.jsonl", "verdicts.Second.jsonl"], cutOff.Select(Path.GetFileName));
    }

    [Fact]
    public void A_spec_class_that_two_test_programs_have_is_named()
    {
        VerdictLog.Start(Results, "First").Add(Sample.Passed with { Spec = "A" });
        VerdictLog.Start(Results, "Second").Add(Sample.Passed with { Spec = "B" });
        Assert.Empty(VerdictLog.Namesakes(Results));
        VerdictLog.Start(Results, "Third").Add(Sample.Warned with { Spec = "A" });
        Assert.StartsWith("A is the name of spec classes in several test programs (verdicts.First.jsonl, verdicts.Third.jsonl).", Assert.Single(VerdictLog.Namesakes(Results)), StringComparison.Ordinal);
        Assert.Empty(VerdictLog.Namesakes(_folder["none"]));
    }

    [Fact]
    public void A_log_whose_folder_was_taken_away_cannot_be_written()
    {
        var log = VerdictLog.Start(Results, "First");
        Directory.Delete(Results, recursive: true);
        var e = Assert.Throws<UserErrorException>(() => log.Add(Sample.Passed));
        Assert.StartsWith(Path.Combine(Results, "verdicts.First.jsonl") + " cannot be written: ", e.Message, StringComparison.Ordinal);
        Assert.Equal(GateExitCode.CannotWrite, e.ExitCode);
    }

    [Fact]
    public void Every_kind_of_claim_survives_the_log_with_its_evidence()
    {
        var log = VerdictLog.Start(Results, "Specs");
        var floor = RunVerdicts.Decide(new FloorClaim { Now = Fake.Measured(new string('1', 590) + new string('0', 10)), Floor = 0.9 });
        log.Add(VerdictRecord.Of(Sample.Key, floor));
        var recipe = RunVerdicts.Decide(new TrainingsClaim { Against = ComparisonKind.Baseline, Approved = [], Now = [], Settings = Fake.TwoPoints });
        log.Add(VerdictRecord.Of(Sample.Key, recipe));
        log.Add(VerdictRecord.Unmeasured(Sample.Key, "direct", "no run"));
        var read = VerdictLog.ReadAll(Results, out _);
        Assert.Equal([ClaimKind.AtLeast, ClaimKind.NotRegressedFromBaseline, ClaimKind.None], read.Select(v => v.Claim));
        Assert.Equal([ComparisonKind.Reference, ComparisonKind.Baseline, ComparisonKind.Baseline], read.Select(v => v.Against));
        Assert.Equal(floor.Evidence, read[0].Floor);
        Assert.Equal([0, 3, 3], read.Select(v => v.ExitCode));
        Assert.Equal(new ManifestEntry(Sample.Key.Spec, Sample.Key.Test), read[1].Entry);
    }

    [Fact]
    public void A_listed_spec_without_a_verdict_is_missing()
    {
        VerdictLog.Start(Results, "Specs").Add(Sample.Passed);
        var baselines = _folder["baselines"];
        foreach (var entry in new ManifestEntry[] { new(Sample.Passed.Spec, Sample.Passed.Test), new("A", "x") }) SpecManifest.Add(SpecManifest.PathIn(baselines), entry);
        Assert.Equal(["A.x"], new ReportFolder { Results = Results, Baselines = baselines }.Read().Missing);
    }

    [Fact]
    public void A_base_that_is_not_there_is_a_problem_and_not_a_branch_without_baselines()
    {
        VerdictLog.Start(Results, "Specs").Add(Sample.Passed);
        var report = new ReportFolder { Results = Results, Baselines = Results, Base = _folder["nowhere"] }.Read();
        Assert.Null(report.Changes);
        Assert.Contains("nowhere is no folder", Assert.Single(report.Problems), StringComparison.Ordinal);
        Assert.False(report.IsGreen);
    }

    [Fact]
    public void The_metrics_of_a_run_become_curves_and_other_files_sections()
    {
        VerdictLog.Start(Results, "Specs").Add(Sample.Passed);
        File.WriteAllText(RunCurves.PathIn(Results, Sample.Run.Digest), Sample.Metrics());
        File.WriteAllText(Path.Combine(Results, "own.drift.json"), "0.5");
        var report = new ReportFolder { Results = Results, Readers = [new DriftReader()] }.Read();
        var curves = Assert.Single(report.Runs).Curves;
        Assert.Equal(["reward", "kl"], curves.Select(c => c.Metric));
        Assert.Equal((300, 0), (curves[0].Points.Count, curves[0].NotFinite));
        Assert.Equal((299, 1), (curves[1].Points.Count, curves[1].NotFinite));
        Assert.Contains("## Drift of own", MarkdownReport.Write(report), StringComparison.Ordinal);
        Assert.Contains("<h2>Drift of own</h2>", HtmlReport.Write(report), StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_of_metrics_that_is_no_object_is_named_and_one_cut_off_is_left_out()
    {
        Assert.Contains("m.jsonl, line 2", Assert.Throws<UserErrorException>(() => RunCurves.Parse("{\"step\": 1, \"kl\": 1}\n[]\n", "run", "d", "m.jsonl")).Message, StringComparison.Ordinal);
        Assert.Single(RunCurves.Parse("{\"step\": 1, \"kl\": 1}\n{\"step\": 2, \"k", "run", "d", "m.jsonl").Curves[0].Points);
    }

    private sealed class DriftReader : IReportAdditionReader
    {
        public string Pattern => "*.drift.json";

        public ReportAddition Read(string path) => new() { Sections = [new() { Title = "Drift of " + Path.GetFileName(path).Split('.')[0], Table = new([new("KL", true)], [[File.ReadAllText(path)]]) }] };
    }
}
