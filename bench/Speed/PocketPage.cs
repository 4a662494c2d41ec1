using System.Globalization;
using static System.FormattableString;
using static TorchSharp.torch;

namespace SafetyGate.SpeedBench;

/// <summary>What a pocket step and generation cost, in seconds and in sgemm-GFLOP.</summary>
internal static class PocketPage
{
    private const double LeastShare = 0.9;

    /// <summary>Prints a Markdown page; --out FILE writes it too.</summary>
    /// <returns>
    /// Exit status 1: a bound does not hold; 2: other processes had the cores, so that no figure counts. On one thread processor time
    /// decides, which other processes do not falsify: OMP_NUM_THREADS=1 measures on a busy machine.
    /// </returns>
    public static int Run(string[] args)
    {
        var rounds = Arguments.Option(args, "--rounds") is { } count ? int.Parse(count, CultureInfo.InvariantCulture) : 11;
        using var clock = new SgemmClock();
        using var work = new PocketWork();
        using var batch = work.Batch();

        var rows = new List<(string What, IReadOnlyList<Timing> Times, double? Bound)>
        {
            ($"GRPO step, {work.Step}, up to {work.NewTokens} new tokens", work.GrpoSteps(clock, rounds), 180),
            ("its parts: generation", Repeated(seed => work.Generate(32, 8, toTheLimit: false, seed)), null),
            ("its parts: log-probabilities of the reference", Repeated(_ => work.LogProbabilities(batch)), null),
            ("its parts: forward and backward of the policy", Repeated(_ => work.ForwardAndBackward(batch)), null),
            ("SFT step, 32 examples", work.SftSteps(clock, rounds), null),
            ($"generation, 256 prompts, up to {work.NewTokens} new tokens", Repeated(seed => work.Generate(256, 1, toTheLimit: false, seed)), 75),
            ($"generation, 256 prompts, exactly {work.NewTokens} new tokens", Repeated(seed => work.Generate(256, 1, toTheLimit: true, seed)), 75),
            ($"generation, 1 prompt, exactly {work.NewTokens} new tokens", Repeated(seed => work.Generate(1, 1, toTheLimit: true, seed)), null),
        };

        var counts = get_num_threads() == 1 || clock.ProcessorShare >= LeastShare;
        List<string> page =
        [
            "# Pocket work on the CPU",
            "",
            "Command: `dotnet run --project bench/Speed -- --out bench/results/pocket-cpu.md` (exit status 1 when a bound does not hold, 2 when the machine was busy).",
            "",
            Invariant($"libtorch {__version__}, {get_num_threads()} threads, .NET {Environment.Version}, {Environment.ProcessorCount} processors; a 2048³ float32 product reached {Median(clock.Rates):0} GFLOP/s ({clock.Rates.Min():0}–{clock.Rates.Max():0} over {clock.Rates.Count} products) on {clock.ProcessorShare:P0} of its threads' time{(counts ? "" : ": THE MACHINE WAS BUSY, the figures do not count")}."),
            "A figure is the median of its rounds, with the least and the largest. sgemm-GFLOP: seconds times the mean rate of the product just before and just after. On one thread the column by processor time decides, which other processes do not falsify.",
            "",
            "| work | rounds | seconds | sgemm-GFLOP | by processor time | bound | holds |",
            "|---|---|---|---|---|---|---|",
            .. rows.Select(row => Invariant($"| {row.What} | {row.Times.Count} | {Shown(row.Times, time => time.Seconds, "0.000")} | {Shown(row.Times, time => time.Gflop, "0.0")} | {Shown(row.Times, time => time.ProcessorGflop, "0.0")} | {(row.Bound is { } most ? Invariant($"≤ {most}") : "")} | {(row.Bound is null ? "" : !counts ? "unknown" : Holds(row.Times, row.Bound) ? "yes" : "NO")} |")),
        ];
        var text = string.Join('\n', page) + "\n";
        Console.Write(text);
        if (Arguments.Option(args, "--out") is { } path)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            File.WriteAllText(path, text);
        }
        return !counts ? 2 : rows.All(row => Holds(row.Times, row.Bound)) ? 0 : 1;

        IReadOnlyList<Timing> Repeated(Action<ulong> run)
        {
            run(0);
            var times = new List<Timing>();
            for (var round = 1; round <= rounds; round++)
            {
                clock.Start();
                run((ulong)round);
                times.Add(clock.Stop());
            }
            return times;
        }

        static bool Holds(IReadOnlyList<Timing> times, double? bound) => bound is null || Median(times.Select(time => get_num_threads() == 1 ? time.ProcessorGflop : time.Gflop)) <= bound;

        static string Shown(IReadOnlyList<Timing> times, Func<Timing, double> figure, string format) =>
            $"{Median(times.Select(figure)).ToString(format, CultureInfo.InvariantCulture)} ({times.Min(figure).ToString(format, CultureInfo.InvariantCulture)}–{times.Max(figure).ToString(format, CultureInfo.InvariantCulture)})";

        static double Median(IEnumerable<double> values)
        {
            double[] sorted = [.. values.Order()];
            return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        }
    }
}
