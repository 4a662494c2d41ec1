using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using SafetyGate.Cli.Console;
using SafetyGate.Core.Files;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Runs;
using SafetyGate.Harness.Slurm;

namespace SafetyGate.Cli.Commands;

/// <summary>
/// The options of a command that trains a list of runs and then says something about all of them: here, one after the other, or on a Slurm
/// cluster as one job array.
/// </summary>
/// <remarks>
/// On the cluster each task runs the same command with <c>--as-task FOLDER</c> in place of these options: it makes the same list, takes what
/// nobody has, and the task that finds all of it done does what the command does here, its output going to a file of the folder.
/// </remarks>
internal sealed class ClusterParts
{
    private const int LinesOfFailure = 20;
    private readonly Option<string?> _on = new("--on") { Description = "slurm: submit the runs as one job array to a Slurm cluster; by default they are carried out here.", HelpName = "slurm" };
    private readonly Option<string> _cluster = new("--cluster")
    {
        Description = "With --on: what the tasks ask of the cluster; cluster.json by default.",
        HelpName = "FILE",
        DefaultValueFactory = _ => "cluster.json"
    };
    private readonly Option<bool> _wait = new("--wait") { Description = "With --on: follow the job to its end and print the result. Ctrl-C cancels the job it submitted." };
    private readonly Option<string?> _asTask = new("--as-task") { Hidden = true };

    public ClusterParts() => _on.AcceptOnlyFromAmong("slurm");

    public IReadOnlyList<Option> Options => [_on, _cluster, _wait, _asTask];

    /// <summary>True where this process is to train all of the list itself.</summary>
    public bool IsHere(ParseResult parsed) => parsed.GetValue(_on) is null && parsed.GetValue(_asTask) is null;

