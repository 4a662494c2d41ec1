using System.CommandLine;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Cli.Commands;

/// <summary>The options that leave items of a benchmark out.</summary>
internal sealed class ItemSelection
{
    private const string FailingBefore = "failing before";
    private readonly Option<int?> _limit = new("--limit")
    {
        Description = "Ask only this many items of each suite, drawn in a fixed order that does not follow the file's; whole behaviors. Compares only with the same limit.",
        HelpName = "N"
    };
    private readonly Option<string?> _onlyFailing = new("--only-failing")
    {
        Description = "Ask only the items that failed in an earlier result of the same suites: a sample scored below 1, or none.",
        HelpName = "RESULT.json"
    };
    private readonly Option<string?> _shard = new("--shard")
    {
        Description = "Ask one of N parts of the items; gate merge joins the results of all parts.",
        HelpName = "I/N"
    };

    public IReadOnlyList<Option> Options => [_limit, _onlyFailing, _shard];

    /// <summary>The earlier result whose failures are asked; <c>null</c> if there is none.</summary>
    public string? Earlier(ParseResult parsed) => parsed.GetValue(_onlyFailing);

    /// <summary>The part that was asked for; <c>null</c> for the whole.</summary>
    public Shard? Part(ParseResult parsed) => parsed.GetValue(_shard) is { } text ? Shard.Parse(text, "--shard") : null;

    /// <summary>What is to be asked of benchmarks; those of which no item is left are not there.</summary>
    /// <exception cref="UserErrorException">An option makes no sense for one of them.</exception>
    public IReadOnlyList<SelectedItems> Of(ParseResult parsed, IReadOnlyList<Benchmark> benchmarks)
    {
        var (limit, part) = (parsed.GetValue(_limit), Part(parsed));
        if (limit < 1) throw new UserErrorException(Invariant($"--limit is {limit}; it must be 1 or more."), GateExitCode.Usage);
        var earlier = parsed.GetValue(_onlyFailing) is { } path ? (path, ResultFile.Read(path)) : ((string, ResultDocument)?)null;
        var selected = new List<SelectedItems>();
        foreach (var benchmark in benchmarks)
        {
            var whole = earlier is var (file, result) ? Failing(benchmark, file, result) : benchmark;
            if (whole is not null && limit < whole.Items.Count) whole = Named(whole, Invariant($"first {limit}"), ItemBudget.First(whole, limit.Value).Items);
            if (whole is not null) selected.Add(new(benchmark, whole, part is null ? whole : part.Of(whole)));
        }

        return selected;
    }

    /// <summary>Why a result decides nothing though it is whole: its items were chosen by their outcomes; <c>null</c> if they were not.</summary>
    /// <param name="path">Name of its file.</param>
    /// <param name="result">The result.</param>
    public static string? ChosenByOutcome(string path, ResultDocument result) =>
        result.Metrics.Select(metric => metric.Measurement).FirstOrDefault(m => m.Benchmark.Contains($" ({FailingBefore})", StringComparison.Ordinal)) is { } chosen
            ? $"{path}: '{chosen.Metric}' is of the items that failed in an earlier result (--only-failing). Items that were chosen by their outcomes have nothing to lose, so comparing them decides nothing. Compare results of whole suites, or of the same --limit."
            : null;

    private static Benchmark? Failing(Benchmark benchmark, string path, ResultDocument earlier)
    {
        var measured = earlier.Metrics.Select(metric => metric.Measurement).Where(m => m.BenchmarkDigest == benchmark.Digest).ToList();
        if (measured.Count == 0)
            throw new UserErrorException($"{path} holds nothing of '{benchmark.Name}' with these items; it has {string.Join(", ", earlier.Metrics.Select(metric => $"'{metric.Measurement.Metric}'"))}. Give the result of an evaluation of the same suite.");
        var failing = measured.SelectMany(m => m.Items).Where(item => item.Scores.Any(score => score is not >= 1)).Select(item => item.Id).ToHashSet(StringComparer.Ordinal);
        return failing.Count == 0 ? null : Named(benchmark, FailingBefore, [.. benchmark.Items.Where(item => failing.Contains(item.Id))]);
    }

    // A rate of some of the items must not be read as that of all.
    private static Benchmark Named(Benchmark benchmark, string which, IReadOnlyList<BenchmarkItem> items) =>
        new($"{benchmark.Name} ({which})", benchmark.Direction, items);
}
