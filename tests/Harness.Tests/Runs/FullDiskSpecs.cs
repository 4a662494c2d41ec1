using SafetyGate.Core;
using SafetyGate.Harness.Runs;

namespace SafetyGate.Harness.Tests.Runs;

public sealed class FullDiskSpecs : IDisposable
{
    private const string FullDevice = "/dev/full"; // Linux: every write fails with "no space left on device"
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public Task A_disk_that_fills_up_while_the_checkpoint_is_written_ends_with_74_and_the_next_attempt_goes_on() =>
        EndsWith74AndGoesOn(directory => File.WriteAllTextAsync(FullDevice, directory));

    [Fact]
    public Task A_record_that_cannot_be_written_ends_with_74_and_the_next_attempt_goes_on() =>
        EndsWith74AndGoesOn(directory =>
        {
            Directory.CreateDirectory(Path.Combine(directory, "run.json.new")); // its place cannot be taken
            return Task.CompletedTask;
        });

    [Fact]
    public async Task A_store_that_cannot_be_made_ends_with_74_and_names_the_folder()
    {
        File.WriteAllText(_folder["file"], "");
        var store = new RunStore(_folder["file", "store"], TimeProvider.System);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => store.GetOrTrainAsync(new HashRecipe(), new ProgressLog(), TestContext.Current.CancellationToken));
        Assert.Equal(GateExitCode.CannotWrite, error.ExitCode);
        Assert.Contains(_folder["file", "store"], error.Message, StringComparison.Ordinal);
    }

    private async Task EndsWith74AndGoesOn(Func<string, Task> atTheEnd)
    {
        if (!File.Exists(FullDevice)) Assert.Skip("This system has no /dev/full to stand for a full disk.");
        var cancellation = TestContext.Current.CancellationToken;
        var store = new RunStore(_folder["store"], TimeProvider.System);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => store.GetOrTrainAsync(new HashRecipe { AtTheEnd = atTheEnd }, new ProgressLog(), cancellation));
        Assert.Equal(GateExitCode.CannotWrite, error.ExitCode);
        Assert.Contains("run 'hash'", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["store", "runs", RunStore.DigestOf(new HashRecipe())]));

        foreach (var place in Directory.EnumerateDirectories(_folder["store", "runs"], "run.json.new", SearchOption.AllDirectories)) Directory.Delete(place);
        var progress = new ProgressLog();
        var resumed = await store.GetOrTrainAsync(new HashRecipe(), progress, cancellation);
        var undisturbed = await new RunStore(_folder["other"], TimeProvider.System).GetOrTrainAsync(new HashRecipe(), new ProgressLog(), cancellation);
        Assert.Equal(RunOrigin.Resumed, resumed.Origin);
        Assert.DoesNotContain(progress.All, p => p.Phase == "train");
        Assert.Equal(undisturbed.Record.Files, resumed.Record.Files);
    }
}
