using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace SafetyGate.Harness.Runs;

/// <summary>One execution of a command: no shell, output to a log, nothing of it left running.</summary>
internal sealed class ExternalRunProcess(string command, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> variables,
    string directory, TimeProvider time)
{
    private static readonly TimeSpan LastOutput = TimeSpan.FromSeconds(3);
    private readonly string _mark = Path.Combine(directory, "trainer.process");

    /// <summary>Runs the command to its end.</summary>
    /// <returns>Its exit code; <c>null</c> when the time limit ended it.</returns>
    /// <exception cref="UserErrorException">It cannot be started. Exit code 69.</exception>
    /// <exception cref="OperationCanceledException">Canceled; the command and all processes below it are dead.</exception>
    public async Task<int?> RunAsync(ExternalRunLog log, TimeSpan limit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        KillLeftover();
        using var timeout = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        using var process = Start();
        var output = Task.WhenAll(PumpAsync(process.StandardOutput, log), PumpAsync(process.StandardError, log));
        try
        {
            Mark(process);
            process.StandardInput.Close();
            await process.WaitForExitAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            Kill(process);
            await process.WaitForExitAsync(CancellationToken.None);
            cancellationToken.ThrowIfCancellationRequested();
            await DrainAsync(output);
            return null;
        }
        catch
        {
            Kill(process);
            throw;
        }

        await DrainAsync(output);
        File.Delete(_mark);
        return process.ExitCode;
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(command, arguments)
        {
            WorkingDirectory = directory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (var (name, value) in variables) start.Environment[name] = value;
        try
        {
            return Process.Start(start) ?? throw new InvalidOperationException($"'{command}' started no process.");
        }
        catch (Win32Exception e)
        {
            throw new UserErrorException($"The command '{command}' cannot be started: {e.Message}. It must be a program on PATH or the path of one; shell syntax needs a shell, such as the command 'sh' with the argument '-c'.", e, GateExitCode.MissingEngine);
        }
    }

    // The output may be held open by a process that the command left behind: then its last lines are not waited for.
    private Task DrainAsync(Task output) => Task.WhenAny(output, Task.Delay(LastOutput, time));

    private static async Task PumpAsync(StreamReader from, ExternalRunLog log)
    {
        try
        {
            while (await from.ReadLineAsync() is { } line) log.Write(line);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // closed with the process
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // it has ended meanwhile
        }
    }

    // A killed test process cannot kill its children. The next attempt does: two trainers in one folder would spoil both.
    private void Mark(Process process)
    {
        try
        {
            File.WriteAllText(_mark, Invariant($"{process.Id} {process.StartTime.ToUniversalTime().Ticks}"));
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // it has ended already
        }
    }

    private void KillLeftover()
    {
        if (!File.Exists(_mark)) return;
        if (File.ReadAllText(_mark).Split(' ') is [var id, var started] && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture,
            out var pid)
            && long.TryParse(started, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks))
        {
            try
            {
                using var leftover = Process.GetProcessById(pid);
                var isSame = Math.Abs(leftover.StartTime.ToUniversalTime().Ticks - ticks) < TimeSpan.TicksPerSecond; // process numbers are given out again
                if (isSame)
                {
                    Kill(leftover);
                    leftover.WaitForExit();
                }
            }
            catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
            {
                // long gone
            }
        }

        File.Delete(_mark);
    }
}
