using System.Globalization;
using SafetyGate.MemoryBench;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using static System.FormattableString;

// Peak resident memory of an SFT and of a GRPO run, each in a process of its own. Prints a Markdown table; --out FILE writes the page.
// --flat [--out FILE]: resident memory over 500 steps of each trainer. --recipe FILE [--at-most MIB]: the peak of a run. Exit status 1: it grew, is
// above the limit, or an estimate is further from the figure than the page allows.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["--child", var what, var model])
{
    MeasuredRun.Run(what, model);
    return 0;
}

if (args is ["--flat-child", var trainer])
{
    FlatRun.Run(trainer);
    return 0;
}

if (args is ["--recipe-child", var recipeFile])
{
    RecipePeak.Run(recipeFile);
    return 0;
}

if (args is ["--recipe", var measured, .. var limit]) return RecipePeak.Measure(measured, limit is ["--at-most", var most] ? long.Parse(most, CultureInfo.InvariantCulture) : null);

if (args.FirstOrDefault() == "--flat") return FlatPage.Write(args is [_, "--out", var page] ? page : null);

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
    var numbers = Processes.Numbers("--child", kind, directory);
    return (numbers[0], numbers[1]);
}

static string Mib(long bytes) => (bytes / (double)(1 << 20)).ToString("0");
