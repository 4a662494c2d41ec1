using System.CommandLine;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Gates;

namespace SafetyGate.Cli.Commands;

/// <summary><c>gate check</c>: did every spec run that must, is every baseline the one that was approved, and what did the specs say?</summary>
internal static class CheckCommand
{
    public static Command Create(GateOutput output)
    {
        var baselines = BaselineFolder.Option();
        var log = new Option<string?>("--log") { Description = "The folder of the specs' logs of verdicts; by default $SAFETYGATE_RESULTS, or artifacts/gate of the repository.", HelpName = "DIR" };
        var listNew = new Option<bool>("--list-new") { Description = "First add the specs that ran and are not listed to the list of specs that must run. Nothing is ever taken off it." };
        var command = new Command("check", "All results against baselines/, and the list of specs that must have run.") { baselines, log, listNew };
        command.SetAction(parsed =>
        {
            var store = new BaselineStore(BaselineFolder.Of(parsed.GetValue(baselines)));
            var logs = parsed.GetValue(log) ?? LogFolder();
            var verdicts = EvaluationLog.ReadAll(logs);
            var problems = new List<string>(EvaluationLog.Namesakes(logs));
            var list = SpecManifest.PathIn(store.Directory);
            if (parsed.GetValue(listNew)) ListNew(output, list, verdicts);
            var manifest = SpecManifest.Read(list);
            problems.AddRange(manifest.Problems(verdicts));
            problems.AddRange(manifest.UnusedBaselines(store));
            problems.AddRange(store.All().Where(file => file.Status != BaselineStatus.Approved).Select(file => $"{file.File}: {Words(file.Status)}"));

            foreach (var verdict in verdicts.OrderBy(verdict => verdict.Spec, StringComparer.Ordinal).ThenBy(verdict => verdict.Test, StringComparer.Ordinal))
                output.Out.WriteLine($"{verdict.Verdict,-13} {verdict.Spec}.{verdict.Test}: {verdict.Metric}{(verdict.Verdict == Verdict.Passed ? "" : " — " + verdict.Headline)}");
            foreach (var problem in problems) output.Out.WriteLine($"NotComparable {problem}");
            output.Out.WriteLine(Sum(verdicts, problems.Count));
            return ExitCode(verdicts, problems.Count > 0);
        });
        return command;
    }

    private static string Sum(IReadOnlyList<LoggedVerdict> verdicts, int problems)
    {
        var (failed, warned) = (verdicts.Count(verdict => verdict.Fails), verdicts.Count(verdict => verdict is { Fails: false, Verdict: Verdict.Inconclusive }));
        return Invariant($"{verdicts.Count - failed - warned} passed, {warned} inconclusive and let through, {failed} failed; {problems} other problems");
    }

    private static string LogFolder() =>
        Environment.GetEnvironmentVariable("SAFETYGATE_RESULTS") is { Length: > 0 } set ? set : Path.Combine(BaselineFolder.Root(), "artifacts", "gate");

    private static void ListNew(GateOutput output, string list, IReadOnlyList<LoggedVerdict> verdicts)
    {
        var known = Directory.Exists(list) ? SpecManifest.Read(list) : new SpecManifest { Entries = [] };
        foreach (var entry in known.Unlisted(verdicts))
        {
            SpecManifest.Add(list, entry);
            output.Out.WriteLine($"listed        {entry.Spec}.{entry.Test}  ({SpecManifest.FileOf(list, entry)})");
        }
    }

    private static int ExitCode(IReadOnlyList<LoggedVerdict> verdicts, bool hasProblems)
    {
        if (verdicts.Any(verdict => verdict is { Fails: true, Verdict: not (Verdict.NotComparable or Verdict.Inconclusive) })) return GateExitCode.Regressed;
        if (hasProblems || verdicts.Any(verdict => verdict is { Fails: true, Verdict: Verdict.NotComparable })) return GateExitCode.NotComparable;
        return verdicts.Any(verdict => verdict.Fails) ? GateExitCode.Inconclusive : GateExitCode.Passed;
    }

    private static string Words(BaselineStatus status) => status switch
    {
        BaselineStatus.Edited => "is not the file that was approved: its SHA-256 differs from its approval note's. Restore it, or approve the result anew.",
        BaselineStatus.Unsigned => "has no readable approval note beside it. Restore the note, or approve the result anew.",
        _ => "its approval note is there and the file is not. Restore it, or delete the note and the spec's file in specs/ in a reviewed change.",
    };
}
