using System.Diagnostics;
using System.Text.Json;
using System.Xml.Linq;
using SafetyGate.Core;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Reports;

namespace SafetyGate.Cli.Tests.Commands;

public sealed class ReportSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Results => _folder.File("results");

    private string Baselines => _folder.File("baselines");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_red_report_is_written_with_exit_code_0_because_reporting_does_not_judge()
    {
        Log(Red);
        var run = await Report();
        Assert.Equal((GateExitCode.Passed, ""), (run.ExitCode, run.Error));
        Assert.StartsWith("# ✘ 1 of 1 verdicts fails", run.Out, StringComparison.Ordinal);
        Assert.Contains("sums fell", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_format_is_what_it_says()
    {
        Log(Red);
        Assert.Equal("testsuites", XDocument.Parse((await Report("--format", "junit")).Out).Root!.Name);
        using var sarif = JsonDocument.Parse((await Report("--format", "sarif")).Out);
        Assert.Equal("2.1.0", sarif.RootElement.GetProperty("version").GetString());
        Assert.StartsWith("<!doctype html>", (await Report("--format", "html")).Out, StringComparison.Ordinal);
        Assert.StartsWith("::error title=Specs.Sums_hold", (await Report("--format", "github")).Out, StringComparison.Ordinal);
        Assert.Equal(GateExitCode.Usage, (await Report("--format", "pdf")).ExitCode);
    }

    [Fact]
    public async Task A_report_goes_to_a_file_and_nothing_is_printed()
    {
        Log(Red);
        var run = await Report("--format", "html", "--out", _folder.File("page.html"));
        Assert.Equal((GateExitCode.Passed, ""), (run.ExitCode, run.Out));
        Assert.Contains("</html>", File.ReadAllText(_folder.File("page.html")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_is_said_with_its_own_exit_code()
    {
        Log(Red);
        Directory.CreateDirectory(_folder.File("page.html"));
        var run = await Report("--out", _folder.File("page.html"));
        Assert.Equal(GateExitCode.CannotWrite, run.ExitCode);
        Assert.Contains("page.html cannot be written", Assert.Single(run.Messages), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_to_report_is_no_success()
    {
        var run = await Report();
        Assert.Equal(GateExitCode.NotComparable, run.ExitCode);
        Assert.Contains("./gate test", Assert.Single(run.Messages), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damaged_results_are_named_after_what_could_be_read_was_reported()
    {
        Log(Red);
        File.WriteAllText(Path.Combine(Results, "verdicts.Other.jsonl"), "{\"spec\": 1}\n");
        var run = await Report();
        Assert.Equal(GateExitCode.BadInput, run.ExitCode);
        Assert.Contains("verdicts.Other.jsonl, line 1", Assert.Single(run.Messages), StringComparison.Ordinal);
        Assert.Contains("sums fell", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_report_of_a_killed_run_is_written_and_says_so()
    {
        Log(Red);
        File.AppendAllText(Path.Combine(Results, "verdicts.Specs.jsonl"), "{\"spec\": \"Specs\", \"te");
        var run = await Report();
        Assert.Equal(GateExitCode.Passed, run.ExitCode);
        Assert.Contains("ends in the middle of a line", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_raised_margin_is_shown_first_against_a_folder_and_against_a_revision()
    {
        Log(Red);
        var approved = Approve(0.02);
        Git("init", "-q");
        Git("add", "baselines");
        Git("-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "-q", "-m", "base");
        Directory.CreateDirectory(_folder.File("before"));
        File.Copy(approved, Path.Combine(_folder.File("before"), Path.GetFileName(approved)));
        Approve(0.05);
        foreach (var option in new[] { new[] { "--base", _folder.File("before") }, ["--base-ref", "HEAD"] })
        {
            var run = await Report(option);
            Assert.True(run.ExitCode == GateExitCode.Passed, run.Error);
            Assert.Contains("| Specs.Sums_hold | margin (τ) | 0.02 | 0.05 | loosens the gate |", run.Out, StringComparison.Ordinal);
            Assert.True(run.Out.IndexOf("loosens the gate", StringComparison.Ordinal) < run.Out.IndexOf("## Verdicts", StringComparison.Ordinal));
        }

        var unknown = await Report("--base-ref", "no-such-branch");
        Assert.Equal(GateExitCode.BadInput, unknown.ExitCode);
        Assert.Contains("does not know the revision 'no-such-branch'", Assert.Single(unknown.Messages), StringComparison.Ordinal);
        Assert.Equal(GateExitCode.BadInput, (await Report("--base-ref", "--output=/dev/null")).ExitCode);
        Assert.Equal(GateExitCode.BadInput, (await Report("--base", _folder.File("nowhere"))).ExitCode);
        Assert.Equal(GateExitCode.Usage, (await Report("--base", Baselines, "--base-ref", "HEAD")).ExitCode);
    }

    [Fact]
    public async Task The_approved_rates_stand_beside_the_commits_that_approved_them_and_earlier_results()
    {
        Git("init", "-q");
        Approve(0.02, 1, 1, 1, 1);
        Git("add", "baselines");
        Commit("first");
        Approve(0.02, 1, 1, 1, 0);
        Git("add", "baselines");
        Commit("second");
        Log(Red);
        VerdictLog.Start(_folder.File("kept/nightly"), "Specs").Add(Judged(.25) with { TestRun = new() { Id = "n", Baselines = "b", Time = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), Commit = "abcdef0123456789" } });
        var text = (await Report("--history", _folder.File("kept"))).Out;
        var rows = text[text.IndexOf("## History", StringComparison.Ordinal)..].Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(2).Select(line => line.Split('|')[3].Trim()).ToList();
        Assert.Equal(["100.0 %", "75.0 %", "25.0 %", "50.0 %"], rows);
        Assert.Contains("| abcdef0123 | 2026-01-02 |", text, StringComparison.Ordinal);
        var page = (await Report("--format", "html")).Out;
        Assert.Contains("<h2>History</h2>", page, StringComparison.Ordinal);
        Assert.Equal(GateExitCode.BadInput, (await Report("--history", _folder.File("nowhere"))).ExitCode);
        if (OperatingSystem.IsLinux())
        {
            using (var made = System.Diagnostics.Process.Start("mkfifo", _folder.File("kept/pipe.json"))) await made.WaitForExitAsync(TestContext.Current.CancellationToken);
            var piped = await Report("--history", _folder.File("kept")).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
            Assert.Equal(GateExitCode.BadInput, piped.ExitCode);
            Assert.Contains("pipe.json cannot be read: ", Assert.Single(piped.Messages, line => line.StartsWith("gate: ", StringComparison.Ordinal)), StringComparison.Ordinal);
            File.Delete(_folder.File("kept/pipe.json"));
        }

        Assert.Equal(GateExitCode.Usage, (await Report("--history", _folder.File("kept"), "--format", "junit")).ExitCode);
    }

    [Fact]
    public async Task A_page_holds_items_of_the_run_as_many_as_are_asked_for()
    {
        var run = new TestRun { Id = "n", Baselines = "b", Time = DateTimeOffset.UnixEpoch };
        Log(Red with { TestRun = run });
        var set = new ItemSet { TestRun = run, Model = "m", Digest = "d", Metric = "pocket/sums, greedy", Direction = MetricDirection.Capability, Items = 3000, Samples = 1, HasApproved = false };
        ItemFile.Write(ItemFile.PathIn(Results, "Specs", set), set, Enumerable.Range(0, 3000).Select(i => new ReportedItem { Id = $"{i}", Prompt = new string('x', 900) + i, Now = new() { Text = "42", Value = i % 2 } }));
        Assert.Matches(@"2,\d{3} of 3,000 measured items are in this page, those that got worse or fail first; \./gate report --format html --items-mib N ", (await Report("--format", "html")).Out);
        Assert.Contains("All 3,000 measured items are in this page.", (await Report("--format", "html", "--items-mib", "4")).Out, StringComparison.Ordinal);
        Assert.DoesNotContain("id=\"items-data\"", (await Report("--format", "html", "--items-mib", "0")).Out, StringComparison.Ordinal);
        foreach (var wrong in new[] { new[] { "--format", "html", "--items-mib", "-1" }, ["--format", "html", "--items-mib", "257"], ["--items-mib", "2"], ["--format", "html", "--items-mib", "2", "--run", "abcdef01"] })
            Assert.Equal(GateExitCode.Usage, (await Report(wrong)).ExitCode);
    }

    private void Commit(string message) => Git("-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "-q", "-m", message);

    private static VerdictRecord Judged(double rate)
    {
        var model = new ModelIdentity { Name = "m", WeightsDigest = "w", TokenizerDigest = "t", TemplateDigest = "c", EngineDigest = "e" };
        Measurement Of(int right, string weights) => new()
        {
            Metric = "pocket/sums, greedy", Benchmark = "pocket/sums", BenchmarkDigest = new string('b', 64), Direction = MetricDirection.Capability, Scorer = "math", ScorerVersion = "1",
            Sampling = new SamplingOptions { MaxNewTokens = 24, Temperature = 0, Seed = 0 }, Model = model with { WeightsDigest = weights },
            Items = [.. Enumerable.Range(0, 40).Select(i => new ItemOutcome { Id = Invariant($"{i}"), Scores = [i < right ? 1 : 0], ResponseDigests = [new string('d', 64)] })],
        };
        var decision = RunVerdicts.Decide(new PairedClaim { Against = ComparisonKind.Reference, Approved = Of(40, "a"), Now = Of((int)(40 * rate), "b"), Settings = new GateSettings { Margin = .02 } });
        return VerdictRecord.Of(new("Specs", "Sums_hold"), decision) with { Message = "sums fell" };
    }

    private static VerdictRecord Red => Judged(.5);

    private void Log(VerdictRecord verdict) => VerdictLog.Start(Results, "Specs").Add(verdict);

    private Task<GateRun> Report(params string[] more) => GateRun.OfAsync(["report", "--log", Results, "--baselines", Baselines, .. more]);

    private string Approve(double margin, params int[] scores)
    {
        var model = new ModelIdentity { Name = "m", WeightsDigest = "w", TokenizerDigest = "t", TemplateDigest = "c", EngineDigest = "e" };
        var measurement = new Measurement
        {
            Metric = "pocket/sums, greedy", Benchmark = "pocket/sums", BenchmarkDigest = new string('b', 64), Direction = MetricDirection.Capability, Scorer = "math", ScorerVersion = "1",
            Sampling = new SamplingOptions { MaxNewTokens = 24, Temperature = 0, Seed = 0 }, Model = model,
            Items = [.. (scores.Length == 0 ? [1] : scores).Select((score, i) => new ItemOutcome { Id = Invariant($"{i + 1}"), Scores = [score], ResponseDigests = [new string('d', 64)] })],
        };
        var path = new BaselineStore(Baselines).VerifiedPath(new("Specs", "Sums_hold"));
        ResultFile.Write(new ResultDocument { Spec = "Specs", Test = "Sums_hold", Model = model, Metrics = [new MetricResult { Measurement = measurement, Gate = new GateSettings { Margin = margin } }] }, path);
        return path;
    }

    private void Git(params string[] args)
    {
        Process git;
        try
        {
            git = Process.Start(new ProcessStartInfo("git", ["-C", _folder.Path, .. args]) { RedirectStandardError = true })!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("git is not installed; --base-ref reads the baselines of a revision with it.");
            return;
        }

        var error = git.StandardError.ReadToEnd();
        git.WaitForExit();
        Assert.True(git.ExitCode == 0, error);
        git.Dispose();
    }
}
