using System.Globalization;
using System.Text;
using SafetyGate.Core.Files;
using SafetyGate.Core.Runs;

namespace SafetyGate.Harness.Slurm;

/// <summary>
/// The folder of a list that was submitted as one job array: script, logs, and a small file for each element in which the task that took it
/// notes how far it is. It lies in the shared store, so that tasks on all nodes and who waits for them see the same.
/// </summary>
/// <param name="directory">The folder.</param>
/// <param name="count">Elements of the list.</param>
public sealed class SubmittedList(string directory, int count)
{
    private const int LongestLog = 1 << 16;
    private static readonly string[] Names = ["queued", "running", "done", "failed"];

    /// <summary>The folder.</summary>
    public string Directory { get; } = Path.GetFullPath(directory);

    /// <summary>Elements of the list.</summary>
    public int Count { get; } = count;

    private string Script => Path.Combine(Directory, "job.sh");

    /// <summary>What the command printed when all elements were done.</summary>
    public string Result => Path.Combine(Directory, "result.txt");

    /// <summary>The lock under which one process submits.</summary>
    public string Lock => Path.Combine(Directory, "submission.lock");

    /// <summary>The lock under which one task makes the result.</summary>
    public string ResultLock => Path.Combine(Directory, "result.lock");

    /// <summary>The lock under which one task works on an element.</summary>
    public string LockOf(int element) => Path.Combine(Directory, Invariant($"{element}.lock"));

    /// <summary>Slurm's pattern of the tasks' logs.</summary>
    public string LogPattern => Path.Combine(Directory, "task-%a.log");

    /// <summary>The log of a task, over all its starts.</summary>
    public string LogOf(int task) => Path.Combine(Directory, Invariant($"task-{task}.log"));

    /// <summary>The job that was submitted last; <c>null</c> if none was.</summary>
    public long? Job
    {
        get => File.Exists(JobFile) && long.TryParse(BoundedFile.ReadText(JobFile).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var job) ? job : null;
        private set => WholeFile.Write(JobFile, Encoding.UTF8.GetBytes(Invariant($"{value}\n")));
    }

    private string JobFile => Path.Combine(Directory, "job");

    /// <summary>Submits the list as one job array; what an earlier submission noted is forgotten, logs stay.</summary>
    /// <param name="scheduler">The cluster.</param>
    /// <param name="settings">What tasks ask of it.</param>
    /// <param name="command">The command of each task; it works by <c>SLURM_ARRAY_TASK_ID</c>.</param>
    /// <param name="directory">Where it runs.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The job.</returns>
    /// <exception cref="UserErrorException">The folder cannot be written (exit code 74), or Slurm refuses (exit code 69).</exception>
    public async Task<long> SubmitAsync(SlurmScheduler scheduler, SlurmSettings settings, IReadOnlyList<string> command, string directory, CancellationToken cancellationToken)
    {
        Begin();
        var tasks = Math.Min(Count, SlurmSettings.MostTasks);
        SlurmScript.Write(Script, settings, [new(StoreLocation.Variable, settings.Store)], command);
        IEnumerable<string> options =
        [
            "--job-name=safetygate", Invariant($"--array=1-{tasks}%{Math.Min(tasks, settings.TasksAtOnce)}"), "--requeue", "--open-mode=append",
            "--output=" + LogPattern, "--chdir=" + directory, "--signal=B:USR1@60", .. settings.Resources(),
        ];
        var job = await scheduler.SubmitAsync(Script, options, cancellationToken);
        Job = job;
        return job;
    }

    /// <summary>Forgets what an earlier submission noted; logs stay.</summary>
    /// <exception cref="UserErrorException">The folder cannot be written (exit code 74), or others could have written to it.</exception>
    private void Begin()
    {
        try
        {
            System.IO.Directory.CreateDirectory(Directory);
            StoreTrust.FromEnvironment().Require(Path.GetDirectoryName(Directory)!, Directory);
            File.Delete(JobFile);
            File.Delete(Result);
            for (var element = -1; element < Count; element++) File.Delete(NoteOf(element));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{Directory} cannot be written: {e.Message} It must lie on a file system that this machine and the nodes share.", e, GateExitCode.CannotWrite);
        }
    }

    /// <summary>Notes how far an element is.</summary>
    /// <param name="element">Its place in the list; −1 for the result of all.</param>
    /// <param name="progress">How far.</param>
    public void Note(int element, ListedProgress progress) => WholeFile.Write(NoteOf(element),
        Encoding.UTF8.GetBytes(Invariant($"{Names[(int)progress.State]} {progress.Task} {string.Join(' ', progress.Words.Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries))}\n")));

    /// <summary>How far an element is; −1 for the result of all.</summary>
    public ListedProgress Read(int element)
    {
        try
        {
            return File.Exists(NoteOf(element)) && BoundedFile.ReadText(NoteOf(element)).TrimEnd('\n').Split(' ', 3) is [var state, var task, var words]
                && Array.IndexOf(Names, state) is >= 0 and var known && int.TryParse(task, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? new((ListedState)known, number, words)
                : new(ListedState.Queued, 0, "");
        }
        catch (UserErrorException)
        {
            return new(ListedState.Queued, 0, ""); // it is being replaced
        }
    }

    /// <summary>The last lines of a task's log; none if it has none.</summary>
    /// <param name="task">The task.</param>
    /// <param name="lines">How many.</param>
    public IReadOnlyList<string> LastLines(int task, int lines)
    {
        if (!File.Exists(LogOf(task))) return [];
        try
        {
            using var file = BoundedFile.Open(LogOf(task), FileShare.ReadWrite);
            file.Seek(-Math.Min(file.Length, LongestLog), SeekOrigin.End);
            var bytes = new byte[LongestLog];
            var read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return [.. Encoding.UTF8.GetString(bytes, 0, read).Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries).TakeLast(lines)];
        }
        catch (Exception e) when (e is IOException or UserErrorException)
        {
            return [];
        }
    }

    private string NoteOf(int element) => Path.Combine(Directory, element < 0 ? "result.state" : Invariant($"{element}.state"));
}
