using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using SafetyGate.Harness.Runs;

namespace SafetyGate.Harness.Tests.Runs;

/// <summary>Another process that asks a store for a run and says on its output what it does.</summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    /// <summary>Starts it. Each step waits until the file for it appears, when <paramref name="gates"/> names a folder.</summary>
    public ChildProcess(string store, ulong seed, int steps, string gates = "-")
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { "exec", PlainProgram.Assembly, "child", store, seed.ToString(CultureInfo.InvariantCulture), steps.ToString(CultureInfo.InvariantCulture), gates },
            RedirectStandardOutput = true,
        };
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null) _lines.Writer.Complete();
            else _lines.Writer.TryWrite(line.Data);
        };
        _process.BeginOutputReadLine();
    }

    /// <summary>What the other process runs.</summary>
    public static async Task<int> Run(string[] args)
    {
        var (store, gates) = (args[0], args[3]);
        var recipe = new HashRecipe
        {
            Seed = ulong.Parse(args[1], CultureInfo.InvariantCulture),
            Steps = int.Parse(args[2], CultureInfo.InvariantCulture),
            BeforeStep = (step, _) =>
            {
                while (gates != "-" && !File.Exists(Path.Combine(gates, step.ToString(CultureInfo.InvariantCulture)))) Thread.Sleep(20);
            },
        };
        var progress = new ProgressLog(p => Console.WriteLine($"{p.Phase} {p.Done} {p.Detail}"));
        var model = await new RunStore(store, TimeProvider.System).GetOrTrainAsync(recipe, progress, CancellationToken.None);
        Console.WriteLine($"end {model.Origin} {model.Record.Model.WeightsDigest}");
        return 0;
    }

    /// <summary>Reads until a line that begins so, and gives it.</summary>
    public async Task<string> LineThatBegins(string start)
    {
        var seen = new List<string>();
        await foreach (var line in _lines.Reader.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            if (line.StartsWith(start, StringComparison.Ordinal)) return line;
            seen.Add(line);
        }

        throw new InvalidOperationException($"The process ended without a line '{start}…'. It wrote:\n{string.Join('\n', seen)}");
    }

    /// <summary>Ends it as SIGKILL does, with no chance to tidy up.</summary>
    public async Task Kill()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }
}
