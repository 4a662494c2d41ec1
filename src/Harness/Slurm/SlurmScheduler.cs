using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace SafetyGate.Harness.Slurm;

/// <summary>Slurm's commands: submit, look, cancel. They must be on PATH and know the cluster, as on a login node.</summary>
/// <param name="time">The clock of waiting.</param>
public sealed class SlurmScheduler(TimeProvider time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1), BetweenLooks = TimeSpan.FromMilliseconds(300);

    /// <summary>Submits a script.</summary>
    /// <param name="script">Path of the script, on a file system that the nodes share.</param>
    /// <param name="options">Options of <c>sbatch</c>. They stand on its command line, where no variable of the environment overrides them.</param>
    /// <param name="cancellationToken">Looked at before; a submission that has begun is waited for, or its job would run on and nobody would know of it.</param>
    /// <returns>The job's number.</returns>
    /// <exception cref="UserErrorException">There is no Slurm here, or it refuses the job (exit code 69).</exception>
    public async Task<long> SubmitAsync(string script, IEnumerable<string> options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (code, output, error) = await RunAsync("sbatch", [.. options, "--parsable", script], CancellationToken.None);
        return code == 0 && long.TryParse(output.Trim().Split(';')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var job)
            ? job
            : throw new UserErrorException($"Slurm does not take the job: {OneLine(error.Length > 0 ? error : output)}. What it asks for is in the cluster's file; sinfo lists what there is.", GateExitCode.MissingEngine);
    }

    /// <summary>The tasks of a job that wait or run, or end just now; <c>null</c> if Slurm did not answer.</summary>
    /// <exception cref="UserErrorException">There is no Slurm here (exit code 69).</exception>
    public async Task<IReadOnlyList<SlurmTask>?> TasksAsync(long job, CancellationToken cancellationToken)
    {
        var (code, output, error) = await RunAsync("squeue", ["--noheader", "--array", "--jobs", Invariant($"{job}"), "--format", "%K|%T|%r"], cancellationToken);
        if (code != 0) return error.Contains("Invalid job id", StringComparison.OrdinalIgnoreCase) ? [] : null;
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(line => line.Split('|', 3)).Where(parts => parts.Length == 3)
            .Select(parts => new SlurmTask(int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0, parts[1], parts[2]))];
    }

    /// <summary>The last state Slurm remembers of a job, such as <c>TIMEOUT</c> or <c>NODE_FAIL</c>; <c>null</c> if it has forgotten it.</summary>
    public async Task<string?> LastStateAsync(long job, CancellationToken cancellationToken)
    {
        var (code, output, _) = await RunAsync("scontrol", ["--oneliner", "show", "job", Invariant($"{job}")], cancellationToken);
        return code == 0 ? output.Split(' ').FirstOrDefault(word => word.StartsWith("JobState=", StringComparison.Ordinal))?["JobState=".Length..] : null;
    }

    /// <summary>Cancels a job and waits until none of its tasks runs any more, for a minute at most.</summary>
    public async Task CancelAsync(long job)
    {
        await RunAsync("scancel", [Invariant($"{job}")], CancellationToken.None);
        var started = time.GetTimestamp();
        while (time.GetElapsedTime(started) < Longest && await TasksAsync(job, CancellationToken.None) is not { Count: 0 })
            await Task.Delay(BetweenLooks, time, CancellationToken.None);
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        using var process = Start(program, arguments);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(CancellationToken.None), process.StandardError.ReadToEndAsync(CancellationToken.None));
        try
        {
            await process.WaitForExitAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            return (-1, "", Invariant($"{program} gave no answer within {Longest.TotalSeconds:0} s"));
        }

        return (process.ExitCode, await output, await error);
    }

    private static Process Start(string program, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        // Formats of the user's own would be printed in place of ours.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("SQUEUE_", StringComparison.Ordinal)).ToList()) start.Environment.Remove(name);
        try
        {
            return Process.Start(start) ?? throw new InvalidOperationException($"'{program}' started no process.");
        }
        catch (Win32Exception e)
        {
            throw new UserErrorException($"Slurm's command '{program}' cannot be started: {e.Message}. Run this on a machine of the cluster where it is on PATH, such as a login node.", e, GateExitCode.MissingEngine);
        }
    }

    private static string OneLine(string text) => string.Join(" ", text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).TrimEnd('.');
}
