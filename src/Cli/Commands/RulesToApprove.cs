using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Reports;

namespace SafetyGate.Cli.Commands;

/// <summary>The rules of one test that are to be approved: those of the received results, and those by which the test ran.</summary>
/// <param name="Directory">Folder of the list of specs.</param>
/// <param name="Test">The test.</param>
/// <param name="Rules">All its rules.</param>
/// <param name="Changes">What differs from the approved ones.</param>
internal sealed record RulesToApprove(string Directory, ManifestEntry Test, IReadOnlyList<ClaimRule> Rules, IReadOnlyList<RuleChange> Changes)
{
    /// <summary>The folder of the logs: as named, or <c>artifacts/gate</c> beside the baselines.</summary>
    /// <param name="log">Value of <c>--log</c>.</param>
    /// <param name="baselines">Folder of the baselines.</param>
    public static string LogFolder(string? log, string baselines) =>
        log ?? (Environment.GetEnvironmentVariable(JudgedFolders.ResultsVariable) is { Length: > 0 } set ? set
            : Path.Combine(Path.GetDirectoryName(Path.GetFullPath(baselines))!, "artifacts", "gate"));

    /// <summary>Tests whose rules are not the approved ones, in order; each with everything it demands from now on.</summary>
    /// <param name="directory">Folder of the list of specs.</param>
    /// <param name="logs">Folders of logs; need not exist.</param>
    /// <param name="received">Results that are approved together with them.</param>
    /// <param name="wanted">Which tests.</param>
    /// <exception cref="UserErrorException">A log or a file of the list is damaged, or two classes have one name.</exception>
    public static IReadOnlyList<RulesToApprove> Of(string directory, IReadOnlyList<string> logs, IReadOnlyList<(BaselineKey Key, ResultDocument Document)> received,
        Func<BaselineKey, bool> wanted)
    {
        var cutOff = false;
        var ran = new List<RanRule>();
        foreach (var log in logs)
        {
            if (VerdictLog.Namesakes(log).FirstOrDefault() is { } problem) throw new UserErrorException(problem, GateExitCode.NotComparable);
            ran.AddRange(VerdictLog.ReadAll(log, out var cut).Select(verdict => verdict.Ran));
            cutOff |= cut.Count > 0;
        }

        var byTest = ran.ToLookup(rule => rule.Test);
        var documents = received.ToLookup(one => ManifestEntry.Of(one.Key), one => one.Document);
        var tests = byTest.Select(ofTest => ofTest.Key).Where(test => wanted(new(test.Spec, test.Test))).Concat(documents.Select(ofTest => ofTest.Key)).Distinct();
        return [.. tests.OrderBy(test => test.Spec, StringComparer.Ordinal).ThenBy(test => test.Test, StringComparer.Ordinal)
            .Select(test => Of(directory, test, [.. byTest[test]], [.. documents[test]], cutOff)).OfType<RulesToApprove>()];
    }

    /// <summary>The files that approve them.</summary>
    public IReadOnlyList<(string Path, byte[] Bytes)> Files(ApprovalRequest request) => SpecManifest.Approved(Directory, Test, Rules, request);

    /// <summary>Names what is approved, each change with both values.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="what">What becomes of it, as the label of the first line.</param>
    public void Print(GateOutput output, string what = "approved   ")
    {
        output.Out.WriteLine($"{what} rule of {Test.Spec}.{Test.Test}  ({SpecManifest.FileOf(Directory, Test)})");
        foreach (var change in Changes)
            output.Out.WriteLine($"              {change.Of}: {change.Field}: {change.Before} → {change.Now}{(change.Loosens ? "  (loosens the gate)" : "")}");
    }

    // A received result has the rule of its own claim, the log with what else its verb demands. A claim that a failing verdict or a kill may have kept from running stays approved.
    private static RulesToApprove? Of(string directory, ManifestEntry test, IReadOnlyList<RanRule> ran, IReadOnlyList<ResultDocument> received, bool cutOff)
    {
        var standing = SpecManifest.Find(directory, test, out _);
        var logged = ran.Select(one => one.Rule).OfType<ClaimRule>().Where(rule => rule.Terms.Count > 0).Distinct().ToList();
        var rules = received.SelectMany(BaselineRules.Of).Select(rule => logged.Find(rule.IsPartOf) ?? rule).Distinct().ToList();
        rules.AddRange(logged.Where(rule => !rules.Any(rule.IsOfSameClaim)).ToList());
        if (rules.Count == 0) return null;
        if (standing is not null && (cutOff || ran.Count == 0 || ran.Any(one => one.Fails)))
            rules.AddRange(standing.Rules.Where(rule => !rules.Any(rule.IsOfSameClaim)).ToList());
        var changes = RuleChange.Between(test, standing?.Rules ?? [], rules);
        return changes.Count == 0 && standing is { IsApproved: true } ? null : new(directory, test, rules, changes);
    }
}
