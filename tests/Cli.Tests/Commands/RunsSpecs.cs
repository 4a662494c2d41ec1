using System.Text.Json;
using SafetyGate.Cli.Tests.Runs;
using SafetyGate.Core;
using SafetyGate.Harness.Runs;

namespace SafetyGate.Cli.Tests.Commands;

/// <summary><c>gate runs</c>: what the store holds, and what goes when asked to.</summary>
public sealed class RunsSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _store;

    public RunsSpecs() => _store = _folder.File("store");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Runs_are_listed_shown_and_removed_by_name()
    {
        await Train(1);
        await Train(2);
        Interrupted(new string('a', 64));
        var list = await Runs("list");
        Assert.Equal(4, list.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("3 steps  weights ", list.Out, StringComparison.Ordinal);
        Assert.Contains("tiny-2, seed 2", list.Out, StringComparison.Ordinal);
        Assert.Contains("aaaaaaaaaaaa  interrupted", list.Out, StringComparison.Ordinal);
        var all = JsonDocument.Parse((await Runs("list", "--json")).Out).RootElement.EnumerateArray().ToList();
        var second = all.Single(run => run.GetProperty("name").GetString() == "tiny-2");

        var show = await Runs("show", second.GetProperty("digest").GetString()![..6]);
        Assert.Contains("weights     " + second.GetProperty("weights").GetString(), show.Out, StringComparison.Ordinal);
        Assert.Contains("\"learning_rate\": 0.001", show.Out, StringComparison.Ordinal);
        Assert.Contains("file        checkpoint/model.safetensors", show.Out, StringComparison.Ordinal);
        Assert.Contains("has no run 'tiny-3' among its 3", Assert.Single((await Runs("show", "tiny-3")).Messages), StringComparison.Ordinal);

        Assert.Contains("1 runs,", (await Runs("prune", "tiny-2", "--dry-run")).Out, StringComparison.Ordinal);
        Assert.Equal(3, Count());
        await Runs("prune", "tiny-2");
        Assert.Equal(["tiny-1"], Finished());
        Assert.Contains("trained now", (await Train(2)).Out, StringComparison.Ordinal); // gone, and not corrupt
    }

    [Fact]
    public async Task Only_what_an_option_means_is_removed_and_never_a_run_in_training()
    {
        await Train(1);
        Interrupted(new string('a', 64));
        Interrupted(new string('b', 64));
        Directory.CreateDirectory(Path.Combine(_store, "corrupt", new string('c', 64) + "-1"));
        Assert.Equal("gate: Nothing says which runs to remove; name them, or give --older-than DAYS, --interrupted or --corrupt.", Assert.Single((await Runs("prune")).Messages));
        Assert.Equal(GateExitCode.Usage, (await Runs("prune", "--older-than", "NaN")).ExitCode);
        await Runs("prune", "--older-than", "1");
        Assert.Equal(4, Count());
        await Runs("prune", "--corrupt");
        Assert.Empty(Directory.GetDirectories(Path.Combine(_store, "corrupt")));
        using (await StoreLock.AcquireAsync(Path.Combine(_store, "locks", new string('b', 64) + ".lock"), "trains", _ => { }, TimeProvider.System, TestContext.Current.CancellationToken))
        {
            Assert.Contains("bbbbbbbbbbbb  in training", (await Runs("list")).Out, StringComparison.Ordinal);
            await Runs("prune", "--interrupted");
            await Runs("prune", "--older-than", "0");
            Assert.Contains($"{new string('b', 64)} stays: a process trains it", (await Runs("prune", "bbbb")).Error, StringComparison.Ordinal);
        }

        Assert.Equal([new string('b', 64) + ".partial"], Directory.GetDirectories(Path.Combine(_store, "runs")).Select(Path.GetFileName));
    }

    // The process was killed between moving the folder out of the runs and removing it.
    [Fact]
    public async Task A_removal_that_was_cut_off_is_listed_and_ended_by_the_next_one()
    {
        Interrupted(new string('a', 64));
        foreach (var left in new[] { new string('b', 64), new string('c', 64) + ".partial", new string('d', 64) + "-1" })
        {
            Directory.CreateDirectory(Path.Combine(_store, "removed-" + left, "checkpoint"));
            File.WriteAllText(Path.Combine(_store, "removed-" + left, "checkpoint", "model.safetensors"), "123");
        }

        var list = await Runs("list");
        foreach (var digest in new[] { "bbbbbbbbbbbb", "cccccccccccc", "dddddddddddd" }) Assert.Contains(digest + "  half gone ", list.Out, StringComparison.Ordinal);
        Assert.Contains("4 runs, 10 B in ", list.Out, StringComparison.Ordinal);
        using (await StoreLock.AcquireAsync(Path.Combine(_store, "locks", new string('c', 64) + ".lock"), "removes the run", _ => { }, TimeProvider.System, TestContext.Current.CancellationToken))
            Assert.Contains($"{new string('c', 64)} stays: a process holds it", (await Runs("prune", "--corrupt")).Error, StringComparison.Ordinal);
        Assert.Equal(["removed-" + new string('c', 64) + ".partial"], Directory.GetDirectories(_store, "removed-*").Select(Path.GetFileName));
        await Runs("prune", "cccc");
        Assert.Empty(Directory.GetDirectories(_store, "removed-*"));
        Assert.Equal(1, Count());
    }

    [Fact]
    public async Task What_is_no_run_is_counted_and_never_removed()
    {
        Interrupted(new string('a', 64));
        Directory.CreateDirectory(Path.Combine(_store, "runs", "my-notes"));
        Directory.CreateDirectory(Path.Combine(_store, "corrupt", "backup"));
        Directory.CreateDirectory(Path.Combine(_store, "removed-by-hand"));
        File.WriteAllText(Path.Combine(_store, "runs", new string('e', 64)), "a file");
        var list = await Runs("list");
        Assert.Contains("1 runs, 1 B in ", list.Out, StringComparison.Ordinal);
        Assert.Contains("3 other entries are no runs and stay: ", list.Out, StringComparison.Ordinal);
        Assert.Contains("my-notes", list.Out, StringComparison.Ordinal);
        await Runs("prune", "--corrupt", "--interrupted", "--older-than", "0");
        Assert.Equal(0, Count());
        Assert.True(Directory.Exists(Path.Combine(_store, "runs", "my-notes")) && Directory.Exists(Path.Combine(_store, "corrupt", "backup")) && Directory.Exists(Path.Combine(_store, "removed-by-hand")) && File.Exists(Path.Combine(_store, "runs", new string('e', 64))));
    }

    private int Count() => new StoreInventory(_store).Runs().Count;

    private IEnumerable<string> Finished() => new StoreInventory(_store).Runs().Select(run => run.Record?.Name).OfType<string>();

    private void Interrupted(string digest)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_store, "runs", digest + ".partial")).FullName;
        File.WriteAllText(Path.Combine(folder, "attempts"), "1");
    }

    private Task<GateRun> Runs(params string[] args) => GateRun.OfAsync(["runs", .. args, "--store", _store]);

    private async Task<GateRun> Train(ulong seed)
    {
        using var process = GateProcess.Start(_store, "run", TinyRecipe.In(_folder, seed, steps: 3));
        var run = await process.WaitAsync(TestContext.Current.CancellationToken);
        Assert.True(run.ExitCode == 0, run.Error);
        return run;
    }
}
