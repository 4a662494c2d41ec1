using System.Text.RegularExpressions;
using SafetyGate.Cli.Tests.Runs;
using SafetyGate.Core;
using SafetyGate.Harness.Runs;

namespace SafetyGate.Cli.Tests.Slurm;

/// <summary>Lists of runs on a real Slurm, with tasks that are killed, lost, preempted and canceled.</summary>
[Collection(SlurmCollection.Name)]
public sealed partial class SlurmSpecs : IDisposable
{
    private const int Sigint = 2, Sigkill = 9;
    private readonly TemporaryFolder _folder = new();
    private readonly string _store;

    public SlurmSpecs(SlurmCluster cluster)
    {
        cluster.Require();
        _store = _folder.File("store");
        _folder.Write("cluster.json", """{"partition": "small", "cpus": 1, "time": "10", "tasks_at_once": 2, "setup": ["export BEFORE=1", "true"]}""");
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Eight_runs_of_which_one_is_killed_and_one_loses_its_task_are_those_of_a_local_run_and_nothing_is_trained_twice()
    {
        string[] recipes = [.. Enumerable.Range(1, 8).Select(seed => TinyRecipe.In(_folder, (ulong)seed, steps: 150))];
        using var waiting = Start(["run", .. recipes, "--on", "slurm", "--wait"]);
        SlurmCluster.Kill(await HolderAsync("tiny-1"), Sigkill); // as the system does when memory runs out
        await HolderAsync("tiny-3");
        await SlurmCluster.RunAsync("scancel", $"{await JobAsync()}_{TaskOf(2)}"); // with all that could start it again
        var run = await waiting.WaitAsync(Cancellation);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("0 queued, 0 running, 8 done, 0 failed", run.Error, StringComparison.Ordinal);

        using var local = GateProcess.Start(_folder.File("local"), ["run", .. recipes]);
        var here = await local.WaitAsync(Cancellation);
        Assert.True(here.ExitCode == 0, here.Error);
        Assert.Equal(Table(here.Out), Table(run.Out));

        var attempts = new StoreInventory(_store).Runs().Select(one => (one.State, one.Record?.Name, one.Record?.Attempts)).OrderBy(one => one.Name, StringComparer.Ordinal);
        Assert.Equal(Enumerable.Range(1, 8).Select(i => (StoredRunState.Finished, (string?)$"tiny-{i}", (int?)(i is 1 or 3 ? 2 : 1))), attempts);
        var origins = Enumerable.Range(0, 8).Select(element => File.ReadAllText(Jobs($"{element}.state"))).ToList();
        Assert.All(origins, (origin, i) => Assert.Matches(i is 0 or 2 ? "^done [1-8] run [0-9a-f]{64}, resumed and finished now, weights" : "^done [1-8] run [0-9a-f]{64}, trained now, weights", origin));
        var logs = Directory.GetFiles(Path.GetDirectoryName(Jobs("job"))!, "task-*.log"); // of the tasks that began before all was done
        Assert.Single(logs, log => File.ReadAllText(log).Contains("killed by signal 9; goes on from the last saved state", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_task_whose_time_is_over_is_queued_again_and_resumes()
    {
        var recipe = TinyRecipe.In(_folder, 1, steps: 1000, saveSteps: 50);
        using var waiting = Start(["run", recipe, "--on", "slurm", "--wait"]);
        await HolderAsync("tiny-1");
        var job = await JobAsync();
        await SlurmCluster.RunAsync("scancel", "--signal=USR1", "--batch", $"{job}_1"); // what Slurm sends before the limit
        var run = await waiting.WaitAsync(Cancellation);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(2, Assert.Single(new StoreInventory(_store).Runs()).Record!.Attempts);
        Assert.Contains("resume", File.ReadAllText(Jobs("task-1.log")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_cancels_the_job_and_the_same_command_follows_one_that_runs()
    {
        var recipe = TinyRecipe.In(_folder, 1, steps: 1_000_000);
        var submitted = Start(["run", recipe, "--on", "slurm"]);
        var first = await submitted.WaitAsync(Cancellation);
        Assert.True(first.ExitCode == 0, first.Error);
        var job = await JobAsync();
        Assert.Contains($"scancel {job} ends it", first.Out, StringComparison.Ordinal);
        using (var following = Start(["run", recipe, "--on", "slurm", "--wait"]))
        {
            await HolderAsync("tiny-1");
            await following.UntilSaidAsync($"these runs were submitted before, as job {job}, which is not over", Cancellation);
            SlurmCluster.Kill(following.Id, Sigint);
            var followed = await following.WaitAsync(Cancellation);
            Assert.Equal(GateExitCode.Cancelled, followed.ExitCode);
            Assert.Contains($"job {job} was submitted before and goes on", followed.Error, StringComparison.Ordinal);
        }

        Assert.Contains($"{job}_1", await SlurmCluster.RunAsync("squeue", "--noheader", "--format=%i"), StringComparison.Ordinal);
        await SlurmCluster.RunAsync("scancel", $"{job}");
        while ((await SlurmCluster.RunAsync("squeue", "--noheader")).Length > 0) await Task.Delay(100, Cancellation);

        using var own = Start(["run", recipe, "--on", "slurm", "--wait"]);
        await HolderAsync("tiny-1");
        SlurmCluster.Kill(own.Id, Sigint);
        var canceled = await own.WaitAsync(Cancellation);
        Assert.Equal(GateExitCode.Cancelled, canceled.ExitCode);
        Assert.Contains($"cancels job {await JobAsync()} ...", canceled.Error, StringComparison.Ordinal);
        Assert.Equal("", await SlurmCluster.RunAsync("squeue", "--noheader"));
        Assert.Equal(StoredRunState.Interrupted, Assert.Single(new StoreInventory(_store).Runs()).State);
    }

    [Fact]
    public async Task A_run_that_fails_is_told_with_the_end_of_its_log_and_the_others_are_trained()
    {
        var (bad, good) = (TinyRecipe.In(_folder, 1, steps: 5), TinyRecipe.In(_folder, 2, steps: 5));
        File.WriteAllText(bad, File.ReadAllText(bad).Replace("0.001", "1e30", StringComparison.Ordinal));
        using var waiting = Start(["run", bad, good, "--on", "slurm", "--wait"]);
        var run = await waiting.WaitAsync(Cancellation);
        Assert.Equal(GateExitCode.TrainingFailed, run.ExitCode);
        Assert.Matches(@"failed: tiny-1 in task [12]: .*(not finite|NaN|diverged)", run.Error);
        Assert.Contains("\n  tiny-1, seed 1: train  [", run.Error, StringComparison.Ordinal);
        Assert.Contains("gate: Of 2 runs 1 are done, 1 failed (tiny-1). Logs are in ", run.Error, StringComparison.Ordinal);
        Assert.Equal("tiny-2", Assert.Single(new StoreInventory(_store).Runs(), one => one.Record is not null).Record!.Name);
    }

    [Fact]
    public async Task What_Slurm_refuses_is_said_in_its_words()
    {
        _folder.Write("cluster.json", """{"partition": "large"}""");
        using var refused = Start(["run", TinyRecipe.In(_folder, 1, steps: 5), "--on", "slurm"]);
        var run = await refused.WaitAsync(Cancellation);
        Assert.Equal(GateExitCode.MissingEngine, run.ExitCode);
        Assert.Contains("gate: Slurm does not take the job: ", run.Error, StringComparison.Ordinal);
        Assert.Contains("invalid partition specified", run.Error, StringComparison.Ordinal);
    }

    private GateProcess Start(string[] args) => GateProcess.StartIn(_folder.Path, _store, [], args);

    private string Jobs(string file) => Path.Combine(Assert.Single(Directory.GetDirectories(Path.Combine(_store, "jobs"))), file);

    private string TaskOf(int element) => File.ReadAllText(Jobs($"{element}.state")).Split(' ')[1];

    private async Task<string> JobAsync()
    {
        while (!Directory.Exists(Path.Combine(_store, "jobs")) || !File.Exists(Jobs("job"))) await Task.Delay(50, Cancellation);
        return File.ReadAllText(Jobs("job")).Trim();
    }

    // The process that trains a run, once it has saved a state.
    private async Task<int> HolderAsync(string run)
    {
        while (true)
        {
            if (Directory.Exists(Path.Combine(_store, "runs")))
                foreach (var partial in Directory.GetDirectories(Path.Combine(_store, "runs"), "*.partial"))
                {
                    var lockFile = Path.Combine(_store, "locks", Path.GetFileName(partial)[..64] + ".lock");
                    if (File.Exists(lockFile + ".holder") && Holder().Match(File.ReadAllText(lockFile + ".holder")) is { Success: true } holder
                        && holder.Groups[2].Value == run && StoreLock.IsHeld(lockFile) && HasRows(partial)) return int.Parse(holder.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
                }

            await Task.Delay(5, Cancellation);
        }
    }

    private static bool HasRows(string partial)
    {
        try
        {
            return File.ReadLines(Path.Combine(partial, "metrics.jsonl")).Count() > 20;
        }
        catch (IOException)
        {
            return false; // not there yet, or renamed
        }
    }

    private static List<string> Table(string output) =>
        [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[..line.IndexOf('(', StringComparison.Ordinal)])];

    [GeneratedRegex(@"^process (\d+): trains run '(.*)'")]
    private static partial Regex Holder();
}
