namespace SafetyGate.Torch;

/// <summary>
/// Counts the native memory of live tensors, which the garbage collector does not see, and collects when it has doubled since the last time:
/// tensors that nobody disposed are finalized, and a loop that forgets them keeps its memory. The limit sinks again with what is live.
/// </summary>
internal static class TensorMemory
{
    /// <summary>What libtorch keeps beside a tensor's elements, roughly.</summary>
    private const long Overhead = 640;
    private const long Floor = 12L << 20;

    private static readonly Lock s_collecting = new();
    private static long s_live;
    private static long s_limit = Floor;
    private static long s_allGenerationsAt = 4 * Floor;
    private static int s_removed;

    internal static void Add(long bytes)
    {
        if (Interlocked.Add(ref s_live, bytes + Overhead) > Volatile.Read(ref s_limit)) Collect();
    }

    internal static void Remove(long bytes)
    {
        var live = Interlocked.Add(ref s_live, -(bytes + Overhead));
        // Lost counts between threads do not matter.
        if ((++s_removed & 4095) == 0 && s_limit > Floor) Volatile.Write(ref s_limit, Math.Max(Floor, Math.Max(2 * live, s_limit / 4 * 3)));
    }

    private static void Collect()
    {
        if (!s_collecting.TryEnter()) return;
        try
        {
            // Young tensors first, at little cost; all generations only when much more has become live since that was last done.
            GC.Collect(1, GCCollectionMode.Forced, blocking: true);
            GC.WaitForPendingFinalizers();
            if (Volatile.Read(ref s_live) > s_allGenerationsAt)
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true);
                GC.WaitForPendingFinalizers();
                s_allGenerationsAt = Math.Max(4 * Floor, Volatile.Read(ref s_live) / 2 * 3);
            }
            Volatile.Write(ref s_limit, Math.Max(Floor, 2 * Volatile.Read(ref s_live)));
        }
        finally
        {
            s_collecting.Exit();
        }
    }
}
