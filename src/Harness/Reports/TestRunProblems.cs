using SafetyGate.Harness.Baselines;

namespace SafetyGate.Harness.Reports;

/// <summary>
/// Why verdicts are not those of one run on the present sources and baselines. Verdicts of one run that several programs or machines left
/// belong together; of a spec that ran more than once within a run every verdict counts, so that a red one stays red.
/// </summary>
public static class TestRunProblems
{
    private const string Remedy = "Build it with symbols (the property DebugType is portable or embedded, not none) where its sources lie, and run the specs again.";

    /// <summary>The problems, one sentence each; empty when the verdicts hold here and now.</summary>
    /// <param name="verdicts">The verdicts of a results folder.</param>
    /// <param name="named">The run that the environment names; <c>null</c>: any one run.</param>
    /// <param name="root">The repository that is judged; <c>null</c>: none.</param>
    /// <param name="now">The present state of its sources.</param>
    /// <param name="baselines">Digest of the present baselines.</param>
    public static IReadOnlyList<string> Of(IReadOnlyList<VerdictRecord> verdicts, string? named, string? root, SourceState now, string baselines)
    {
        List<string> problems = [];
        if (verdicts.Count(verdict => verdict.TestRun is null) is > 0 and var unnamed)
            problems.Add(Invariant($"{unnamed} of {verdicts.Count} verdicts name no test run: another version left them. Remove the results folder and run the specs again."));
        List<TestRun> runs = [.. verdicts.Select(verdict => verdict.TestRun).OfType<TestRun>()];
        var ids = runs.Select(run => run.Id).Distinct(StringComparer.Ordinal).ToList();
        if (ids.Count > 1)
            problems.Add($"The verdicts are of {ids.Count} runs: {string.Join("; ", ids.Select(id => Words(verdicts, id)))}. One is demanded, or an old verdict would count for a new one: remove the results folder and run all test programs with one 'dotnet test', or give them one {TestRunId.Variable}.");
        if (named is not null && ids.Any(id => id != named))
            problems.Add($"The run is {named} by the environment; the verdicts are of {string.Join(", ", ids.Where(id => id != named))}: this run has left none of its own. Run the specs.");
        problems.AddRange(OfState(runs, root, now, baselines));
        problems.AddRange(runs.Where(run => run.Program is not null).GroupBy(run => run.Program!, StringComparer.Ordinal)
            .Where(group => TestRunId.MarkIn(group.Key) is { } mark && group.All(run => run.Id != mark.Id))
            .Select(group => $"A later run of {group.Key} left no verdict: nothing of it ran, by a filter or a failure before the first spec. Run the specs again."));
        problems.AddRange(from run in runs
                          where run is { Program: not null, Assembly: not null }
                          group run by (run.Program, run.Assembly) into built
                          from later in TestRunId.LaterBeside(built.Key.Program!, built.Key.Assembly!)
                          where !ids.Contains(later.Id)
                          select $"A later run of {later.Program}, another build of {built.Key.Assembly} than the one of the verdicts ({built.Key.Program}), left no verdict: nothing of it ran, by a filter or a failure before the first spec. Run the specs again.");
        problems.AddRange(runs.Where(run => run is { Program: not null, Unbuilt: null, Unknown: null }).Select(run => run.Program!).Distinct(StringComparer.Ordinal).Select(program => OfProgram(program, root)).OfType<string>());
        return problems;
    }

    /// <summary>The problems that a test program looks for itself, after each verdict: other sources or baselines within its run.</summary>
    /// <param name="verdicts">The verdicts of the run so far.</param>
    /// <param name="now">The state of the sources.</param>
    /// <param name="baselines">Digest of the baselines.</param>
    public static IReadOnlyList<string> WhileRunning(IReadOnlyList<VerdictRecord> verdicts, SourceState now, string baselines) =>
        [.. OfState([.. verdicts.Select(verdict => verdict.TestRun).OfType<TestRun>()], null, now, baselines)];

    private static IEnumerable<string> OfState(IReadOnlyList<TestRun> runs, string? root, SourceState now, string baselines)
    {
        foreach (var problem in OfSources(runs, root, now)) yield return problem;
        if (runs.Any(run => run.Baselines != baselines))
            yield return "The baselines are not those the specs were compared with: one was approved, edited or deleted after the run. Run the specs again.";
        foreach (var group in runs.Where(run => run.Unbuilt is not null).GroupBy(run => (run.Assembly, run.Unbuilt)))
            yield return Invariant($"{group.Count()} verdicts are of {Words(group.Key.Assembly)} that was not built of the present sources: {group.Key.Unbuilt} is not what was compiled. Build it, or leave out --no-build, and run the specs again.");
        foreach (var group in runs.Where(run => run is { Unbuilt: null, Unknown: not null }).GroupBy(run => (run.Assembly, run.Unknown)))
            yield return Invariant($"{group.Count()} verdicts are of {Words(group.Key.Assembly)} of which it is unknown whether it was built of the present sources: {group.Key.Unknown}. {Remedy}");
    }

    private static string Words(string? assembly) => $"a test program{(assembly is null ? "" : $" ({assembly})")}";

    // Where the program still lies on this machine, its compilers' record of its sources is held against them: it knows of files that git does
    // not compare.
    private static string? OfProgram(string program, string? root)
    {
        if (root is null || BuiltSources.Of(program) is not { } built) return null;
        if (built.Changed(root) is { } changed) return $"{changed} is not what {program} was built of. Build it and run the specs again.";
        return built.Unknown(root) is { } unknown ? $"It is unknown whether {program} was built of the present sources: {unknown}. {Remedy}" : null;
    }

    private static IEnumerable<string> OfSources(IReadOnlyList<TestRun> runs, string? root, SourceState now)
    {
        foreach (var group in runs.GroupBy(run => (run.Commit, run.Changes)))
        {
            var (commit, changes) = group.Key;
            var then = group.First().Sources;
            var present = group.First() with { Commit = now.Commit, Changes = now.Changes };
            if (commit != now.Commit)
                yield return Invariant($"{group.Count()} verdicts are of {then}; the repository is at {present.Sources}. Run the specs on what is checked out.");
            else if (commit is not null && changes is not null && now.Changes is not null)
            {
                if (changes != now.Changes)
                    yield return Invariant($"{group.Count()} verdicts are of other sources: {then}, and now {present.Sources}{(changes.Length > 0 && now.Changes.Length > 0 ? ", but other ones" : "")}. Run the specs again.");
            }
            else if (root is not null && SourceState.Newest(root) is { } newest && group.Min(run => run.Time) is var first && newest.Changed > first)
                yield return Invariant($"{newest.Path} was changed at {newest.Changed.UtcDateTime:yyyy-MM-dd HH:mm:ss}, after the first verdict ({first.UtcDateTime:yyyy-MM-dd HH:mm:ss}); git could not tell whether the sources are the same. {(newest.Changed > TimeProvider.System.GetUtcNow() ? "That time is yet to come: set it to the present one (touch), and r" : "R")}un the specs again.");
        }
    }

    private static string Words(IReadOnlyList<VerdictRecord> verdicts, string id)
    {
        var own = verdicts.Where(verdict => verdict.TestRun?.Id == id).ToList();
        return Invariant($"{id} ({own.Count} verdicts, {own.Select(verdict => verdict.Spec).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).First()} …, last at {own.Max(verdict => verdict.TestRun!.Time).UtcDateTime:yyyy-MM-dd HH:mm:ss})");
    }
}
