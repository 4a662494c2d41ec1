using SafetyGate.Core.Benchmarks;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Runs;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Xunit;

/// <summary>
/// One model, and the one it is compared with, as the fixture of test classes. All its gated metrics are measured on both before the first
/// assertion.
/// </summary>
/// <typeparam name="TMeasured">What is measured: the subject of the verbs.</typeparam>
public abstract class CheckpointFixture<TMeasured> : SpecFixture
    where TMeasured : MeasuredModel
{
    private protected CheckpointFixture(IReadOnlyList<GatedMetric> gated) : base(gated) { }

    /// <summary>Measures the gated metric on a benchmark, and every other gated metric of the run with it.</summary>
    /// <param name="suite">The benchmark of one of the gated metrics.</param>
    public Task<TMeasured> EvaluateAsync(Benchmark suite) => EvaluateAsync(On(suite));

    /// <summary>Measures a gated metric, and every other gated metric of the run with it that is looked at once.</summary>
    /// <param name="metric">One of <see cref="SpecFixture.Gated"/>, looked at once.</param>
    /// <exception cref="ArgumentException">The metric is not declared, or is looked at several times.</exception>
    public async Task<TMeasured> EvaluateAsync(GatedMetric metric)
    {
        RequireDeclared(metric);
        if (metric.Looks != Looks.Once) throw new ArgumentException($"'{metric.Name}' is looked at several times ({metric.Looks}), so when to stop depends on its rule: evaluate it with the settings of its verb.", nameof(metric));
        return await GuardedAsync(metric.Name, async (spec, token) =>
        {
            var measured = await MeasureAsync(token);
            return Overridden(Measured(spec, measured.Find(m => m.Metric == metric)!, measured));
        });
    }

    /// <summary>
    /// Measures a gated metric look by look, and no further than the gate needs to decide Passed or Regressed. The verb is then to be
    /// called
    /// with the same settings.
    /// </summary>
    /// <param name="metric">One of <see cref="SpecFixture.Gated"/>.</param>
    /// <param name="settings">The rule; its <see cref="GateSettings.Looks"/> are the metric's.</param>
    /// <param name="against">With what the verb compares. Default: the approved baseline.</param>
    /// <exception cref="ArgumentException">The metric is not declared, or its looks are not those of the rule.</exception>
    public async Task<TMeasured> EvaluateAsync(GatedMetric metric, GateSettings settings,
        ComparisonKind against = ComparisonKind.Baseline)
    {
        RequireDeclared(metric);
        if (metric.Looks != settings.Looks) throw new ArgumentException($"'{metric.Name}' declares the looks {metric.Looks}, its rule has {settings.Looks}; how often the evidence is looked at is planned beforehand, in one way.", nameof(settings));
        if (metric.Looks == Looks.Once) return await EvaluateAsync(metric);
        return await GuardedAsync(metric.Name, async (spec, token) =>
        {
            var others = await MeasureAsync(token);
            var reference = await BeforeAsync(metric, token);
            var looks = ItemBudget.LooksAt(metric.Benchmark, metric.Looks);
            for (var look = 0; ; look++)
            {
                var subject = new MeasuredMetric(metric, await LookAsync(metric, looks, look, token), reference);
                var measured = Overridden(Measured(spec, subject, [subject, .. others]));
                if (look == looks.Count - 1) return measured;
                var decision = against == ComparisonKind.Reference
                    ? measured.AgainstReference(settings)
                    : measured.AgainstBaseline(settings);
                if (decision.Verdict is Verdict.Inconclusive or Verdict.NotComparable) continue;
                if (decision is { Verdict: Verdict.Passed, Reason: not VerdictReason.Improved } || against == ComparisonKind.Reference)
                    return measured;
                return measured with { Whole = measured.Overrides.On(await LookAsync(metric, looks, looks.Count - 1, token)) }; // what is received may be approved, and a baseline holds all items
            }
        });
    }

    /// <summary>All items of a metric by the model that is judged.</summary>
    private protected abstract Task<EvaluationResult> NowAsync(GatedMetric metric, CancellationToken cancellationToken);

    /// <summary>All items of a metric by the model it is compared with; <c>null</c> if there is none.</summary>
    private protected abstract Task<EvaluationResult?> BeforeAsync(GatedMetric metric, CancellationToken cancellationToken);

    /// <summary>The first items of a metric by the model that is judged.</summary>
    private protected abstract Task<EvaluationResult> LookAsync(GatedMetric metric, IReadOnlyList<int> looks, int look, CancellationToken cancellationToken);

    /// <summary>The subject of the verbs.</summary>
    private protected abstract TMeasured Measured(BaselineKey spec, MeasuredMetric subject, IReadOnlyList<MeasuredMetric> measured);

    // A person's score is about a response, so it holds under every verb and on both sides.
    private static TMeasured Overridden(TMeasured measured)
    {
        var overrides = measured.ReadOverrides();
        List<MeasuredMetric> gated = [.. measured.Gated.Select(metric => metric with { Now = overrides.On(metric.Now), Before = metric.Before is { } before ? overrides.On(before) : null })];
        return measured with { Overrides = overrides, Gated = gated, Subject = gated[measured.Gated.ToList().FindIndex(metric => ReferenceEquals(metric, measured.Subject))] };
    }

    private async Task<List<MeasuredMetric>> MeasureAsync(CancellationToken cancellationToken)
    {
        var measured = new List<MeasuredMetric>();
        foreach (var metric in Gated.Where(metric => metric.Looks == Looks.Once))
            measured.Add(new(metric, await NowAsync(metric, cancellationToken), await BeforeAsync(metric, cancellationToken)));
        return measured;
    }
}
