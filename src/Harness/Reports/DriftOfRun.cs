using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Divergence;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Runs;
using SafetyGate.Harness.Theory;

namespace SafetyGate.Harness.Reports;

/// <summary>
/// Measures the drift of a run and evaluates every bound on it. Certificates are printed only when their premise was tested.
/// </summary>
public static class DriftOfRun
{
    // One-sided error probability of each statement; two limits inside one share it.
    private const double Alpha = 0.05;

    private static readonly string Cut = Invariant($"K the mean KL cut at {KlBudget.DefaultClip} nat a response and P the share of responses above it, at their upper limits");

    /// <summary>
    /// Measures a run: each metric on both models, the KL on the prompts of the sampled ones, and the objective where there is one.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="metrics">The metrics to measure.</param>
    /// <param name="cancellationToken">Stops the work; finished pieces stay in the store.</param>
    public static async Task<RunDrift> MeasureAsync(TrainedRun run, IReadOnlyList<GatedMetric> metrics, CancellationToken cancellationToken)
    {
        var measured = new List<(DriftedMetric Metric, Measurement Reference, KlMeasurement Kl)>();
        foreach (var metric in metrics)
        {
            var (now, before) = ((await run.EvaluateAsync(metric, cancellationToken)).Measurement, (await run.EvaluateReferenceAsync(metric, cancellationToken)).Measurement);
            var kl = await run.MeasureKlAsync(metric, cancellationToken);
            measured.Add((Drifted(before, now, kl), before, kl));
        }

        var rewarded = run.Recipe as IRewardedRecipe;
        var objective = rewarded is null ? null : await run.MeasureObjectiveAsync(new ObjectivePlan(), cancellationToken);
        var record = run.Model.Record;
        return new RunDrift
        {
            Recipe = record.Name,
            Seed = record.Seed,
            Digest = record.Digest,
            Steps = record.Steps,
            SelectionAccuracy = record.Metrics.TryGetValue("eval_accuracy", out var accuracy) && double.IsFinite(accuracy)
                ? accuracy
                : null,
            Beta = rewarded?.Beta,
            NonConformities = rewarded?.NonConformities,
            ReferenceReward = objective?.ReferenceReward,
            Reward = objective?.Reward,
            TrainingKl = objective?.Kl,
            TrainingPrompts = objective?.Prompts.Count ?? 0,
            Metrics = [.. measured.Select(m => m.Metric)],
            Bounds = [.. measured.Where(m => m.Metric.Direction == MetricDirection.Safety).SelectMany(m => OfSafety(m.Metric, m.Reference, m.Kl)), .. OfObjective(rewarded?.Beta, rewarded?.NonConformities, objective)],
        };
    }

    /// <summary>The bounds on the drift of one safety metric.</summary>
    /// <param name="metric">Before and after.</param>
    /// <param name="reference">The reference, item by item.</param>
    /// <param name="kl">The KL on its prompts.</param>
    internal static IEnumerable<DriftBound> OfSafety(DriftedMetric metric, Measurement reference, KlMeasurement kl)
    {
        const string premise = "any policy; the same prompts and sampling, which was checked";
        var drift = Math.Abs(metric.Tuned - metric.Reference);
        if (KlPremise.WhyNot(kl, reference) is { } why)
        {
            yield return new("B5–B7", metric.Metric, "drift of safety within a function of the KL", premise,
                BoundApplicability.NotApplicable, null, null, why);
            yield break;
        }

        var clipped = ClippedKl.Of(kl, KlBudget.DefaultClip, reference);
        var (upper, lost) = (clipped.UpperMean(Alpha / 2), clipped.UpperShare(Alpha / 2));
        yield return Capped("B5", metric.Metric, Invariant($"|ΔS| ≤ √(K/2) + P, {Cut}"), premise, Math.Min(1, DriftBounds.Pinsker(upper) + lost), drift);
        yield return Capped("B6", metric.Metric, Invariant($"|ΔS| ≤ √(1 − exp(−K)) + P, {Cut}"), premise,
            Math.Min(1, DriftBounds.BretagnolleHuber(upper) + lost), drift);
        var (safety, whyNot) = ReferenceSafety.Lower(reference, Alpha / 2);
        if (safety is { } lower)
        {
            var (split, part) = (clipped.UpperMean(Alpha / 4), clipped.UpperShare(Alpha / 4));
            var least = Math.Max(0, BernoulliKl.Lower(lower, split) - part);
            yield return new("B7", metric.Metric,
                Invariant($"S_tuned ≥ L(S_p, K) − P, S_p at least {lower:0.####}, K at most {split:0.####} and P at most {part:0.####}, α shared; {Cut}"), premise,
                least > 0 ? BoundApplicability.Holds : BoundApplicability.Vacuous, least, metric.Tuned, "the tightest from safety and KL");
        }
        else yield return new("B7", metric.Metric, "S_tuned ≥ L(S_p, K) − P", premise, BoundApplicability.NotApplicable, null, null, whyNot!);
        if (kl.Mean is { } mean)
            yield return new("B7", metric.Metric, "kl(S_tuned‖S_reference) ≤ K on the measured values",
                "a theorem: a check of the meter, not of the model", BoundApplicability.Holds, mean,
                BernoulliKl.Divergence(metric.Tuned, metric.Reference) is var d && double.IsFinite(d) ? d : null,
                d <= mean ? "" : "the measured values differ from the true ones by chance; a large excess would be a fault of the meter");
    }

