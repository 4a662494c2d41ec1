using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Engine;

/// <summary>Memory that a process can still take on a device.</summary>
public static class FreeMemory
{
    private const string RootGroup = "/sys/fs/cgroup";

    /// <summary>Free bytes: on the CPU the least of what the system calls available and what each control group above the process has left;
    /// on a GPU what its driver reports once libtorch has given back what it kept of freed memory.</summary>
    /// <param name="device">The device.</param>
    /// <returns>Bytes; <c>null</c> where the system does not tell.</returns>
    public static long? Of(Device device) => device.type == DeviceType.CUDA ? OfGpu(device, givesBack: true)?.Free : OfSystem("/");

    /// <summary>Bytes of a GPU that are taken, by whatever process, and with what libtorch keeps of freed memory; <c>null</c> for the CPU and where
    /// the driver does not tell.</summary>
    public static long? TakenOf(Device device) => device.type == DeviceType.CUDA && OfGpu(device, givesBack: false) is { } memory ? memory.Total - memory.Free : null;

    /// <summary>The same for the CPU, with the system's files under another root.</summary>
    internal static long? OfSystem(string root)
    {
        if (!OperatingSystem.IsLinux())
        {
            var memory = GC.GetGCMemoryInfo();
            return Math.Max(0, memory.TotalAvailableMemoryBytes - memory.MemoryLoadBytes);
        }

        var bounds = OfGroups(root).Append(Memory(root, "MemAvailable:")).OfType<long>().ToList();
        return bounds.Count == 0 ? null : Math.Max(0, bounds.Min());
    }

    /// <summary>Free bytes of the control group that has the least left; <c>null</c> where none is limited to less than the machine has.</summary>
    /// <param name="root">Root of the system's files.</param>
    internal static long? OfGroup(string root)
    {
        var bounds = OfGroups(root).OfType<long>().ToList();
        return bounds.Count > 0 && !(bounds.Min() > Memory(root, "MemTotal:")) ? Math.Max(0, bounds.Min()) : null;
    }

    /// <summary>
    /// Gives the system back what the C library keeps of freed memory, where it can. What many threads allocated and freed is of no use to
    /// larger allocations that follow; it costs touching the pages anew, so it is for large models, between stages.
    /// </summary>
    public static void Trim()
    {
        if (OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out var library) && NativeLibrary.TryGetExport(library, "malloc_trim", out var trim))
            _ = Marshal.GetDelegateForFunctionPointer<TrimFunction>(trim)(0);
    }

    private static long? Memory(string root, string name) =>
        KernelFile.Lines(Path.Combine(root, "proc/meminfo")).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words.Length >= 2 && words[0] == name).Select(words => KernelFile.Whole(words[1]) * 1024).FirstOrDefault();

    // Version 2 has one line, "0::/path"; version 1 a line with the controller's name. In a container the path may be the host's: then the
    // mounted root is the group.
    private static IEnumerable<long?> OfGroups(string root)
    {
        foreach (var line in KernelFile.Lines(Path.Combine(root, "proc/self/cgroup")))
        {
            var parts = line.Split(':', 3);
            if (parts.Length != 3) continue;
            var second = parts[0] == "0" && parts[1].Length == 0;
            if (!second && !parts[1].Split(',').Contains("memory")) continue;
            var mount = Path.Combine(root, RootGroup[1..] + (second ? "" : "/memory"));
            for (var group = parts[2].Trim('/'); ; group = Path.GetDirectoryName(group) ?? "")
            {
                var folder = Path.Combine(mount, group);
                yield return second ? Left(folder, "memory.max", "memory.current", "inactive_file", "active_file")
                    : Left(folder, "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file", "total_active_file");
                if (group.Length == 0) break;
            }
        }
    }

    // Files that were read count as used; the kernel drops them, read once or often, before it kills.
    private static long? Left(string folder, string limit, string usage, params string[] droppable)
    {
        if (Number(Path.Combine(folder, limit)) is not { } most || Number(Path.Combine(folder, usage)) is not { } used) return null;
        var files = KernelFile.Lines(Path.Combine(folder, "memory.stat")).Select(line => line.Split(' ')).Where(words => words.Length == 2 && droppable.Contains(words[0]))
            .Sum(words => KernelFile.Whole(words[1]) ?? 0);
        return most - Math.Max(0, used - files);
    }

    private static long? Number(string path) => KernelFile.Lines(path).Select(KernelFile.Whole).FirstOrDefault();

    private static GpuMemory? OfGpu(Device device, bool givesBack)
    {
        TensorEngine.Start();
        return GpuMemory.Of(new CudaCalls(TensorEngine.Started.Cuda), Math.Max(0, device.index), givesBack ? bytes => empty([bytes], ScalarType.Byte, device).Dispose() : null);
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int TrimFunction(nuint keep);
}
