using SafetyGate.Models.Engine;

namespace SafetyGate.Models.Tests.Engine;

public sealed class MemoryCeilingSpecs : IDisposable
{
    private const long Mib = 1 << 20;
    private static readonly long Stacks = Environment.ProcessorCount * 8 * Mib;
    private readonly TemporaryFolder _root = new();

    public MemoryCeilingSpecs()
    {
        File("proc/meminfo", "MemTotal: 16777216 kB\nMemAvailable: 8388608 kB\n");
        File("proc/self/cgroup", "0::/job\n");
        Process(data: 500, touched: 300, threads: 10);
        Group(limit: 2048, used: 400);
    }

    public void Dispose() => _root.Dispose();

    [Fact]
    public void What_is_touched_may_grow_by_what_the_group_has_left_less_a_reserve() => Assert.Equal(Expected, Ceiling().Bytes());

    [Fact]
    public void It_follows_what_other_processes_of_the_group_take()
    {
        var ceiling = Ceiling();
        var first = ceiling.Bytes()!.Value;
        Group(limit: 2048, used: 400 + 640); // another process took it
        Assert.Equal((ulong)((640 - 10) * Mib), first - ceiling.Bytes()!.Value);
    }

    [Fact]
    public void Its_own_growth_leaves_it_where_it_is_but_for_the_reserved_part()
    {
        var ceiling = Ceiling();
        var first = ceiling.Bytes()!.Value;
        Process(data: 900, touched: 940, threads: 10);
        Group(limit: 2048, used: 400 + 640);
        Assert.Equal(first + 10 * Mib, ceiling.Bytes()!.Value);
    }

    [Fact]
    public void Stacks_of_threads_that_came_since_are_not_memory()
    {
        var ceiling = Ceiling();
        var first = ceiling.Bytes()!.Value;
        Process(data: 500 + (8 * 1000), touched: 300, threads: 1010);
        Assert.Equal(first + (ulong)((1000 * 8 * Mib) - Stacks), ceiling.Bytes()!.Value);
    }

    [Fact]
    public void A_group_over_its_limit_leaves_no_room_and_never_less_than_none()
    {
        Group(limit: 100, used: 3000);
        Assert.Equal((ulong)(((300 + 200 - 32) * Mib) + Stacks), Ceiling().Bytes());
        Process(data: 1, touched: 0, threads: 1);
        Assert.InRange(Ceiling().Bytes()!.Value, 0ul, (ulong)Stacks);
    }

    [Theory]
    [InlineData("sys/fs/cgroup/job/memory.max", "max\n")]
    [InlineData("sys/fs/cgroup/job/memory.max", "9223372036854771712\n")]
    [InlineData("proc/self/status", "VmData: what\n")]
    public void Without_a_limit_below_the_machines_memory_there_is_none(string file, string text)
    {
        var ceiling = Ceiling();
        File(file, text);
        Assert.Null(ceiling.Bytes());
    }

    [Fact]
    public void The_limit_there_was_is_never_exceeded_and_comes_back_when_the_groups_is_gone()
    {
        var set = new List<ulong>();
        MemoryCeiling Under(ulong most) => new(_root.Path, MappedMemory.Now(_root.Path)!, most, bytes =>
        {
            set.Add(bytes);
            return true;
        });
        Under(1000).Adjust();
        var open = Under(ulong.MaxValue);
        open.Adjust();
        File("sys/fs/cgroup/job/memory.max", "max\n");
        open.Adjust();
        Assert.Equal([1000ul, Expected, ulong.MaxValue], set);
    }

    [Fact]
    public void The_systems_limit_is_set_and_read()
    {
        if (!OperatingSystem.IsLinux()) return;
        var before = DataLimit.Soft!.Value;
        var beyond = Math.Min(before, 1ul << 46); // no process has 64 TiB
        try
        {
            Assert.True(DataLimit.Set(beyond));
            Assert.Equal(beyond, DataLimit.Soft);
            var line = System.IO.File.ReadLines("/proc/self/limits").Single(text => text.StartsWith("Max data size", StringComparison.Ordinal));
            Assert.Equal(beyond.ToString(System.Globalization.CultureInfo.InvariantCulture), line["Max data size".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0]);
        }
        finally
        {
            DataLimit.Set(before);
        }

        Assert.Equal(before, DataLimit.Soft);
        MemoryCeiling.Hold();
        var now = MappedMemory.Now("/")!;
        Assert.True(now.Data > now.Touched && now.Touched > Mib && now.Threads > 1);
    }

    // Touched, mapped and never touched, left in the group, less the reserve.
    private static ulong Expected => (ulong)(((300 + 200 + 1648 - 32) * Mib) - (1648 * Mib / 64) + Stacks);

    private MemoryCeiling Ceiling() => new(_root.Path, MappedMemory.Now(_root.Path)!, ulong.MaxValue, _ => true);

    private void Process(long data, long touched, long threads) => File("proc/self/status", FormattableString.Invariant($"Name:\tgate\nVmData:\t{data * 1024} kB\nRssAnon:\t   {touched * 1024} kB\nThreads:\t{threads}\n"));

    private void Group(long limit, long used)
    {
        File("sys/fs/cgroup/job/memory.max", FormattableString.Invariant($"{limit * Mib}\n"));
        File("sys/fs/cgroup/job/memory.current", FormattableString.Invariant($"{used * Mib}\n"));
    }

    private void File(string name, string text)
    {
        var path = Path.Combine(_root.Path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, text);
    }
}
