using SafetyGate.Core.Files;
using SafetyGate.Harness.Baselines;

namespace SafetyGate.Harness.Reports;

/// <summary>Reads a results folder as a report: the logs of all test assemblies, the runs' metrics, and its other files.</summary>
public sealed record ReportFolder
{
    private const long LongestMetrics = 256L << 20;

    /// <summary>The results folder, such as <c>artifacts/gate</c>; need not exist.</summary>
    public required string Results { get; init; }

    /// <summary>The folder of baselines, for the list of specs and the changes; <c>null</c> to leave both out.</summary>
    public string? Baselines { get; init; }

    /// <summary>The folder of baselines as of the target branch; <c>null</c> when not known.</summary>
    public string? Base { get; init; }

    /// <summary>The test run to report; <c>null</c>: the newest. Verdicts of other runs in the folder are left out and counted.</summary>
    public string? Run { get; init; }

    /// <summary>What the verdicts must be of; <c>null</c>: they are not held to it, as while the specs run.</summary>
    public PresentState? Present { get; init; }

    /// <summary>
    /// Most bytes of items, with their answers, for the page to search: what got worse or fails comes first. Default 0: none are read, for
    /// formats that do not show them.
    /// </summary>
    public long ItemBytes { get; init; }

    /// <summary>Readers of further files. Default: the drift of runs, strata, training dynamics and patterns of failures.</summary>
    public IReadOnlyList<IReportAdditionReader> Readers { get; init; } = [new RunDriftReader(), new StrataReader(), new DynamicsReader(), new PatternsReader()];

    /// <summary>The report as far as it can be read: damage is named in it and keeps it from being green.</summary>
    public GateReport Read()
    {
        var (problems, cutOff) = (new List<string>(), new List<string>());
        var all = Verdicts(problems, cutOff);
        var run = Run ?? all.Where(verdict => verdict.TestRun is not null).MaxBy(verdict => verdict.TestRun!.Time)?.TestRun!.Id;
        List<VerdictRecord> verdicts = [.. all.Where(verdict => run is null || verdict.TestRun?.Id == run)];
        return new GateReport
        {
            Verdicts = verdicts,
            OfOtherRuns = all.Count - verdicts.Count,
            Changes = Changes(problems),
            RuleChanges = RuleChanges(verdicts),
            RecipeChanges = RecipeChanges.Of(verdicts, Approved),
            Missing = Missing(verdicts, problems),
            Runs = Runs(verdicts, problems),
            Additions = Additions(problems),
            Items = ItemBytes > 0 ? ItemSelection.Read(Results, verdicts, ItemBytes, problems) : null,
            Refusals = Present is { } present && Baselines is { } approved ? [.. new CheckProblems(Results, new BaselineStore(approved), present).OfReport(all).Except(problems, StringComparer.Ordinal)] : [],
            Problems = problems,
            CutOff = cutOff,
        };
    }

    // Each log by itself: a damaged one does not hide the results of another assembly.
    private List<VerdictRecord> Verdicts(List<string> problems, List<string> cutOff)
    {
        var cut = new List<string>();
        List<VerdictRecord> verdicts = [.. VerdictLog.In(Results).SelectMany(path => Try(() => VerdictLog.Read(path, cut), [], problems))];
        cutOff.AddRange(cut.Select(path => $"{Path.GetFileName(path)} ends in the middle of a line: the run was killed while it wrote a verdict."));
        return verdicts;
    }

    private IReadOnlyList<BaselineChange>? Changes(List<string> problems)
    {
        if (Base is not { } known || Baselines is not { } now) return null;
        if (Directory.Exists(known)) return BaselineChanges.Between(known, now);
        problems.Add($"{known} is no folder; it should hold the baselines of the target branch, so nothing was compared with them.");
        return null;
    }

    // The approved run is that of the target branch, where it is known: a baseline approved in the same change would hide what was changed.
    private RecipeIdentity? Approved(BaselineKey key)
    {
        foreach (var folder in new[] { Base, Baselines }.OfType<string>().Where(Directory.Exists))
        {
            var store = new BaselineStore(folder);
            if (File.Exists(store.VerifiedPath(key))) return Try(() => store.Approved(key)?.Recipe, null, []); // what is wrong with it is said where it decides
        }

        return null;
    }

    // A list that cannot be read is named once, with what is missing. Where it was taken away from beside approved results, no rule is approved.
    private IReadOnlyList<BaselineChange> RuleChanges(IReadOnlyList<VerdictRecord> verdicts)
    {
        if (Baselines is not { } folder) return [];
        if (SpecManifest.IsIn(SpecManifest.PathIn(folder))) return Try(() => BaselineChanges.OfRules(SpecManifest.Read(SpecManifest.PathIn(folder)), verdicts), [], []);
        return new BaselineStore(folder).All().Count > 0 ? BaselineChanges.OfRules(new SpecManifest { Entries = [] }, verdicts) : [];
    }

    private List<string> Missing(IReadOnlyList<VerdictRecord> verdicts, List<string> problems)
    {
        if (Baselines is not { } folder || !Directory.Exists(SpecManifest.PathIn(folder))) return [];
        var ran = verdicts.Select(v => v.Entry).ToHashSet();
        return Try(() => SpecManifest.Read(SpecManifest.PathIn(folder)).Entries.Where(e => !ran.Contains(e)).Select(e => $"{e.Spec}.{e.Test}").ToList(), [], problems);
    }

    private List<RunCurves> Runs(IReadOnlyList<VerdictRecord> verdicts, List<string> problems)
    {
        var runs = new List<RunCurves>();
        foreach (var run in verdicts.Select(v => v.Run).OfType<ReportedRun>().DistinctBy(r => r.Digest))
        {
            var path = RunCurves.PathIn(Results, run.Digest);
            if (File.Exists(path) && Try(() => RunCurves.Parse(BoundedFile.ReadText(path, LongestMetrics), run.Name, run.Digest, path), null, problems) is { Curves.Count: > 0 } curves) runs.Add(curves);
        }

        return runs;
    }

    private List<ReportAddition> Additions(List<string> problems)
    {
        if (!Directory.Exists(Results)) return [];
        var found = from reader in Readers from path in Directory.GetFiles(Results, reader.Pattern).Order(StringComparer.Ordinal) select Try(() => reader.Read(path), null, problems);
        return [.. found.OfType<ReportAddition>()];
    }

    private static T Try<T>(Func<T> read, T otherwise, List<string> problems)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is UserErrorException or IOException or UnauthorizedAccessException)
        {
            problems.Add(e.Message);
            return otherwise;
        }
    }
}
