using System.Text;
using SafetyGate.Core.Files;
using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Baselines;

/// <summary>
/// <c>baselines/specs/</c>: the gated tests that must have run, each with the rules that were approved for it and a note of who approved
/// them, when and why. One file each, so that pull requests that add tests do not touch the same one. A skipped, filtered or deleted spec
/// is a failure, not silence, and so is a changed rule.
/// </summary>
public sealed record SpecManifest
{
    private const string Extension = ".json", Note = ".approval.md";

    /// <summary>The tests, in order of spec and test.</summary>
    public required IReadOnlyList<ManifestEntry> Entries { get; init; }

    /// <summary>The same with their rules; a test that is not among them has no approved rule.</summary>
    public IReadOnlyList<ListedSpec> Specs { get; init; } = [];

    /// <summary>Names of approval notes whose file is gone.</summary>
    public IReadOnlyList<string> Orphans { get; init; } = [];

    /// <summary>The folder of the list in a folder of baselines.</summary>
    public static string PathIn(string baselineDirectory) => Path.Combine(baselineDirectory, "specs");

    /// <summary>The file of one test in the folder of the list.</summary>
    public static string FileOf(string directory, ManifestEntry entry) =>
        Path.Combine(directory, new BaselineKey(entry.Spec, entry.Test).FileStem + Extension);

    /// <summary>Whether a folder lists any spec.</summary>
    /// <param name="directory">Folder of the list.</param>
    public static bool IsIn(string directory) => Files(directory).Count > 0;

    /// <summary>Reads the list.</summary>
    /// <param name="directory">Its folder, see <see cref="PathIn"/>.</param>
    /// <exception cref="UserErrorException">It is missing, empty, or holds a file that is damaged or names another test than its file
    /// name.</exception>
    public static SpecManifest Read(string directory)
    {
        var files = Files(directory);
        if (files.Count == 0)
            throw new UserErrorException($"{directory} lists no spec. It lists the specs that must have run, with their rules, one file each; a list that demands nothing would let everything pass. '{GateCommandName.Text} approve --why \"…\"' lists what ran.", GateExitCode.NotComparable);
        var specs = files.Select(file => Entry(directory, file)).OrderBy(spec => spec.Test.Spec, StringComparer.Ordinal)
            .ThenBy(spec => spec.Test.Test, StringComparer.Ordinal).ToList();
        var notes = Directory.GetFiles(directory, "*" + Extension + Note).Select(note => note[..^Note.Length]);
        return new()
        {
            Entries = [.. specs.Select(spec => spec.Test)],
            Specs = specs,
            Orphans = [.. notes.Except(files, StringComparer.Ordinal).Select(file => Path.GetFileName(file) + Note).Order(StringComparer.Ordinal)],
        };
    }

    /// <summary>
    /// The rules approved for one test, without reading the rest of the list; <c>null</c> if the test is not on it.
    /// </summary>
    /// <param name="directory">Folder of the list.</param>
    /// <param name="entry">The test.</param>
    /// <param name="isList">False if there is no list at all, so that nothing can be said of any test.</param>
    /// <exception cref="UserErrorException">The file of the test is damaged, or names another one.</exception>
    public static ListedSpec? Find(string directory, ManifestEntry entry, out bool isList)
    {
        isList = IsIn(directory);
        var file = FileOf(directory, entry);
        if (!File.Exists(file)) return null;
        var spec = Entry(directory, file);
        return spec.Test == entry ? spec : null;
    }

    /// <summary>Lists a test without a rule: it must run, and is not comparable until its rule is approved.</summary>
    /// <exception cref="UserErrorException">It cannot be written (exit code 74).</exception>
    public static void Add(string directory, ManifestEntry entry) => WholeFile.Write(FileOf(directory, entry), SpecFile.Content(entry, []));

