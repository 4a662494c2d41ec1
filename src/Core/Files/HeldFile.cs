namespace SafetyGate.Core.Files;

/// <summary>Files that another process holds for a moment.</summary>
internal static class HeldFile
{
    private const int Attempts = 400, MillisecondsBetween = 25;

    /// <summary>Whether opening failed because another process has the file open without sharing.</summary>
    public static bool IsHeld(IOException error) =>
        OperatingSystem.IsWindows() ? (error.HResult & 0xFFFF) is 32 or 33
        : OperatingSystem.IsMacOS() ? error.HResult == 35
        : error.HResult == 11; // EWOULDBLOCK

    /// <summary>Opens a file, waiting up to ten seconds for a process that writes to it.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static FileStream Open(string path, FileMode mode, FileAccess access, FileShare share)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return new FileStream(path, mode, access, share);
            }
            catch (IOException e) when (attempt < Attempts && IsHeld(e))
            {
                Thread.Sleep(MillisecondsBetween);
            }
        }
    }
}
