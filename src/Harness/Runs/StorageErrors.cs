using SafetyGate.Core.Runs;

namespace SafetyGate.Harness.Runs;

/// <summary>Turns failures of the disk into one message with exit code 74.</summary>
internal static class StorageErrors
{
    /// <summary>True for a full disk, a used-up quota, or a read-only or faulty file system.</summary>
    public static bool IsStorageFailure(IOException error)
    {
        var code = error.HResult & 0xFFFF;
        if (OperatingSystem.IsWindows()) return code is 19 or 39 or 112 or 1295; // write protect, handle disk full, disk full, quota
        if (OperatingSystem.IsMacOS()) return error.HResult is 5 or 28 or 30 or 69; // EIO, ENOSPC, EROFS, EDQUOT
        return error.HResult is 5 or 27 or 28 or 30 or 122; // EIO, EFBIG, ENOSPC, EROFS, EDQUOT
    }

    /// <summary>The message for a write of the store's own that failed.</summary>
    /// <param name="what">Target of the write, such as <c>run 'x' in /path</c>.</param>
    /// <param name="error">The system's error.</param>
    public static UserErrorException CannotWrite(string what, Exception error) =>
        new($"Cannot write {what}: {error.Message} Free some space or make the folder writable, or point {StoreLocation.Variable} at another one; "
            + "then run the same command again, which resumes from the last saved state. Nothing half-written is read.", error,
            GateExitCode.CannotWrite);
}
