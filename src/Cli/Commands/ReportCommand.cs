using System.CommandLine;
using SafetyGate.Core.Runs;
using SafetyGate.Harness;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Reports.Formats;
using SafetyGate.Harness.Reports.Html;
using SafetyGate.Harness.Runs;

namespace SafetyGate.Cli.Commands;

/// <summary>
/// <c>gate report</c>: the verdicts of the specs, for reviewers and for machines. It reports and does not decide: a red report is written
/// with exit code 0.
/// </summary>
internal static class ReportCommand
{
    private const int MostItemsMib = 256;

    private static readonly Dictionary<string, Func<GateReport, string>> Formats = new()
    {
        ["markdown"] = MarkdownReport.Write,
        ["html"] = HtmlReport.Write,
        ["junit"] = JUnitReport.Write,
        ["sarif"] = SarifReport.Write,
        ["github"] = GitHubAnnotations.Write,
        ["comment"] = PullRequestComment.Write,
    };

    private static readonly Dictionary<string, Func<RunDrift, string>> OfRun = new()
    {
        ["markdown"] = MarkdownReport.Drift,
        ["html"] = HtmlReport.Drift,
    };

    public static Command Create(GateOutput output)
    {
        var log = new Option<string?>("--log")
        {
            Description = $"The folder the specs left their results in; by default ${JudgedFolders.ResultsVariable}, or artifacts/gate of the repository.",
            HelpName = "PATH"
        };
        var format = new Option<string>("--format")
        {
            Description = "markdown, html, junit, sarif, comment for one of a pull request, or github for ::error lines.",
            HelpName = "FORMAT",
            DefaultValueFactory = _ => "markdown"
        };
        format.AcceptOnlyFromAmong([.. Formats.Keys]);
        var file = new Option<string?>("--out")
        {
            Description = "Where to write the report; standard output when left out.",
            HelpName = "FILE"
        };
        var baselines = BaselineFolder.Option();
        var known = new Option<string?>("--base")
        {
            Description = "A folder with the baselines of the target branch; the report lists what the change modified in them.",
            HelpName = "DIR"
        };
        var revision = new Option<string?>("--base-ref")
        {
            Description = "The target branch as git knows it, such as origin/main, instead of --base.",
            HelpName = "REV"
        };
        var history = new Option<string?>("--history")
        {
            Description = "A folder with results of earlier runs (artifacts of CI, unpacked): their rates stand beside those of the approved results in git.",
            HelpName = "DIR"
        };
        var items = new Option<int>("--items-mib")
        {
            Description = Invariant($"With --format html: MiB of items, with prompts, answers and scores before and now, that the page holds for its search; at most {MostItemsMib}, 0 for none. What got worse or fails comes first."),
            HelpName = "N",
            DefaultValueFactory = _ => 2
        };
        var run = new Option<string?>("--run") { Description = "Instead: the drift of one run of the store, by its digest: reward, safety by suite, KL on training and safety prompts, and each bound with its premise.", HelpName = "DIGEST" };
        var store = new Option<string?>("--store")
        {
            Description = "Another run store for --run, such as one downloaded from CI.",
            HelpName = "DIR"
        };
        var command = new Command("report", "The verdicts of the specs: for a job summary, as a page, or for other tools.")
        {
            log, format, file, baselines, known, revision, history, items, run, store
        };
        command.SetAction(parsed =>
        {
            var (wanted, mib) = (parsed.GetRequiredValue(format), parsed.GetValue(items));
            var asksForItems = parsed.GetResult(items) is { Implicit: false };
            if (mib is < 0 or > MostItemsMib) throw new UserErrorException(Invariant($"--items-mib is {mib}; it must be 0 to {MostItemsMib}."), GateExitCode.Usage);
            if (asksForItems && (wanted != "html" || parsed.GetValue(run) is not null)) throw new UserErrorException("--items-mib is for --format html of the specs' verdicts, whose page can be searched; leave it out.", GateExitCode.Usage);
            if (parsed.GetValue(run) is { } digest)
            {
                if (!OfRun.TryGetValue(wanted, out var write))
                    throw new UserErrorException($"--run shows what one run moved, which has no verdicts for {wanted}; it is written as {string.Join(" or ", OfRun.Keys)}.", GateExitCode.Usage);
                var page = write(DriftOf(parsed.GetValue(store) ?? StoreLocation.FromEnvironment(), digest));
                if (parsed.GetValue(file) is { } target) ReportFiles.Write(target, page);
                else output.Out.Write(page);
                return GateExitCode.Passed;
            }

            var judged = JudgedFolders.Of(parsed.GetValue(baselines), parsed.GetValue(log));
            if (judged.Repository is not null) output.Error.WriteLine($"{judged.Words}"); // the report itself is the output
            var (now, results) = (judged.Baselines, judged.Results);
            if (parsed.GetValue(known) is not null && parsed.GetValue(revision) is not null)
                throw new UserErrorException("--base and --base-ref are alternatives; give one of them.", GateExitCode.Usage);
            if (parsed.GetValue(known) is { } given && !Directory.Exists(given))
                throw new UserErrorException($"--base {given} is no folder; give the folder of baselines as of the target branch.");
            using var branch = parsed.GetValue(revision) is { } rev ? BranchBaselines.At(rev, now) : null;
            var named = TestRunId.Named(Environment.GetEnvironmentVariable);
            var present = PresentState.Of(named, judged.Repository, now, results, StoreLocation.FromEnvironment());
            var report = new ReportFolder { Run = named, Results = results, Baselines = now, Base = branch?.Path ?? parsed.GetValue(known), Present = present, ItemBytes = wanted == "html" ? (long)mib << 20 : 0 }.Read();
            var damage = report.Problems.Count == 0
                ? null
                : new UserErrorException($"The results in {results} cannot all be read. {string.Join(" ", report.Problems)}");
            if (report.Verdicts.Count == 0) throw damage ?? new UserErrorException($"There is nothing to report: no verdicts in {results}{(report.OfOtherRuns > 0 ? " of this run" : "")}. Run the specs first ('{GateCommandName.Test}').", GateExitCode.NotComparable);
            if (wanted is "html" or "markdown") report = report with { History = BaselineHistory.Of(report, now, parsed.GetValue(history)) };
            else if (parsed.GetValue(history) is not null) throw new UserErrorException($"--history is for html and markdown; {wanted} shows one run.", GateExitCode.Usage);
            if (parsed.GetValue(file) is { } path) ReportFiles.Write(path, Formats[wanted](report));
            else if (wanted == "github") output.WriteAnnotations(report);
            else if (wanted == "sarif") output.WriteJson(Formats[wanted](report));
            else output.Out.Write(Formats[wanted](report));
            if (damage is not null) throw damage; // after the report, which names it too
            return GateExitCode.Passed;
        });
        return command;
    }

    private static RunDrift DriftOf(string store, string digest)
    {
        var (runs, trust) = (Path.Combine(store, "runs"), StoreTrust.FromEnvironment());
        trust.RequireRoot(store);
        trust.Require(runs);
        string[] found = digest.Length >= 8 && digest.All(char.IsAsciiHexDigitLower) && Directory.Exists(runs)
            ? Directory.GetDirectories(runs, digest + "*")
            : [];
        if (found.Length != 1) throw new UserErrorException(Invariant($"--run is '{digest}'; {found.Length} runs in {runs} have a digest that begins with it. Give the digest of one, at least eight digits, as `gate run` prints it."), GateExitCode.Usage);
        trust.RequireTree(found[0]);
        return Directory.GetFiles(found[0], RunDrift.Pattern).FirstOrDefault() is { } path
            ? RunDrift.Read(path)
            : throw new UserErrorException($"The drift of the run in {found[0]} was not measured. `gate demo --details` and `gate study rlvr` measure it, and a spec with the fixture's ReportDriftAsync.", GateExitCode.NotComparable);
    }
}