    /// <summary>The file of a test with its rules, and the approval note beside it; to be written together.</summary>
    /// <param name="directory">Folder of the list.</param>
    /// <param name="entry">The test.</param>
    /// <param name="rules">All rules of the test.</param>
    /// <param name="request">Who approves, when and why.</param>
    /// <exception cref="UserErrorException">It is not said who or why, or the name is another test's where case does not count.</exception>
    public static IReadOnlyList<(string Path, byte[] Bytes)> Approved(string directory, ManifestEntry entry, IEnumerable<ClaimRule> rules, ApprovalRequest request)
    {
        if (request.Problems().FirstOrDefault() is { } problem) throw new UserErrorException($"{entry.Spec}.{entry.Test} is not approved. {problem}");
        var path = FileOf(directory, entry);
        if (PortableName.Twin(directory, Path.GetFileName(path)) is { } twin)
            throw new UserErrorException($"{twin} is in {directory} already; for {entry.Spec}.{entry.Test} there would be {Path.GetFileName(path)}, which is the same file where upper and lower case do not count. Rename one of the two tests.", GateExitCode.NotComparable);
        var bytes = SpecFile.Content(entry, rules);
        var note = new ApprovalNote { File = Path.GetFileName(path), Sha256 = LineEndings.Sha256(bytes), Who = request.Who, When = request.When, Why = request.Why };
        return [(path, bytes), (path + Note, Encoding.UTF8.GetBytes(note.Text()))];
    }

    /// <summary>Approved files of tests that are not on the list: they are no longer compared with.</summary>
    public IReadOnlyList<string> UnusedBaselines(BaselineStore store) =>
        [.. from file in store.All()
            where file.Status == BaselineStatus.Approved
            let document = ResultFile.Read(Path.Combine(store.Directory, file.File))
            where document.Spec is null || document.Test is null || !Entries.Contains(ManifestEntry.Of(new(document.Spec, document.Test)))
            select $"{file.File} is the baseline of {document.Spec}.{document.Test}, which is not on the list of specs that must run. List the spec, or delete the baseline and its note in a reviewed change.",
            .. from file in store.All()
            where file.Status == BaselineStatus.Approved
            let document = ResultFile.Read(Path.Combine(store.Directory, file.File))
            where document is { Spec: not null, Test: not null } && Path.GetFileName(store.VerifiedPath(new(document.Spec, document.Test))) is var expected && expected != file.File
            select $"{file.File} is the baseline of {document.Spec}.{document.Test}, whose file is {Path.GetFileName(store.VerifiedPath(new(document.Spec!, document.Test!)))}; nothing is compared with it. Approve the result anew, and delete the file and its note in a reviewed change."];

    /// <summary>Tests that ran and are not on the list, in order.</summary>
    /// <param name="ran">The tests that left a verdict.</param>
    public IReadOnlyList<ManifestEntry> Unlisted(IEnumerable<ManifestEntry> ran) =>
        Ordered(ran.Distinct().Where(e => !Entries.Contains(e)));

    /// <summary>
    /// Tests that did not run although they are listed, or ran although they are not; empty when every listed test ran and no other did.
    /// </summary>
    /// <param name="ran">The tests that left a verdict.</param>
    public IReadOnlyList<string> Problems(IReadOnlyCollection<ManifestEntry> ran)
    {
        var missing = Entries.Where(e => !ran.Contains(e)).Select(e => $"{e.Spec}.{e.Test} must run and left no verdict: it was skipped, filtered, deleted or did not get so far. Run it, or take it off the list in a reviewed change.");
        var unlisted = Unlisted(ran).Select(e => $"{e.Spec}.{e.Test} ran and is not on the list of specs that must run. Approve it, so that its rule is known and its loss will be seen: {ApproveCommand(e)}");
        return [.. missing, .. unlisted];
    }

    /// <summary>Listed tests whose rules are not approved: none is recorded, or the file is not the one that was approved.</summary>
    public IReadOnlyList<string> Unapproved =>
        [.. from spec in Specs where !spec.IsApproved select $"{Name(spec.Test)}: {Words(spec)} {Approve(spec.Test)}",
            .. Orphaned];

    /// <summary>Approval notes whose file is gone, a sentence each.</summary>
    internal IReadOnlyList<string> Orphaned => [.. Orphans.Select(note => $"specs/{note}: the spec's file beside it is gone. Restore it, or delete the note in a reviewed change.")];

    /// <summary>Respects in which the rules of the tests that ran are not the approved ones.</summary>
    /// <param name="ran">The rules of all verdicts. Tests that are not listed, or have no approved rule at all, are left out.</param>
    public IReadOnlyList<RuleChange> RuleChanges(IReadOnlyCollection<RanRule> ran)
    {
        var listed = Specs.Where(spec => spec.IsApproved).ToDictionary(spec => spec.Test);
        return [.. from test in ran.GroupBy(one => one.Test).OrderBy(test => test.Key.Spec, StringComparer.Ordinal).ThenBy(test => test.Key.Test, StringComparer.Ordinal)
            where listed.ContainsKey(test.Key)
            from change in RuleChange.Between(test.Key, [.. listed[test.Key].Rules], [.. test.Select(one => one.Rule).OfType<ClaimRule>()], all: !test.Any(one => one.Fails))
            select change];
    }

