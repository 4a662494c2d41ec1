using System.CommandLine;
using SafetyGate.Cli.Console;
using SafetyGate.Core.Files;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;

namespace SafetyGate.Cli.Commands;

/// <summary><c>gate compare BASE NOW</c>: the verdicts between two result files.</summary>
internal static class CompareCommand
{
    /// <summary>Settings of a rule that commands take, with their options.</summary>
    internal static IReadOnlyDictionary<string, string> RuleOptions { get; } =
        new Dictionary<string, string>(StringComparer.Ordinal) { [nameof(GateSettings.Margin)] = "--margin", [nameof(GateSettings.Alpha)] = "--alpha" };

    public static Command Create(GateOutput output)
    {
        var basis = new Argument<string>("BASE.json") { Description = "The result to compare with." };
        var now = new Argument<string>("NOW.json") { Description = "The result to judge." };
        var margin = new Option<double?>("--margin") { Description = "Margin τ in (0,1); by default the one recorded in BASE, or 0.02." };
        var alpha = new Option<double?>("--alpha") { Description = "One-sided level; by default the one recorded in BASE, or 0.05." };
        var exact = new Option<bool>("--exact-unconditional") { Description = Invariant($"Also compute the exact unconditional p of a drop of the margin or more, for up to {GateSettings.MostExactItems} items. It decides nothing.") };
        var reference = new Option<bool>("--reference")
        {
            Description = "BASE is the untuned reference of NOW: equal weights are then no identity that passes but a run that was not trained. Holds by itself where NOW names its recipe and BASE none."
        };
        var allowUntuned = new Option<bool>("--allow-untuned") { Description = "Judge a run whose weights are still its reference's." };
        var json = CommandParts.JsonOption();
        var command = new Command("compare", "The verdicts between two result files.") { basis, now, margin, alpha, exact, reference, allowUntuned, json };
        command.SetAction(parsed =>
        {
            var before = ResultFile.Read(parsed.GetRequiredValue(basis));
            var after = ResultFile.Read(parsed.GetRequiredValue(now));
            foreach (var (path, result) in new[] { (parsed.GetRequiredValue(basis), before), (parsed.GetRequiredValue(now), after) })
                if (ItemSelection.ChosenByOutcome(path, result) is { } chosen) throw new UserErrorException(chosen, GateExitCode.NotComparable);
            if (Unapproved(before, after) is { } unapproved) output.Error.WriteLine(unapproved);
            var untuned = Untuned(before, after, parsed.GetValue(reference));
            var outcomes = RunVerdicts.Decide([.. Claims(before, after, parsed.GetValue(margin), parsed.GetValue(alpha),
                parsed.GetValue(exact)).Select(claim => claim with { Untuned = untuned, AllowUntuned = parsed.GetValue(allowUntuned) })]);
            if (parsed.GetValue(json)) output.WriteJson(VerdictJson.Of(outcomes) + "\n");
            else VerdictTable.Write(output, outcomes);
            return RunVerdicts.ExitCode(outcomes);
        });
        return command;
    }

    private static string? Untuned(ResultDocument before, ResultDocument after, bool isReference) =>
        (isReference || (after.Recipe is not null && before.Recipe is null))
        && after.Model.WeightsDigest is { Length: > 0 } weights && weights == before.Model.WeightsDigest
            ? $"the tuned model's weights are the reference's: both have the digest {weights}"
            : null;

    // Every metric and KL of the approved side must have its counterpart: one that vanished is not comparable, and that never passes.
    private static List<PairedClaim> Claims(ResultDocument before, ResultDocument after, double? margin, double? alpha, bool exact)
    {
        List<string> missing = [.. before.Metrics.Select(metric => metric.Measurement.Metric).Where(name => after.Find(name) is null),
            .. before.Kl.Select(kl => kl.Metric).Where(name => after.Kl.All(kl => kl.Metric != name)).Select(name => "KL on " + name)];
        if (missing.Count > 0)
            throw new UserErrorException($"The second result lacks {string.Join(", ", missing.Select(name => $"'{name}'"))}, which the first has; every metric must be measured again. It has {string.Join(", ", after.Metrics.Select(metric => $"'{metric.Measurement.Metric}'"))}.", GateExitCode.NotComparable);
        if (after.Metrics.Count == 0) throw new UserErrorException("The second result holds no metric, only KL; there is nothing to compare item by item. A KL is held against its budget by the spec that measures it.", GateExitCode.NotComparable);
        _ = ApprovedOverrides.Of([.. Measured("the first result", before), .. Measured("the second result", after)]); // they may not contradict each other
        return [.. after.Metrics.Select(metric => Claim(before.Find(metric.Measurement.Metric), metric with { Measurement = ByApproved(before, metric.Measurement) }, margin, alpha, exact))];
    }

    // Nor does the judged file bring scores in its favor: what a person said of a response counts once it is approved.
    private static Measurement ByApproved(ResultDocument before, Measurement now) =>
        ApprovedOverrides.Of(Measured("the first result", before)).On(now with { Items = [.. now.Items.Select(WithoutFavors)] });

    private static ItemOutcome WithoutFavors(ItemOutcome item) =>
        item.Overrides.Where(one => one.Scored is not { } scored || item.Scores[one.Sample] > scored).Aggregate(item, (outcome, one) => ScoreOverrides.Without(outcome, one.Sample));

    private static string? Unapproved(ResultDocument before, ResultDocument after) =>
        after.Metrics.Sum(metric => ScoreOverrides.Count(metric.Measurement) - ScoreOverrides.Count(ByApproved(before, metric.Measurement))) is > 0 and var left
            ? Invariant($"gate: {left} of the second result's scores {(left == 1 ? "is" : "are")} a person's and not in the first result, so the scorer's own count in their place; 'gate approve' lets them hold.")
            : null;

    private static IEnumerable<(string, Measurement)> Measured(string where, ResultDocument document) => document.Metrics.Select(metric => (where, metric.Measurement));

    // The judged file never brings its rule or its scorer's counts: a rule recorded in it is only compared with the approved one.
    private static PairedClaim Claim(MetricResult? before, MetricResult after, double? margin, double? alpha, bool exact)
    {
        GateSettings Given(GateSettings rule) =>
            rule with { Margin = margin ?? rule.Margin, Alpha = alpha ?? rule.Alpha, ExactUnconditional = exact };
        var settings = Given(before?.Gate ?? new GateSettings { Margin = 0.02 });
        if (string.Join(" ", settings.Problems()) is { Length: > 0 } problems) throw new UserErrorException(MemberNames.As(problems, RuleOptions), GateExitCode.Usage);
        return new()
        {
            Against = ComparisonKind.Baseline,
            Approved = before?.Measurement,
            ApprovedSettings = before?.Gate is { } approved ? Given(approved) : null,
            Now = after.Measurement with { Validation = after.Measurement.Validation ?? before?.Measurement.Validation },
            Settings = settings,
            RecordedSettings = after.Gate is { } recorded ? Given(recorded) : null,
        };
    }
}
