using System.Globalization;
using System.Text;
using SafetyGate.Core.Files;
using SafetyGate.Harness.Slurm;

namespace SafetyGate.Harness.Runs;

/// <summary>
/// One execution of a command as a job of Slurm: submitted, its output followed, canceled with who waits for it. A job that outlived who
/// waited for it is taken up again, or, if it is over, its end is.
/// </summary>
internal sealed class ExternalRunJob(string command, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> variables, string directory, SlurmSettings settings,
    TimeProvider time)
{
    private const int Signaled = 128; // exit codes above: a signal ended the command, perhaps Slurm's

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);
    private readonly SlurmScheduler _scheduler = new(time);
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly StringBuilder _line = new();
    private long _read;

    private string JobFile => Path.Combine(directory, "slurm.job");

    private string ExitFile => Path.Combine(directory, "slurm.exit");

    private string OutputFile => Path.Combine(directory, "slurm.log");

    /// <summary>Runs the command to its end.</summary>
    /// <param name="log">Where its output goes.</param>
    /// <param name="limit">Longest time the job may run; waiting in the queue is not counted.</param>
    /// <param name="cancellationToken">Cancels the job.</param>
    /// <returns>The command's exit code, and what Slurm says of a job that left none or that a signal ended.</returns>
    /// <exception cref="UserErrorException">There is no Slurm here, or it refuses the job (exit code 69).</exception>
    public async Task<(int? ExitCode, string? State)> RunAsync(ExternalRunLog log, TimeSpan limit, CancellationToken cancellationToken)
    {
        var job = await LeftoverAsync(cancellationToken) ?? await SubmitAsync(limit, cancellationToken);
        try
        {
            while (!File.Exists(ExitFile) && await _scheduler.TasksAsync(job, cancellationToken) is not { Count: 0 })
            {
                Follow(log);
                await Task.Delay(BetweenLooks, time, cancellationToken);
            }

            for (var late = 0; late < 5 && !File.Exists(ExitFile); late++) await Task.Delay(BetweenLooks, time, cancellationToken); // of a file system that is shared
        }
        catch (OperationCanceledException)
        {
            await _scheduler.CancelAsync(job);
            Forget();
            throw;
        }

        Follow(log);
        if (_line.Length > 0) log.Write(_line.ToString());
        int? code = File.Exists(ExitFile) && int.TryParse(BoundedFile.ReadText(ExitFile).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var exit) ? exit : null;
        for (var late = 0; late < 5 && code > Signaled && await _scheduler.TasksAsync(job, cancellationToken) is not { Count: 0 }; late++)
            await Task.Delay(BetweenLooks, time, cancellationToken);
        var state = code is null or > Signaled ? await _scheduler.LastStateAsync(job, cancellationToken) ?? "nothing of it any more" : null;
        Forget();
        return (code, state);
    }

    // The job of an attempt whose process was killed.
    private async Task<long?> LeftoverAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(JobFile) || !long.TryParse(BoundedFile.ReadText(JobFile).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var job)) return null;
        return File.Exists(ExitFile) || await _scheduler.TasksAsync(job, cancellationToken) is not { Count: 0 } ? job : null;
    }

    private async Task<long> SubmitAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        Forget();
        var script = Path.Combine(directory, "slurm.sh");
        SlurmScript.WriteOnce(script, settings, variables, [command, .. arguments], ExitFile);
        var job = await _scheduler.SubmitAsync(script,
            ["--job-name=safetygate", "--requeue", "--open-mode=append", "--output=" + OutputFile, "--chdir=" + directory, .. settings.Resources(), Invariant($"--time={(long)Math.Ceiling(limit.TotalMinutes)}")],
            cancellationToken);
        WholeFile.Write(JobFile, Encoding.UTF8.GetBytes(Invariant($"{job}\n")));
        return job;
    }

    private void Forget()
    {
        foreach (var path in (string[])[JobFile, ExitFile, OutputFile]) File.Delete(path);
    }

    private void Follow(ExternalRunLog log)
    {
        if (!File.Exists(OutputFile)) return;
        using var file = BoundedFile.Open(OutputFile, FileShare.ReadWrite | FileShare.Delete);
        file.Seek(_read, SeekOrigin.Begin);
        var (bytes, chars) = (new byte[1 << 16], new char[1 << 16]);
        for (int count; (count = file.Read(bytes)) > 0;)
        {
            _read += count;
            var text = new string(chars, 0, _decoder.GetChars(bytes, 0, count, chars, 0));
            for (int end; (end = text.AsSpan().IndexOfAny('\n', '\r')) >= 0; text = text[(end + 1)..])
            {
                log.Write(_line.Append(text, 0, end).ToString());
                _line.Clear();
            }

            _line.Append(text);
        }
    }
}
