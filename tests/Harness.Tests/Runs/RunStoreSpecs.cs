using SafetyGate.Core;
using SafetyGate.Core.Files;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Runs;

namespace SafetyGate.Harness.Tests.Runs;

public sealed class RunStoreSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private RunStore Store => new(_folder["store"], TimeProvider.System);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_run_is_trained_once_and_read_from_the_store_ever_after()
    {
        var first = await Store.GetOrTrainAsync(new HashRecipe(), new ProgressLog(), Cancellation);
        var progress = new ProgressLog();
        var second = await Store.GetOrTrainAsync(new HashRecipe(), progress, Cancellation);

        Assert.Equal((RunOrigin.Trained, RunOrigin.FromStore), (first.Origin, second.Origin));
        Assert.Empty(progress.All);
        Assert.Equal(first.Record.ToJson(), second.Record.ToJson());
        Assert.Equal(first.Record.Model.WeightsDigest, second.OpenModel().Identity.WeightsDigest);
    }

    [Fact]
    public async Task The_record_has_recipe_environment_last_metrics_and_the_digest_of_every_file()
    {
        var model = await Store.GetOrTrainAsync(new HashRecipe { Steps = 4, Seed = ulong.MaxValue }, new ProgressLog(), Cancellation);

        var read = RunRecord.Parse(File.ReadAllText(Path.Combine(model.RunDirectory, "run.json")));
        Assert.Equal(["checkpoint/config.json", "checkpoint/model.safetensors", "metrics.jsonl"], read.Files.Select(f => f.Path));
        Assert.Equal((4L, ulong.MaxValue, "hash", 1), (read.Steps, read.Seed, read.Name, read.Attempts));
        Assert.Equal(0.25, read.Metrics["loss"]);
        Assert.True(double.IsNaN(read.Metrics["grad_norm"]));
        Assert.False(read.Metrics.ContainsKey("note"));
        Assert.Equal(new HashRecipe().Environment(), read.Environment);
        Assert.Contains("18446744073709551615", read.Recipe.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(StubModel.Sha256("{}"), read.Files[0].Sha256);
    }

    [Fact]
    public async Task Nothing_but_the_run_stays_when_it_is_finished()
    {
        var model = await Store.GetOrTrainAsync(new HashRecipe { AtTheEnd = d => File.WriteAllTextAsync(Path.Combine(d, "report.json"), "{}") }, new ProgressLog(), Cancellation);

        var names = Directory.EnumerateFileSystemEntries(model.RunDirectory).Select(Path.GetFileName).Order(StringComparer.Ordinal);
        Assert.Equal(["checkpoint", "metrics.jsonl", "report.json", "run.json"], names);
        Assert.Equal([model.RunDirectory], Directory.EnumerateDirectories(_folder["store", "runs"]));
    }

    [Fact]
    public void Seed_steps_engine_device_threads_and_code_each_change_the_key_and_the_name_does_not()
    {
        var recipe = new HashRecipe();
        IRecipe[] others =
        [
            recipe with { Seed = 8 },
            recipe with { Steps = 6 },
            recipe with { Device = "cuda: NVIDIA H200" },
            recipe with { CodeDigest = "code-2" },
        ];

        Assert.Equal(others.Length + 1, others.Append(recipe).Select(RunStore.DigestOf).Distinct().Count());
        Assert.Equal(RunStore.DigestOf(recipe), RunStore.DigestOf(recipe with { Name = "another name" }));
    }

    [Fact]
    public async Task A_changed_line_of_code_trains_again()
    {
        await Store.GetOrTrainAsync(new HashRecipe(), new ProgressLog(), Cancellation);
        var again = await Store.GetOrTrainAsync(new HashRecipe { CodeDigest = "code-2" }, new ProgressLog(), Cancellation);
        Assert.Equal(RunOrigin.Trained, again.Origin);
    }

    [Theory]
    [InlineData("run.json", "{", "run.json cannot be read")]
    [InlineData("run.json", "", "run.json cannot be read")]
    [InlineData("checkpoint/model.safetensors", "other weights", "checkpoint/model.safetensors has")]
    [InlineData("checkpoint/config.json", "[]", "checkpoint/config.json has the SHA-256")]
    [InlineData("checkpoint/config.json", null, "checkpoint/config.json is missing")]
    [InlineData("checkpoint/pytorch_model.bin", "x", "checkpoint/pytorch_model.bin was added")]
    [InlineData("metrics.jsonl", null, "metrics.jsonl is missing")]
    [InlineData("run.json", null, "run.json")]
    public async Task A_corrupt_run_is_moved_aside_with_a_warning_and_trained_again(string file, string? content, string reason)
    {
        var whole = await Store.GetOrTrainAsync(new HashRecipe(), new ProgressLog(), Cancellation);
        var path = Path.Combine(whole.RunDirectory, file);
        if (content is null) File.Delete(path);
        else File.WriteAllText(path, content);

        var progress = new ProgressLog();
        var again = await Store.GetOrTrainAsync(new HashRecipe(), progress, Cancellation);

        Assert.Equal(RunOrigin.Trained, again.Origin);
        Assert.Contains(reason, Assert.Single(again.Warnings), StringComparison.Ordinal);
        Assert.Contains(progress.All, p => p.Phase == "warning" && p.Detail == again.Warnings[0]);
        Assert.True(Directory.Exists(_folder["store", "corrupt", whole.Record.Digest + "-1"]));
        Assert.Equal(whole.Record.Model.WeightsDigest, again.Record.Model.WeightsDigest);
        Assert.Equal(RunOrigin.FromStore, (await Store.GetOrTrainAsync(new HashRecipe(), new ProgressLog(), Cancellation)).Origin);
    }

    [Fact]
    public async Task A_changed_byte_of_a_checkpoint_whose_digest_is_kept_is_seen_though_size_and_time_are_the_same()
    {
        RunStore Keeping() => new(_folder["store"], TimeProvider.System, new DigestCache(_folder["digests"], time: new LaterClock()));
        var whole = await Keeping().GetOrTrainAsync(new HashRecipe(), new ProgressLog(), Cancellation);
        Assert.Equal(RunOrigin.FromStore, (await Keeping().GetOrTrainAsync(new HashRecipe(), new ProgressLog(), Cancellation)).Origin);
        var path = Path.Combine(whole.CheckpointDirectory, "model.safetensors");
        var (time, bytes) = (File.GetLastWriteTimeUtc(path), File.ReadAllBytes(path));
        bytes[0] ^= 1;
        File.WriteAllBytes(path, bytes);
        File.SetLastWriteTimeUtc(path, time);

        var again = await Keeping().GetOrTrainAsync(new HashRecipe(), new ProgressLog(), Cancellation);
        Assert.Equal(RunOrigin.Trained, again.Origin);
        Assert.Contains("checkpoint/model.safetensors has the SHA-256", Assert.Single(again.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_of_a_run_that_did_not_change_are_not_hashed_again()
    {
        RunStore Keeping() => new(_folder["store"], TimeProvider.System, new DigestCache(_folder["digests"], time: new LaterClock()));
        var run = await Keeping().GetOrTrainAsync(new HashRecipe(), new ProgressLog(), Cancellation);
        await Keeping().GetOrTrainAsync(new HashRecipe(), new ProgressLog(), Cancellation);
        var weights = run.Record.Files.Single(file => file.Path == "checkpoint/model.safetensors").Sha256;
        foreach (var entry in Directory.GetFiles(_folder["digests"]))
            File.WriteAllText(entry, File.ReadAllText(entry).Replace(weights, new string('f', 64), StringComparison.Ordinal));

        var again = await Keeping().GetOrTrainAsync(new HashRecipe(), new ProgressLog(), Cancellation);
        Assert.Contains("has the SHA-256 ffff", Assert.Single(again.Warnings), StringComparison.Ordinal); // the entry was taken at its word
    }

    [Fact]
    public async Task A_record_of_another_recipe_is_not_trusted_even_when_its_files_are_whole()
    {
        var one = await Store.GetOrTrainAsync(new HashRecipe(), new ProgressLog(), Cancellation);
        var other = await Store.GetOrTrainAsync(new HashRecipe { Steps = 9 }, new ProgressLog(), Cancellation);
        Directory.Delete(one.RunDirectory, recursive: true);
        Directory.Move(other.RunDirectory, one.RunDirectory);

        var again = await Store.GetOrTrainAsync(new HashRecipe(), new ProgressLog(), Cancellation);
        Assert.Equal(RunOrigin.Trained, again.Origin);
        Assert.Contains("is that of run", Assert.Single(again.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_corruption_does_not_overwrite_the_first()
    {
        for (var i = 0; i < 3; i++)
        {
            var model = await Store.GetOrTrainAsync(new HashRecipe(), new ProgressLog(), Cancellation);
            File.WriteAllText(Path.Combine(model.RunDirectory, "run.json"), "broken");
        }

        Assert.Equal(2, Directory.EnumerateDirectories(_folder["store", "corrupt"]).Count());
    }

    [Fact]
    public async Task A_canceled_run_resumes_and_gives_the_weights_of_an_undisturbed_one()
    {
        using var cancel = new CancellationTokenSource();
        var stopped = new HashRecipe { BeforeStep = (step, _) => { if (step == 3) cancel.Cancel(); } };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.GetOrTrainAsync(stopped, new ProgressLog(), cancel.Token));

        var progress = new ProgressLog();
        var resumed = await Store.GetOrTrainAsync(new HashRecipe(), progress, Cancellation);
        var undisturbed = await new RunStore(_folder["other"], TimeProvider.System).GetOrTrainAsync(new HashRecipe(), new ProgressLog(), Cancellation);

        Assert.Equal((RunOrigin.Resumed, 2), (resumed.Origin, resumed.Record.Attempts));
        Assert.Equal([4L, 5L], progress.All.Where(p => p.Phase == "train").Select(p => p.Done));
        Assert.Contains(progress.All, p => p.Phase == "resume" && p.Detail.Contains("was interrupted", StringComparison.Ordinal));
        Assert.Equal(undisturbed.Record.Model.WeightsDigest, resumed.Record.Model.WeightsDigest);
        Assert.Equal(undisturbed.Record.Files, resumed.Record.Files);
    }

    [Fact]
    public async Task A_failed_training_is_not_stored_and_the_next_attempt_says_why_the_last_one_failed()
    {
        var failing = new HashRecipe { BeforeStep = (step, _) => { if (step == 2) throw new TrainingFailedException("the loss is NaN at step 2"); } };
        await Assert.ThrowsAsync<TrainingFailedException>(() => Store.GetOrTrainAsync(failing, new ProgressLog(), Cancellation));

        var progress = new ProgressLog();
        await Store.GetOrTrainAsync(new HashRecipe(), progress, Cancellation);
        Assert.Contains(progress.All, p => p.Phase == "resume" && p.Detail.Contains("the loss is NaN at step 2", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("checkpoint", "without a model")]
    [InlineData("metrics.jsonl", "metrics.jsonl")]
    public async Task A_recipe_that_leaves_no_model_or_no_metrics_has_failed(string missing, string reason)
    {
        var recipe = new HashRecipe
        {
            AtTheEnd = directory =>
            {
                var path = Path.Combine(directory, missing);
                if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
                else File.Delete(path);
                return Task.CompletedTask;
            },
        };
        var error = await Assert.ThrowsAsync<TrainingFailedException>(() => Store.GetOrTrainAsync(recipe, new ProgressLog(), Cancellation));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_metrics_line_that_is_not_JSON_fails_the_run_with_its_number()
    {
        var recipe = new HashRecipe { AtTheEnd = d => File.AppendAllTextAsync(Path.Combine(d, "metrics.jsonl"), "{\"step\": 6\n") };
        var error = await Assert.ThrowsAsync<TrainingFailedException>(() => Store.GetOrTrainAsync(recipe, new ProgressLog(), Cancellation));
        Assert.Contains("line 6", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recipe_that_asks_for_a_run_while_it_trains_is_refused_instead_of_waiting_for_ever()
    {
        var store = Store;
        var recipe = new HashRecipe { AtTheEnd = _ => store.GetOrTrainAsync(new HashRecipe { Steps = 2 }, new ProgressLog(), Cancellation) };
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => store.GetOrTrainAsync(recipe, new ProgressLog(), Cancellation));
        Assert.Contains("before it trains", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_checkpoint_changed_under_an_open_run_is_refused_when_the_model_is_opened()
    {
        var model = await Store.GetOrTrainAsync(new HashRecipe(), new ProgressLog(), Cancellation);
        File.WriteAllText(Path.Combine(model.CheckpointDirectory, "model.safetensors"), "others");
        var error = Assert.Throws<UserErrorException>(() => model.OpenModel());
        Assert.Contains("was recorded", error.Message, StringComparison.Ordinal);
    }
}
