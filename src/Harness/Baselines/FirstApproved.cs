using SafetyGate.Core.Files;
using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Baselines;

/// <summary>
/// The first approved result of a spec whose anchor it is (<see cref="AnchorKind.FirstApproved"/>). The approval note of the present baseline
/// records its SHA-256; once another result is approved, the first one is kept beside it as <c>SPEC.TEST.first.json</c>. So approvals do not
/// move it, and a file that was edited, exchanged or deleted is seen.
/// </summary>
/// <param name="store">The baselines.</param>
/// <param name="key">Which of them.</param>
internal sealed class FirstApproved(BaselineStore store, BaselineKey key)
{
    /// <summary>End of the names of these files.</summary>
    public const string Suffix = ".first.json";

    /// <summary>Where the first approved result is kept once another is approved.</summary>
    public string Path => System.IO.Path.Combine(store.Directory, key.FileStem + Suffix);

    /// <summary>The first approved result; the present one when the note records no other; <c>null</c> when nothing is approved.</summary>
    /// <exception cref="UserErrorException">The present or the first file is damaged (65), or is not the one that was approved (3).</exception>
    public ResultDocument? Read()
    {
        if (store.Approved(key) is not { } present) return null;
        var note = store.NoteOf(key)!; // an approved baseline has one
        if (note.First is null && Wants(present))
            throw new UserErrorException($"{store.NotePath(key)} does not record the first approved result, which is the anchor of {key}. Restore the note from version control, or pin a result as the anchor: {BaselineStore.ApproveCommand(key)} --new-anchor", GateExitCode.NotComparable);
        return note.First is { } first && first != note.Sha256 ? ReadKept(first) : present;
    }

    /// <summary>What an approval records as the first result.</summary>
    /// <param name="received">The result that is approved.</param>
    /// <param name="sha256">SHA-256 of its file.</param>
    /// <param name="isNew">True to pin the received result in place of the one that is pinned.</param>
    /// <returns>The digest for the note, <c>null</c> if the spec has no such anchor; and a file to write before the baseline, if
    /// any.</returns>
    /// <exception cref="UserErrorException">The pinned result cannot be trusted, or cannot be compared with the received one.</exception>
    public (string? Sha256, (string Path, byte[] Bytes)? File) Pin(ResultDocument received, string sha256, bool isNew)
    {
        var wants = Wants(received);
        var (status, note) = (store.Status(key), store.NoteOf(key));
        var isFirst = status == BaselineStatus.Missing && !File.Exists(store.NotePath(key)) && !File.Exists(Path);
        if (isNew || isFirst) return (wants ? sha256 : null, null);
        if (note?.First is { } pinned && pinned != note.Sha256)
        {
            if (wants) RequireComparable(ReadKept(pinned), received);
            return (pinned, null);
        }

        if (note?.First is null && !wants) return (null, null);
        if (status != BaselineStatus.Approved)
            throw new UserErrorException($"{key} is not approved.\n  Its anchor is the first approved result, and the files of the current baseline do not show which that is. Restore {store.VerifiedPath(key)} and its note from version control, or pin the received result as the anchor with --new-anchor and say why.", GateExitCode.NotComparable);
        if (wants) RequireComparable(Read()!, received);
        return (note!.Sha256, sha256 == note.Sha256 ? null : (Path, BoundedFile.Read(store.VerifiedPath(key), StrictJson.MaximumBytes)));
    }

    private void RequireComparable(ResultDocument first, ResultDocument received)
    {
        if (Differences(first, received).FirstOrDefault() is { } difference)
            throw new UserErrorException($"{key} is not approved.\n  Its anchor is the first approved result, and the two are not comparable: {difference}. To pin the received result in its place, approve with --new-anchor and say why.");
    }

    private static bool Wants(ResultDocument document) => document.Metrics.Any(metric => metric.Gate?.Anchor == AnchorKind.FirstApproved);

    /// <summary>What is wrong with the kept file, in one sentence; <c>null</c> when it is the one that was approved or none is needed.</summary>
    public string? Problem()
    {
        try
        {
            if (store.Status(key) == BaselineStatus.Approved) Read();
            return null;
        }
        catch (UserErrorException e)
        {
            return e.Message;
        }
    }

    private ResultDocument ReadKept(string sha256)
    {
        var bytes = File.Exists(Path) ? BoundedFile.Read(Path, StrictJson.MaximumBytes) : null;
        if (bytes is null || LineEndings.Sha256(bytes) != sha256)
            throw new UserErrorException($"{Path} {(bytes is null ? "is gone" : "is not the result that was approved first: its SHA-256 differs")}; the approval note {System.IO.Path.GetFileName(store.NotePath(key))} records {sha256}. Restore the file from version control, or pin another result as the anchor: {BaselineStore.ApproveCommand(key)} --new-anchor", GateExitCode.NotComparable);
        return ResultFile.Read(bytes, Path);
    }

    private static IEnumerable<string> Differences(ResultDocument first, ResultDocument received)
    {
        foreach (var now in received.Metrics.Where(metric => metric.Gate?.Anchor == AnchorKind.FirstApproved))
        {
            if (first.Find(now.Measurement.Metric) is not { } then) yield return $"the first one lacks the metric '{now.Measurement.Metric}'";
            else foreach (var difference in Comparability.Differences(then.Measurement, now.Measurement)) yield return difference;
        }
    }
}
