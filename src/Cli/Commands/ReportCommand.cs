using System.CommandLine;
using SafetyGate.Harness;
using SafetyGate.Harness.Reports;

namespace SafetyGate.Cli.Commands;

/// <summary><c>gate report</c>: what the specs said, for reviewers and for machines. It reports and does not judge: a red report is written with exit code 0.</summary>
internal static class ReportCommand
{
    private static readonly Dictionary<string, Func<GateReport, string>> Formats = new()
    {
        ["markdown"] = MarkdownReport.Write,
        ["html"] = HtmlReport.Write,
        ["junit"] = JUnitReport.Write,
        ["sarif"] = SarifReport.Write,
        ["github"] = GitHubAnnotations.Write,
    };

    public static Command Create(GateOutput output)
    {
        var log = new Option<string?>("--log") { Description = "The folder the specs left their results in; by default artifacts/gate of the repository.", HelpName = "PATH" };
        var format = new Option<string>("--format") { Description = "markdown, html, junit, sarif, or github for ::error lines.", HelpName = "FORMAT", DefaultValueFactory = _ => "markdown" };
        format.AcceptOnlyFromAmong([.. Formats.Keys]);
        var file = new Option<string?>("--out") { Description = "Where to write the report; standard output when left out.", HelpName = "FILE" };
        var baselines = BaselineFolder.Option();
        var known = new Option<string?>("--base") { Description = "A folder with the baselines of the target branch; the report says what the change touched of them.", HelpName = "DIR" };
        var revision = new Option<string?>("--base-ref") { Description = "The target branch as git knows it, such as origin/main, instead of --base.", HelpName = "REV" };
        var command = new Command("report", "What the specs said: for a job summary, as a page, or for other tools.") { log, format, file, baselines, known, revision };
        command.SetAction(parsed =>
        {
            var now = BaselineFolder.Of(parsed.GetValue(baselines));
            if (parsed.GetValue(known) is not null && parsed.GetValue(revision) is not null) throw new UserErrorException("--base and --base-ref say the same in two ways; give one of them.", GateExitCode.Usage);
            if (parsed.GetValue(known) is { } given && !Directory.Exists(given)) throw new UserErrorException($"--base {given} is no folder; give the folder of baselines as of the target branch.");
            using var branch = parsed.GetValue(revision) is { } rev ? BranchBaselines.At(rev, now) : null;
            var results = parsed.GetValue(log) ?? Path.Combine(BaselineFolder.RepositoryRoot(), "artifacts", "gate");
            var report = new ReportFolder { Results = results, Baselines = now, Base = branch?.Path ?? parsed.GetValue(known) }.Read();
            var damage = report.Problems.Count == 0 ? null : new UserErrorException($"The results in {results} cannot all be read. {string.Join(" ", report.Problems)}");
            if (report.Verdicts.Count == 0) throw damage ?? new UserErrorException($"There is nothing to report: no verdicts in {results}. Run the specs first ('./gate test').", GateExitCode.NotComparable);
            var text = Formats[parsed.GetRequiredValue(format)](report);
            if (parsed.GetValue(file) is { } path) ReportFiles.Write(path, text);
            else output.Out.Write(text);
            if (damage is not null) throw damage; // after the report, which names it too
            return GateExitCode.Passed;
        });
        return command;
    }
}
