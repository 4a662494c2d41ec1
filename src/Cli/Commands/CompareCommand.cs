using System.CommandLine;
using SafetyGate.Cli.Console;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Gates;

namespace SafetyGate.Cli.Commands;

/// <summary><c>gate compare BASE NOW</c>: the verdicts between two result files.</summary>
internal static class CompareCommand
{
    public static Command Create(GateOutput output)
    {
        var basis = new Argument<string>("BASE.json") { Description = "The result to compare with." };
        var now = new Argument<string>("NOW.json") { Description = "The result to judge." };
        var margin = new Option<double?>("--margin") { Description = "Margin τ in (0,1); by default the one recorded in BASE, or 0.02." };
        var alpha = new Option<double?>("--alpha") { Description = "One-sided level; by default the one recorded in BASE, or 0.05." };
        var exact = new Option<bool>("--exact-unconditional") { Description = Invariant($"Also compute the exact unconditional p of a drop of the margin or more, for up to {GateSettings.MostExactItems} items. It decides nothing.") };
        var json = CommandParts.JsonOption();
        var command = new Command("compare", "The verdicts between two result files.") { basis, now, margin, alpha, exact, json };
        command.SetAction(parsed =>
        {
            var before = ResultFile.Read(parsed.GetRequiredValue(basis));
            var after = ResultFile.Read(parsed.GetRequiredValue(now));
            var outcomes = RunVerdicts.Decide(Claims(before, after, parsed.GetValue(margin), parsed.GetValue(alpha),
                parsed.GetValue(exact)));
            if (parsed.GetValue(json)) output.Out.WriteLine(VerdictJson.Of(outcomes));
            else VerdictTable.Write(output, outcomes);
            return RunVerdicts.ExitCode(outcomes);
        });
        return command;
    }

    // Every metric of the approved side must have its counterpart: one that vanished is not comparable, and that never passes.
    private static List<PairedClaim> Claims(ResultDocument before, ResultDocument after, double? margin, double? alpha, bool exact)
    {
        var missing = before.Metrics.Select(metric => metric.Measurement.Metric).Where(name => after.Find(name) is null).ToList();
        if (missing.Count > 0)
            throw new UserErrorException($"The second result lacks {string.Join(", ", missing.Select(name => $"'{name}'"))}, which the first has; every metric must be measured again. It has {string.Join(", ", after.Metrics.Select(metric => $"'{metric.Measurement.Metric}'"))}.", GateExitCode.NotComparable);
        if (after.Metrics.Count == 0) throw new UserErrorException("The second result holds no metric, only KL; there is nothing to compare item by item. A KL is held against its budget by the spec that measures it.", GateExitCode.NotComparable);
        return [.. after.Metrics.Select(metric => Claim(before.Find(metric.Measurement.Metric), metric, margin, alpha, exact))];
    }

    private static PairedClaim Claim(MetricResult? before, MetricResult after, double? margin, double? alpha, bool exact)
    {
        var settings = after.Gate ?? before?.Gate ?? new GateSettings { Margin = 0.02 };
        var problems = string.Join(" ", (settings with { Margin = margin ?? settings.Margin, Alpha = alpha ?? settings.Alpha }).Problems());
        if (problems.Length > 0) throw new UserErrorException(problems, GateExitCode.Usage);
        return new()
        {
            Against = ComparisonKind.Baseline,
            Approved = before?.Measurement,
            ApprovedSettings = before?.Gate,
            Now = after.Measurement,
            Settings = settings with { Margin = margin ?? settings.Margin, Alpha = alpha ?? settings.Alpha, ExactUnconditional = exact },
        };
    }
}
