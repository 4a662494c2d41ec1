using System.Diagnostics;
using System.Text.RegularExpressions;

namespace SafetyGate.Cli.Tests.Ci;

/// <summary>
/// <c>./gate test</c> itself, with a stand-in for <c>dotnet</c> that leaves results and coverage as the real one does: what a whole run must
/// cover, what it shows, and what it returns.
/// </summary>
public sealed class GateTestSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public GateTestSpecs()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the script is bash's");
        File.Copy(Path.Combine(Repository.Root, "gate"), _folder.File("gate"));
        Directory.CreateDirectory(_folder.File("src"));
        _folder.Write("Directory.Build.props", "<Project />");
        _folder.Write("global.json", "{}");
        Program("apt-get", "exit 1"); // nothing is installed
        Program("dotnet", $$"""
            said={{_folder.Path}}
            echo "dotnet $1" >> "$said/calls"
            case "$1" in
              build) mkdir -p "$said/src/Cli/bin/Release/net10.0"; touch "$said/src/Cli/bin/Release/net10.0/gate-cli.dll" "$said/built" ;;
              test)
                while [ $# -gt 0 ]; do [ "$1" != --results-directory ] || results=$2; shift; done
                mkdir -p "$results/a" "$results/b"
                printf '<UnitTestResult testName="A.holds" outcome="Passed">\n<Counters total="3" executed="3" passed="%s" failed="%s" error="0" timeout="0" aborted="0" />\n' "$PASSED" "$FAILED" > "$results/one.trx"
                [ -z "$COVERED" ] || for part in a b; do printf '<?xml version="1.0"?>\n<coverage line-rate="0.9" lines-covered="%s" lines-valid="10">\n' "$COVERED" > "$results/$part/coverage.cobertura.xml"; done
                [ "$FAILED" = 0 ] || exit 1 ;;
              tool) exit "$RESTORED" ;;
              reportgenerator)
                [ "$REPORTED" = 0 ] || exit "$REPORTED"
                mkdir -p artifacts/coverage; [ ! -f "$said/summary" ] || cp "$said/summary" artifacts/coverage/Summary.txt ;;
              *gate-cli.dll) echo "asked: ${*:2}" >&2; [ "$2" != check ] || exit "$CHECKED" ;;
            esac
            """);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Coverage_is_shown_by_project_in_the_log_and_in_the_summary_of_the_job()
    {
        Summary("91.3%");
        var run = Run(0, [], ("GITHUB_STEP_SUMMARY", _folder.File("job.md")));
        Assert.Contains("line coverage 91.3%\n  SafetyGate.Core 98.9%\n  gate-cli 83%\n", run, StringComparison.Ordinal);
        Assert.Equal("\n## Line coverage: 91.3%\n\n| project | lines covered |\n| --- | --- |\n| SafetyGate.Core | 98.9% |\n| gate-cli | 83% |\n", File.ReadAllText(_folder.File("job.md")));
        Assert.EndsWith("3 passed, 0 failed, 0 skipped\n", run, StringComparison.Ordinal);
        Assert.Contains("asked: check", run, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("79.9%", 1), InlineData("80%", 0), InlineData("100%", 0), InlineData("0%", 1), InlineData("9%", 1)]
    public void A_whole_run_must_cover_80_percent(string total, int exitCode)
    {
        Summary(total);
        var run = Run(exitCode, []);
        Assert.Equal(exitCode != 0, run.Contains($"gate: the tests cover {total} of the lines; 80% are asked of a whole run.", StringComparison.Ordinal));
        Assert.EndsWith("3 passed, 0 failed, 0 skipped\n", run, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--filter", null), InlineData(null, "1/2")]
    public void A_part_of_the_tests_need_not_cover_it(string? option, string? shard)
    {
        Summary("12%");
        var run = Run(0, option is null ? [] : [option, "A"], ("SAFETYGATE_SHARD", shard ?? ""));
        Assert.Contains("line coverage 12%\n", run, StringComparison.Ordinal);
        Assert.DoesNotContain("asked of a whole run", run, StringComparison.Ordinal);
    }

    // Nothing was installed, it ended with an error, it wrote nothing, a total without a number, no project.
    [Theory]
    [InlineData("RESTORED", null), InlineData("REPORTED", null), InlineData("", null), InlineData("", "  Line coverage:\n\nSafetyGate.Core  98%\n"), InlineData("", "  Line coverage: NaN%\n\nSafetyGate.Core  98%\n"), InlineData("", "  Line coverage: 91%\n")]
    public void A_whole_run_whose_coverage_cannot_be_shown_does_not_pass_and_a_part_does(string broken, string? summary)
    {
        if (broken.Length > 0) Summary("91%");
        if (summary is not null) _folder.Write("summary", summary);
        (string, string)[] variables = broken.Length > 0 ? [(broken, "1")] : [];
        Assert.Contains("gate: the lines covered could not be summed up, so a whole run cannot pass", Run(1, [], variables), StringComparison.Ordinal);
        Run(0, ["--filter", "A"], variables);
    }

    [Theory]
    [InlineData("0"), InlineData("")]
    public void A_run_that_covers_no_line_has_measured_nothing(string covered)
    {
        Summary("91%");
        foreach (string[] options in new[] { [], new[] { "--filter", "A" } })
            Assert.Contains("gate: the tests covered no line of the product", Run(1, options, ("COVERED", covered)), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_several_faults_the_first_gives_the_exit_code()
    {
        Summary("91%");
        Assert.EndsWith("2 passed, 1 failed, 0 skipped\n", Run(1, [], ("PASSED", "2"), ("FAILED", "1"), ("CHECKED", "3")), StringComparison.Ordinal);
        Run(3, [], ("CHECKED", "3"));
        Run(3, [], ("CHECKED", "3"), ("SAFETYGATE_SHARD", "1/1"));
        Assert.EndsWith("0 passed, 0 failed, 3 skipped\n", Run(1, [], ("PASSED", "0")), StringComparison.Ordinal); // none ran
    }

    // On this machine they may be there already, so the copied script looks for others.
    [Theory]
    [InlineData("nothing", "update, chromium, slurm-wlm munge", "")]
    [InlineData("slurm-wlm", "update, chromium, slurm-wlm munge", "slurmctld")]
    [InlineData("chromium", "update, chromium, slurm-wlm munge", "chromium")]
    [InlineData("update", "update, update", "chromium slurmctld")]
    public void What_some_specs_need_is_installed_beside_the_build_and_the_tests_wait_for_it(string broken, string asked, string missing)
    {
        Summary("91%");
        var script = File.ReadAllText(_folder.File("gate")).Replace("[ -x /usr/bin/chromium ]", "[ -x /none/chromium ]", StringComparison.Ordinal).Replace("command -v slurmctld", "command -v none", StringComparison.Ordinal);
        _folder.Write("gate", script);
        Program("id", "echo 0");
        Program("apt-get", $$"""
            for wait in {1..600}; do [ -e {{_folder.File("built")}} ] && break; sleep .05; done
            echo "apt ${*: -1}" | sed 's/munge/slurm-wlm munge/' >> {{_folder.File("calls")}}
            [[ "$*" != *{{broken}}* ]]
            """);
        var run = Run(0, []);
        var calls = File.ReadAllLines(_folder.File("calls")).ToList();
        Assert.Equal(asked, string.Join(", ", calls.Where(call => call.StartsWith("apt ", StringComparison.Ordinal)).Select(call => call[4..])));
        Assert.True(calls.IndexOf("dotnet build") < calls.FindIndex(call => call.StartsWith("apt ", StringComparison.Ordinal)), string.Join('\n', calls));
        Assert.True(calls.FindLastIndex(call => call.StartsWith("apt ", StringComparison.Ordinal)) < calls.IndexOf("dotnet test"), string.Join('\n', calls));
        foreach (var one in new[] { "chromium", "slurmctld" }) Assert.Equal(missing.Contains(one, StringComparison.Ordinal), Regex.IsMatch(run, $"gate: no [^\n]*{one}[^\n]* skipped"));
        Assert.Single(calls, "dotnet build"); // the command line is built with the rest, and not again for its check
    }

    [Fact]
    public void A_command_that_is_started_without_an_input_reads_the_end_of_it()
    {
        Directory.CreateDirectory(_folder.File("src/Cli/bin/Release/net10.0"));
        _folder.Write("src/Cli/bin/Release/net10.0/gate-cli.dll", "");
        Program("dotnet", "case $1 in *gate-cli.dll) read -r line || echo \"no line: $(readlink /proc/$$/fd/0)\" ;; esac");
        Assert.Contains("no line: /dev/null", Bash("./gate review 2>&1 <&-", []).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("no line", Bash("echo yes | ./gate review 2>&1", []).Text, StringComparison.Ordinal);
    }

    private void Summary(string total) =>
        _folder.Write("summary", $"Summary\n  Assemblies: 2\n  Line coverage: {total}\n  Covered lines: 10\n  Branch coverage: 84.7% (1 of 2)\n\nSafetyGate.Core                  98.9%\n  SafetyGate.Core.Files.Json      100%\ngate-cli   83%\n  SafetyGate.Cli.Program   1.5%\n");

    private string Run(int exitCode, string[] options, params (string Name, string Value)[] variables)
    {
        var (code, text) = Bash("exec bash ./gate test \"$@\" 2>&1", options, variables);
        Assert.True(code == exitCode, $"exit code {code}, expected {exitCode}\n{text}");
        return text;
    }

    private (int Code, string Text) Bash(string command, string[] options, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo("bash", ["-c", command, "gate", .. options]) { WorkingDirectory = _folder.Path, RedirectStandardOutput = true };
        start.Environment["PATH"] = _folder.File("bin") + ":" + Environment.GetEnvironmentVariable("PATH");
        foreach (var name in new[] { "SAFETYGATE_SHARD", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY" }) start.Environment.Remove(name);
        foreach (var (name, value) in (IEnumerable<(string, string)>)[("PASSED", "3"), ("FAILED", "0"), ("COVERED", "7"), ("RESTORED", "0"), ("REPORTED", "0"), ("CHECKED", "0"), .. variables]) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, text);
    }

    private void Program(string name, string script)
    {
        Directory.CreateDirectory(_folder.File("bin"));
        var path = _folder.Write(Path.Combine("bin", name), "#!/usr/bin/env bash\n" + script + "\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
