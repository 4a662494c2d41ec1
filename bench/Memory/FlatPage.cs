using System.Globalization;
using static System.FormattableString;

namespace SafetyGate.MemoryBench;

/// <summary>The page of memory over many steps.</summary>
internal static class FlatPage
{
    // What the C library and the collector may still take after the first steps; a leak of a hidden state a step is more.
    private const long Allowed = 24L << 20;

    /// <summary>Measures each trainer and prints the page.</summary>
    /// <param name="path">Where to write it too; <c>null</c> writes none.</param>
    /// <returns>0, or 1 when a trainer's memory grew.</returns>
    public static int Write(string? path)
    {
        var rows = new List<string>();
        var good = true;
        foreach (var kind in FlatRun.Kinds)
        {
            var numbers = Processes.Numbers("--flat-child", kind);
            var grown = numbers[1] - numbers[0];
            good &= grown <= Allowed;
            rows.Add(Invariant($"| {kind} | {Mib(numbers[0])} | {Mib(numbers[1])} | {(grown >= 0 ? "+" : "")}{Mib(grown)} | {Mib(numbers[2])} |"));
        }

        string[] table =
        [
            "# Resident memory over the steps of a training",
            "",
            Invariant($"Command: `dotnet run -c Release --project bench/Memory -- --flat --out bench/results/memory-flat.md` (exit status 1 when one grows by more than {Allowed >> 20} MiB after step {FlatRun.WarmSteps}). Each row is a process of its own: {FlatRun.Steps} steps on a random Llama of 0.9 million numbers, the embedded world's size, with states saved on the way; PPO with a value model and a reference beside the policy. MiB, resident; .NET {Environment.Version}."),
            "",
            Invariant($"| trainer | after {FlatRun.WarmSteps} steps | after {FlatRun.Steps} | grown | highest |"),
            "|---|---|---|---|---|",
            .. rows,
        ];
        Console.WriteLine(string.Join('\n', table));
        if (path is not null) File.WriteAllText(path, string.Join('\n', table) + "\n");
        return good ? 0 : 1;
    }

    private static string Mib(long bytes) => (bytes / (double)(1 << 20)).ToString("0", CultureInfo.InvariantCulture);
}
