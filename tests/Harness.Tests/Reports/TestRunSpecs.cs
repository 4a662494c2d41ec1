using SafetyGate.Core;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Reports.Formats;
using SafetyGate.Harness.Reports.Html;
using SafetyGate.Harness.Tests.Runs;

namespace SafetyGate.Harness.Tests.Reports;

public sealed class TestRunSpecs : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);
    private static readonly string Head = new('1', 40);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static TestRun Run(string id = "a") => new() { Id = id, Commit = Head, Changes = "", Baselines = "b", Time = Noon };

    private static VerdictRecord Of(TestRun? run) => Sample.Passed with { TestRun = run };

    private static IReadOnlyList<string> Problems(string? named, params TestRun?[] runs) =>
        TestRunProblems.Of([.. runs.Select(Of)], named, null, new(Head, ""), "b");

    [Fact]
    public void Verdicts_of_one_run_on_what_is_checked_out_hold()
    {
        Assert.Empty(Problems(null, Run(), Run() with { Time = Noon.AddHours(1) }));
        Assert.Empty(Problems("a", Run()));
        Assert.Empty(Problems("a"));
    }

    public static TheoryData<string, string> Stale => new()
    {
        { "mixture", "The verdicts are of 2 runs: a (1 verdicts, OwnStyleGuardrailSpecs …, last at 2026-11-27 12:00:00); b (1 verdicts" },
        { "other run", "The run is c by the environment; the verdicts are of a: this run has left none of its own." },
        { "no run", "1 of 2 verdicts name no test run" },
        { "other commit", "1 verdicts are of commit 222222222222; the repository is at commit 111111111111." },
        { "no commit", "1 verdicts are of no known commit; the repository is at commit 111111111111." },
        { "changed then", "1 verdicts are of other sources: commit 111111111111 with changes in the working tree, and now commit 111111111111." },
        { "not built", "1 verdicts are of a test program (Safety.Specs) that was not built of the present sources: src/A.cs is not what was compiled. Build it, or leave out --no-build" },
        { "unknown", "1 verdicts are of a test program (Safety.Specs) of which it is unknown whether it was built of the present sources: A.dll has no symbols. Build it with symbols" },
        { "baselines of one", "The baselines are not those the specs were compared with" },
        { "baselines", "The baselines are not those the specs were compared with" },
    };

    [Theory, MemberData(nameof(Stale))]
    public void What_is_of_another_run_commit_tree_or_baseline_is_named(string kind, string says)
    {
        var problems = kind switch
        {
            "mixture" => Problems(null, Run(), Run("b")),
            "other run" => Problems("c", Run()),
            "no run" => Problems(null, Run(), null),
            "other commit" => Problems(null, Run() with { Commit = new('2', 40) }),
            "no commit" => Problems(null, Run() with { Commit = null, Changes = null }),
            "not built" => Problems(null, Run() with { Assembly = "Safety.Specs", Unbuilt = "src/A.cs" }),
            "unknown" => Problems(null, Run() with { Assembly = "Safety.Specs", Unknown = "A.dll has no symbols" }),
            "baselines of one" => Problems(null, Run(), Run() with { Baselines = "c" }),
            "changed then" => Problems(null, Run() with { Changes = "d" }),
            _ => Problems(null, Run() with { Baselines = "c" }),
        };
        Assert.StartsWith(says, Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Changes_of_the_working_tree_after_the_run_are_seen_also_where_it_was_changed_before()
    {
        foreach (var (then, now) in new[] { ("", "x"), ("x", "y"), ("x", "") })
            Assert.Contains("are of other sources", Assert.Single(TestRunProblems.Of([Of(Run() with { Changes = then })], null, null, new(Head, now), "b")), StringComparison.Ordinal);
        Assert.Empty(TestRunProblems.Of([Of(Run() with { Changes = "x" })], null, null, new(Head, "x"), "b"));
    }

    [Fact]
    public void Without_git_a_source_that_is_newer_than_the_first_verdict_is_named()
    {
        Directory.CreateDirectory(_folder["src"]);
        Directory.CreateDirectory(_folder["obj"]);
        foreach (var file in new[] { "src/Old.cs", "obj/Made.cs", "src/notes.txt" }) File.WriteAllText(_folder[file], "");
        File.SetLastWriteTimeUtc(_folder["src/Old.cs"], Noon.UtcDateTime.AddMinutes(-1));
        var run = Run() with { Commit = null, Changes = null };
        IReadOnlyList<string> Now() => TestRunProblems.Of([Of(run with { Time = Noon.AddHours(2) }), Of(run)], null, _folder.Path, new(null, null), "b");
        Assert.Empty(Now());
        File.SetLastWriteTimeUtc(_folder["src/Old.cs"], Noon.UtcDateTime.AddMinutes(1));
        Assert.StartsWith($"{_folder["src/Old.cs"]} was changed at 2026-11-27 12:01:00, after the first verdict (2026-11-27 12:00:00)", Assert.Single(Now()), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_git_a_source_of_a_time_to_come_is_told_so_for_running_again_would_not_help()
    {
        var run = Run() with { Commit = null, Changes = null, Time = Noon.AddYears(-20) };
        File.WriteAllText(_folder["Old.cs"], "");
        foreach (var (changed, says) in new[] { (Noon.AddYears(-10), ". Run the specs again."), (DateTimeOffset.UtcNow.AddYears(5), ". That time is yet to come: set it to the present one (touch), and run the specs again.") })
        {
            File.SetLastWriteTimeUtc(_folder["Old.cs"], changed.UtcDateTime);
            Assert.EndsWith("the sources are the same" + says, Assert.Single(TestRunProblems.Of([Of(run)], null, _folder.Path, new(null, null), "b")), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_later_test_command_of_which_nothing_ran_is_seen_by_its_mark()
    {
        File.WriteAllText(_folder[TestRunId.Mark], "first\n");
        var (id, isMarked) = TestRunId.Begin(_ => null, _folder.Path, () => "fresh");
        Assert.Equal(("first", true), (id, isMarked));
        var run = Run(id) with { Program = _folder.Path };
        Assert.Empty(Problems(null, run));
        File.WriteAllText(_folder[TestRunId.Mark], "second\n"); // dotnet test --filter Nothing
        Assert.StartsWith("A later run of", Assert.Single(Problems(null, run)), StringComparison.Ordinal);
        Assert.Empty(Problems(null, run with { Program = _folder["elsewhere"] })); // results of another machine
    }

    [Theory]
    [InlineData("bin/Release/net10.0", "bin/Debug/net10.0")]
    [InlineData("bin/Release/net10.0", "bin/Release/net10.0/linux-x64")]
    [InlineData("artifacts/bin/Safety.Specs/release", "artifacts/bin/Safety.Specs/debug")]
    [InlineData("out/Release/net10.0", "out/Debug/net10.0", "Specs.csproj")] // BaseOutputPath
    [InlineData("out/release", "out/debug", "Specs.sln")]
    [InlineData("out/Specs/Release/net10.0", "out/Specs/Debug/net10.0", ".git")]
    public void A_later_run_of_another_build_of_the_program_is_seen_by_its_mark(string program, string other, string? sources = null)
    {
        if (sources is not null) File.WriteAllText(_folder[sources], "");
        string Begun(string build, string assembly, string id, DateTimeOffset at)
        {
            Directory.CreateDirectory(_folder[build]);
            File.WriteAllText(_folder[build, assembly + ".dll"], "");
            File.WriteAllText(_folder[build, TestRunId.Mark], id + "\n");
            File.SetLastWriteTimeUtc(_folder[build, TestRunId.Mark], at.UtcDateTime);
            return _folder[build];
        }

        var run = Run("first") with { Program = Begun(program, "Safety.Specs", "first", Noon), Assembly = "Safety.Specs" };
        var beside = Begun(other, "Safety.Specs", "earlier", Noon.AddMinutes(-1));
        Assert.Empty(Problems(null, run));
        Begun(other, "Safety.Specs", "first", Noon.AddMinutes(1)); // frameworks of one command
        Assert.Empty(Problems(null, run));
        Begun(other, "Safety.Specs", "second", Noon.AddMinutes(1));
        Assert.StartsWith($"A later run of {beside}, another build of Safety.Specs than the one of the verdicts ({run.Program}), left no verdict", Assert.Single(Problems(null, run)), StringComparison.Ordinal);
        File.Move(_folder[other, "Safety.Specs.dll"], _folder[other, "Other.Specs.dll"]);
        Assert.Empty(Problems(null, run)); // another project's
    }

    [Fact]
    public void A_program_that_lies_apart_from_all_sources_has_no_other_builds()
    {
        foreach (var build in new[] { "out/one/net10.0", "out/two/net10.0" })
        {
            Directory.CreateDirectory(_folder[build]);
            File.WriteAllText(_folder[build, "Safety.Specs.dll"], "");
            File.WriteAllText(_folder[build, TestRunId.Mark], build + "\n");
        }

        File.SetLastWriteTimeUtc(_folder["out/one/net10.0", TestRunId.Mark], Noon.UtcDateTime);
        Assert.Empty(Problems(null, Run("out/one/net10.0") with { Program = _folder["out/one/net10.0"], Assembly = "Safety.Specs" }));
        File.WriteAllText(_folder["Specs.slnx"], "");
        Assert.Single(Problems(null, Run("out/one/net10.0") with { Program = _folder["out/one/net10.0"], Assembly = "Safety.Specs" }));
    }

    [Fact]
    public void A_later_start_counts_though_its_run_is_named_wrongly_or_its_mark_is_no_whole_one()
    {
        var run = Run(TestRunId.Begin(_ => null, _folder.Path, () => "first").Id) with { Program = _folder.Path };
        Assert.Empty(Problems(null, run));
        Assert.Throws<UserErrorException>(() => TestRunId.Begin(name => name == "SAFETYGATE_RUN" ? "two words" : null, _folder.Path, () => "second"));
        Assert.StartsWith("A later run of", Assert.Single(Problems(null, run)), StringComparison.Ordinal);

        File.WriteAllText(_folder[TestRunId.Mark], ""); // a full disk
        Assert.StartsWith("A later run of", Assert.Single(Problems(null, run)), StringComparison.Ordinal);
        Assert.Equal("third", TestRunId.Begin(_ => null, _folder.Path, () => "third").Id);
        Directory.CreateDirectory(_folder[$"{TestRunId.Mark}.tmp{Environment.ProcessId}-{Environment.CurrentManagedThreadId}"]); // a mark cannot be written whole
        Assert.Equal(("fourth", false), TestRunId.Begin(_ => null, _folder.Path, () => "fourth"));
        Assert.StartsWith("A later run of", Assert.Single(Problems(null, run with { Id = "third" })), StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_of_an_earlier_run_that_cannot_be_begun_anew_is_taken_away()
    {
        VerdictLog.Open(_folder.Path, "Specs", "a").Add(Of(Run()));
        Directory.CreateDirectory(_folder[$"verdicts.Specs.jsonl.tmp{Environment.ProcessId}-{Environment.CurrentManagedThreadId}"]);
        Assert.Equal(GateExitCode.CannotWrite, Assert.Throws<UserErrorException>(() => VerdictLog.Open(_folder.Path, "Specs", "b")).ExitCode);
        Assert.Empty(VerdictLog.ReadAll(_folder.Path, out _));
    }

    [Fact]
    public void A_run_is_named_by_the_environment_else_the_CI_else_the_test_command_else_anew()
    {
        var variables = new Dictionary<string, string> { ["SAFETYGATE_RUN"] = "release-7", ["GITHUB_RUN_ID"] = "42", ["GITHUB_RUN_ATTEMPT"] = "2" };
        Assert.Equal("release-7", TestRunId.Named(variables.GetValueOrDefault));
        variables.Remove("SAFETYGATE_RUN");
        Assert.Equal("github-42-2", TestRunId.Named(variables.GetValueOrDefault));
        Assert.Null(TestRunId.Named(_ => null));
        foreach (var bad in new[] { "two words", "line\nend", new string('x', 121) })
            Assert.Equal(GateExitCode.Usage, Assert.Throws<UserErrorException>(() => TestRunId.Named(name => name == "SAFETYGATE_RUN" ? bad : null)).ExitCode);

        Assert.Equal("fresh", TestRunId.Begin(_ => null, _folder.Path, () => "fresh").Id);
        Assert.Equal("fresh again", TestRunId.Begin(_ => null, _folder.Path, () => "fresh again").Id); // the mark was taken
        File.WriteAllText(_folder[TestRunId.Mark], "dotnet-test-7\n");
        Assert.Equal("github-42-2", TestRunId.Begin(variables.GetValueOrDefault, _folder.Path, () => "x").Id);
    }

    [Fact]
    public void A_program_started_again_within_a_run_adds_to_its_log_and_in_another_run_begins_it_anew()
    {
        VerdictLog.Open(_folder.Path, "Specs", "a").Add(Sample.Regressed with { TestRun = Run() });
        VerdictLog.Open(_folder.Path, "Specs", "a").Add(Of(Run()));
        Assert.Equal([true, false], VerdictLog.ReadAll(_folder.Path, out _).Select(verdict => verdict.Fails)); // a red verdict of the run stays
        VerdictLog.Open(_folder.Path, "Specs", "b").Add(Of(Run("b")));
        Assert.Equal("b", Assert.Single(VerdictLog.ReadAll(_folder.Path, out _)).TestRun!.Id);
    }

    [Fact]
    public void A_log_of_the_run_that_was_cut_off_is_begun_anew()
    {
        VerdictLog.Open(_folder.Path, "Specs", "a").Add(Of(Run()));
        File.AppendAllText(_folder["verdicts.Specs.jsonl"], "{\"spec");
        VerdictLog.Open(_folder.Path, "Specs", "a").Add(Of(Run()));
        Assert.Single(VerdictLog.ReadAll(_folder.Path, out var cut));
        Assert.Empty(cut);
    }

    [Fact]
    public async Task Verdicts_of_programs_that_share_a_log_are_all_kept()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(() =>
        {
            var log = VerdictLog.Open(_folder.Path, "Specs", "a");
            for (var i = 0; i < 10; i++)
            {
                log.Add(Of(Run()) with { Test = $"{writer} {i}", Flipped = [] });
                VerdictLog.ReadAll(_folder.Path, out _);
            }
        })));
        Assert.Equal(40, VerdictLog.ReadAll(_folder.Path, out _).Select(verdict => verdict.Test).Distinct().Count());
    }

    [Fact]
    public void Logs_of_one_program_from_several_machines_are_one_programs()
    {
        var run = Run() with { Assembly = "Safety.Specs" };
        foreach (var shard in new[] { "Safety.Specs.1", "Safety.Specs.2" }) VerdictLog.Start(_folder.Path, shard).Add(Of(run));
        Assert.Empty(VerdictLog.Namesakes(_folder.Path));
        VerdictLog.Start(_folder.Path, "Other.Specs").Add(Of(run with { Assembly = "Other.Specs" }));
        Assert.Contains("(Other.Specs, Safety.Specs)", Assert.Single(VerdictLog.Namesakes(_folder.Path)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_that_is_a_link_is_not_written_through()
    {
        var victim = _folder.Write("victim", "precious");
        var log = VerdictLog.Start(_folder.Path, "Specs");
        File.Delete(_folder["verdicts.Specs.jsonl"]);
        File.CreateSymbolicLink(_folder["verdicts.Specs.jsonl"], victim);
        Assert.Equal(GateExitCode.CannotWrite, Assert.Throws<UserErrorException>(() => log.Add(Sample.Passed)).ExitCode);
        VerdictLog.Start(_folder.Path, "Specs").Add(Sample.Passed);
        Assert.Equal("precious", File.ReadAllText(victim));
    }

    [Fact, System.Runtime.Versioning.SupportedOSPlatform("linux")]
    public void Results_that_everyone_could_have_written_prove_nothing()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("Owners are read on Linux.");
        VerdictLog.Open(_folder.Path, "Specs", "a").Add(Of(Run()));
        Assert.Null(VerdictLog.Untrusted(_folder.Path));
        File.SetUnixFileMode(_folder.Path, File.GetUnixFileMode(_folder.Path) | UnixFileMode.OtherWrite);
        Assert.Contains("can be written by everyone", VerdictLog.Untrusted(_folder.Path), StringComparison.Ordinal);
        Assert.Throws<UserErrorException>(() => VerdictLog.Open(_folder.Path, "Specs", "a"));
    }

    [Fact]
    public void A_report_shows_the_newest_run_or_the_named_one_and_says_so_in_every_format()
    {
        VerdictLog.Start(_folder.Path, "First").Add(Sample.Regressed with { TestRun = Run("old") });
        VerdictLog.Start(_folder.Path, "Second").Add(Of(Run("new") with { Time = Noon.AddMinutes(1), Changes = "c" }));
        var report = new ReportFolder { Results = _folder.Path }.Read();
        Assert.Empty(report.Failing);
        const string says = "Test run new of commit 111111111111 with changes in the working tree. 1 verdicts of other runs in the same folder are not shown.";
        Assert.Equal(says, report.Run);
        Assert.All([JUnitReport.Write(report), SarifReport.Write(report)], text => Assert.Contains(says, text, StringComparison.Ordinal));
        Assert.Contains("<li><b>commit 111111111111 with changes in the working tree</b></li><li>test run new</li><li>2026-11-27 12:01 UTC</li></ul>\n<p class=\"note\">1 verdicts of other runs in the same folder are not shown.</p>", HtmlReport.Write(report), StringComparison.Ordinal);
        Assert.Contains("Test run new of commit 111111111111", MarkdownReport.Write(report), StringComparison.Ordinal);
        Assert.Single(new ReportFolder { Results = _folder.Path, Run = "old" }.Read().Failing);
        Assert.Empty(new ReportFolder { Results = _folder.Path, Run = "other" }.Read().Verdicts);
    }
}
