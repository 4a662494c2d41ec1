using SafetyGate.Harness.Runs;

namespace SafetyGate.Harness.Tests.Runs;

public sealed class SharedStoreSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Of_two_processes_that_ask_for_one_run_one_trains_and_the_other_waits_and_reads()
    {
        Directory.CreateDirectory(_folder["gates"]);
        OpenGate(1);
        using var first = new ChildProcess(_folder["store"], seed: 1, steps: 2, _folder["gates"]);
        await first.LineThatBegins("train 1");
        using var second = new ChildProcess(_folder["store"], seed: 1, steps: 2, _folder["gates"]);
        var waiting = await second.LineThatBegins("wait");
        OpenGate(2);
        var (ends, read) = (await first.LineThatBegins("end"), await second.LineThatBegins("end"));

        Assert.Contains("run 'hash', held by process", waiting, StringComparison.Ordinal);
        Assert.StartsWith("end Trained", ends, StringComparison.Ordinal);
        Assert.StartsWith("end FromStore", read, StringComparison.Ordinal);
        Assert.Equal(ends.Split(' ')[2], read.Split(' ')[2]);
    }

    [Fact]
    public async Task Two_processes_never_train_on_one_device_at_once()
    {
        Directory.CreateDirectory(_folder["gates"]);
        OpenGate(1);
        using var first = new ChildProcess(_folder["store"], seed: 1, steps: 2, _folder["gates"]);
        await first.LineThatBegins("train 1");
        using var second = new ChildProcess(_folder["store"], seed: 2, steps: 2, _folder["gates"]);
        Assert.Contains("device cpu, held by process", await second.LineThatBegins("wait"), StringComparison.Ordinal);
        OpenGate(2);
        Assert.StartsWith("end Trained", await first.LineThatBegins("end"), StringComparison.Ordinal);
        Assert.StartsWith("end Trained", await second.LineThatBegins("end"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1), InlineData(3), InlineData(6)]
    public async Task A_killed_process_leaves_its_lock_and_the_run_resumes_to_the_same_weights(int killedAfter)
    {
        Directory.CreateDirectory(_folder["gates"]);
        for (var step = 1; step <= killedAfter; step++) OpenGate(step);
        using (var killed = new ChildProcess(_folder["store"], seed: 1, steps: 6, killedAfter == 6 ? "-" : _folder["gates"]))
        {
            await killed.LineThatBegins($"train {killedAfter}");
            await killed.Kill();
        }

        var recipe = new HashRecipe { Seed = 1, Steps = 6 };
        var progress = new ProgressLog();
        var resumed = await new RunStore(_folder["store"], TimeProvider.System).GetOrTrainAsync(recipe, progress, Cancellation);
        var undisturbed = await new RunStore(_folder["other"], TimeProvider.System).GetOrTrainAsync(recipe, new ProgressLog(), Cancellation);
        if (killedAfter < 6)
        {
            Assert.Equal(RunOrigin.Resumed, resumed.Origin);
            Assert.Equal(6 - killedAfter, progress.All.Count(p => p.Phase == "train"));
        }

        Assert.Equal(undisturbed.Record.Model.WeightsDigest, resumed.Record.Model.WeightsDigest);
        Assert.Equal(undisturbed.Record.Files, resumed.Record.Files);
    }

    [Fact]
    public async Task Eight_askers_in_one_process_train_once()
    {
        var trained = 0;
        var recipe = new HashRecipe { BeforeStep = (step, _) => { if (step == 1) Interlocked.Increment(ref trained); } };
        var store = new RunStore(_folder["store"], TimeProvider.System);
        var models = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => store.GetOrTrainAsync(recipe, new ProgressLog(), Cancellation), Cancellation)));
        Assert.Equal(1, trained);
        Assert.Equal(7, models.Count(m => m.Origin == RunOrigin.FromStore));
    }

    [Fact]
    public async Task Waiting_for_a_lock_can_be_canceled()
    {
        var path = _folder["a.lock"];
        using var held = await StoreLock.AcquireAsync(path, "a test", _ => { }, TimeProvider.System, Cancellation);
        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => StoreLock.AcquireAsync(path, "another", _ => cancel.Cancel(), TimeProvider.System, cancel.Token));
    }

    private void OpenGate(int step) => File.WriteAllText(_folder["gates", $"{step}"], "");
}
