using System.Diagnostics;
using System.Globalization;

namespace SafetyGate.Models.Tests.Tokenization.Oracle.Battery;

/// <summary>Starts the processes that compare, and counts what they say.</summary>
internal sealed class BatteryRun
{
    private readonly List<string> differences = [];
    private readonly SortedDictionary<string, int> refusals = new(StringComparer.Ordinal);
    private readonly List<string> ends = [];

    /// <summary>Tokenizers that both read.</summary>
    public int Compared { get; private set; }

    /// <summary>Tokenizers that the product refuses and the library reads, by what is said.</summary>
    public IReadOnlyDictionary<string, int> Refusals => refusals;

    /// <summary>What differed.</summary>
    public IReadOnlyList<string> Differences => differences;

    /// <summary>Cases at which the library ended its process.</summary>
    public IReadOnlyList<string> Ends => ends;

    /// <summary>Compares the tokenizers of a seed.</summary>
    public void Run(ulong seed, int from, int to, int texts)
    {
        using var folder = new TemporaryFolder();
        for (var next = from; next < to;) next = One(folder.Path, seed, next, to, texts);
    }

    // One process; the number of the case after those it has done.
    private int One(string folder, ulong seed, int from, int to, int texts)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { "exec", PlainProgram.Assembly, BatteryChild.Verb, folder, Text(seed), Text(from), Text(to), Text(texts) },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        using var process = Process.Start(start)!;
        var said = process.StandardError.ReadToEndAsync();
        var (index, tried, ended) = (from - 1, "", false);
        while (process.StandardOutput.ReadLine() is { } line)
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            var (word, rest) = space < 0 ? (line, "") : (line[..space], line[(space + 1)..]);
            switch (word)
            {
                case "case":
                    index = int.Parse(rest, CultureInfo.InvariantCulture);
                    break;
                case "try":
                    tried = rest;
                    break;
                case "compared":
                    Compared++;
                    break;
                case "differs":
                    differences.Add($"tokenizer {Text(index)}, {rest}");
                    break;
                case "refused" or "refused-text" or "only-we":
                    var kind = $"{word} {Kind(rest)}";
                    refusals[kind] = refusals.GetValueOrDefault(kind) + 1;
                    break;
                case "end":
                    ended = true;
                    break;
            }
        }

        process.WaitForExit();
        if (ended) return to;
        ends.Add($"tokenizer {Text(index)}, {tried}: {said.Result.Split('\n').FirstOrDefault(line => line.Length > 0)} {said.Result.Split('\n').Skip(1).FirstOrDefault(line => line.Length > 0)}");
        return index + 1;
    }

    // What is said without what is quoted and counted.
    private static string Kind(string said) =>
        System.Text.RegularExpressions.Regex.Replace(System.Text.RegularExpressions.Regex.Replace(said, @"^.*?tokenizer\.json: ", ""), @"\[\d+\]|\d+", "N");

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
