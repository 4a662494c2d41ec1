using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using SafetyGate.Core;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Runs;
using SafetyGate.Harness.Tests.Endpoints;

namespace SafetyGate.Harness.Tests.Runs;

public sealed class ExternalRunSpecs : IDisposable
{
    private const string Leave = "mkdir -p out && cp \"$0\" out/model.safetensors && echo '{}' > out/config.json";
    private readonly TemporaryFolder _folder = new();

    public ExternalRunSpecs()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the commands of these tests are for a POSIX shell");
        WriteModel(_folder["base"], 1);
        WriteModel(_folder["trained"], 2);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private RunStore Store => new(_folder["store"], TimeProvider.System);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_command_that_leaves_a_checkpoint_is_a_run_of_the_store_like_any_other()
    {
        var run = Run(Leave + " && mkdir out/checkpoint-50 && echo state > out/checkpoint-50/optimizer.pt && echo '{\"step\": 3, \"loss\": 0.5}' > metrics.jsonl && echo hello && echo careful >&2");
        var first = await Store.GetOrTrainAsync(run, new ProgressLog(), Cancellation);
        var second = await Store.GetOrTrainAsync(run, new ProgressLog(), Cancellation);

        Assert.Equal((RunOrigin.Trained, RunOrigin.FromStore), (first.Origin, second.Origin));
        Assert.Equal(["checkpoint/config.json", "checkpoint/model.safetensors", "metrics.jsonl"], first.Record.Files.Select(f => f.Path));
        Assert.Equal((3L, 0.5, "trainer 1.0"), (first.Record.Steps, first.Record.Metrics["loss"], first.Record.Environment.Engine));
        Assert.Equal(ExternalCheckpoint.DigestOf(first.CheckpointDirectory), second.OpenModel().Identity.WeightsDigest);
        Assert.NotEqual(second.OpenModel().Identity.WeightsDigest, second.OpenReference().Identity.WeightsDigest);
        Assert.Equal(["checkpoint", "metrics.jsonl", "run.json", "trainer.log"], Directory.EnumerateFileSystemEntries(first.RunDirectory).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(["--- attempt 1: sh", "careful", "hello"], File.ReadAllLines(Path.Combine(first.RunDirectory, "trainer.log")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_checkpoint_may_be_an_adapter_alone_whose_settings_are_in_its_digest()
    {
        var first = await Store.GetOrTrainAsync(Run(Leave + " && mv out/config.json out/adapter_config.json && mv out/model.safetensors out/adapter_model.safetensors"), new ProgressLog(), Cancellation);
        Assert.Equal(["checkpoint/adapter_config.json", "checkpoint/adapter_model.safetensors"], first.Record.Files.Select(f => f.Path).Where(path => path.StartsWith("checkpoint/", StringComparison.Ordinal)));
        var other = await Store.GetOrTrainAsync(Run(Leave + " && rm out/config.json && echo '{\"r\": 3}' > out/adapter_config.json && mv out/model.safetensors out/adapter_model.safetensors"), new ProgressLog(), Cancellation);
        Assert.NotEqual(first.Record.Model.WeightsDigest, other.Record.Model.WeightsDigest);
        await Assert.ThrowsAsync<TrainingFailedException>(() => Store.GetOrTrainAsync(Run(Leave + " && rm out/config.json"), new ProgressLog(), Cancellation));
    }

    [Fact]
    public async Task Placeholders_and_variables_tell_the_command_its_folder_seed_attempt_base_and_inputs()
    {
        var said = new ProgressLog();
        var run = Run(Leave + " && printf '%s\\n' \"$@\" \"$PWD\" \"$SAFETYGATE_RUN_DIRECTORY\" \"$SAFETYGATE_RUN_SEED\" \"$SAFETYGATE_RUN_ATTEMPT\" \"$SAFETYGATE_RUN_BASE\" \"$FLAVOUR\"");
        run = run with
        {
            Arguments = [.. run.Arguments, "{directory}/x", "{seed}{attempt}", "{base}", "{other} {\"a\": 1} $HOME; *"],
            Variables = new Dictionary<string, string> { ["FLAVOUR"] = "seed-{seed}" },
        };
        await run.TrainAsync(_folder["here"], said, Cancellation);

        var (here, its) = (_folder["here"], _folder["base"]);
        Assert.Equal([here + "/x", "91", its, "{other} {\"a\": 1} $HOME; *", here, here, "9", "1", its, "seed-9"], said.All.Select(p => p.Detail));
    }

    [Fact]
    public async Task An_exit_code_fails_the_run_with_the_last_twenty_lines()
    {
        var run = Run("for i in $(seq 1 30); do echo line-$i-; done; exit 3");
        var error = await Assert.ThrowsAsync<TrainingFailedException>(() => Store.GetOrTrainAsync(run, new ProgressLog(), Cancellation));

        Assert.Contains("exit code 3 (attempt 1)", error.Message, StringComparison.Ordinal);
        Assert.Contains("line-11-\n  line-12", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("line-30-", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("line-10-", error.Message, StringComparison.Ordinal);
        Assert.Equal(31, File.ReadAllLines(Assert.Single(Directory.EnumerateFiles(_folder["store"], "trainer.log", SearchOption.AllDirectories))).Length);
    }

    [Theory]
    [InlineData("true", "no checkpoint")]
    [InlineData("mkdir out", "no config.json")]
    [InlineData("mkdir out && echo '{}' > out/config.json", "no .safetensors")]
    [InlineData("mkdir out && echo '{' > out/config.json && cp \"$0\" out/model.safetensors", "cannot be read")]
    [InlineData("mkdir out && echo '[]' > out/config.json && cp \"$0\" out/model.safetensors", "no JSON object")]
    [InlineData("mkdir out && echo '{}' > out/config.json && head -c 70 \"$0\" > out/model.safetensors", "cut short")]
    [InlineData("mkdir out && echo '{}' > out/config.json && head -c -1 \"$0\" > out/model.safetensors", "cut short")]
    [InlineData("mkdir out && echo '{}' > out/config.json && : > out/model.safetensors", "cut short")]
    [InlineData(Leave + " && echo '{\"weight_map\": {\"a\": \"model.safetensors\", \"b\": \"model-2.safetensors\"}}' > out/model.safetensors.index.json", "model-2.safetensors")]
    [InlineData("mkdir real && ln -s real out", "is a link")]
    public async Task A_missing_or_cut_checkpoint_fails_the_run_although_the_exit_code_is_0(string script, string named)
    {
        var error = await Assert.ThrowsAsync<TrainingFailedException>(() => Store.GetOrTrainAsync(Run(script), new ProgressLog(), Cancellation));
        Assert.Contains("exit code 0, but", error.Message, StringComparison.Ordinal);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_that_were_promised_must_be_there_and_are_kept_under_their_usual_name()
    {
        var error = await Assert.ThrowsAsync<TrainingFailedException>(() => Store.GetOrTrainAsync(Run(Leave) with { Metrics = "out/log.jsonl" }, new ProgressLog(), Cancellation));
        Assert.Contains("out/log.jsonl is missing", error.Message, StringComparison.Ordinal);

        var model = await Store.GetOrTrainAsync(Run(Leave + " && echo '{\"step\": 8}' > out/log.jsonl") with { Metrics = "out/log.jsonl" }, new ProgressLog(), Cancellation);
        Assert.Equal(8, model.Record.Steps);
    }

    [Theory]
    [InlineData("NaN"), InlineData("\\\"NaN\\\""), InlineData("-Infinity")]
    public async Task A_last_loss_that_is_no_number_fails_the_run_although_the_exit_code_is_0(string loss)
    {
        var run = Run($"{Leave} && echo \"{{\\\"step\\\": 1, \\\"loss\\\": 0.5}}\" > metrics.jsonl && echo \"{{\\\"step\\\": 2, \\\"loss\\\": {loss}}}\" >> metrics.jsonl");
        var error = await Assert.ThrowsAsync<TrainingFailedException>(() => Store.GetOrTrainAsync(run, new ProgressLog(), Cancellation));
        Assert.Contains($"the last loss it logged is {loss.Trim('\\', '"')}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_norm_that_overflows_on_the_way_as_Python_writes_it_does_not_fail_the_run()
    {
        var run = Run($"{Leave} && echo '{{\"step\": 1, \"loss\": 0.5, \"grad_norm\": NaN, \"history\": [Infinity, 1], \"note\": \"NaN, or so\"}}' > metrics.jsonl");
        Assert.Equal(double.NaN, (await Store.GetOrTrainAsync(run, new ProgressLog(), Cancellation)).Record.Metrics["grad_norm"]);
    }

    [Fact]
    public async Task A_secret_the_command_inherits_and_prints_stands_in_no_log_message_or_record()
    {
        const string secret = "hunter2-hunter2";
        Environment.SetEnvironmentVariable("SAFETYGATE_SPEC_TOKEN", secret);
        try
        {
            var said = new ProgressLog();
            var run = Run("echo using $SAFETYGATE_SPEC_TOKEN; echo again $SAFETYGATE_SPEC_TOKEN >&2; exit 1");
            var error = await Assert.ThrowsAsync<TrainingFailedException>(() => Store.GetOrTrainAsync(run, said, Cancellation));
            Assert.Contains("using ***", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, error.Message + string.Join('\n', said.All.Select(p => p.Detail)), StringComparison.Ordinal);
            Assert.All(Directory.EnumerateFiles(_folder["store"], "*", SearchOption.AllDirectories), file => Assert.DoesNotContain(secret, File.ReadAllText(file), StringComparison.Ordinal));
            Assert.Contains("'SAFETYGATE_SPEC_TOKEN'", Assert.Single((run with { Arguments = ["--token", secret] }).Problems()), StringComparison.Ordinal);
            Assert.DoesNotContain(secret, Assert.Single((run with { Variables = new Dictionary<string, string> { ["URL"] = "https://me:" + secret + "@host" } }).Problems()), StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("SAFETYGATE_SPEC_TOKEN", null);
        }
    }

    [Fact]
    public async Task The_time_limit_kills_the_command_and_all_below_it()
    {
        var time = new FakeTime(TimeSpan.FromSeconds(10));
        var run = Run("sleep 1000 & echo child $!; sleep 1000; true") with { Time = time, TimeLimit = TimeSpan.FromHours(6) };
        var child = 0;
        var progress = new ProgressLog(p =>
        {
            child = int.Parse(p.Detail.Split(' ')[1], CultureInfo.InvariantCulture);
            ThreadPool.QueueUserWorkItem(_ => time.EndAll());
        });

        var error = await Assert.ThrowsAsync<TrainingFailedException>(() => run.TrainAsync(_folder["here"], progress, Cancellation));
        Assert.Contains("time limit of 06:00:00", error.Message, StringComparison.Ordinal);
        Assert.Contains("child", error.Message, StringComparison.Ordinal);
        Assert.True(await IsGone(child), "the command's child still runs");
    }

    [Fact]
    public async Task Cancellation_kills_the_command_and_all_below_it()
    {
        using var cancel = new CancellationTokenSource();
        var child = 0;
        var progress = new ProgressLog(p =>
        {
            child = int.Parse(p.Detail.Split(' ')[1], CultureInfo.InvariantCulture);
            cancel.CancelAsync();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Run("sleep 1000 & echo child $!; sleep 1000; true").TrainAsync(_folder["here"], progress, cancel.Token));
        Assert.True(await IsGone(child), "the command's child still runs");
    }

    [Fact]
    public async Task A_process_that_outlives_the_command_and_holds_its_output_does_not_hold_the_run()
    {
        var progress = new ProgressLog();
        await (Run("sleep 1000 & echo $! && " + Leave) with { Time = new FakeTime(TimeSpan.FromSeconds(10)) }).TrainAsync(_folder["here"], progress, Cancellation);
        using var left = Process.GetProcessById(int.Parse(File.ReadAllLines(_folder["here", "trainer.log"])[1], CultureInfo.InvariantCulture));
        left.Kill();
    }

    [Fact]
    public async Task A_second_attempt_starts_the_command_again_in_the_same_folder_with_its_number()
    {
        var run = Run("if [ $SAFETYGATE_RUN_ATTEMPT = 1 ]; then echo half > state; exit 1; fi; cat state && " + Leave);
        await Assert.ThrowsAsync<TrainingFailedException>(() => Store.GetOrTrainAsync(run, new ProgressLog(), Cancellation));
        var model = await Store.GetOrTrainAsync(run, new ProgressLog(), Cancellation);

        Assert.Equal((RunOrigin.Resumed, 2), (model.Origin, model.Record.Attempts));
        Assert.Equal(["--- attempt 1: sh", "--- attempt 2: sh", "half"], File.ReadAllLines(Path.Combine(model.RunDirectory, "trainer.log")));
    }

    [Fact]
    public async Task An_attempt_killed_after_it_had_moved_the_checkpoint_goes_on_from_it()
    {
        WriteModel(_folder["here", "checkpoint"], 2);
        await Run("test -f out/model.safetensors").TrainAsync(_folder["here"], new ProgressLog(), Cancellation);
        Assert.True(File.Exists(_folder["here", "checkpoint", "model.safetensors"]));
    }

    [Fact]
    public async Task What_a_killed_test_run_left_running_is_killed_before_the_command_starts_again()
    {
        using var leftover = Process.Start(new ProcessStartInfo("sleep", "1000"))!;
        Directory.CreateDirectory(_folder["here"]);
        File.WriteAllText(_folder["here", "trainer.process"], string.Create(CultureInfo.InvariantCulture, $"{leftover.Id} {leftover.StartTime.ToUniversalTime().Ticks}"));
        await Run(Leave).TrainAsync(_folder["here"], new ProgressLog(), Cancellation);
        Assert.True(leftover.HasExited);
    }

    [Fact]
    public async Task A_process_that_only_has_the_number_of_an_old_one_is_left_alone()
    {
        using var stranger = Process.Start(new ProcessStartInfo("sleep", "1000"))!;
        Directory.CreateDirectory(_folder["here"]);
        File.WriteAllText(_folder["here", "trainer.process"], string.Create(CultureInfo.InvariantCulture, $"{stranger.Id} {stranger.StartTime.ToUniversalTime().AddMinutes(-1).Ticks}"));
        await Run(Leave).TrainAsync(_folder["here"], new ProgressLog(), Cancellation);
        Assert.False(stranger.HasExited);
        stranger.Kill();
    }

    [Fact]
    public void The_key_follows_content_and_not_places_or_patience()
    {
        var run = Run(Leave) with { Inputs = new Dictionary<string, string> { ["weights"] = _folder["trained", "model.safetensors"], ["data"] = _folder["trained"] } };
        var key = RunStore.DigestOf(run);
        WriteModel(_folder["moved"], 2);
        var moved = new Dictionary<string, string> { ["weights"] = _folder["moved", "model.safetensors"], ["data"] = _folder["moved"] };
        Assert.Equal(key, RunStore.DigestOf(run with { Inputs = moved, TimeLimit = TimeSpan.FromDays(2), Name = "other" }));

        string[] others =
        [
            RunStore.DigestOf(run with { Trainer = "trainer 1.1" }),
            RunStore.DigestOf(run with { Seed = 10 }),
            RunStore.DigestOf(run with { Base = _folder["trained"] }),
            RunStore.DigestOf(run with { Arguments = [.. run.Arguments, "--more"] }),
            RunStore.DigestOf(run with { Variables = new Dictionary<string, string> { ["A"] = "1" } }),
        ];
        File.AppendAllText(_folder["moved", "config.json"], " ");
        Assert.Equal(7, others.Append(key).Append(RunStore.DigestOf(run with { Inputs = moved })).Distinct().Count());
    }

    [Fact]
    public async Task A_command_that_does_not_exist_ends_with_exit_code_69()
    {
        var error = await Assert.ThrowsAsync<UserErrorException>(() => Store.GetOrTrainAsync(Run("") with { Command = "no-such-trainer" }, new ProgressLog(), Cancellation));
        Assert.Equal(GateExitCode.MissingEngine, error.ExitCode);
        Assert.Contains("no-such-trainer", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_does_not_say_its_weights_is_refused()
    {
        var run = Run(Leave) with { OpenWith = _ => new StubModel("") };
        var error = await Assert.ThrowsAsync<UserErrorException>(() => Store.GetOrTrainAsync(run, new ProgressLog(), Cancellation));
        Assert.Contains("no weights' digest", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_that_make_no_sense_are_refused_by_name()
    {
        var run = Run(Leave);
        (ExternalRun Run, string Named)[] wrong =
        [
            (run with { Command = " " }, "Command"),
            (run with { Trainer = "" }, "Trainer"),
            (run with { TimeLimit = TimeSpan.Zero }, "TimeLimit"),
            (run with { Checkpoint = "." }, "Checkpoint"),
            (run with { Checkpoint = "../out" }, "Checkpoint"),
            (run with { Metrics = "/metrics.jsonl" }, "Metrics"),
            (run with { Inputs = new Dictionary<string, string> { ["seed"] = "x" } }, "'seed'"),
            (run with { Inputs = new Dictionary<string, string> { ["a b"] = "x" } }, "'a b'"),
            (run with { Variables = new Dictionary<string, string> { ["SAFETYGATE_RUN_SEED"] = "x" } }, "SAFETYGATE_RUN_SEED"),
            (run with { Variables = new Dictionary<string, string> { ["HF_TOKEN"] = "x" } }, "'HF_TOKEN' is named like a secret"),
            (run with { Inputs = new Dictionary<string, string> { ["data"] = _folder["missing"] } }, "Input 'data'"),
            (run with { Base = _folder["missing"] }, "base model"),
        ];
        Assert.Empty((run with { Variables = new Dictionary<string, string> { ["TOKENIZERS_PARALLELISM"] = "false", ["KEYS"] = "3" } }).Problems());
        Assert.All(wrong, one => Assert.Contains(one.Named, Assert.Throws<UserErrorException>(() => one.Run.Describe()).Message, StringComparison.Ordinal));
    }

    private ExternalRun Run(string script) => new()
    {
        Name = "external",
        Command = "sh",
        Arguments = ["-c", script, "{weights}"],
        Inputs = new Dictionary<string, string> { ["weights"] = _folder["trained", "model.safetensors"] },
        Trainer = "trainer 1.0",
        Base = _folder["base"],
        Checkpoint = "out",
        Seed = 9,
        TimeLimit = TimeSpan.FromMinutes(10),
        OpenWith = directory => new StubModel(ExternalCheckpoint.DigestOf(directory)),
    };

    private static async Task<bool> IsGone(int process)
    {
        for (var i = 0; i < 500 && Exists(); i++) await Task.Delay(20, Cancellation); // until its new parent has buried it
        return !Exists();

        bool Exists()
        {
            try
            {
                using var found = Process.GetProcessById(process);
                return !found.HasExited && !File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);
            }
            catch (Exception e) when (e is ArgumentException or IOException or InvalidOperationException)
            {
                return false;
            }
        }
    }

    private static void WriteModel(string directory, byte content)
    {
        Directory.CreateDirectory(directory);
        var header = Encoding.UTF8.GetBytes("""{"__metadata__":{"format":"pt"},"w":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""");
        var file = new byte[8 + header.Length + 4];
        BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)header.Length);
        header.CopyTo(file, 8);
        file.AsSpan(8 + header.Length).Fill(content);
        File.WriteAllBytes(Path.Combine(directory, "model.safetensors"), file);
        File.WriteAllText(Path.Combine(directory, "config.json"), "{}");
    }
}
