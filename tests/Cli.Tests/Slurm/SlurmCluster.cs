using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace SafetyGate.Cli.Tests.Slurm;

/// <summary>
/// A real Slurm of one node on this machine, for the tests of one collection: own keys, ports and folders. It takes root, who alone may start its
/// programs for jobs; where they are not installed the tests skip.
/// </summary>
public sealed class SlurmCluster : IAsyncLifetime
{
    private const int StartSeconds = 60;
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _pidFiles = [];
    private string? _why;

    public string Configuration => _folder["slurm.conf"];

    /// <summary>Ends a test with the reason where there is no Slurm.</summary>
    public void Require()
    {
        if (_why is not null) Assert.Skip(_why);
    }

    public async ValueTask InitializeAsync()
    {
        foreach (var program in (string[])["munged", "slurmctld", "slurmd", "sbatch"])
            if (!Paths().Any(path => File.Exists(Path.Combine(path, program)))) _why ??= $"{program} is not installed (Debian: slurm-wlm and munge), so no cluster can be tried";
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
        {
            _why ??= "only root may start a Slurm of its own";
            return;
        }

        if (_why is not null) return;
        foreach (var name in (string[])["state", "spool", "munge"]) Directory.CreateDirectory(_folder[name], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.SetUnixFileMode(_folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        File.SetUnixFileMode(_folder["munge"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        File.WriteAllBytes(_folder["munge", "key"], [.. Enumerable.Range(0, 1024).Select(i => (byte)(i * 7 + Environment.ProcessId))]);
        File.SetUnixFileMode(_folder["munge", "key"], UnixFileMode.UserRead);
        var host = (await RunAsync("hostname", "-s")).Trim();
        File.WriteAllText(Configuration, $"""
            ClusterName=test
            SlurmctldHost={host}(127.0.0.1)
            SlurmUser=root
            SlurmdUser=root
            SlurmctldPort={FreePort()}
            SlurmdPort={FreePort()}
            AuthType=auth/munge
            CredType=cred/munge
            AuthInfo=socket={_folder["munge", "socket"]},cred_expire=5
            StateSaveLocation={_folder["state"]}
            SlurmdSpoolDir={_folder["spool"]}
            SlurmctldPidFile={_folder["slurmctld.pid"]}
            SlurmdPidFile={_folder["slurmd.pid"]}
            SlurmctldLogFile={_folder["slurmctld.log"]}
            SlurmdLogFile={_folder["slurmd.log"]}
            ProctrackType=proctrack/linuxproc
            TaskPlugin=task/none
            JobAcctGatherType=jobacct_gather/none
            SelectType=select/cons_tres
            SelectTypeParameters=CR_Core
            SchedulerType=sched/builtin
            SchedulerParameters=sched_interval=1,batch_sched_delay=0,sched_min_interval=0
            ReturnToService=2
            MpiDefault=none
            SwitchType=switch/none
            MailProg=/bin/true
            KillWait=5
            NodeName={host} NodeAddr=127.0.0.1 CPUs={Math.Max(2, Environment.ProcessorCount)} RealMemory=500 State=UNKNOWN
            PartitionName=small Nodes={host} Default=YES MaxTime=INFINITE State=UP

            """);
        Environment.SetEnvironmentVariable("SLURM_CONF", Configuration); // of all that this test program starts
        await RunAsync("munged", "--force", "--key-file=" + _folder["munge", "key"], "--socket=" + _folder["munge", "socket"], "--pid-file=" + Pid("munged.pid"), "--log-file=" + _folder["munge", "log"], "--seed-file=" + _folder["munge", "seed"]);
        Pid("slurmctld.pid");
        await RunAsync("slurmctld");
        Pid("slurmd.pid");
        await RunAsync("slurmd", "-c");
        var started = Stopwatch.GetTimestamp();
        string seen;
        while (!(seen = await RunAsync("sinfo", "--noheader", "--format=%T")).Contains("idle", StringComparison.Ordinal))
        {
            if (Stopwatch.GetElapsedTime(started).TotalSeconds > StartSeconds)
            {
                _why = $"a Slurm that was started here did not come up in {StartSeconds} s: {seen.Trim()} {Tail("slurmctld.log")} {Tail("slurmd.log")}";
                return;
            }

            await Task.Delay(200);
        }
    }

    public ValueTask DisposeAsync()
    {
        foreach (var path in Enumerable.Reverse(_pidFiles).Where(File.Exists))
        {
            if (!int.TryParse(File.ReadAllText(path).Trim(), out var id)) continue;
            _ = Kill(id, 15);
            for (var wait = 0; wait < 100 && Directory.Exists($"/proc/{id}"); wait++) Thread.Sleep(50);
            if (Directory.Exists($"/proc/{id}")) _ = Kill(id, 9);
        }

        Environment.SetEnvironmentVariable("SLURM_CONF", null);
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Runs a command of Slurm and gives what it printed.</summary>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(Paths().Select(path => Path.Combine(path, program)).First(File.Exists), arguments) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output;
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int Kill(int process, int signal);

    private static IEnumerable<string> Paths() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(["/usr/sbin", "/usr/bin", "/bin"]).Where(path => path.Length > 0);

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private string Pid(string name)
    {
        _pidFiles.Add(_folder[name]);
        return _folder[name];
    }

    private string Tail(string log) => File.Exists(_folder[log]) ? string.Join(" ", File.ReadLines(_folder[log]).TakeLast(3)) : "";
}
