using SafetyGate.Core.Benchmarks;

namespace SafetyGate.Harness.Reports;

/// <summary>The drift of a run as two tables: what changed, and each bound.</summary>
public static class RunDriftTables
{
    /// <summary>The sections.</summary>
    public static IReadOnlyList<ReportSection> Of(RunDrift drift) => [Moved(drift), Bounds(drift)];

    private static ReportSection Moved(RunDrift drift)
    {
        var rows = new List<IReadOnlyList<string>>();
        if (drift.Reward is not null || drift.TrainingKl is not null)
            rows.Add(["reward (G), training prompts", Number(drift.TrainingPrompts), Share(drift.ReferenceReward), Share(drift.Reward),
                Change(drift.ReferenceReward, drift.Reward), Nats(drift.TrainingKl), "", "", ""]);
        foreach (var metric in drift.Metrics)
        {
            // Over-refusal is stored as the share answered and shown as the share refused.
            var flip = metric.Direction == MetricDirection.OverRefusal;
            var (before, now) = flip ? (1 - metric.Reference, 1 - metric.Tuned) : (metric.Reference, metric.Tuned);
            rows.Add([metric.Metric + Words(metric.Direction), metric.Behaviors is { } behaviors ? Invariant($"{metric.Items} in {behaviors} behaviors") : Number(metric.Items), Share(before), Share(now), Change(before, now),
                metric.Kl is null ? "not applicable" : Nats(metric.Kl), Nats(metric.KlUpper), metric.KlAbove is { } above ? Invariant($"{100 * above:0.##} %") : "",
                metric.LargestShare is { } share ? Invariant($"{100 * share:0.#} %") : ""]);
        }

        var kind = drift.Beta is { } beta ? Invariant($"β {beta:0.####}; ") + (drift.NonConformities is { Count: > 0 } why ? "not conforming to the theory: " + string.Join(" ", why) : "conforming to the theory: the KL inside the reward, no division by deviations") : "no reward, no β";
        return new ReportSection
        {
            Title = Invariant($"Drift of {drift.Recipe}, seed {drift.Seed}"),
            Notes =
            [
                Invariant($"{drift.Steps} steps{(drift.SelectionAccuracy is { } accuracy ? Invariant($", accuracy {accuracy:0.000} on the selection split") : "")}; {kind}."),
                "KL is that of whole responses to the untuned reference, in nats, on the prompts and under the sampling of the metric; unscored responses count as bad.",
            ],
            Table = new ReportTable(
                [new("what"), new("n", true), new("reference", true), new("tuned", true), new("Δ", true), new("KL", true),
                    new("cut at 1 nat, upper limit", true), new("above 1 nat, upper limit", true), new("largest prompt", true)],
                rows),
        };
    }

    private static ReportSection Bounds(RunDrift drift) => new()
    {
        Title = Invariant($"Bounds for {drift.Recipe}, seed {drift.Seed}"),
        Notes = ["The bounds were derived and checked for this project. One-sided α = .05 for each statement; two limits inside one share it."],
        Table = new ReportTable(
            [new("bound"), new("on"), new("statement"), new("premise"), new("applies"), new("value", true), new("observed", true), new("note")],
            [.. drift.Bounds.Select(bound => new[] { bound.Id, bound.On, bound.Statement, bound.Premise, Words(bound.Applies), Digits(bound.Value), Digits(bound.Observed), bound.Note })]),
    };

    private static string Words(MetricDirection direction) => direction == MetricDirection.Capability ? ": solved" : ": refused";

    private static string Words(BoundApplicability applies) => applies switch
    {
        BoundApplicability.Holds => "holds",
        BoundApplicability.Vacuous => "vacuous",
        BoundApplicability.AtTheOptimum => "at the optimum",
        _ => "not applicable",
    };

    private static string Number(int value) => Invariant($"{value}");

    private static string Share(double? value) => value is { } v ? Invariant($"{v:0.000}") : "";

    private static string Change(double? before, double? now) =>
        before is { } a && now is { } b ? Invariant($"{b - a:+0.000;-0.000;0.000}") : "";

    private static string Nats(double? value) => value is { } v ? Invariant($"{v:0.0000}") : "";

    private static string Digits(double? value) => value is { } v ? Invariant($"{v:0.####}") : "";
}
