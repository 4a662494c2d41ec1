using System.Diagnostics;
using System.Globalization;
using SafetyGate.MemoryBench;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using static System.FormattableString;

// Peak resident memory of an SFT and of a GRPO run, each in a process of its own. Prints a Markdown table; --out FILE writes the page.
// Exit status 1: an estimate is further from the figure than the page allows.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["--child", var what, var model])
{
    MeasuredRun.Run(what, model);
    return 0;
}

var rows = new List<string>();
var good = true;
foreach (var size in ModelSize.All)
{
    var directory = Path.Combine(Path.GetTempPath(), Invariant($"memory-bench-{Environment.ProcessId}-{size.Name}"));
    try
    {
        var config = DecoderConfig.ParseText(size.ConfigJson, "config.json");
        using (var decoder = DecoderFactory.Create(config, seed: 1)) CheckpointWriter.Write(directory, decoder.Parameters, new CheckpointFiles { ConfigJson = size.ConfigJson });
        foreach (var kind in new[] { "sft", "grpo" })
        {
            var (baseline, peak) = Child(kind, directory);
            var (estimate, holds) = Estimated.Of(kind, config, peak - baseline);
            good &= holds;
            rows.Add(Invariant($"| {size.Name} | {kind} | {Mib(baseline)} | {Mib(peak)} | {Mib(peak - baseline)} | {estimate} |"));
        }
    }
    finally
    {
        if (Directory.Exists(directory)) Directory.Delete(directory, recursive: true);
    }
}

List<string> table =
[
    Invariant($"{MeasuredRun.Rows} rows a pass, prompts of {MeasuredRun.Prompt} tokens, completions of {MeasuredRun.Completion}; GRPO: groups of {MeasuredRun.Group}, a reference. float32, .NET {Environment.Version}, {Environment.ProcessorCount} processors. MiB, resident."),
    "",
    "| model | run | process before loading | peak | peak over that | estimate |",
    "|---|---|---|---|---|---|",
    .. rows,
];
Console.WriteLine(string.Join('\n', table));
if (args is ["--out", var path]) File.WriteAllText(path, string.Join('\n', [.. Estimated.Page, .. table]) + "\n");
return good ? 0 : 1;

static (long Baseline, long Peak) Child(string kind, string directory)
{
    var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
    if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet") start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "SafetyGate.MemoryBench.dll"));
    foreach (var argument in new[] { "--child", kind, directory }) start.ArgumentList.Add(argument);
    using var process = Process.Start(start)!;
    var numbers = process.StandardOutput.ReadToEnd().Split(' ', StringSplitOptions.TrimEntries);
    process.WaitForExit();
    return process.ExitCode == 0 && numbers.Length == 2
        ? (long.Parse(numbers[0], CultureInfo.InvariantCulture), long.Parse(numbers[1], CultureInfo.InvariantCulture))
        : throw new InvalidOperationException(Invariant($"The run '{kind}' ended with {process.ExitCode}."));
}

static string Mib(long bytes) => (bytes / (double)(1 << 20)).ToString("0");
