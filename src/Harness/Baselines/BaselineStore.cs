using System.Security.Cryptography;
using System.Text;
using SafetyGate.Core.Files;

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
    public static string ApproveCommand(BaselineKey key) => $"./gate approve \"{key}\" --why \"…\"";

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
            case BaselineStatus.Edited: throw new UserErrorException($"{path} is not the file that was approved: its SHA-256 differs from the one in {Path.GetFileName(NotePath(key))}. Restore it from version control, or approve the result anew: {ApproveCommand(key)}", GateExitCode.NotComparable);
            case BaselineStatus.Unsigned: throw new UserErrorException($"{path} has no readable approval note beside it ({Path.GetFileName(NotePath(key))}). Restore the note from version control, or approve the result anew: {ApproveCommand(key)}", GateExitCode.NotComparable);
        }

        var document = ResultFile.Read(path);
        if (document.Spec is { } spec && (spec != key.Spec || document.Test != key.Test))
            throw new UserErrorException($"{path} says that it belongs to {spec}.{document.Test}, not to {key}.",
                GateExitCode.NotComparable);
        return document;
    }

    /// <summary>Leaves the result of a run beside its baseline, to be looked at and approved.</summary>
    /// <returns>The path of the file.</returns>
    public string Receive(BaselineKey key, ResultDocument document)
    {
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

    /// <summary>The keys of all received files, read from the files themselves.</summary>
    /// <exception cref="UserErrorException">One of them is damaged or belongs to no spec.</exception>
    public IReadOnlyList<BaselineKey> AllReceived()
    {
        if (!System.IO.Directory.Exists(Directory)) return [];
        return [.. System.IO.Directory.GetFiles(Directory, "*" + Received).Order(StringComparer.Ordinal).Select(path => KeyOf(ResultFile.Read(path), path))];
    }

    /// <summary>Does nothing when <see cref="Approve"/> would succeed; so that of several results all are approved or none.</summary>
    /// <param name="key">Which baseline.</param>
    /// <param name="request">Who, when, why.</param>
    /// <param name="from">As for <see cref="Approve"/>.</param>
    /// <exception cref="UserErrorException">Nothing was received, or the result may not be approved; the message has the reason and the
    /// remedy.</exception>
    public void RequireApprovable(BaselineKey key, ApprovalRequest request, string? from = null) => Approvable(key, request, from);

    /// <summary>Moves received to verified and writes who, when, why and the hash beside it.</summary>
    /// <param name="key">Which baseline.</param>
    /// <param name="request">Who, when, why.</param>
    /// <param name="from">A received file from elsewhere, such as a downloaded CI artifact; <c>null</c>: the one beside the
    /// baseline.</param>
    /// <returns>The note that was written.</returns>
    /// <exception cref="UserErrorException">Nothing was received, or the result may not be approved; the message has the reason and the
    /// remedy.</exception>
    public ApprovalNote Approve(BaselineKey key, ApprovalRequest request, string? from = null)
    {
        var document = Approvable(key, request, from);
        var bytes = ResultFile.Bytes(document);
        var note = new ApprovalNote { File = Path.GetFileName(VerifiedPath(key)), Sha256 = Hash(bytes), Who = request.Who, When = request.When, Why = request.Why };
        WholeFile.Write(VerifiedPath(key), bytes);
        WholeFile.Write(NotePath(key), Encoding.UTF8.GetBytes(note.Text()));
        File.Delete(ReceivedPath(key));
        return note;
    }

    private ResultDocument Approvable(BaselineKey key, ApprovalRequest request, string? from)
    {
        var source = from ?? ReceivedPath(key);
        if (!File.Exists(source)) throw new UserErrorException($"There is nothing to approve: {source} does not exist. Run the spec first; a run that differs from its baseline leaves that file.");
        var document = ResultFile.Read(source);
        if (KeyOf(document, source) != key)
            throw new UserErrorException($"{source} belongs to {document.Spec}.{document.Test}; it cannot be approved for {key}.");
        var standing = File.Exists(VerifiedPath(key)) ? TryRead(VerifiedPath(key)) : null;
        if (ApprovalProblems.Of(document, standing, request).ToArray() is { Length: > 0 } problems)
            throw new UserErrorException($"{key} is not approved.\n  " + string.Join("\n  ", problems));
        return document;
    }

    /// <summary>The approval note; <c>null</c> when there is none that can be read.</summary>
    public ApprovalNote? NoteOf(BaselineKey key) => NoteAt(VerifiedPath(key));

    private static BaselineKey KeyOf(ResultDocument document, string path) =>
        document is { Spec: { } spec, Test: { } test } ? new(spec, test) : throw new UserErrorException($"{path} does not say to which spec and test it belongs; only a result received from a spec can be approved.");

    private static ApprovalNote? NoteAt(string verified) =>
        File.Exists(verified + Note) ? ApprovalNote.Parse(File.ReadAllText(verified + Note), Path.GetFileName(verified)) : null;

    private static BaselineStatus StatusOf(string verified)
    {
        if (!File.Exists(verified)) return BaselineStatus.Missing;
        if (NoteAt(verified) is not { } note) return BaselineStatus.Unsigned;
        return Hash(File.ReadAllBytes(verified)) == note.Sha256 ? BaselineStatus.Approved : BaselineStatus.Edited;
    }

    private static ResultDocument? TryRead(string path)
    {
        try { return ResultFile.Read(path); } catch (UserErrorException) { return null; } // a damaged baseline may be replaced
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
