using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Runs;
using SafetyGate.Harness.Slurm;
using SafetyGate.Models;

namespace SafetyGate.Cli.Tests.Slurm;

/// <summary>Trainers that are not ours as jobs of a real Slurm: submitted, followed, taken up again, canceled.</summary>
[Collection(SlurmCollection.Name)]
public sealed class ExternalJobSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<RunProgress> _progress = [];
    private readonly string _base;

    public ExternalJobSpecs(SlurmCluster cluster)
    {
        cluster.Require();
        _base = TinyCheckpoint.In(_folder);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private RunStore Store => new(_folder.File("store"), TimeProvider.System);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_trainer_runs_as_a_job_and_its_checkpoint_is_the_run()
    {
        var run = Run("echo \"on $SLURM_JOB_PARTITION with $EXTRA\"; printf 'half'; sleep 1; echo ' a line'; cp -r \"$SAFETYGATE_RUN_BASE\" checkpoint; echo '{\"step\": 3, \"loss\": 0.5}' >metrics.jsonl");
        var trained = await Store.GetOrTrainAsync(run, Progress(), Cancellation);
        Assert.Equal((RunOrigin.Trained, 3, 0.5), (trained.Origin, trained.Record.Steps, trained.Record.Metrics["loss"]));
        Assert.Equal(["on small with it's", "half a line"], Lines());
        Assert.Contains("half a line", File.ReadAllText(Path.Combine(trained.RunDirectory, "trainer.log")), StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.GetFiles(trained.RunDirectory), path => Path.GetFileName(path).StartsWith("slurm", StringComparison.Ordinal));
        var here = run with { Slurm = null };
        Assert.Equal(RunStore.DigestOf(run), RunStore.DigestOf(here));
    }

    [Fact]
    public async Task A_trainer_that_fails_or_loses_its_job_fails_the_run_with_the_end_of_its_output()
    {
        var failed = await Assert.ThrowsAsync<TrainingFailedException>(() => Store.GetOrTrainAsync(Run("echo no memory >&2; exit 7"), Progress(), Cancellation));
        Assert.Contains("ended with exit code 7 (attempt 1)", failed.Message, StringComparison.Ordinal);
        Assert.Contains("no memory", failed.Message, StringComparison.Ordinal);
        var lost = Run("echo begun; sleep 60") with { Seed = 2 };
        var ends = Store.GetOrTrainAsync(lost, Progress(), Cancellation);
        while (!Lines().Contains("begun")) await Task.Delay(50, Cancellation);
        await SlurmCluster.RunAsync("scancel", "--name=safetygate");
        Assert.Contains("; Slurm knows CANCELLED", // the script may have left the signal's exit code before it was ended itself
            (await Assert.ThrowsAsync<TrainingFailedException>(() => ends)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_that_outlives_its_waiter_is_taken_up_and_canceling_the_run_cancels_the_job()
    {
        var run = Run("echo begun; while [ ! -e \"$GO\" ]; do sleep 0.1; done; cp -r \"$SAFETYGATE_RUN_BASE\" checkpoint");
        using (var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancellation))
        {
            var canceled = Store.GetOrTrainAsync(run, Progress(), cancel.Token);
            while (!Lines().Contains("begun")) await Task.Delay(50, Cancellation);
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => canceled);
            Assert.Equal("", await SlurmCluster.RunAsync("squeue", "--noheader"));
        }

        // As after a killed waiter: the job of its mark still runs.
        var partial = Assert.Single(Directory.GetDirectories(Path.Combine(_folder.File("store"), "runs")));
        File.WriteAllText(Path.Combine(partial, "job.sh"), $"#!/bin/bash\necho taken up\nwhile [ ! -e '{_folder.File("go")}' ]; do sleep 0.1; done\ncp -r '{_base}' checkpoint\necho 0 >slurm.exit\n");
        var job = (await SlurmCluster.RunAsync("sbatch", "--parsable", "--output=" + Path.Combine(partial, "slurm.log"), "--chdir=" + partial, Path.Combine(partial, "job.sh"))).Trim();
        File.WriteAllText(Path.Combine(partial, "slurm.job"), job);
        var resumed = Store.GetOrTrainAsync(run, Progress(), Cancellation);
        while (!Lines().Contains("taken up")) await Task.Delay(50, Cancellation);
        File.WriteAllText(_folder.File("go"), "");
        Assert.Equal(RunOrigin.Resumed, (await resumed).Origin);
        Assert.Single(Lines(), "begun"); // nothing was submitted a second time
    }

    private ExternalRun Run(string script) => new()
    {
        Name = "external",
        Command = "sh",
        Arguments = ["-c", script],
        Variables = new Dictionary<string, string> { ["EXTRA"] = "it's", ["GO"] = _folder.File("go") },
        Trainer = "a script",
        Base = _base,
        Seed = 1,
        TimeLimit = TimeSpan.FromMinutes(5),
        OpenWith = Open,
        Slurm = new SlurmSettings { Partition = "small" },
    };

    private static ILanguageModel Open(string directory) => LocalLanguageModel.Load(directory);

    private ReportLog Progress() => new(_progress);

    private List<string> Lines()
    {
        lock (_progress) return [.. _progress.Where(report => report.Phase == "train").Select(report => report.Detail)];
    }

    private sealed class ReportLog(List<RunProgress> all) : IProgress<RunProgress>
    {
        public void Report(RunProgress value)
        {
            lock (all) all.Add(value);
        }
    }
}
