using System.CommandLine;
using SafetyGate.Cli.Console;
using SafetyGate.Core.Files;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Calibration;
using SafetyGate.Harness.Gates;
using Spectre.Console;

namespace SafetyGate.Cli.Commands;

/// <summary><c>gate calibrate results FILE|DIR…</c>: the gate's errors on given results, without any model.</summary>
internal static class CalibrateResultsCommand
{
    private const ulong FlipSeed = 1;

    public static Command Create(GateOutput output)
    {
        var files = new Argument<string[]>("FILE|DIR") { Description = "Result files, or folders of them, such as baselines/. With several samples of each item the model is also compared with itself.", Arity = ArgumentArity.OneOrMore };
        var margin = new Option<double?>("--margin")
        {
            Description = "Margin τ, as a share; by default the one recorded in the file, or 0.02."
        };
        var alpha = new Option<double?>("--alpha") { Description = "One-sided level; by default the one recorded in the file, or 0.05." };
        var plants = new Option<int>("--plants") { Description = "Planted drops for each metric.", DefaultValueFactory = _ => 300 };
        var family = new Option<int>("--family")
        {
            Description = "Comparisons of the run over which Holm adjusts a drop.",
            DefaultValueFactory = _ => 1
        };
        var json = CommandParts.JsonOption();
        var command = new Command("results", "The gate's errors on given results, without any model.")
        {
            files, margin, alpha, plants, family, json
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            foreach (var (name, value) in new[] { ("--plants", parsed.GetValue(plants)), ("--family", parsed.GetValue(family)) })
                if (value < 1) throw new UserErrorException(Invariant($"{name} is {value}; it must be 1 or more."), GateExitCode.Usage);
            List<MetricCalibration> found = [];
            foreach (var path in Paths(parsed.GetRequiredValue(files)))
                foreach (var metric in ResultFile.Read(path).Metrics)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var recorded = metric.Gate ?? new GateSettings { Margin = 0.02 };
                    found.Add(Measure(path, metric, recorded with { Margin = parsed.GetValue(margin) ?? recorded.Margin, Alpha = parsed.GetValue(alpha) ?? recorded.Alpha }, parsed.GetValue(family), parsed.GetValue(plants)));
                }

            if (parsed.GetValue(json)) output.WriteJson(CalibrationJson.Of(found));
            else Write(output, found);
            return Task.FromResult(found.SelectMany(f => f.Requirements).All(r => r.Holds) ? GateExitCode.Passed : GateExitCode.Regressed);
        });
        return command;
    }

    private static MetricCalibration Measure(string path, MetricResult metric, GateSettings settings, int family, int plants)
    {
        if (string.Join(" ", settings.Problems()) is { Length: > 0 } problems) throw new UserErrorException(MemberNames.As(problems, CompareCommand.RuleOptions), GateExitCode.Usage);
        if (MetricCalibration.Problem(metric.Measurement, settings) is { } problem) throw new UserErrorException($"{path}: {problem}");
        return MetricCalibration.Of(metric.Measurement, settings, family, plants, FlipSeed, RunVerdicts.Decide);
    }

    private static List<string> Paths(IEnumerable<string> given)
    {
        List<string> paths = [];
        foreach (var path in given)
        {
            var inside = Directory.Exists(path)
                ? Directory.GetFiles(path, "*.verified.json").Order(StringComparer.Ordinal).ToList()
                : [path];
            paths.AddRange(inside.Count > 0 ? inside : throw new UserErrorException($"{path} holds no approved result (*.verified.json)."));
        }

        return paths;
    }

    private static void Write(GateOutput output, IReadOnlyList<MetricCalibration> found)
    {
        var table = new Table().Border(TableBorder.Markdown)
            .AddColumns("metric", "items", "τ, points", "requirement", "found", "held against", "limit", "holds");
        foreach (var metric in found)
            foreach (var r in metric.Requirements)
                table.AddRow([.. new[]
                {
                    metric.Metric, Invariant($"{metric.Planted.Items}"), Invariant($"{100 * metric.Planted.Margin:0.##}"), r.Name,
                    Invariant($"{r.Evidence}: {Percent(r.Observed)}"),
                    (r.IsCeiling ? "≤ " : "≥ ") + Percent(r.Bound), Percent(r.Limit), r.Holds ? "yes" : "NO",
                }.Select(Cell.Of)]);
        VerdictTable.Print(output, table);
        if (found.All(f => f.Self is null)) output.Out.WriteLine("One sample of each item: nothing fresh to compare a model with itself. 'gate eval --temperature 1 --samples 400' draws what that takes.");
    }

    private static string Percent(double share) => double.IsFinite(share) ? Invariant($"{100 * share:0.##} %") : "undefined";
}