    /// <summary>The problems of <see cref="RuleChanges"/>, a sentence for each claim.</summary>
    /// <param name="ran">The rules of all verdicts.</param>
    public IReadOnlyList<string> RuleProblems(IReadOnlyCollection<RanRule> ran) =>
        [.. RuleChanges(ran).GroupBy(change => (change.Test, change.Of)).Select(claim => $"{Name(claim.Key.Test)}: the rule is not the approved one ({claim.Key.Of}): {string.Join("; ", claim.Select(change => change.Words))}. Undo the change, or, if it is meant, approve it: {ApproveCommand(claim.Key.Test)}")];

    /// <summary>
    /// Why a claim of a test may not pass by its rule; empty if the rule is approved, or if there is no list, so that <c>gate check</c> alone
    /// can know.
    /// </summary>
    /// <param name="directory">Folder of the list.</param>
    /// <param name="entry">The test.</param>
    /// <param name="rule">The rule of the claim.</param>
    public static IReadOnlyList<string> ProblemsOf(string directory, ManifestEntry entry, ClaimRule rule)
    {
        try
        {
            if (Find(directory, entry, out var isList) is not { } spec) return isList ? [$"the test is not on the list of specs that must run ({directory}), so no rule is approved for it"] : [];
            if (!spec.IsApproved) return [Words(spec).TrimEnd('.')];
            return [.. RuleChange.Between(entry, spec.Rules, [rule], all: false).Select(change => change.Words)];
        }
        catch (UserErrorException e)
        {
            return [e.Message];
        }
    }

    /// <summary>The command that approves the rules of a test; for messages.</summary>
    public static string ApproveCommand(ManifestEntry entry) => BaselineStore.ApproveCommand(new(entry.Spec, entry.Test));

    private static string Approve(ManifestEntry entry) => $"Look at its rule, and approve it: {ApproveCommand(entry)}";

    private static string Name(ManifestEntry entry) => $"{entry.Spec}.{entry.Test}";

    private static string Words(ListedSpec spec) => spec switch
    {
        { Rules.Count: 0 } => "the list of specs records no rule for it.",
        { Status: BaselineStatus.Edited } => "its file in the list of specs is not the one that was approved: its SHA-256 differs from its approval note's.",
        _ => "its file in the list of specs has no readable approval note beside it.",
    };

    // All files but notes: one under another name must not go unseen. What an interrupted approval left is named by its journal; hidden files, as
    // a file manager leaves them, are no test's.
    private static IReadOnlyList<string> Files(string directory) => Directory.Exists(directory)
        ? [.. Directory.GetFiles(directory).Where(file => !file.EndsWith(Extension + Note, StringComparison.Ordinal) && !Path.GetFileName(file).StartsWith('.') && !ApprovalJournal.IsUnfinished(Path.GetFileName(file))).Order(StringComparer.Ordinal)]
        : [];

    private static ListedSpec Entry(string directory, string file)
    {
        var (entry, rules, root) = SpecFile.Read(file);
        var expected = FileOf(directory, entry);
        if (Path.GetFileName(expected) != Path.GetFileName(file)) throw root.Error($"names {Name(entry)}, whose file is {Path.GetFileName(expected)}; rename it, or one test could be taken for another.");
        return new(entry, rules, Status(file));
    }

    private static BaselineStatus Status(string file)
    {
        if (!File.Exists(file + Note) || ApprovalNote.Parse(BoundedFile.ReadText(file + Note), Path.GetFileName(file)) is not { } note) return BaselineStatus.Unsigned;
        return LineEndings.Sha256(BoundedFile.Read(file, StrictJson.MaximumBytes)) == note.Sha256 ? BaselineStatus.Approved : BaselineStatus.Edited;
    }

    private static IReadOnlyList<ManifestEntry> Ordered(IEnumerable<ManifestEntry> entries) =>
        [.. entries.OrderBy(e => e.Spec, StringComparer.Ordinal).ThenBy(e => e.Test, StringComparer.Ordinal)];
}
