using System.Runtime.InteropServices;

namespace SafetyGate.Models.Engine;

/// <summary>Memory of a GPU, by its driver.</summary>
/// <param name="Free">Bytes that nobody has.</param>
/// <param name="Total">All.</param>
internal sealed record GpuMemory(long Free, long Total)
{
    /// <summary>
    /// Asks the driver. What libtorch keeps of freed memory counts as taken there, so it is given back first: an allocation beyond all there is
    /// makes libtorch's allocator do that before it fails. Not while recorded steps may run, which write to such memory.
    /// </summary>
    /// <param name="calls">CUDA's; looked up here.</param>
    /// <param name="device">Number of the GPU.</param>
    /// <param name="allocate">Allocates so many bytes on it, and frees them; <c>null</c>: what libtorch keeps is left to it.</param>
    /// <returns><c>null</c> where the driver does not tell.</returns>
    internal static GpuMemory? Of(CudaCalls calls, int device, Action<long>? allocate)
    {
        if (calls.Find().Count > 0) return null;
        using var selected = calls.On(device);
        if (selected is null || Asked(calls) is not { } memory) return null;
        if (allocate is null) return memory;
        CudaGraphs.WhileNoneIsEntered(() =>
        {
            try
            {
                allocate(memory.Total * 2);
            }
            catch (ExternalException)
            {
                // As wanted.
            }
        });
        return Asked(calls);
    }

    private static GpuMemory? Asked(CudaCalls calls)
    {
        if (calls.Memory!(out var free, out var total) == 0) return new((long)free, (long)total);
        _ = calls.TakeError!();
        return null;
    }
}
