using System.CommandLine;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Reports;

namespace SafetyGate.Cli.Commands;

/// <summary>
/// <c>gate check</c>: checks that every required spec ran by its approved rule and that every baseline is the approved one, and lists the
/// verdicts.
/// </summary>
internal static class CheckCommand
{
    public static Command Create(GateOutput output)
    {
        var baselines = BaselineFolder.Option();
        var log = new Option<string?>("--log")
        {
            Description = $"The folder of the specs' logs of verdicts; by default ${JudgedFolders.ResultsVariable}, or artifacts/gate of the repository.",
            HelpName = "DIR"
        };
        var command = new Command("check", "All results against baselines/, and the list of specs that must have run, with their rules.")
        {
            baselines, log
        };
        command.SetAction(parsed =>
        {
            var judged = JudgedFolders.Of(parsed.GetValue(baselines), parsed.GetValue(log));
            output.Out.WriteLine($"{judged.Words}");
            var (store, logs) = (new BaselineStore(judged.Baselines), judged.Results);
            var verdicts = VerdictLog.ReadAll(logs, out var cutOff);
            var check = new CheckProblems(logs, store, PresentState.Of(TestRunId.Named(Environment.GetEnvironmentVariable), judged.Repository, judged.Baselines, logs, StoreLocation.FromEnvironment()));
            List<string> problems = [.. cutOff.Select(path => $"{path} ends in the middle of a line: the run was killed while it wrote a verdict. Run the specs again."), .. check.OfVerdicts(verdicts)];
            if (Run(verdicts) is { } run) output.Out.WriteLine(run);
            var manifest = SpecManifest.Read(SpecManifest.PathIn(store.Directory));
            problems.AddRange([.. CheckProblems.OfRules(manifest, verdicts), .. check.OfBaselines(manifest)]);

            foreach (var verdict in verdicts.OrderBy(verdict => verdict.Spec, StringComparer.Ordinal).ThenBy(verdict => verdict.Test, StringComparer.Ordinal))
                output.Out.WriteLine($"{verdict.Verdict,-13} {verdict.Spec}.{verdict.Test}: {verdict.Metric}{(verdict.Verdict == Verdict.Passed && verdict.Overrides?.Otherwise is null ? "" : " — " + verdict.Headline)}{People(verdict.Overrides)}");
            foreach (var problem in problems) output.Out.WriteLine($"NotComparable {problem}");
            output.Out.WriteLine(Sum(verdicts, problems.Count));
            return ExitCode(verdicts, problems.Count > 0);
        });
        return command;
    }

    private static string? Run(IReadOnlyList<VerdictRecord> verdicts)
    {
        List<TestRun> runs = [.. verdicts.Select(verdict => verdict.TestRun).OfType<TestRun>()];
        if (runs.Count == 0) return null;
        return Invariant($"run         {string.Join(", ", runs.Select(run => run.Id).Distinct(StringComparer.Ordinal))}: {string.Join(" and ", runs.Select(run => run.Sources).Distinct(StringComparer.Ordinal))}; verdicts of {runs.Min(run => run.Time).UtcDateTime:yyyy-MM-dd HH:mm:ss} to {runs.Max(run => run.Time).UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC");
    }

    private static string Sum(IReadOnlyList<VerdictRecord> verdicts, int problems)
    {
        var (failed, warned) = (verdicts.Count(verdict => verdict.Fails), verdicts.Count(verdict => verdict is { Fails: false, Verdict: Verdict.Inconclusive }));
        return Invariant($"{verdicts.Count - failed - warned} passed, {warned} inconclusive and let through, {failed} failed; {problems} other problems") + (verdicts.Count(verdict => verdict.Overrides is not null) is > 0 and var people ? Invariant($"; {people} with scores of people in the place of the scorer's") : "");
    }

    private static string People(OverriddenScores? people) => people is null ? "" : Invariant($" ({people.Now} of {people.Scores} scores {(people.Now == 1 ? "is" : "are")} a person's)");

    private static int ExitCode(IReadOnlyList<VerdictRecord> verdicts, bool hasProblems) =>
        VerdictExit.Code([.. verdicts.Select(verdict => verdict.ExitCode), hasProblems ? GateExitCode.NotComparable : GateExitCode.Passed]);
}
