using SafetyGate.Models.Engine;
using static TorchSharp.torch;

namespace SafetyGate.Models.Tests.Engine;

public sealed class FreeMemorySpecs : IDisposable
{
    private readonly TemporaryFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void What_is_available_is_the_systems_figure()
    {
        File("proc/meminfo", "MemTotal:       100 kB\nMemAvailable:       64 kB\n");
        Assert.Equal(64 * 1024, FreeMemory.OfSystem(_root.Path));
    }

    [Fact]
    public void A_control_group_of_version_2_bounds_it_without_files_that_can_be_dropped()
    {
        File("proc/meminfo", "MemAvailable: 1000000 kB\n");
        File("proc/self/cgroup", "0::/app/job\n");
        File("sys/fs/cgroup/app/job/memory.max", "max\n");
        File("sys/fs/cgroup/app/memory.max", "1000000\n");
        File("sys/fs/cgroup/app/memory.current", "700000\n");
        File("sys/fs/cgroup/app/memory.stat", "anon 5\ninactive_file 150000\nactive_file 50000\n");
        Assert.Equal(500_000, FreeMemory.OfSystem(_root.Path));
    }

    [Fact]
    public void A_control_group_of_version_1_bounds_it_and_a_path_of_the_host_falls_back_to_the_mounted_root()
    {
        File("proc/meminfo", "MemAvailable: 1000000 kB\n");
        File("proc/self/cgroup", "9:name=systemd:/\n4:cpu,memory:/on/the/host\n");
        File("sys/fs/cgroup/memory/memory.limit_in_bytes", "300000\n");
        File("sys/fs/cgroup/memory/memory.usage_in_bytes", "100000\n");
        Assert.Equal(200_000, FreeMemory.OfSystem(_root.Path));
    }

    [Fact]
    public void A_group_that_is_over_its_limit_leaves_nothing_and_no_file_leaves_it_open()
    {
        Assert.Null(FreeMemory.OfSystem(_root.Path));
        File("proc/self/cgroup", "0::/\n");
        File("sys/fs/cgroup/memory.max", "1000\n");
        File("sys/fs/cgroup/memory.current", "2000\n");
        Assert.Equal(0, FreeMemory.OfSystem(_root.Path));
    }

    [Fact]
    public void This_machine_tells() => Assert.True(FreeMemory.Of(CPU) > 0);

    private void File(string name, string text)
    {
        var path = Path.Combine(_root.Path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, text);
    }
}
