using System.Runtime.InteropServices;

namespace SafetyGate.Models.Engine;

/// <summary>
/// Blocks of several megabytes, such as the logits of a few rows over a large vocabulary. glibc raises, at the first one that is freed, the
/// size from which on it gives memory back to the system (M_MMAP_THRESHOLD, up to 32 MiB) and then keeps freed blocks between pieces still in
/// use, where a phase of other sizes cannot take them: the process grows beyond what any phase needs.
/// </summary>
internal static class LargeBlocks
{
    private const int MmapThreshold = -3; // M_MMAP_THRESHOLD of malloc.h
    private const int Size = 8 << 20;
    private const string Own = "MALLOC_MMAP_THRESHOLD_"; // glibc's variable: whoever sets it has decided

    private static readonly Lazy<bool> Set = new(() =>
    {
        if (!OperatingSystem.IsLinux() || Environment.GetEnvironmentVariable(Own) is { Length: > 0 }) return false;
        try
        {
            return SetOption(MmapThreshold, Size) == 1;
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            return false; // another C library than glibc
        }
    });

    /// <summary>Has blocks of 8 MiB and more given back to the system as soon as they are freed; once a process.</summary>
    public static void ReturnWhenFreed() => _ = Set.Value;

    [DllImport("libc", EntryPoint = "mallopt")]
    private static extern int SetOption(int option, int value);
}
