using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using SafetyGate.Trainers.Memory;
using static System.FormattableString;
using static TorchSharp.torch;

namespace SafetyGate.MemoryBench;

/// <summary>What a run reports before it loads anything, beside what it then took.</summary>
internal static class Estimated
{
    private const double Allowed = 0.15;

    /// <summary>The page before the table.</summary>
    public static IReadOnlyList<string> Page { get; } =
    [
        "# Memory of training on the CPU",
        "",
        "Command: `dotnet run -c Release --project bench/Memory -- --out bench/results/memory-cpu.md` (exit status 1 when an estimate is more than 15 % off). Each row is a process of its own that loads a random-weight model and makes three steps.",
        "At commit 7d74387, where whole tables of distributions existed, the same runs on the same machine peaked at 2,993 MiB (25M-150k, SFT), 4,463 (GRPO), 2,164 (42M-32k, SFT) and 2,510 (GRPO): this directory copied into that commit without its estimate, and the same command.",
        "",
    ];

    /// <summary>The estimate in words, and whether it is near enough.</summary>
    public static (string Words, bool Holds) Of(string kind, DecoderConfig config, long measured)
    {
        var shape = new RunShape
        {
            Rows = MeasuredRun.Rows,
            RowTokens = kind == "sft" ? MeasuredRun.Prompt + MeasuredRun.Completion : MeasuredRun.Completion,
            SharedTokens = kind == "sft" ? 0 : MeasuredRun.Prompt,
            RowsSharing = kind == "sft" ? 1 : MeasuredRun.Group,
            RowTargets = MeasuredRun.Completion,
            DrawnRows = kind == "sft" ? 0 : MeasuredRun.Rows,
            HasReference = kind != "sft",
        };
        var need = new MemoryEstimate(config, shape, new MemorySetup { Dtype = ScalarType.Float32 }).Of(shape.Rows, recompute: false);
        var off = (double)need.Total / measured - 1;
        return (Invariant($"{need.Total >> 20} ({Math.Round(off, 2) + 0:+0 %;-0 %;±0 %}): {need.Words}"), Math.Abs(off) <= Allowed);
    }
}