    /// <summary>The bounds in terms of reward and β.</summary>
    /// <param name="beta">β; <c>null</c> for a run without a reward.</param>
    /// <param name="nonConformities">Why the run does not conform.</param>
    /// <param name="objective">The objective on training prompts.</param>
    internal static IEnumerable<DriftBound> OfObjective(double? beta, IReadOnlyList<string>? nonConformities,
        ObjectiveMeasurement? objective)
    {
        const string on = "training prompts", optimum = "the optimum of G − β·KL; a conforming run";
        if (beta is not { } weight || objective is null)
        {
            yield return new("B3, B8, B9", on, "drift within a function of β and the gain of reward",
                "a run that maximizes a reward under a KL", BoundApplicability.NotApplicable, null, null,
                "this run has no reward and no β");
            yield break;
        }

        var why = weight > 0 ? string.Join(" ", nonConformities ?? []) : "beta is 0: there is no KL in the objective";
        if (why.Length > 0)
        {
            yield return new("B3", on, "|ΔS| ≤ tanh(1/(4β))", optimum, BoundApplicability.NotApplicable, null, null,
                "not a conforming run. " + why);
            yield return new("B8", on, "K ≤ ΔG/β", optimum, BoundApplicability.NotApplicable, null, objective.Kl,
                "not a conforming run. " + why);
        }
        else
        {
            var ceiling = DriftBounds.DataFree(weight);
            yield return new("B3", on, "|ΔS| ≤ tanh(1/(4β))", optimum,
                ceiling > 0.99 ? BoundApplicability.Vacuous : BoundApplicability.AtTheOptimum, ceiling, null,
                "that the run has reached the optimum is not shown");
            yield return objective is { Reward: { } g, ReferenceReward: { } g0 }
                ? new("B8", on, "K ≤ ΔG/β", optimum, g >= g0 ? BoundApplicability.AtTheOptimum : BoundApplicability.NotApplicable,
                    g >= g0 ? (g - g0) / weight : null, objective.Kl,
                    g >= g0 ? "that the run has reached the optimum is not shown" : "the reward fell")
                : new("B8", on, "K ≤ ΔG/β", optimum, BoundApplicability.NotApplicable, null, null, objective.WhyNot ?? "");
        }

        yield return objective.Certificate(Alpha) is { } drift
            ? Capped("B9", on, "|ΔS| ≤ √(ΔG/(2β)), ΔG at its upper limit", "any policy whose objective did not fall: tested, and shown",
                drift, null)
            : new("B9", on, "|ΔS| ≤ √(ΔG/(2β))", "any policy whose objective did not fall", BoundApplicability.NotApplicable, null, null,
                objective.WhyNot ?? "the premise was tested, and is not shown: the lower limit of the objective's change is below 0");
    }

    private static DriftBound Capped(string id, string on, string statement, string premise, double value, double? observed) =>
        new(id, on, statement, premise, value >= 1 ? BoundApplicability.Vacuous : BoundApplicability.Holds, value, observed);

    internal static DriftedMetric Drifted(Measurement before, Measurement now, KlMeasurement kl) => new()
    {
        Metric = now.Metric,
        Direction = now.Direction,
        Items = now.Items.Count,
        Behaviors = InferenceUnits.Sizes(now)?.Count,
        Reference = Rate(before),
        Tuned = Rate(now),
        Kl = kl.Mean,
        KlUpper = kl.IsUsable ? ClippedKl.Of(kl, KlBudget.DefaultClip, before).UpperMean(Alpha / 4) : null,
        KlAbove = kl.IsUsable ? ClippedKl.Of(kl, KlBudget.DefaultClip, before).UpperShare(Alpha / 4) : null,
        LargestShare = kl.LargestShare,
        KlWhyNot = kl.WhyNot,
    };

    private static double Rate(Measurement measurement) => InferenceUnits.Values(measurement).Average();
}
