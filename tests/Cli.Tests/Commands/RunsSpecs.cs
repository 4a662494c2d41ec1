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
        }

        Assert.Equal([new string('b', 64) + ".partial"], Directory.GetDirectories(Path.Combine(_store, "runs")).Select(Path.GetFileName));
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
