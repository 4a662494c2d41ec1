using SafetyGate.Core.Files;

namespace SafetyGate.Core.Runs;

/// <summary>The digests of large files that this user's processes on this machine share: engine, weights, files of runs.</summary>
internal static class MachineDigests
{
    private const long SmallestBytes = 1 << 20;

    /// <summary>Whether files are digested anew and compared with their entries. Applies to caches opened afterwards.</summary>
    public static bool Verify { get; set; }

    /// <summary>Folder of the entries; <c>null</c> if the environment names no place for it.</summary>
    public static string? Folder => StoreLocation.CacheFromEnvironment() is { } cache ? Path.Combine(cache, "digests") : null;

    /// <summary>The cache in <see cref="Folder"/>.</summary>
    /// <remarks>A folder that another user could have written to is not read: its digests would hide a changed file.</remarks>
    public static DigestCache Open() => new(IsTrusted() ? Folder : null, Verify) { SmallestBytes = SmallestBytes };

    private static bool IsTrusted() =>
        Folder is { } folder && StoreTrust.FromEnvironment() is var trust
        && trust.RootProblem(Path.GetDirectoryName(folder)!) is null && trust.Problem(folder) is null;
}
