using System.CommandLine;
using SafetyGate.Cli.Console;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Calibration;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Runs;
using Spectre.Console;

namespace SafetyGate.Cli.Commands;

/// <summary><c>gate power</c>: the drop that n items can see, or the n for a drop; <c>gate power table</c>: sizes that can work.</summary>
internal sealed class PowerCommand
{
    private readonly Option<int?> _items = new("--items")
    {
        Description = "Items of the benchmark; by default those of the results given, else the question is how many are needed.",
        HelpName = "N"
    };
    private readonly Option<int?> _clusters = new("--clusters")
    {
        Description = "Behaviors, where items share them; by default those of the results given, else the question is how many are needed.",
        HelpName = "N"
    };
    private readonly Option<int?> _perCluster = new("--items-per-cluster") { Description = "Items of each behavior.", HelpName = "N" };
    private readonly Option<double?> _correlation = new("--correlation") { Description = "How alike the differences of one behavior's items are (intraclass correlation): 0 for items that flip by themselves, 1 for behaviors that flip whole; by default that of the results given, else 1." };
    private readonly Option<double?> _margin = new("--margin")
    {
        Description = "Margin τ, as a share (0.02 is two points); by default the one recorded in the results given, else 0.02."
    };
    private readonly Option<double?> _alpha = new("--alpha")
    {
        Description = "One-sided level; by default the one recorded in the results given, else 0.05."
    };
    private readonly Option<double?> _discordance = new("--discordance")
    {
        Description = "Share of items that differ between two trainings, or two draws, of the same thing."
    };
    private readonly Option<string[]> _results = new("--results") { Description = "Two result files of the same thing, to take items and discordance from.", HelpName = "A.json B.json", Arity = new ArgumentArity(2, 2), AllowMultipleArgumentsPerToken = true };
    private readonly Option<string[]> _run = new("--run") { Description = "A run in the store whose draws under different seeds are compared, or two runs of the same recipe.", HelpName = "DIGEST [DIGEST]", Arity = new ArgumentArity(1, 2), AllowMultipleArgumentsPerToken = true };
    private readonly Option<int> _family = new("--family")
    {
        Description = "Comparisons of the run over which Holm adjusts a drop.",
        DefaultValueFactory = _ => 1
    };
    private readonly Option<double?> _drop = new("--drop") { Description = "Also compute how many items this drop, as a share, needs." };
    private readonly Option<bool> _json = CommandParts.JsonOption();
    private readonly GateOutput _output;

    private PowerCommand(GateOutput output) => _output = output;

    public static Command Create(GateOutput output)
    {
        var parts = new PowerCommand(output);
        var command = new Command("power", "The drop that n items can see, or n for a drop. One 0/1 sample an item; by enumeration, or by seeded simulation where items share behaviors.")
        {
            parts._items, parts._clusters, parts._perCluster, parts._correlation, parts._margin, parts._alpha, parts._discordance,
            parts._results, parts._run, parts._family, parts._drop, parts._json, Table(output), PowerFamilyCommand.Create(output),
        };
        command.SetAction(parsed =>
        {
            var sources = parts.Sources(parsed);
            if (parsed.GetResult(parts._correlation) is not null && parsed.GetValue(parts._perCluster) is null && (parsed.GetValue(parts._items) is not null || sources.All(source => source.Sizes is null)))
                throw new UserErrorException($"{parts._correlation.Name} is about items that share behaviors, and here each item is a unit of its own; give {parts._perCluster.Name}, or leave it out.", GateExitCode.Usage);
            var answers = sources.Select(source => (source.Name, Answer: parts.Ask(parsed, source))).ToList();
            if (parsed.GetValue(parts._json)) output.WriteJson(CalibrationJson.Of(answers.Select(a => new { a.Name, a.Answer }).ToList()));
            else PowerWords.Write(output, answers);
            return answers.All(a => a.Answer.CanWork != false) && !(answers.Count > 1 && PowerWords.AnyRed(answers) > FamilyPower.MostRed)
                ? GateExitCode.Passed
                : GateExitCode.Inconclusive;
        });
        return command;
    }

    private static Command Table(GateOutput output)
    {
        var destination = CommandParts.OutOption();
        var json = CommandParts.JsonOption();
        var table = new Command("table", "Items an unchanged model needs to pass, by discordance and margin (docs/power.md).")
        {
            destination, json
        };
        table.SetAction(async (parsed, cancellationToken) =>
        {
            var text = parsed.GetValue(json) ? CalibrationJson.Of(PowerPage.Rows()) : PowerPage.ToMarkdown(PowerPage.Rows());
            if (parsed.GetValue(destination) is { } path) await CommandParts.WriteFileAsync(path, text, cancellationToken);
            else if (parsed.GetValue(json)) output.WriteJson(text);
            else output.Out.Write(text);
            return GateExitCode.Passed;
        });
        return table;
    }

