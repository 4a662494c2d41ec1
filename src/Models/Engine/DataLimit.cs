using System.Runtime.InteropServices;

namespace SafetyGate.Models.Engine;

/// <summary>
/// The system's limit of this process's private writable mappings (Linux 4.7 and later). What goes beyond it is refused with ENOMEM, which
/// the engine reports as memory that cannot be had. Only the soft limit is used: a process may lower it and raise it again.
/// </summary>
internal static class DataLimit
{
    private const int Data = 2; // RLIMIT_DATA of sys/resource.h

    /// <summary>The soft limit in bytes, <see cref="ulong.MaxValue"/> for none; <c>null</c> where it cannot be read.</summary>
    public static ulong? Soft => Read()?[0];

    /// <summary>Sets the soft limit.</summary>
    /// <param name="bytes">At most the hard limit.</param>
    /// <returns>Whether it holds now.</returns>
    public static bool Set(ulong bytes) => Read() is { } limits && SetLimits(Data, [(nuint)bytes, limits[1]]) == 0;

    // The soft and the hard limit.
    private static nuint[]? Read()
    {
        var limits = new nuint[2];
        return OperatingSystem.IsLinux() && GetLimits(Data, limits) == 0 ? limits : null;
    }

    [DllImport("libc", EntryPoint = "getrlimit")]
    private static extern int GetLimits(int resource, [Out] nuint[] limits);

    [DllImport("libc", EntryPoint = "setrlimit")]
    private static extern int SetLimits(int resource, nuint[] limits);
}
