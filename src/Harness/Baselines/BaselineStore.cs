using System.Security.Cryptography;
using System.Text;
using SafetyGate.Core.Files;
using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Harness.Baselines;

/// <summary>
/// A folder of approved results: <c>SPEC.TEST.verified.json</c>, the latest result beside it as <c>.received.json</c>, and the approval
/// note. The names follow Verify's conventions, so its review tools work on them.
/// </summary>
public sealed class BaselineStore
{
    private const string Verified = ".verified.json", Received = ".received.json", Note = ".approval.md";

    /// <summary>The store in a folder, which need not exist yet.</summary>
    public BaselineStore(string directory) => Directory = directory;

    /// <summary>The folder.</summary>
    public string Directory { get; }

    /// <summary>Path of the approved file.</summary>
    public string VerifiedPath(BaselineKey key) => Path.Combine(Directory, key.FileStem + Verified);

    /// <summary>Path of the latest result.</summary>
    public string ReceivedPath(BaselineKey key) => Path.Combine(Directory, key.FileStem + Received);

    /// <summary>Path of the approval note.</summary>
    public string NotePath(BaselineKey key) => VerifiedPath(key) + Note;

    /// <summary>The command that approves this key's received file; for messages.</summary>
    public static string ApproveCommand(BaselineKey key) => $"{GateCommandName.Text} approve \"{key}\" --why \"…\"";

    /// <summary>State of the baseline.</summary>
    public BaselineStatus Status(BaselineKey key) => StatusOf(VerifiedPath(key));

    /// <summary>The approved result; <c>null</c> when there is none.</summary>
    /// <exception cref="UserErrorException">The file is damaged (65), or it is not the one that was approved (3).</exception>
    public ResultDocument? Approved(BaselineKey key)
    {
        var path = VerifiedPath(key);
        switch (StatusOf(path))
        {
            case BaselineStatus.Missing: return null;
            case BaselineStatus.Edited: throw new UserErrorException($"{path} is not the file that was approved: its SHA-256 differs from the one in {Path.GetFileName(NotePath(key))}{LineEndingsOf(path)}. Restore it from version control, or approve the result anew: {ApproveCommand(key)}", GateExitCode.NotComparable);
            case BaselineStatus.Unsigned: throw new UserErrorException($"{path} has no readable approval note beside it ({Path.GetFileName(NotePath(key))}). Restore the note from version control, or approve the result anew: {ApproveCommand(key)}", GateExitCode.NotComparable);
        }

        var document = ResultFile.Read(path);
        if (document.Spec is { } spec && (spec != key.Spec || document.Test != key.Test))
            throw new UserErrorException($"{path} belongs to {spec}.{document.Test}, not to {key}.",
                GateExitCode.NotComparable);
        return document;
    }

    /// <summary>
    /// The result that was approved first for a spec whose anchor it is; the present baseline when no other was approved before it;
    /// <c>null</c> when there is none.
    /// </summary>
    /// <exception cref="UserErrorException">As for <see cref="Approved"/>, of the present or of the first file.</exception>
    public ResultDocument? FirstApproved(BaselineKey key) => new FirstApproved(this, key).Read();

    /// <summary>Kept first results that are gone or are not the ones that were approved, one sentence each.</summary>
    public IReadOnlyList<string> FirstApprovedProblems() =>
        [.. All().Where(file => file.Status == BaselineStatus.Approved).Select(file => TryRead(Path.Combine(Directory, file.File)))
            .Where(document => document is { Spec: not null, Test: not null })
            .Select(document => new FirstApproved(this, new(document!.Spec!, document.Test!)).Problem()).OfType<string>()];

    /// <summary>Leaves the result of a run beside its baseline, to be looked at and approved.</summary>
    /// <returns>The path of the file.</returns>
    /// <exception cref="UserErrorException">Another baseline's files would have the same names where case does not count.</exception>
    public string Receive(BaselineKey key, ResultDocument document)
    {
        RequireOwnName(key);
        ResultFile.Write(document with { Spec = key.Spec, Test = key.Test }, ReceivedPath(key));
        return ReceivedPath(key);
    }

    /// <summary>Removes an earlier result if the present one equals its baseline.</summary>
    public void DiscardReceived(BaselineKey key) => File.Delete(ReceivedPath(key));

