using SafetyGate.Harness.Baselines;

namespace SafetyGate.Harness.Reports;

/// <summary>
/// What <c>gate check</c> refuses besides verdicts that fail: verdicts that do not hold here and now, rules that nobody approved, baselines
/// that are not the approved ones. A report is not green where the check is not.
/// </summary>
/// <param name="Results">Folder of the logs of verdicts.</param>
/// <param name="Baselines">The approved results.</param>
/// <param name="Present">What the verdicts must be of.</param>
public sealed record CheckProblems(string Results, BaselineStore Baselines, PresentState Present)
{
    /// <summary>Why the verdicts do not hold here and now, a sentence each.</summary>
    /// <param name="verdicts">All verdicts of the folder.</param>
    /// <exception cref="UserErrorException">A log or a baseline cannot be read.</exception>
    public IReadOnlyList<string> OfVerdicts(IReadOnlyList<VerdictRecord> verdicts) =>
    [
        .. VerdictLog.Namesakes(Results),
        .. TestRunProblems.Of(verdicts, Present.Run, Present.Root, Present.Sources, Baselines.Digest()),
        .. VerdictLog.Untrusted(Results) is { } untrusted ? [untrusted] : Array.Empty<string>(),
    ];

    /// <summary>Which rules are not the approved ones, and which listed specs did not run, a sentence each.</summary>
    /// <param name="manifest">The list of specs.</param>
    /// <param name="verdicts">All verdicts of the folder.</param>
    public static IReadOnlyList<string> OfRules(SpecManifest manifest, IReadOnlyList<VerdictRecord> verdicts) =>
    [
        .. manifest.RuleProblems([.. verdicts.Select(verdict => verdict.Ran)]),
        .. manifest.Unapproved,
        .. manifest.Problems([.. verdicts.Select(verdict => verdict.Entry)]),
    ];

    /// <summary>Which baselines are not the approved ones, or belong to nothing that runs, a sentence each.</summary>
    /// <param name="manifest">The list of specs.</param>
    /// <exception cref="UserErrorException">A baseline cannot be read.</exception>
    public IReadOnlyList<string> OfBaselines(SpecManifest manifest) =>
    [
        .. LinkedBaselines.Problems(Present.Root, Baselines.Directory),
        .. ApprovalJournal.Problems(Baselines.Directory),
        .. manifest.UnusedBaselines(Baselines),
        .. Baselines.FirstApprovedProblems(),
        .. Baselines.All().Where(file => file.Status != BaselineStatus.Approved).Select(file => $"{file.File}: {Words(file.Status, Path.Combine(Baselines.Directory, file.File))}"),
    ];

    /// <summary>
    /// What a report does not show by itself: it has the rules of what ran and the specs that did not. What cannot be read is a problem too.
    /// </summary>
    /// <param name="verdicts">All verdicts of the folder.</param>
    internal IReadOnlyList<string> OfReport(IReadOnlyList<VerdictRecord> verdicts)
    {
        List<string> problems = [.. Tried(() => OfVerdicts(verdicts))];
        problems.AddRange(Tried(() =>
        {
            var manifest = SpecManifest.Read(SpecManifest.PathIn(Baselines.Directory));
            return [.. manifest.Orphaned, .. OfBaselines(manifest)];
        }));
        return problems;
    }

    private static IReadOnlyList<string> Tried(Func<IReadOnlyList<string>> problems)
    {
        try
        {
            return problems();
        }
        catch (UserErrorException e)
        {
            return [e.Message];
        }
    }

    private static string Words(BaselineStatus status, string path) => status switch
    {
        BaselineStatus.Edited =>
            $"is not the file that was approved: its SHA-256 differs from its approval note's{BaselineStore.LineEndingsOf(path)}. Restore it, or approve the result anew.",
        BaselineStatus.Unsigned => "has no readable approval note beside it. Restore the note, or approve the result anew.",
        _ => "its approval note is there and the file is not. Restore it, or delete the note and the spec's file in specs/ in a reviewed change.",
    };
}
