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
internal sealed class ReportCommand
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

    private readonly Option<string?> _log = new("--log")
    {
        Description = $"The folder the specs left their results in; by default ${JudgedFolders.ResultsVariable}, or artifacts/gate of the repository.",
        HelpName = "PATH"
    };
    private readonly Option<string> _format = new("--format")
    {
        Description = "markdown, html, junit, sarif, comment for one of a pull request, or github for ::error lines.",
        HelpName = "FORMAT",
        DefaultValueFactory = _ => "markdown"
    };
    private readonly Option<string?> _out = new("--out")
    {
        Description = "Where to write the report; standard output when left out.",
        HelpName = "FILE"
    };
    private readonly Option<string?> _baselines = BaselineFolder.Option();
    private readonly Option<string?> _base = new("--base")
    {
        Description = "A folder with the baselines of the target branch; the report lists what the change modified in them.",
        HelpName = "DIR"
    };
    private readonly Option<string?> _baseRef = new("--base-ref")
    {
        Description = "The target branch as git knows it, such as origin/main, instead of --base.",
        HelpName = "REV"
    };
    private readonly Option<string?> _history = new("--history")
    {
        Description = "A folder with results of earlier runs (artifacts of CI, unpacked): their rates stand beside those of the approved results in git.",
        HelpName = "DIR"
    };
    private readonly Option<int> _itemsMib = new("--items-mib")
    {
        Description = Invariant($"With --format html: MiB of items, with prompts, answers and scores before and now, that the page holds for its search; at most {MostItemsMib}, 0 for none. What got worse or fails comes first."),
        HelpName = "N",
        DefaultValueFactory = _ => 2
    };
    private readonly Option<string?> _run = new("--run") { Description = "Instead: the drift of one run of the store, by its digest: reward, safety by suite, KL on training and safety prompts, and each bound with its premise.", HelpName = "DIGEST" };
    private readonly Option<string?> _store = new("--store")
    {
        Description = "Another run store for --run, such as one downloaded from CI.",
        HelpName = "DIR"
    };
    private readonly GateOutput _output;

    private ReportCommand(GateOutput output) => _output = output;

    public static Command Create(GateOutput output)
    {
        var parts = new ReportCommand(output);
        parts._format.AcceptOnlyFromAmong([.. Formats.Keys]);
        var command = new Command("report", "The verdicts of the specs: for a job summary, as a page, or for other tools.")
        {
            parts._log, parts._format, parts._out, parts._baselines, parts._base, parts._baseRef, parts._history, parts._itemsMib, parts._run, parts._store
        };
        command.SetAction(parts.Report);
        return command;
    }

    private int Report(ParseResult parsed)
    {
        var (format, mib, run) = (parsed.GetRequiredValue(_format), parsed.GetValue(_itemsMib), parsed.GetValue(_run));
        if (mib is < 0 or > MostItemsMib) throw new UserErrorException(Invariant($"--items-mib is {mib}; it must be 0 to {MostItemsMib}."), GateExitCode.Usage);
        if (parsed.GetResult(_itemsMib) is { Implicit: false } && (format != "html" || run is not null))
            throw new UserErrorException("--items-mib is for --format html of the specs' verdicts, whose page can be searched; leave it out.", GateExitCode.Usage);
        return run is { } digest ? ReportRun(parsed, digest, format) : ReportVerdicts(parsed, format, format == "html" ? (long)mib << 20 : 0);
    }

    private int ReportRun(ParseResult parsed, string digest, string format)
    {
        if (!OfRun.TryGetValue(format, out var write))
            throw new UserErrorException($"--run shows what one run moved, which has no verdicts for {format}; it is written as {string.Join(" or ", OfRun.Keys)}.", GateExitCode.Usage);
        var page = write(DriftOf(parsed.GetValue(_store) ?? StoreLocation.FromEnvironment(), digest));
        if (parsed.GetValue(_out) is { } target) ReportFiles.Write(target, page);
        else _output.Out.Write(page);
        return GateExitCode.Passed;
    }

    private int ReportVerdicts(ParseResult parsed, string format, long itemBytes)
    {
        var judged = JudgedFolders.Of(parsed.GetValue(_baselines), parsed.GetValue(_log));
        if (judged.Repository is not null) _output.Error.WriteLine($"{judged.Words}"); // the report itself is the output
        var report = Read(parsed, judged, itemBytes);
        var damage = report.Problems.Count == 0
            ? null
            : new UserErrorException($"The results in {judged.Results} cannot all be read. {string.Join(" ", report.Problems)}");
        if (report.Verdicts.Count == 0) throw damage ?? new UserErrorException($"There is nothing to report: no verdicts in {judged.Results}{(report.OfOtherRuns > 0 ? " of this run" : "")}. Run the specs first ('{GateCommandName.Test}').", GateExitCode.NotComparable);
        if (format is "html" or "markdown") report = report with { History = BaselineHistory.Of(report, judged.Baselines, parsed.GetValue(_history)) };
        else if (parsed.GetValue(_history) is not null) throw new UserErrorException($"--history is for html and markdown; {format} shows one run.", GateExitCode.Usage);
        Write(report, format, parsed.GetValue(_out));
        if (damage is not null) throw damage; // after the report, which names it too
        return GateExitCode.Passed;
    }

    private GateReport Read(ParseResult parsed, JudgedFolders judged, long itemBytes)
    {
        var (known, revision) = (parsed.GetValue(_base), parsed.GetValue(_baseRef));
        if (known is not null && revision is not null) throw new UserErrorException("--base and --base-ref are alternatives; give one of them.", GateExitCode.Usage);
        if (known is not null && !Directory.Exists(known)) throw new UserErrorException($"--base {known} is no folder; give the folder of baselines as of the target branch.");
        using var branch = revision is null ? null : BranchBaselines.At(revision, judged.Baselines);
        var named = TestRunId.Named(Environment.GetEnvironmentVariable);
        var present = PresentState.Of(named, judged.Repository, judged.Baselines, judged.Results, StoreLocation.FromEnvironment());
        return new ReportFolder { Run = named, Results = judged.Results, Baselines = judged.Baselines, Base = branch?.Path ?? known, Present = present, ItemBytes = itemBytes }.Read();
    }

    private void Write(GateReport report, string format, string? path)
    {
        if (path is not null) ReportFiles.Write(path, Formats[format](report));
        else if (format == "github") _output.WriteAnnotations(report);
        else if (format == "sarif") _output.WriteJson(Formats[format](report));
        else _output.Out.Write(Formats[format](report));
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