    /// <summary>All approved files' status, in order of name. A note without its file is reported as missing.</summary>
    public IReadOnlyList<(string File, BaselineStatus Status)> All()
    {
        if (!System.IO.Directory.Exists(Directory)) return [];
        var verified = System.IO.Directory.GetFiles(Directory, "*" + Verified);
        var orphans = System.IO.Directory.GetFiles(Directory, "*" + Verified + Note).Select(n => n[..^Note.Length]);
        return [.. verified.Union(orphans, StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(f => (Path.GetFileName(f), StatusOf(f)))];
    }

    /// <summary>
    /// Digest of every approved file and note, whatever their line endings; a verdict records it, so that a baseline changed afterwards is
    /// seen.
    /// </summary>
    public string Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        string[] files = System.IO.Directory.Exists(Directory)
            ? [.. System.IO.Directory.GetFiles(Directory, "*" + Verified), .. System.IO.Directory.GetFiles(Directory, "*" + Note)]
            : [];
        foreach (var path in files.Order(StringComparer.Ordinal))
            hash.AppendData(Encoding.UTF8.GetBytes($"{Path.GetFileName(path)}\n{LineEndings.Sha256(BoundedFile.Read(path, StrictJson.MaximumBytes))}\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The approved scores of people that hold for one test: those of its own results, and of the results of its recipe.</summary>
    /// <param name="test">The test.</param>
    /// <param name="recipe">Name of the recipe; <c>null</c> for none.</param>
    /// <exception cref="UserErrorException">A file is damaged (65), or two contradict each other (3).</exception>
    public ApprovedOverrides Overrides(BaselineKey test, string? recipe) => Overrides(test, recipe, []);

    /// <summary>The same, once other results are approved in the place of some.</summary>
    /// <param name="test">The test.</param>
    /// <param name="recipe">Name of the recipe; <c>null</c> for none.</param>
    /// <param name="chosen">The results to be approved.</param>
    /// <exception cref="UserErrorException">A file is damaged (65), or two contradict each other (3).</exception>
    public ApprovedOverrides Overrides(BaselineKey test, string? recipe, IReadOnlyList<(BaselineKey Key, ResultDocument Document)> chosen) =>
        Holding(test, recipe, Overridden(chosen));

    private static ApprovedOverrides Holding(BaselineKey test, string? recipe, IReadOnlyList<(string File, ResultDocument Document)> overridden)
    {
        return ApprovedOverrides.Of(overridden.Where(one => IsOf(one.Document)).SelectMany(one => one.Document.Metrics.Select(metric => (one.File, metric.Measurement))));

        bool IsOf(ResultDocument document) => (recipe is not null && document.Recipe?.Name == recipe)
            || (document is { Spec: { } spec, Test: { } name } && new BaselineKey(spec, name).Whole == test.Whole);
    }

    // Results with scores of people: the chosen ones, and the approved ones in whose place none of them comes.
    private List<(string File, ResultDocument Document)> Overridden(IReadOnlyList<(BaselineKey Key, ResultDocument Document)> chosen)
    {
        var replaced = chosen.Select(one => Path.GetFileName(VerifiedPath(one.Key))).ToHashSet(StringComparer.Ordinal);
        List<(string File, ResultDocument Document)> results = [.. chosen.Where(one => HasOverrides(one.Document)).Select(one => (Path.GetFileName(VerifiedPath(one.Key)), one.Document))];
        foreach (var (file, status) in All())
            if (status == BaselineStatus.Approved && !replaced.Contains(file) && WithOverrides(Path.Combine(Directory, file)) is { } document) results.Add((file, document));
        return results;
    }

    private static bool HasOverrides(ResultDocument document) => document.Metrics.Any(metric => ScoreOverrides.Count(metric.Measurement) > 0);

    // Two that contradict each other are not approved.
    private void RequireConsistentOverrides(IReadOnlyList<(BaselineKey Key, ResultDocument Document)> chosen)
    {
        var tests = chosen.Where(one => HasOverrides(one.Document)).Select(one => (one.Key.Whole, one.Document.Recipe?.Name)).Distinct().ToList();
        if (tests.Count == 0) return;
        var overridden = Overridden(chosen);
        foreach (var (test, recipe) in tests) _ = Holding(test, recipe, overridden);
    }

    // Most files have none, and need not be taken apart to know it. A key may be written with escapes.
    private static ResultDocument? WithOverrides(string path)
    {
        var bytes = BoundedFile.Read(path, StrictJson.MaximumBytes);
        return bytes.AsSpan().IndexOf("\"overrides\""u8) < 0 && bytes.AsSpan().IndexOf("\\u"u8) < 0 ? null : ResultFile.Read(bytes, path);
    }

    /// <summary>The keys of all received files, read from the files themselves.</summary>
    /// <exception cref="UserErrorException">One of them is damaged or belongs to no spec.</exception>
    public IReadOnlyList<BaselineKey> AllReceived()
    {
        if (!System.IO.Directory.Exists(Directory)) return [];
        return [.. System.IO.Directory.GetFiles(Directory, "*" + Received).Order(StringComparer.Ordinal).Select(path => KeyOf(ResultFile.Read(path), path))];
    }

    /// <summary>Moves received to verified and writes who, when, why and the hash beside it.</summary>
    /// <param name="key">Which baseline.</param>
    /// <param name="request">Who, when, why.</param>
    /// <param name="from">A received file from elsewhere, such as a downloaded CI artifact; <c>null</c>: the one beside the
    /// baseline.</param>
    /// <returns>The note that was written.</returns>
    /// <exception cref="UserErrorException">Nothing was received, or the result may not be approved; the message has the reason and the
    /// remedy.</exception>
    public ApprovalNote Approve(BaselineKey key, ApprovalRequest request, string? from = null) => ApproveAll([(key, from)], request, [])[0];

    /// <summary>Approves several results and writes files that belong to them: all of it, or nothing.</summary>
    /// <param name="chosen">Which baselines, with the received file of each as for <see cref="Approve"/>; each once.</param>
    /// <param name="request">Who, when, why.</param>
    /// <param name="beside">Paths and contents of files written together with them, such as entries of the list of specs.</param>
    /// <returns>The notes that were written, in order.</returns>
    /// <exception cref="UserErrorException">One of them may not be approved, or cannot be written (exit code 74): nothing is
    /// changed.</exception>
    public IReadOnlyList<ApprovalNote> ApproveAll(IReadOnlyList<(BaselineKey Key, string? From)> chosen, ApprovalRequest request,
        IEnumerable<(string Path, byte[] Bytes)> beside)
    {
        var approvable = Approvable(chosen, request);
        var files = new List<(string Path, byte[] Bytes)>();
        var notes = new List<ApprovalNote>();
        foreach (var (key, document) in approvable)
        {
            var bytes = ResultFile.Bytes(document);
            var sha256 = LineEndings.Sha256(bytes);
            var (first, kept) = new FirstApproved(this, key).Pin(document, sha256, request.NewAnchor);
            var note = new ApprovalNote { File = Path.GetFileName(VerifiedPath(key)), Sha256 = sha256, Who = request.Who, When = request.When, Why = request.Why, First = first, Overrides = ApprovalNote.OverridesOf(document) };
            if (kept is { } file) files.Add(file);
            files.Add((VerifiedPath(key), bytes));
            files.Add((NotePath(key), Encoding.UTF8.GetBytes(note.Text())));
            notes.Add(note);
        }

        ApprovalJournal.Write(Directory, [.. files, .. beside], [.. chosen.Select(one => ReceivedPath(one.Key))]);
        return notes;
    }

    /// <summary>Checks that several results may be approved together, without changing anything.</summary>
    /// <param name="chosen">As for <see cref="ApproveAll"/>.</param>
    /// <param name="request">Who, when, why.</param>
    /// <exception cref="UserErrorException">One of them may not be approved.</exception>
    public void RequireApprovable(IReadOnlyList<(BaselineKey Key, string? From)> chosen, ApprovalRequest request) => Approvable(chosen, request);

    private List<(BaselineKey Key, ResultDocument Document)> Approvable(IReadOnlyList<(BaselineKey Key, string? From)> chosen, ApprovalRequest request)
    {
        if (chosen.GroupBy(one => VerifiedPath(one.Key), StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1) is { } same)
            throw new UserErrorException($"{string.Join(" and ", same.Select(one => one.Key))} are one file where upper and lower case do not count; nothing is approved. Rename one of the two tests.", GateExitCode.NotComparable);
        var approvable = chosen.Select(entry => (entry.Key, Document: Approvable(entry.Key, request, entry.From))).ToList();
        RequireConsistentOverrides(approvable);
        RequirePoweredFamilies(approvable, request);
        return approvable;
    }

    // A run's gates are red together when one of them is: a spec is judged with what is approved of it already.
    private void RequirePoweredFamilies(IReadOnlyList<(BaselineKey Key, ResultDocument Document)> approvable, ApprovalRequest request)
    {
        if (request.AcceptUnderpoweredGate) return;
        foreach (var spec in approvable.GroupBy(entry => entry.Key.Spec, StringComparer.Ordinal))
        {
            var chosen = spec.Select(entry => VerifiedPath(entry.Key)).ToHashSet(StringComparer.Ordinal);
            var standing = System.IO.Directory.Exists(Directory)
                ? System.IO.Directory.GetFiles(Directory, "*" + Verified).Where(path => !chosen.Contains(path)).Select(TryRead).OfType<ResultDocument>().Where(d => d.Spec == spec.Key)
                : [];
            var metrics = spec.Select(entry => entry.Document).Concat(standing).SelectMany(document => document.Metrics);
            var family = FamilyPower.Of(metrics, request.Discordance ?? FamilyPower.AssumedDiscordance, request.Correlation ?? 1);
            if (family.Members.Count > 1 && family.Problem(spec.Key, request.Correlation ?? 1) is { } problem) // one metric alone is judged for itself
                throw new UserErrorException($"{spec.Key} is not approved.\n  {problem}{(request.Discordance is null ? " That share is assumed; one that was measured is given by --discordance." : "")} To approve all the same: --accept-underpowered.");
        }
    }

    private ResultDocument Approvable(BaselineKey key, ApprovalRequest request, string? from)
    {
        RequireOwnName(key);
        var source = from ?? ReceivedPath(key);
        if (!File.Exists(source)) throw new UserErrorException($"There is nothing to approve: {source} does not exist. Run the spec first; a run that differs from its baseline leaves that file.");
        var document = ResultFile.Read(source);
        if (KeyOf(document, source) != key)
            throw new UserErrorException($"{source} belongs to {document.Spec}.{document.Test}; it cannot be approved for {key}.");
        var standing = File.Exists(VerifiedPath(key)) ? TryRead(VerifiedPath(key)) : null;
        if (standing is { Spec: { } spec, Test: { } test } && new BaselineKey(spec, test) != key)
            throw new UserErrorException($"{key} is not approved: {VerifiedPath(key)} is the baseline of {spec}.{test}. Restore the file from version control, or rename one of the two tests.", GateExitCode.NotComparable);
        if (ApprovalProblems.Of(document, standing, request).ToArray() is { Length: > 0 } problems)
            throw new UserErrorException($"{key} is not approved.\n  " + string.Join("\n  ", problems));
        return document;
    }

    /// <summary>The approval note; <c>null</c> when there is none that can be read.</summary>
    public ApprovalNote? NoteOf(BaselineKey key) => NoteAt(VerifiedPath(key));

    private void RequireOwnName(BaselineKey key)
    {
        foreach (var path in new[] { VerifiedPath(key), ReceivedPath(key) })
            if (PortableName.Twin(Directory, Path.GetFileName(path)) is { } twin)
                throw new UserErrorException($"{twin} is in {Directory} already; for {key} there would be {Path.GetFileName(path)}, which is the same file where upper and lower case do not count. Rename one of the two tests.", GateExitCode.NotComparable);
    }

    private static BaselineKey KeyOf(ResultDocument document, string path) =>
        document is { Spec: { } spec, Test: { } test } ? new(spec, test) : throw new UserErrorException($"{path} does not name its spec and test; only a result received from a spec can be approved.");

    private static ApprovalNote? NoteAt(string verified) =>
        File.Exists(verified + Note) ? ApprovalNote.Parse(BoundedFile.ReadText(verified + Note), Path.GetFileName(verified)) : null;

    private static BaselineStatus StatusOf(string verified)
    {
        if (!File.Exists(verified)) return BaselineStatus.Missing;
        if (NoteAt(verified) is not { } note) return BaselineStatus.Unsigned;
        return LineEndings.Sha256(BoundedFile.Read(verified, StrictJson.MaximumBytes)) == note.Sha256 ? BaselineStatus.Approved : BaselineStatus.Edited;
    }

    /// <summary>The cause of an edited file in words, when only its line endings differ from what was approved; else empty.</summary>
    /// <param name="verified">Path of the file.</param>
    public static string LineEndingsOf(string verified) =>
        NoteAt(verified) is { } note && LineEndings.AloneDiffer(BoundedFile.Read(verified, StrictJson.MaximumBytes), note.Sha256)
            ? $", and only by its line endings (CRLF and LF), as git's core.autocrlf changes them; '{GateCommandName.Text} approve' signs the text with LF"
            : "";

    /// <summary>The baseline's file whether or not it is the approved one; <c>null</c> if there is none that can be read.</summary>
    internal ResultDocument? AsItLies(BaselineKey key) => File.Exists(VerifiedPath(key)) ? TryRead(VerifiedPath(key)) : null;

    private static ResultDocument? TryRead(string path)
    {
        try { return ResultFile.Read(path); } catch (UserErrorException) { return null; } // a damaged baseline may be replaced
    }
}
