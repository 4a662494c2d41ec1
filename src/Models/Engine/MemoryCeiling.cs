namespace SafetyGate.Models.Engine;

/// <summary>
/// Keeps a process that computes on the CPU below the memory limit of its control group. At that limit the kernel kills, and nobody can say
/// why; below it an allocation fails, and the run ends with a line that names what it was for. The bound follows the group: another process
/// in it may take memory, or its limit be changed.
/// </summary>
internal sealed class MemoryCeiling
{
    private const long Reserve = 32L << 20; // page tables, files that are read, what others take between two looks
    private const int ReservedPart = 64; // and as much again of what is left by so much
    private const long Stack = 8L << 20; // mapped for a thread; a few pages of it are touched
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);
    private static readonly Lazy<Timer?> Watch = new(Start);

    private readonly string _root;
    private readonly MappedMemory _first;
    private readonly ulong _most;
    private readonly Func<ulong, bool> _set;

    /// <summary>A ceiling that is not watched.</summary>
    /// <param name="root">Root of the system's files.</param>
    /// <param name="first">What the process had at first: what is mapped and not touched then is never touched.</param>
    /// <param name="most">The limit it has; it is never set above.</param>
    /// <param name="set">Sets the limit.</param>
    internal MemoryCeiling(string root, MappedMemory first, ulong most, Func<ulong, bool> set) => (_root, _first, _most, _set) = (root, first, most, set);

    /// <summary>Holds this process below its group's limit from now on, if it has one. Not with a libtorch for GPUs: their drivers map more
    /// than they use.</summary>
    public static void Hold() => _ = Watch.Value;

    /// <summary>The bound on private writable mappings as things are; <c>null</c> without a limit below the machine's memory.</summary>
    internal ulong? Bytes()
    {
        if (FreeMemory.OfGroup(_root) is not { } left || MappedMemory.Now(_root) is not { } now) return null;
        // Stacks of threads to come are allowed for: one that cannot start ends the process.
        var stacks = Math.Max(Math.Max(0, now.Threads - _first.Threads), Environment.ProcessorCount) * Stack;
        var untouched = Math.Max(0, _first.Data - _first.Touched) + stacks;
        return (ulong)Math.Max(0, now.Touched + untouched + left - Reserve - (left / ReservedPart));
    }

    /// <summary>Sets the bound, or the limit there was before where there is none.</summary>
    internal void Adjust() => _set(Math.Min(_most, Bytes() ?? _most));

    private static Timer? Start()
    {
        const string Root = "/";
        if (!OperatingSystem.IsLinux() || TensorEngine.Started.Cuda != 0 || DataLimit.Soft is not { } most || FreeMemory.OfGroup(Root) is null
            || MappedMemory.Now(Root) is not { } first) return null;
        var ceiling = new MemoryCeiling(Root, first, most, DataLimit.Set);
        ceiling.Adjust();
        return new Timer(_ => ceiling.TryAdjust(), null, Look, Look);
    }

    private void TryAdjust()
    {
        try
        {
            Adjust();
        }
        catch (OutOfMemoryException)
        {
            // The limit that is set holds until the next look.
        }
    }
}
