using System.Collections.Concurrent;
using System.Reflection;
using System.Text;
using SafetyGate.Core.Files;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Reports.Formats;
using Xunit;

namespace SafetyGate.Harness.Xunit;

/// <summary>
/// One run of a test assembly: the log of its verdicts, and the report, which is rewritten after each verdict so that a
/// red or killed run has it. Test assemblies that run one after the other into the same folder share the report.
/// </summary>
public sealed class SpecSession
{
    private const string SummaryStart = "<!-- safetygate report -->\n", SummaryEnd = "<!-- end of safetygate report -->\n";
    private static readonly ConcurrentDictionary<(string Folder, string Assembly), Lazy<SpecSession>> Open = new();
    private const long ItemBytes = 512 << 10; // the page is written anew after each verdict; `gate report` makes one with more
    private readonly Lock _lock = new();
    private readonly SpecFolders _folders;
    private static readonly Lazy<(string Id, bool IsMarked)> Run =
        new(() => TestRunId.Begin(Environment.GetEnvironmentVariable, AppContext.BaseDirectory, Own));

    private readonly VerdictLog _log;
    private readonly SourceState _sources;
    private readonly string? _unbuilt, _unknown;
    private readonly string _assembly, _logName;
    private readonly Dictionary<string, bool> _items = [];

    private SpecSession(SpecFolders folders, string assembly)
    {
        StoreTrust.FromEnvironment(); // what this process makes, the results too, cannot be written by others
        _logName = folders.Shard is { } shard ? Invariant($"{assembly}.shard-{shard.Number}-of-{shard.Count}") : assembly;
        (_folders, _assembly, _log) = (folders, assembly, VerdictLog.Open(folders.Results, _logName, Run.Value.Id));
        Warned(() => ItemFile.RemoveOthers(folders.Results, _logName, Run.Value.Id));
        _sources = SourceState.Of(folders.Sources, folders.Baselines, folders.Results, folders.Store);
        var built = BuiltSources.Of(AppContext.BaseDirectory);
        _unbuilt = built?.Changed(folders.Sources) is { } changed ? Path.GetRelativePath(folders.Sources, changed) : null;
        _unknown = built?.Unknown(folders.Sources);
        Warned(Write); // a killed run shows that nothing was decided yet, not the verdicts of the run before it
    }

    /// <summary>
    /// Begins the run of this process. From then on the verdicts of an earlier one no longer hold, whatever fails before the first of this one.
    /// What is wrong with the name of the run is told by what starts a session.
    /// </summary>
    internal static void Begin()
    {
        try { _ = Run.Value; } catch (UserErrorException) { }
    }

    /// <summary>The session of a test assembly, started once a test run.</summary>
    /// <param name="folders">Its folders.</param>
    /// <param name="specs">The test assembly.</param>
    /// <exception cref="UserErrorException">The log cannot be written (exit code 74).</exception>
    public static SpecSession For(SpecFolders folders, Assembly specs)
    {
        var name = specs.GetName().Name ?? "specs";
        return Open.GetOrAdd((folders.Results, name), key => new(() => new SpecSession(folders, key.Assembly))).Value;
    }

    /// <summary>
    /// Logs a verdict, then rewrites the report. A report that cannot be written is a warning of the test: it must not hide the verdict.
    /// </summary>
    /// <exception cref="UserErrorException">The log cannot be written (exit code 74); a verdict that is not logged does not
    /// pass.</exception>
    internal void Add(VerdictRecord verdict)
    {
        _log.Add(verdict with { TestRun = Now() });
        Warned(() =>
        {
            lock (_lock) Write();
        });

        // On a separate line. A host that swallows what tests print, as VSTest does, leaves it to `gate report --format github`.
        if (_folders.Annotates) RunnerConsole.Annotate(verdict);
    }

    /// <summary>Keeps the metrics of a run beside the report, so that a downloaded artifact has its plots.</summary>
    internal void KeepMetrics(string digest, string metricsFile) => Warned(() =>
    {
        var kept = RunCurves.PathIn(_folders.Results, digest);
        lock (_lock)
            if (!File.Exists(kept) && File.Exists(metricsFile)) File.Copy(metricsFile, kept);
    });

    /// <summary>Keeps the result of an analysis beside the report, which shows it.</summary>
    /// <param name="name">Name of the file.</param>
    /// <param name="content">Its bytes.</param>
    internal void Keep(string name, byte[] content) => Warned(() =>
    {
        lock (_lock) WholeFile.Write(Path.Combine(_folders.Results, name), content);
    });

    /// <summary>Keeps the items of a metric of a model once, and once more when the approved run's answers are known too.</summary>
    /// <param name="set">Whose items.</param>
    /// <param name="items">Gives the items.</param>
    internal void Keep(ItemSet set, Func<IReadOnlyList<ReportedItem>> items) => Warned(() =>
    {
        var path = ItemFile.PathIn(_folders.Results, _logName, set);
        lock (_lock)
        {
            if (_items.TryGetValue(path, out var hasApproved) && (hasApproved || !set.HasApproved)) return;
            ItemFile.Write(path, set with { TestRun = Now() }, items());
            _items[path] = set.HasApproved;
        }
    });

    /// <summary>Adds the drift of a run, kept beside the report.</summary>
    internal void Add(RunDrift drift) => Warned(() =>
    {
        lock (_lock)
        {
            drift.Write(_folders.Results);
            Write();
        }
    });

    // No other process of this machine has the same number at the same time.
    private static string Own() => Invariant($"process-{Environment.ProcessId}-{TimeProvider.System.GetUtcNow().UtcDateTime:yyyyMMdd'T'HHmmss.fff'Z'}");

    private TestRun Now() => new()
    {
        Id = Run.Value.Id,
        Commit = _sources.Commit,
        Changes = _sources.Changes,
        Baselines = new BaselineStore(_folders.Baselines).Digest(),
        Time = TimeProvider.System.GetUtcNow(),
        Assembly = _assembly,
        Program = Run.Value.IsMarked ? AppContext.BaseDirectory : null,
        Unbuilt = _unbuilt,
        Unknown = _unknown,
        Link = TestRunLink.Of(Environment.GetEnvironmentVariable),
    };

    private void Write()
    {
        var report = new ReportFolder { Run = Run.Value.Id, Results = _folders.Results, Baselines = _folders.Baselines, Base = _folders.Base, ItemBytes = ItemBytes }.Read();
        report = report with { Refusals = TestRunProblems.WhileRunning(report.Verdicts, _sources, new BaselineStore(_folders.Baselines).Digest()) };
        ReportFiles.Write(report, _folders.Results);
        if (_folders.JobSummary is { } summary) Summarize(summary, MarkdownReport.Write(report));
    }

    // The summary belongs to the whole step: only our own part of it is replaced.
    private static void Summarize(string path, string markdown)
    {
        var before = File.Exists(path) ? File.ReadAllText(path) : "";
        var (start, end) = (before.IndexOf(SummaryStart, StringComparison.Ordinal), before.IndexOf(SummaryEnd, StringComparison.Ordinal));
        var part = SummaryStart + markdown + SummaryEnd;
        var text = start >= 0 && end > start
            ? before[..start] + part + before[(end + SummaryEnd.Length)..]
            : before + (before.Length > 0 && !before.EndsWith('\n') ? "\n" : "") + part;
        File.WriteAllText(path, text, new UTF8Encoding(false));
    }

    private static void Warned(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is UserErrorException or IOException or UnauthorizedAccessException)
        {
            TestContext.Current.AddWarning($"The report is not up to date: {e.Message}");
        }
    }
}
