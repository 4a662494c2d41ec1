using System.Diagnostics;
using System.Globalization;
using SafetyGate.AdapterBench;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using static System.FormattableString;

// Peak resident memory of runs that train all weights and of runs that train an adapter, each in a process of its own. Prints a Markdown
// page; --out FILE writes it too. Exit status 1: over what a process has before it loads the model, an adapter's run takes 60 % of the full
// one's or more.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const double Bound = 0.6;
if (args is ["--child", var number, var trained, var model])
{
    MeasuredRun.Run(MeasuredRun.All[int.Parse(number, CultureInfo.InvariantCulture)], trained == "adapter", model);
    return 0;
}

var directory = Path.Combine(Path.GetTempPath(), Invariant($"adapter-bench-{Environment.ProcessId}"));
var rows = new List<string>();
var holds = true;
try
{
    long parameters;
    using (var decoder = DecoderFactory.Create(DecoderConfig.ParseText(MeasuredRun.Config, "config.json"), seed: 1))
    {
        parameters = decoder.Parameters.NumberCount;
        CheckpointWriter.Write(directory, decoder.Parameters, new CheckpointFiles { ConfigJson = MeasuredRun.Config });
    }

    foreach (var (index, run) in MeasuredRun.All.Index())
    {
        var kind = index.ToString(CultureInfo.InvariantCulture);
        var (full, adapter) = (Child(kind, "weights"), Child(kind, "adapter"));
        var (all, over) = ((double)adapter.Peak / full.Peak, (double)(adapter.Peak - adapter.Before) / (full.Peak - full.Before));
        holds &= over < Bound;
        rows.Add(Invariant($"| {run.Algorithm}, {run.Rows} rows{(run.Recompute ? ", layers computed again" : "")} | {Mib(full.Peak)} | {Mib(adapter.Peak)} | {all:P0} | {Mib(full.Peak - full.Before)} | {Mib(adapter.Peak - adapter.Before)} | {over:P0} |"));
    }

    List<string> page =
    [
        "# Memory of an adapter's run",
        "",
        "Command: `dotnet run -c Release --project bench/Adapters -- --out bench/results/adapter-memory.md` (exit status 1 when the last column reaches 60 %).",
        "",
        Invariant($"A random Llama of {parameters / 1e6:0.0} M parameters, float32 on the CPU; an adapter of rank 16 on every linear module. {MeasuredRun.Words} Each run is a process of its own; MiB of resident memory at the highest, whole and over what the process had before the model was loaded (.NET and libtorch, which weigh more the smaller the model is). .NET {Environment.Version}, {Environment.ProcessorCount} processors."),
        "",
        "| run | all weights | adapter | share | all weights, over the start | adapter, over the start | share |",
        "|---|---|---|---|---|---|---|",
        .. rows,
    ];
    var text = string.Join('\n', page) + "\n";
    Console.Write(text);
    if (args is ["--out", var path]) File.WriteAllText(path, text);
}
finally
{
    if (Directory.Exists(directory)) Directory.Delete(directory, recursive: true);
}

return holds ? 0 : 1;

(long Before, long Peak) Child(string kind, string trained)
{
    var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
    if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet") start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "SafetyGate.AdapterBench.dll"));
    foreach (var argument in (string[])["--child", kind, trained, directory]) start.ArgumentList.Add(argument);
    using var process = Process.Start(start)!;
    var numbers = process.StandardOutput.ReadToEnd().Split(' ', StringSplitOptions.TrimEntries);
    process.WaitForExit();
    return process.ExitCode == 0 && numbers.Length == 2
        ? (long.Parse(numbers[0], CultureInfo.InvariantCulture), long.Parse(numbers[1], CultureInfo.InvariantCulture))
        : throw new InvalidOperationException(Invariant($"The run '{kind}' ended with {process.ExitCode}."));
}

static string Mib(long bytes) => (bytes / (double)(1 << 20)).ToString("0", CultureInfo.InvariantCulture);
