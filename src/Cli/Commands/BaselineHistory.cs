using System.Globalization;
using System.Text;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Files;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Reports;

namespace SafetyGate.Cli.Commands;

/// <summary>
/// Rates over time, for the report: of each approved result by the commits that changed it, as git has them, and of earlier results in a
/// folder.
/// </summary>
internal static class BaselineHistory
{
    private const int MostCommits = 30, MostLogs = 500;

    /// <summary>The rates of the metrics that a report shows; metrics with one point and no other are left out.</summary>
    /// <param name="report">The report.</param>
    /// <param name="baselines">The folder of baselines; in no git repository: no commits.</param>
    /// <param name="kept">A folder with logs of verdicts and result files of earlier runs; <c>null</c> for none.</param>
    /// <exception cref="UserErrorException">The folder is none, or a file in it is damaged.</exception>
    public static IReadOnlyList<RateHistory> Of(GateReport report, string baselines, string? kept)
    {
        var earlier = kept is null ? [] : Kept(kept);
        var found = new List<RateHistory>();
        foreach (var verdict in report.Verdicts.Where(v => v.Comparison is not null).DistinctBy(v => (v.Name, v.Metric)))
        {
            var points = Approved(verdict, baselines).Concat(earlier.Where(e => e.Name == verdict.Name && e.Metric == verdict.Metric).Select(e => e.Point)).ToList();
            if (points.Count > 0) found.Add(new($"{verdict.Name}: {verdict.Metric}", [.. points, Now(verdict)]));
        }

        return found;
    }

    private static RatePoint Now(VerdictRecord verdict) =>
        new("now", verdict.TestRun is { } run ? Date(run.Time) : "", Rate(verdict.Comparison!.Now.Rate, verdict.Direction), verdict.Comparison.Items, verdict.Run?.Name ?? "");

    private static double Rate(double rate, MetricDirection? direction) => direction == MetricDirection.OverRefusal ? 1 - rate : rate;

    private static string Date(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static IEnumerable<RatePoint> Approved(VerdictRecord verdict, string baselines)
    {
        var path = new BaselineStore(baselines).VerifiedPath(new(verdict.Spec, verdict.Test));
        if (!File.Exists(path)) return [];
        var (folder, name) = (Path.GetDirectoryName(Path.GetFullPath(path))!, Path.GetFileName(path));
        try
        {
            var commits = GitCommand.Run(folder, "git has no history of the baselines", "log", "-n", Invariant($"{MostCommits}"), "--reverse", "--format=%H %cs", "--", name);
            return [.. commits.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')).Select(line => At(folder, name, line[0], line[^1], verdict.Metric)).OfType<RatePoint>()];
        }
        catch (UserErrorException)
        {
            return []; // no repository, or no git: the report has no history then
        }
    }

    // A commit that took the file away, or an older form of it, has no point.
    private static RatePoint? At(string folder, string name, string commit, string date, string metric)
    {
        try
        {
            var text = GitCommand.Run(folder, "git cannot show a baseline", "show", $"{commit}:./{name}");
            var document = ResultFile.Read(Encoding.UTF8.GetBytes(text), name);
            return document.Find(metric) is { } result ? Point(commit[..Math.Min(10, commit.Length)], date, result, document.Model.Name) : null;
        }
        catch (UserErrorException)
        {
            return null;
        }
    }

    private static RatePoint? Point(string where, string date, MetricResult result, string model) =>
        ResultSummary.Of(result.Measurement) is var summary && double.IsFinite(summary.WorstCase)
            ? new(where, date, Rate(summary.WorstCase, result.Measurement.Direction), summary.Items, model)
            : null;

    private static List<(string Name, string Metric, RatePoint Point)> Kept(string folder)
    {
        if (!Directory.Exists(folder)) throw new UserErrorException($"--history {folder} is no folder; give one with logs of verdicts or result files of earlier runs.");
        var found = new List<(string Name, string Metric, RatePoint Point, DateTimeOffset Time)>();
        var files = Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 4, AttributesToSkip = FileAttributes.ReparsePoint }).Order(StringComparer.Ordinal).Take(MostLogs + 1).ToList();
        if (files.Count > MostLogs) throw new UserErrorException(Invariant($"--history {folder} holds more than {MostLogs} files; give a folder with fewer."));
        foreach (var logs in files.Where(file => VerdictLog.IsLog(Path.GetFileName(file))).Select(file => Path.GetDirectoryName(file)!).Distinct(StringComparer.Ordinal))
            foreach (var verdict in VerdictLog.ReadAll(logs, out _).Where(v => v.Comparison is not null))
                found.Add((verdict.Name, verdict.Metric, Now(verdict) with { Where = verdict.TestRun?.Commit is { } commit ? commit[..Math.Min(10, commit.Length)] : Path.GetFileName(logs) }, verdict.TestRun?.Time ?? default));
        foreach (var file in files)
        {
            if (file.EndsWith(".json", StringComparison.Ordinal) && IsResult(file))
            {
                var document = ResultFile.Read(file);
                if (document is not { Spec: { } spec, Test: { } test }) continue;
                foreach (var result in document.Metrics)
                    if (Point(Path.GetFileName(Path.GetDirectoryName(file)!), "", result, document.Model.Name) is { } point) found.Add(($"{spec}.{test}", result.Measurement.Metric, point, default));
            }
        }

        return [.. found.OrderBy(f => f.Time).Select(f => (f.Name, f.Metric, f.Point))];
    }

    private static bool IsResult(string file)
    {
        using var reader = new StreamReader(BoundedFile.Open(file));
        var start = new char[200];
        return new string(start, 0, reader.ReadBlock(start)).Contains(ResultFile.Format, StringComparison.Ordinal);
    }
}
