using System.Diagnostics;
using System.Text.RegularExpressions;

namespace SafetyGate.Cli.Tests.Ci;

/// <summary>What the action runs, as it runs it: the scripts of <c>ci/</c> with stand-ins for the gate and for GitHub's command.</summary>
public sealed partial class WorkflowScriptSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public WorkflowScriptSpecs() => Assert.SkipWhen(OperatingSystem.IsWindows(), "the scripts are bash's");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("exit 0", "true", 0, 0), InlineData("exit 5", "true", 0, 5), InlineData("exit 0", "true", 3, 3), InlineData("exit 1", "true", 3, 1), InlineData("exit 1", "false", 3, 1), InlineData("exit 0", "false", 3, 0), InlineData("exit 0", "True", 3, 3), InlineData("exit 0", "yes", 1, 1), InlineData("exit 0", "", 3, 3)]
    public void The_verdict_is_the_commands_or_else_the_checks(string command, string check, int checkedAs, int verdict)
    {
        var gate = Program("gate", $"echo \"$@\" >> {_folder.File("asked")}\n[ \"$1\" != check ] || exit {checkedAs}");
        Assert.Equal(0, Run("specs.sh", ("COMMAND", command), ("CHECK", check), ("GATE", gate)).Code);
        Assert.Equal($"verdict={verdict}\n", Output);
        Assert.Equal(check != "false" ? "check\nreport --format github\n" : "", File.Exists(_folder.File("asked")) ? File.ReadAllText(_folder.File("asked")) : "");
    }

    [Fact]
    public void A_form_that_could_not_be_made_is_not_handed_on()
    {
        var gate = Program("gate", "[ \"$3\" != sarif ] || exit 3\necho page > \"$5\"");
        var run = Run("report.sh", ("GATE", gate));
        Assert.Equal(0, run.Code);
        Assert.Equal(["page", "comment"], Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('=')[0]));
        Assert.DoesNotContain("::error", run.Out, StringComparison.Ordinal);
        Assert.Contains("::error title=SafetyGate::No spec left a verdict", Run("report.sh", ("GATE", Program("none", "exit 3")), ("RUNNER_TEMP", _folder.File("other"))).Out, StringComparison.Ordinal);
    }

    // A comment of an earlier push stays where none is made: a build that left no verdict, or whose results are damaged, has one of its own.
    [Theory]
    [InlineData("0", "echo '### ✔ All 2 verdicts let the model ship' > \"$5\"", "### ✔ All 2 verdicts let the model ship")]
    [InlineData("1", "echo '### ✔ All 2 verdicts let the model ship' > \"$5\"", "### ✘ The build is red: the command of the specs, or gate check, ended with 1")]
    [InlineData("", "echo '### ✔ All 2 verdicts let the model ship' > \"$5\"", "### ✘ The build is red: the command of the specs did not end")]
    [InlineData("1", "echo '### ✘ 1 of 2 verdicts fails' > \"$5\"", "### ✘ 1 of 2 verdicts fails")]
    [InlineData("65", "echo '### △ The results could not all be read' > \"$5\"; exit 65", "### △ The results could not all be read")]
    [InlineData("1", "exit 3", "### ✘ No spec left a verdict")]
    [InlineData("", "echo half > \"$5\"; exit 74", "### ✘ No spec left a verdict")]
    public void There_is_a_comment_for_every_build_and_none_is_greener_than_it(string verdict, string gate, string first)
    {
        Directory.CreateDirectory(_folder[Path.Combine("temp", "safetygate")]);
        File.WriteAllText(_folder[Path.Combine("temp", "safetygate", "comment.md")], "### ✔ of an earlier step\n");
        Assert.Equal(0, Run("report.sh", ("GATE", Program("gate", gate)), ("VERDICT", verdict), ("GITHUB_STEP_SUMMARY", _folder.File("summary"))).Code);
        var comment = Output.Split('\n').Single(line => line.StartsWith("comment=", StringComparison.Ordinal))["comment=".Length..];
        Assert.Equal(first, File.ReadLines(comment).First());
        Assert.Equal(first.Contains("The build is red", StringComparison.Ordinal), File.Exists(_folder.File("summary")));
    }

    // The stand-in keeps comments as GitHub does: the list is filtered by the script's own expression, which jq would apply.
    [Fact]
    public void The_comment_is_made_once_and_then_updated_in_place()
    {
        var said = _folder.Write("comment.md", "### ✘ 1 of 2 verdicts fails\n\n\"quoted\" $(touch owned) `code`\n");
        Program("gh", $$"""
            case "$*" in
              *--paginate*) printf '%s' "$*" > {{_folder.File("query")}}; cat {{_folder.File("id")}} 2>/dev/null || true ;;
              *POST*) printf '%s\n' "$@" > {{_folder.File("made")}}; last=${!#}; cat "${last#body=@}" >> {{_folder.File("made")}}; seq 41 100000 > {{_folder.File("id")}} ;;
              *PATCH*) printf '%s\n' "$@" > {{_folder.File("changed")}} ;;
            esac
            """);
        (string, string)[] of = [("NAME", "cpu"), ("NUMBER", "7"), ("FILE", said), ("PAGE", "https://example.com/page"), ("GITHUB_REPOSITORY", "a/b")];
        var first = Run("comment.sh", of);
        Assert.True(first.Code == 0, first.Out);
        var made = File.ReadAllText(_folder.File("made"));
        Assert.Contains("repos/a/b/issues/7/comments", made, StringComparison.Ordinal);
        Assert.EndsWith("\n<!-- safetygate: cpu -->\n### ✘ 1 of 2 verdicts fails\n\n\"quoted\" $(touch owned) `code`\n\n[The whole report](https://example.com/page)\n", made, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("changed")));
        Assert.Equal(0, Run("comment.sh", of).Code);
        Assert.Contains("repos/a/b/issues/comments/41", File.ReadAllText(_folder.File("changed")), StringComparison.Ordinal);
        Assert.Contains("startswith(\"<!-- safetygate: cpu -->\")", File.ReadAllText(_folder.File("query")), StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("owned")));
    }

    // Linux hands a program no argument of more than 128 KiB, and GitHub takes 65,536 characters.
    [Fact]
    public void A_comment_may_be_as_long_as_GitHub_allows()
    {
        Program("gh", $$"""
            case "$*" in *POST*) last=${!#}; cat "${last#body=@}" > {{_folder.File("made")}} ;; esac
            """);
        var said = _folder.Write("comment.md", new string('✘', 60_000));
        var run = Run("comment.sh", ("NAME", "cpu"), ("NUMBER", "7"), ("FILE", said), ("PAGE", ""), ("GITHUB_REPOSITORY", "a/b"));
        Assert.True(run.Code == 0, run.Out);
        Assert.Equal("<!-- safetygate: cpu -->\n" + new string('✘', 60_000), File.ReadAllText(_folder.File("made")));
    }

    [Fact]
    public void The_baselines_of_the_target_branch_are_taken_from_git()
    {
        var (origin, clone) = (_folder.File("origin"), _folder.File("clone"));
        Directory.CreateDirectory(Path.Combine(origin, "baselines"));
        File.WriteAllText(Path.Combine(origin, "baselines", "a.verified.json"), "then");
        Git(origin, "init", "-q", "-b", "main");
        Git(origin, "add", ".");
        Git(origin, "-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "-q", "-m", "base");
        Git(_folder.Path, "clone", "-q", origin, clone);
        File.WriteAllText(Path.Combine(clone, "baselines", "a.verified.json"), "now");
        var run = Run("base.sh", clone, ("BASE_REF", "main"), ("GITHUB_WORKSPACE", clone), ("HOME", _folder.Path));
        Assert.True(run.Code == 0, run.Out);
        Assert.Equal($"SAFETYGATE_BASE={_folder.File("temp")}/base/baselines\n", File.ReadAllText(_folder.File("env")));
        Assert.Equal("then", File.ReadAllText(Path.Combine(_folder.File("temp"), "base", "baselines", "a.verified.json")));
    }

    [Fact]
    public void The_action_names_scripts_that_are_there_and_forks_write_nothing()
    {
        var action = File.ReadAllText(Path.Combine(Repository.Root, "action.yml"));
        foreach (Match script in ScriptPattern().Matches(action)) Assert.True(File.Exists(Path.Combine(Repository.Root, script.Value)), script.Value);
        var steps = action.Split("    - name: ");
        foreach (var name in new[] { "Code scanning", "The comment" })
            Assert.Contains("github.event.pull_request.head.repo.full_name == github.repository", steps.Single(step => step.StartsWith(name, StringComparison.Ordinal)), StringComparison.Ordinal);
        foreach (var step in steps.Skip(1).Where(step => step.Contains("upload", StringComparison.Ordinal) || step.Contains("comment.sh", StringComparison.Ordinal))) // what only shows the outcome
            Assert.Contains("\n      continue-on-error: true\n", step, StringComparison.Ordinal);
        Assert.EndsWith("run: exit \"${VERDICT:-1}\"\n", action, StringComparison.Ordinal);
        Assert.DoesNotContain("continue-on-error", steps[^1] + steps.Single(step => step.Contains("specs.sh", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    public static TheoryData<string> Workflows => new([.. Directory.GetFiles(Path.Combine(Repository.Root, ".github", "workflows")), Path.Combine(Repository.Root, "src", "Templates", "content", ".github", "workflows", "gate.yml"), Path.Combine(Repository.Root, "action.yml")]);

    // A branch's name or a title is a stranger's text: it reaches a shell by variables only. A runner of one's own never runs a fork's code.
    [Theory, MemberData(nameof(Workflows))]
    public void A_workflow_may_do_no_more_than_it_must(string path)
    {
        var text = File.ReadAllText(path);
        Assert.DoesNotContain("pull_request_target", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\t", text, StringComparison.Ordinal);
        foreach (Match run in RunPattern().Matches(text)) Assert.DoesNotContain("${{", run.Value, StringComparison.Ordinal);
        foreach (Match use in UsePattern().Matches(text)) Assert.Matches(@"^(\./|(actions|github)/[a-z-]+(/[a-z-]+)?@v[0-9]+)$", use.Groups[1].Value);
        if (Path.GetFileName(path) == "action.yml") return;
        var permissions = PermissionPattern().Match(text).Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('#')[0].Trim()).ToList();
        Assert.Contains("contents: read", permissions);
        Assert.All(permissions, one => Assert.Contains(one, (string[])["contents: read", "actions: read", "pull-requests: write", "security-events: write"]));
        Assert.Contains("\nconcurrency:\n  group: ", text, StringComparison.Ordinal);
        Assert.Contains("\n    timeout-minutes: ", text, StringComparison.Ordinal);
        foreach (Match runner in RunnerPattern().Matches(text).Where(runner => runner.Value.Contains("self-hosted", StringComparison.Ordinal) || runner.Value.Contains("vars.", StringComparison.Ordinal)))
            Assert.True(runner.Value.Contains("github.event_name == 'pull_request' && github.event.pull_request.head.repo.full_name != github.repository && 'ubuntu-latest'", StringComparison.Ordinal)
                || text.Contains("\n    if: github.event_name != 'pull_request' || (github.event.pull_request.head.repo.full_name == github.repository && contains(github.event.pull_request.labels.*.name, 'gpu')", StringComparison.Ordinal), runner.Value);
    }

    private string Output => File.Exists(_folder.File("output")) ? File.ReadAllText(_folder.File("output")) : "";

    private string Program(string name, string script)
    {
        Directory.CreateDirectory(_folder.File("bin"));
        var path = _folder.Write(Path.Combine("bin", name), "#!/usr/bin/env bash\n" + script + "\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    private (int Code, string Out) Run(string script, params (string Name, string Value)[] variables) => Run(script, _folder.Path, variables);

    private (int Code, string Out) Run(string script, string directory, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(Repository.Root, "ci", script)]) { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = Path.Combine(_folder.Path, "bin") + ":" + Environment.GetEnvironmentVariable("PATH");
        start.Environment["GITHUB_OUTPUT"] = _folder.File("output");
        start.Environment["GITHUB_ENV"] = _folder.File("env");
        start.Environment["RUNNER_TEMP"] = Directory.CreateDirectory(_folder.File("temp")).FullName;
        foreach (var (name, value) in variables) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, text + errors.Result);
    }

    private static void Git(string directory, params string[] args)
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", ["-C", directory, .. args]) { RedirectStandardError = true })!;
            var errors = git.StandardError.ReadToEnd();
            git.WaitForExit();
            Assert.True(git.ExitCode == 0, errors);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("git is not installed");
        }
    }

    // A step's command, with its further lines.
    [GeneratedRegex(@"^ *(?:- )?run:[^\n]*(?:\n {10,}[^\n]*)*", RegexOptions.Multiline)]
    private static partial Regex RunPattern();

    [GeneratedRegex(@"uses: (\S+)")]
    private static partial Regex UsePattern();

    [GeneratedRegex(@"^permissions:\n((?:  [^\n]*\n)+)", RegexOptions.Multiline)]
    private static partial Regex PermissionPattern();

    [GeneratedRegex(@"^    runs-on:[^\n]*", RegexOptions.Multiline)]
    private static partial Regex RunnerPattern();

    [GeneratedRegex(@"ci/[a-z]+\.sh")]
    private static partial Regex ScriptPattern();
}
