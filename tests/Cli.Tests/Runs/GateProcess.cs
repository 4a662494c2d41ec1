using System.Diagnostics;
using System.Text;

namespace SafetyGate.Cli.Tests.Runs;

/// <summary>The command line in a process of its own, with a run store of its own.</summary>
internal sealed class GateProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly StringBuilder _said = new();
    private readonly Task _error;

    private GateProcess(Process process)
    {
        _process = process;
        (_output, _error) = (process.StandardOutput.ReadToEndAsync(), ReadAsync(process.StandardError));
    }

    public static GateProcess Start(string store, params string[] args) => StartIn(Environment.CurrentDirectory, store, [], args);

    /// <summary>With at most so many MiB of private memory (RLIMIT_DATA), beyond which the system refuses more.</summary>
    public static GateProcess StartLimited(string store, int mebibytes, params string[] args) =>
        StartIn(Environment.CurrentDirectory, store, [], ["sh", "-c", FormattableString.Invariant($"ulimit -d {mebibytes * 1024L}; exec \"$@\""), "sh"], args);

    public static GateProcess StartIn(string directory, string store, (string Name, string Value)[] variables, params string[] args) =>
        StartIn(directory, store, variables, [], args);

    private static GateProcess StartIn(string directory, string store, (string Name, string Value)[] variables, string[] before, string[] args)
    {
        // Where the tests themselves run in a script's background, Ctrl-C is ignored and every process they start would ignore it too.
        string[] dotnet = OperatingSystem.IsLinux() ? [.. before, "env", "--default-signal=INT", "dotnet"] : ["dotnet"];
        var start = new ProcessStartInfo(dotnet[0], [.. dotnet[1..], ThisBuild.Gate, .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = directory,
        };
        foreach (var name in start.Environment.Keys.Where(name => IsOfThisRun(name)).ToList()) start.Environment.Remove(name);
        foreach (var (name, value) in variables) start.Environment[name] = value;
        start.Environment["SAFETYGATE_STORE"] = store;
        start.Environment["OMP_NUM_THREADS"] = "1"; // the tiny model gains nothing from threads, and the test shares its machine
        return new(Process.Start(start)!);
    }

    // A CI's run would be demanded of results that the test made up.
    private static bool IsOfThisRun(string name) =>
        new[] { "SAFETYGATE_", "GITHUB_", "CI_", "BUILD_" }.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Waits until the process has written some words to its standard error, so that a signal meets it after them.</summary>
    /// <exception cref="InvalidOperationException">It ended without them.</exception>
    public async Task UntilSaidAsync(string words, CancellationToken cancellationToken)
    {
        while (!Said.Contains(words, StringComparison.Ordinal))
        {
            if (_error.IsCompleted && !Said.Contains(words, StringComparison.Ordinal)) throw new InvalidOperationException($"The process ended without '{words}': {Said}");
            await Task.Delay(10, cancellationToken);
        }
    }

    /// <summary>SIGKILL: nothing of the process runs on.</summary>
    public void Kill()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
    }

    public async Task<GateRun> WaitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        await _error;
        return new(_process.ExitCode, await _output, Said);
    }

    private string Said
    {
        get
        {
            lock (_said) return _said.ToString();
        }
    }

    private async Task ReadAsync(StreamReader error)
    {
        var buffer = new char[4096];
        while (await error.ReadAsync(buffer) is > 0 and var count)
            lock (_said)
                _said.Append(buffer, 0, count);
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
