using SafetyGate.Core.Files;
using SafetyGate.Models.Checkpoints;

namespace SafetyGate.Cli.Commands;

/// <summary>Digests the files of all entries of a cache anew and compares.</summary>
internal static class DigestVerification
{
    /// <summary>Verifies every entry whose files are there unchanged; entries of other files are removed.</summary>
    /// <param name="output">Receives a line a difference, then the counts.</param>
    /// <param name="folder">Folder of the entries; <c>null</c> has none.</param>
    /// <returns><see cref="GateExitCode.BadInput"/> if a digest differs or a file cannot be read.</returns>
    public static int Run(GateOutput output, string? folder)
    {
        var cache = new DigestCache(folder, verify: true);
        var (verified, removed, failed) = (0, 0, 0);
        foreach (var entry in cache.Entries())
        {
            if (!entry.IsCurrent || entry.Kind is not DigestCache.FileKind && entry.Kind != CheckpointReader.DigestKind)
            {
                File.Delete(entry.Entry);
                removed++;
                continue;
            }

            try
            {
                Digest(cache, entry);
                verified++;
            }
            catch (Exception e) when (e is UserErrorException or IOException or UnauthorizedAccessException)
            {
                output.Error.WriteLine($"gate: {e.Message}");
                failed++;
            }
        }

        output.Out.WriteLine(Invariant($"digests   {verified} computed anew and as before, {failed} not, {removed} removed (the files changed or are gone)"));
        return failed == 0 ? GateExitCode.Passed : GateExitCode.BadInput;
    }

    private static void Digest(DigestCache cache, StoredDigest entry)
    {
        if (entry.Kind == DigestCache.FileKind)
        {
            _ = cache.Sha256(entry.Paths[0]);
            return;
        }

        using var checkpoint = CheckpointReader.Open(Path.GetDirectoryName(entry.Paths[0])!, cache);
        _ = checkpoint.WeightsDigest();
    }
}
