using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Calibration;

/// <summary>Verdicts of many runs on the same metrics: how often each metric, and any metric of a run, goes red.</summary>
public sealed record RepeatedVerdicts
{
    /// <summary>Runs that were decided.</summary>
    public required int Repeats { get; init; }

    /// <summary>The verdicts of each metric, in the order of the questions.</summary>
    public required IReadOnlyList<VerdictTally> Metrics { get; init; }

    /// <summary>Runs in which at least one metric regressed.</summary>
    public required int AnyRegressed { get; init; }

    /// <summary>Runs in which at least one metric failed the build.</summary>
    public required int AnyRed { get; init; }

    /// <summary>Puts each run's questions to the gate and counts.</summary>
    /// <param name="repeats">The questions of each run: the same metrics in the same order.</param>
    /// <param name="gate">The gate.</param>
    /// <param name="declared">How many comparisons a run has, for Holm; <c>null</c>: as many as are evaluated.</param>
    /// <exception cref="ArgumentException">No run, or one with other metrics than the first.</exception>
    public static RepeatedVerdicts Of(IEnumerable<IReadOnlyList<PairedClaim>> repeats, GateUnderTest gate, int? declared = null) =>
        Of(repeats.Select(claims => gate(claims, declared)));

    /// <summary>Counts verdicts that were decided elsewhere.</summary>
    /// <param name="runs">The outcomes of each run: the same metrics in the same order.</param>
    /// <exception cref="ArgumentException">No run, or one that holds other metrics than the first.</exception>
    public static RepeatedVerdicts Of(IEnumerable<IReadOnlyList<Decision>> runs)
    {
        var all = runs.ToList();
        if (all.Count == 0) throw new ArgumentException("No run was decided; a rate of nothing is not a measurement.", nameof(runs));
        var metrics = Names(all[0]);
        foreach (var run in all)
            if (!Names(run).SequenceEqual(metrics, StringComparer.Ordinal))
                throw new ArgumentException($"One run decides {string.Join(", ", metrics)}, another {string.Join(", ", Names(run))}; every run must decide the same metrics.", nameof(runs));
        return new()
        {
            Repeats = all.Count,
            Metrics = [.. metrics.Select((_, i) => Tally([.. all.Select(run => run[i])]))],
            AnyRegressed = all.Count(run => run.Any(o => o.Verdict == Verdict.Regressed)),
            AnyRed = all.Count(run => run.Any(o => o.Fails)),
        };
    }

    private static string[] Names(IReadOnlyList<Decision> run) => [.. run.Select(o => o.Claim.Metric)];

    private static VerdictTally Tally(IReadOnlyList<Decision> outcomes)
    {
        var compared = outcomes.Select(o => o.Paired?.Comparison).OfType<PairedComparison>().ToList();
        var claim = (PairedClaim)outcomes[0].Claim;
        int Count(Verdict verdict) => outcomes.Count(o => o.Verdict == verdict);
        return new()
        {
            Metric = claim.Metric,
            Items = claim.Now.Items.Count,
            Margin = claim.Settings.Margin,
            Repeats = outcomes.Count,
            Passed = Count(Verdict.Passed),
            Identical = outcomes.Count(o => o.Reason == VerdictReason.Identical),
            Inconclusive = Count(Verdict.Inconclusive),
            Regressed = Count(Verdict.Regressed),
            NotComparable = Count(Verdict.NotComparable),
            Red = outcomes.Count(o => o.Fails),
            Discordance = compared.Count == 0
                ? double.NaN
                : compared.Average(c => (double)c.Items.Count(i => i.WorstNow != i.WorstApproved) / c.Items.Count),
        };
    }
}