    private PowerAnswer Ask(ParseResult parsed, Source source)
    {
        var (clusters, per) = (parsed.GetValue(_clusters), parsed.GetValue(_perCluster));
        if ((clusters is not null && per is null) || (per is not null && parsed.GetValue(_items) is not null) || clusters < 1 || per < 1 || clusters > PowerQuestion.MostItems)
            throw new UserErrorException(Invariant($"Behaviors are given by --items-per-cluster and, if they are counted, --clusters, each 1 or more and at most {PowerQuestion.MostItems} behaviors, without --items."), GateExitCode.Usage);
        var sizes = per is { } m ? Enumerable.Repeat(m, clusters ?? 1).ToArray() : parsed.GetValue(_items) is null ? source.Sizes : null;
        var question = new PowerQuestion
        {
            Items = parsed.GetValue(_items) ?? (per is null ? source.Items : clusters * per),
            Sizes = sizes,
            Correlation = parsed.GetValue(_correlation) ?? source.Correlation ?? 1,
            Margin = parsed.GetValue(_margin) ?? source.Margin ?? 0.02,
            Alpha = parsed.GetValue(_alpha) ?? source.Alpha ?? 0.05,
            Discordance = source.Discordance,
            Family = parsed.GetValue(_family),
            Drop = parsed.GetValue(_drop),
        };
        if (string.Join(" ", question.Problems()) is { Length: > 0 } problems) throw new UserErrorException(problems, GateExitCode.Usage);
        return question.Answer();
    }

    private List<Source> Sources(ParseResult parsed)
    {
        var (given, results, run) = (parsed.GetValue(_discordance), parsed.GetValue(_results), parsed.GetValue(_run));
        var ways = (given is null ? 0 : 1) + (results is { Length: > 0 } ? 1 : 0) + (run is { Length: > 0 } ? 1 : 0);
        if (ways != 1) throw new UserErrorException($"{(ways == 0 ? "No option gives" : "More than one option gives")} how many items differ between two trainings of the same thing. Give one of --discordance SHARE, --results A.json B.json and --run DIGEST [DIGEST].", GateExitCode.Usage);
        if (given is { } discordance) return [new("", null, null, null, discordance)];
        return results is { Length: > 0 } ? FromResults(results[0], results[1]) : FromStore(run!);
    }

    private static List<Source> FromResults(string first, string second)
    {
        var (a, b) = (ResultFile.Read(first), ResultFile.Read(second));
        var both = a.Metrics.Where(m => b.Find(m.Measurement.Metric) is not null).ToList();
        if (both.Count == 0) throw new UserErrorException($"{first} and {second} have no metric in common, so it is unknown how much two results of the same thing differ.");
        return [.. both.Select(m =>
        {
            var discordance = Between(m, b.Find(m.Measurement.Metric)!);
            var sizes = Discordance.Sizes(m.Measurement);
            return new Source(m.Measurement.Metric, m.Measurement.Items.Count, m.Gate?.Margin, m.Gate?.Alpha, discordance)
            {
                Sizes = sizes,
                Correlation = sizes is null ? null : Discordance.Correlation(m.Measurement, b.Find(m.Measurement.Metric)!.Measurement)
            };
        })];

        double Between(MetricResult x, MetricResult y)
        {
            if (Comparability.Differences(x.Measurement, y.Measurement).FirstOrDefault() is { } difference)
                throw new UserErrorException($"{first} and {second} are not two results of the same thing on '{x.Measurement.Metric}': {difference}. How much an unchanged model differs is read from two trainings, or two draws, under one benchmark, scorer and sampling.", GateExitCode.NotComparable);
            if (x.Measurement.Sampling.SamplesPerPrompt != 1) throw new UserErrorException($"'{x.Measurement.Metric}' has several samples of each item; 'gate power' is about one 0/1 sample an item.");
            try
            {
                return Discordance.Between(x.Measurement, y.Measurement);
            }
            catch (ArgumentException e)
            {
                throw new UserErrorException($"{first} and {second} cannot be paired on '{x.Measurement.Metric}': {e.Message}", e);
            }
        }
    }

    private static List<Source> FromStore(string[] digests)
    {
        var root = StoreLocation.FromEnvironment();
        var pairs = StoredPairs.Between(root, digests[0], digests.Length > 1 ? digests[1] : digests[0]);
        if (pairs.Count == 0)
            throw new UserErrorException(digests.Length == 1
                ? $"Run {digests[0]} was drawn under one seed only, so it is unknown how much two draws differ. Give a second run of the same recipe, or --discordance."
                : $"Runs {digests[0]} and {digests[1]} have no benchmark with the same sampling in common, so it is unknown how much they differ.");
        return [.. pairs.Select(p => new Source(BenchmarkNames.NameOf(p.BenchmarkDigest, p.Sampling) + (p.HasBehaviors || BenchmarkNames.HasOwnItems(p.BenchmarkDigest) ? "" : " (behaviors not recorded; items taken as units)"), p.Items, null, null, p.Discordance)
        {
            Sizes = p.Sizes,
            Correlation = p.Correlation,
        })];
    }

    private sealed record Source(string Name, int? Items, double? Margin, double? Alpha, double Discordance)
    {
        public IReadOnlyList<int>? Sizes { get; init; }

        public double? Correlation { get; init; }
    }
}
