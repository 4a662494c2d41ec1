using SafetyGate.Core.Files;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Reports;

namespace SafetyGate.Cli.Commands;

/// <summary>What one test left to be approved: its result, or one for each training of a recipe, and the rules by which it ran.</summary>
/// <param name="Test">The test.</param>
/// <param name="Results">The received results, with the file of each.</param>
/// <param name="Rules">Rules that are not the approved ones; <c>null</c> for none.</param>
internal sealed record PendingApproval(BaselineKey Test, IReadOnlyList<(BaselineKey Key, string File, ResultDocument Document)> Results, RulesToApprove? Rules)
{
    private const int LabelWidth = 10;

    /// <summary>One line for a list.</summary>
    public string Line(BaselineStore store)
    {
        var reviews = Reviews(store);
        var summary = reviews.Count > 0 ? string.Join("; ", reviews.Select(review => review.Summary)) : "rules";
        return $"{Test}  {summary}{(reviews.Any(review => review.Harm is not null) ? "  (lowers the bar)" : "")}";
    }

    /// <summary>Reviews of the results.</summary>
    public IReadOnlyList<ApprovalReview> Reviews(BaselineStore store) => [.. Results.Select(result => ApprovalReview.Of(store, result.Key, result.Document))];

    /// <summary>Prints what approving would mean.</summary>
    /// <returns>Why it lowers the bar; <c>null</c> if it does not.</returns>
    public string? Print(GateOutput output, BaselineStore store, IReadOnlyList<VerdictRecord> log)
    {
        List<string> harms = [];
        foreach (var review in Reviews(store))
        {
            output.Out.WriteLine($"review      {review.Key}");
            foreach (var line in review.Lines.Concat(review.NeedsReference ? FromLog(log) : [])) output.Out.WriteLine($"  {line.Label.PadRight(LabelWidth)}{line.Words}");
            if (review.Harm is null) continue;
            output.Out.WriteLine($"  {"harm".PadRight(LabelWidth)}{review.Harm}");
            harms.Add($"{review.Key}: {review.Harm}");
        }

        return harms.Count > 0 ? string.Join("\n  ", harms) : null;
    }

    // The untuned reference is in no result file; the run that left the result was held against it, and its message says with what outcome.
    private IEnumerable<TextLine> FromLog(IReadOnlyList<VerdictRecord> log)
    {
        var verdict = log.LastOrDefault(one => one.Spec == Test.Spec && one.Test == Test.Test && one.Received is not null);
        return verdict is null
            ? [new("anchor", "the untuned reference: no log of the run is here; the message of the run has its outcome")]
            : verdict.Message.Split('\n').Where(line => line.StartsWith("  anchor ", StringComparison.Ordinal) && !line.Contains("first approved", StringComparison.Ordinal)).Take(1)
                .Select(line => new TextLine("anchor", line["  anchor ".Length..].Trim()));
    }

    /// <summary>Everything pending.</summary>
    /// <param name="store">The baselines.</param>
    /// <param name="artifact">Where results come from; <c>null</c>: beside the baselines.</param>
    /// <param name="from">Name of the artifact, for messages.</param>
    /// <param name="logs">Folders of the logs of verdicts.</param>
    /// <param name="wanted">Which tests; <c>null</c> for all.</param>
    /// <exception cref="UserErrorException">A file is damaged, or there are several results for one baseline.</exception>
    public static IReadOnlyList<PendingApproval> All(BaselineStore store, ReceivedArtifact? artifact, string? from, IReadOnlyList<string> logs, string? wanted)
    {
        var received = artifact is null
            ? store.AllReceived().Select(key => (Key: key, File: store.ReceivedPath(key)))
            : artifact.Files.Select(file => (file.Key, File: file.Path));
        var chosen = received.Where(entry => Matches(entry.Key, wanted)).ToList();
        if (chosen.GroupBy(entry => entry.Key).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new UserErrorException(Invariant($"{from} holds {twice.Count()} results for {twice.Key}; choose one with --from FILE."));
        var results = chosen.Select(entry => (entry.Key, entry.File, Document: ResultFile.Read(entry.File))).ToList();
        var rules = RulesToApprove.Of(SpecManifest.PathIn(store.Directory), logs, [.. results.Select(result => (result.Key, result.Document))], key => Matches(key, wanted));
        var tests = results.Select(result => result.Key.Whole).Concat(rules.Select(rule => new BaselineKey(rule.Test.Spec, rule.Test.Test))).Distinct();
        return [.. tests.Select(test => new PendingApproval(test, [.. results.Where(result => result.Key.Whole == test)],
            rules.FirstOrDefault(rule => rule.Test.Spec == test.Spec && rule.Test.Test == test.Test)))];
    }

    /// <summary>Approves several: all of it, or nothing.</summary>
    public static void Approve(GateOutput output, BaselineStore store, IReadOnlyList<PendingApproval> pending, ApprovalRequest request, bool isElsewhere)
    {
        var chosen = Chosen(pending, isElsewhere);
        var rules = pending.Select(one => one.Rules).OfType<RulesToApprove>().ToList();
        var notes = store.ApproveAll(chosen, request, rules.SelectMany(rule => rule.Files(request)));
        foreach (var (entry, note) in chosen.Zip(notes)) output.Out.WriteLine($"approved    {entry.Key}  ({Path.Combine(store.Directory, note.File)})");
        foreach (var rule in rules) rule.Print(output);
    }

    /// <summary>Checks that they may be approved, whatever they do to the bar.</summary>
    public static void RequireApprovable(BaselineStore store, IReadOnlyList<PendingApproval> pending, ApprovalRequest request, bool isElsewhere) =>
        store.RequireApprovable(Chosen(pending, isElsewhere), request);

    private static List<(BaselineKey Key, string? File)> Chosen(IReadOnlyList<PendingApproval> pending, bool isElsewhere) =>
        [.. pending.SelectMany(one => one.Results).Select(result => (result.Key, isElsewhere ? result.File : null))];

    private static bool Matches(BaselineKey key, string? wanted) =>
        wanted is null || wanted == key.Spec || wanted == key.ToString() || wanted == key.Whole.ToString();
}