    /// <summary>Carries out a list of runs here or on a cluster.</summary>
    /// <param name="output">Where to write.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="runs">The runs; the same whenever the command line is.</param>
    /// <param name="whole">The command's work over all of the list, which takes from the store what is there: its output and exit code.</param>
    /// <param name="cancellationToken">Ctrl-C.</param>
    /// <exception cref="UserErrorException">The cluster's file is bad, or Slurm cannot be used.</exception>
    public async Task<int> RunAsync(GateOutput output, ParseResult parsed, IReadOnlyList<ListedWork> runs, Func<GateOutput, CancellationToken, Task<int>> whole,
        CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_asTask) is { } folder) return await WorkAsync(output, new SubmittedList(folder, runs.Count), runs, whole, cancellationToken);
        if (parsed.GetValue(_on) is not null) return await SubmitAsync(output, parsed, runs, cancellationToken);
        foreach (var option in (Option[])[_cluster, _wait])
            if (parsed.GetResult(option) is { Implicit: false }) throw new UserErrorException($"{option.Name} says how a cluster is used; give --on slurm with it.", GateExitCode.Usage);
        return await whole(output, cancellationToken);
    }

    private static async Task<int> WorkAsync(GateOutput output, SubmittedList list, IReadOnlyList<ListedWork> runs, Func<GateOutput, CancellationToken, Task<int>> whole,
        CancellationToken cancellationToken)
    {
        var scheduler = new SlurmScheduler(TimeProvider.System);
        var (job, task) = (Number("SLURM_ARRAY_JOB_ID"), (int)Number("SLURM_ARRAY_TASK_ID"));
        var progress = new ConsoleProgress(output, TimeProvider.System);
        var isWhole = await new SharedWork(runs, list, task).TakeAsync(
            async () => (await scheduler.TasksAsync(job, cancellationToken))?.Count(other => other.State == "PENDING") ?? 0, progress, cancellationToken);
        progress.Close();
        if (!isWhole) return Enumerable.Range(0, list.Count).Any(element => list.Read(element) is { State: ListedState.Failed } failed && failed.Task == task) ? GateExitCode.TrainingFailed : GateExitCode.Passed;
        using var own = StoreLock.TryAcquire(list.ResultLock, "makes the result");
        if (own is null || list.Read(-1).State is ListedState.Done or ListedState.Failed) return GateExitCode.Passed;
        list.Note(-1, new(ListedState.Running, task, ""));
        return await ResultAsync(output, list, task, whole, cancellationToken);
    }

    private static async Task<int> ResultAsync(GateOutput output, SubmittedList list, int task, Func<GateOutput, CancellationToken, Task<int>> whole, CancellationToken cancellationToken)
    {
        try
        {
            using var text = new StringWriter { NewLine = "\n" };
            int code;
            using (var captured = new GateOutput(Stream.Null, text, output.Error, interactive: false)) code = await whole(captured, cancellationToken);
            WholeFile.Write(list.Result, System.Text.Encoding.UTF8.GetBytes(text.ToString()));
            list.Note(-1, new(ListedState.Done, task, code.ToString(CultureInfo.InvariantCulture)));
            return code;
        }
        catch (Exception e) when (e is UserErrorException or TrainingFailedException)
        {
            list.Note(-1, new(ListedState.Failed, task, e.Message));
            throw;
        }
    }

    private async Task<int> SubmitAsync(GateOutput output, ParseResult parsed, IReadOnlyList<ListedWork> runs, CancellationToken cancellationToken)
    {
        var settings = SlurmSettings.Load(parsed.GetValue(_cluster)!);
        var arguments = Arguments(parsed);
        var key = CanonicalJson.Digest(new JsonObject
        {
            ["arguments"] = new JsonArray([.. arguments.Select(argument => JsonValue.Create(argument))]),
            ["directory"] = Environment.CurrentDirectory,
            ["runs"] = new JsonArray([.. runs.Select(run => new JsonObject { ["name"] = run.Name, ["identity"] = run.Identity.DeepClone() })]),
        });
        StoreTrust.FromEnvironment().RequireRoot(settings.Store);
        var list = new SubmittedList(Path.Combine(settings.Store, "jobs", key[..16]), runs.Count);
        var scheduler = new SlurmScheduler(TimeProvider.System);
        var (job, isOwn) = await JobAsync(output, list, scheduler, settings, arguments, cancellationToken);
        if (!parsed.GetValue(_wait))
        {
            output.Out.WriteLine($"job         {job}");
            output.Out.WriteLine($"logs        {list.LogPattern.Replace("%a", "N", StringComparison.Ordinal)}");
            output.Out.WriteLine($"result      {list.Result}, when all {runs.Count} runs are done");
            output.Out.WriteLine($"next        the same command with --wait follows it; scancel {job} ends it");
            return GateExitCode.Passed;
        }

        try
        {
            return await FollowAsync(output, list, scheduler, job, [.. runs.Select(run => run.Name)], cancellationToken);
        }
        catch (OperationCanceledException) when (isOwn)
        {
            output.Error.WriteLine($"cancels job {job} ...");
            await scheduler.CancelAsync(job);
            throw;
        }
        catch (OperationCanceledException)
        {
            output.Error.WriteLine($"job {job} was submitted before and goes on; scancel {job} ends it");
            throw;
        }
    }

    // The job of the same command that still runs, or a new one.
    private static async Task<(long Job, bool IsOwn)> JobAsync(GateOutput output, SubmittedList list, SlurmScheduler scheduler, SlurmSettings settings, IReadOnlyList<string> arguments,
        CancellationToken cancellationToken)
    {
        using var own = await StoreLock.AcquireAsync(list.Lock, "submits the runs", holder => output.Error.WriteLine($"waits for {holder}"), TimeProvider.System, cancellationToken);
        if (list.Job is { } before && await scheduler.TasksAsync(before, cancellationToken) is not { Count: 0 })
        {
            output.Error.WriteLine($"these runs were submitted before, as job {before}, which is not over");
            return (before, false);
        }

        var job = await list.SubmitAsync(scheduler, settings, [.. Command(settings), .. arguments, "--as-task", list.Directory], Environment.CurrentDirectory, cancellationToken);
        output.Error.WriteLine($"submitted {list.Count} runs as job {job}, {settings.TasksAtOnce} at a time");
        return (job, true);
    }

    // Until all is done, or nothing of the job is left.
    private static async Task<int> FollowAsync(GateOutput output, SubmittedList list, SlurmScheduler scheduler, long job, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var progress = new ConsoleProgress(output, TimeProvider.System);
        var told = new HashSet<int>();
        for (var pause = TimeSpan.FromMilliseconds(500); ; pause = pause < TimeSpan.FromSeconds(10) ? pause * 1.1 : pause)
        {
            var tasks = await scheduler.TasksAsync(job, cancellationToken); // first, so that what a task noted before it ended is read
            var runs = Enumerable.Range(0, list.Count).Select(list.Read).ToList();
            for (var element = 0; element < runs.Count; element++)
                if (runs[element].State == ListedState.Failed && told.Add(element)) Failure(output, progress, list, names[element], runs[element]);
            int Count(ListedState state) => runs.Count(run => run.State == state);
            var running = runs.FirstOrDefault(run => run.State == ListedState.Running);
            var last = running is null ? "" : string.Join("", list.LastLines(running.Task, 1).Select(line => $"; task {running.Task}: {line}"));
            progress.Report(new($"job {job}", Count(ListedState.Done) + Count(ListedState.Failed), list.Count,
                Invariant($"{Count(ListedState.Queued)} queued, {Count(ListedState.Running)} running, {Count(ListedState.Done)} done, {Count(ListedState.Failed)} failed{last}")));
            var (result, isOver) = (list.Read(-1), tasks is { Count: 0 });
            var isSettled = result.State is ListedState.Done or ListedState.Failed || (runs.All(run => run.State is ListedState.Done or ListedState.Failed) && told.Count > 0);
            if (isSettled || isOver)
            {
                progress.Close();
                if (!isOver) await scheduler.CancelAsync(job); // tasks that would find nothing to do
                return Result(output, list, job, names, runs, result);
            }

            await Task.Delay(pause, TimeProvider.System, cancellationToken);
        }
    }

    private static int Result(GateOutput output, SubmittedList list, long job, IReadOnlyList<string> names, List<ListedProgress> runs, ListedProgress result)
    {
        if (result.State == ListedState.Done)
        {
            output.Out.Write(BoundedFile.ReadText(list.Result));
            return int.TryParse(result.Words, NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? code : GateExitCode.Passed;
        }

        var failed = names.Where((_, element) => runs[element].State == ListedState.Failed).ToList();
        var left = names.Where((_, element) => runs[element].State is ListedState.Queued or ListedState.Running).ToList();
        throw new TrainingFailedException(
            result.State == ListedState.Failed ? $"All {list.Count} runs are done, and their result could not be made: {result.Words}"
            : left.Count == 0 && failed.Count == 0 ? $"All {list.Count} runs are done, and job {job} ended before their result was made; the same command makes it."
            : $"Of {list.Count} runs {list.Count - failed.Count - left.Count} are done{(failed.Count > 0 ? $", {failed.Count} failed ({string.Join(", ", failed)})" : "")}{(left.Count > 0 ? $", and {left.Count} were left when job {job} ended ({string.Join(", ", left)})" : "")}. Logs are in {list.Directory}; the same command trains what is not in the store.");
    }

    private static void Failure(GateOutput output, ConsoleProgress progress, SubmittedList list, string name, ListedProgress run)
    {
        progress.Close();
        output.Error.WriteLine($"failed: {name} in task {run.Task}: {run.Words}");
        foreach (var line in list.LastLines(run.Task, LinesOfFailure)) output.Error.WriteLine($"  {line}");
    }

    // The words of this command line without those that say how the cluster is used.
    private List<string> Arguments(ParseResult parsed)
    {
        List<string> words = [.. parsed.Tokens.Select(token => token.Value)];
        foreach (var (option, values) in ((Option, int)[])[(_on, 1), (_cluster, 1), (_wait, 0)])
            for (var at = words.IndexOf(option.Name); at >= 0; at = words.IndexOf(option.Name))
                words.RemoveRange(at, Math.Min(words.Count - at, values + (values == 0 && at + 1 < words.Count && bool.TryParse(words[at + 1], out _) ? 2 : 1)));
        return words;
    }

    private static IEnumerable<string> Command(SlurmSettings settings)
    {
        if (settings.Gate.Count > 0) return settings.Gate;
        var program = Environment.ProcessPath ?? "gate";
        return Path.GetFileNameWithoutExtension(program) == "dotnet" ? [program, Path.Combine(AppContext.BaseDirectory, "gate-cli.dll")] : [program];
    }

    private static long Number(string variable) =>
        long.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new UserErrorException($"--as-task is how a task of Slurm calls this command, and {variable} is not set; use --on slurm.", GateExitCode.Usage);
}
