using SafetyGate.Harness.Evaluation;
namespace SafetyGate.Harness.Baselines;

/// <summary>
/// Problems that keep a received result from becoming a baseline: unscored, partial or foreign evidence, and underpowered gates.
/// </summary>
internal static class ApprovalProblems
{
    public static IEnumerable<string> Of(ResultDocument received, ResultDocument? standing, ApprovalRequest request)
    {
        foreach (var problem in request.Problems()) yield return problem;
        foreach (var result in received.Metrics)
        {
            var m = result.Measurement;
            var unscored = m.Items.Count(i => i.Scores.Contains(null));
            var coverage = 1 - (double)unscored / m.Items.Count;
            var needed = result.Gate?.MinimumCoverage ?? 0.95;
            if (coverage < needed) yield return Invariant($"{m.Metric}: only {100 * coverage:0.##} % of the items are scored; at least {100 * needed:0.##} % must be.");
            else if (unscored > 0 && !request.AcceptUnscored) yield return Invariant($"{m.Metric}: {unscored} of {m.Items.Count} items are unscored ('{m.Items.First(i => i.Scores.Contains(null)).Id}' first). Repair the scorer or raise MaxNewTokens; to approve all the same: --accept-unscored.");
            if (result.Gate is null) { yield return $"{m.Metric}: no gate is recorded with it; only a result received from a spec can be approved."; continue; }
            if (m.Sampling.SamplesPerPrompt == 1 && result.Gate.Looks != Statistics.Looks.AnyTime && request.Problems().Any() == false && !request.AcceptUnderpoweredGate
                && UnderpoweredGate.Find(m.Metric, [.. InferenceUnits.Group(m.Items, i => i.Behavior).Select(unit => unit.Count)], result.Gate, request.Discordance ?? 0, request.Correlation ?? 1) is { } underpowered) yield return underpowered.ToString();
        }

        foreach (var problem in Partial(received, standing)) yield return problem;
    }

    private static IEnumerable<string> Partial(ResultDocument received, ResultDocument? standing)
    {
        foreach (var before in standing?.Kl ?? [])
            if (received.Kl.All(kl => kl.Metric != before.Metric)) yield return $"the current baseline holds the KL on '{before.Metric}', this result does not: it is partial. To drop it, delete the baseline first.";
        foreach (var before in standing?.Metrics ?? [])
        {
            if (received.Find(before.Measurement.Metric) is not { } now)
            {
                yield return $"the current baseline holds the metric '{before.Measurement.Metric}', this result does not: it is partial. To drop a metric, delete the baseline first.";
                continue;
            }

            if (now.Measurement.BenchmarkDigest == before.Measurement.BenchmarkDigest && now.Measurement.Items.Count < before.Measurement.Items.Count)
                yield return Invariant($"{before.Measurement.Metric}: the result holds {now.Measurement.Items.Count} items, the current baseline of the same benchmark {before.Measurement.Items.Count}: it is partial. The full item budget must be evaluated.");
        }
    }
}
