using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Divergence;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Runs;

namespace SafetyGate.Harness.Xunit;

/// <summary>The KL of a run to its untuned reference on the prompts of a metric: the subject of the verbs about KL.</summary>
public sealed record MeasuredKl
{
    /// <summary>The metric on whose prompts, and under whose sampling, it was measured.</summary>
    public required GatedMetric Metric { get; init; }

    /// <summary>The KL.</summary>
    public required KlMeasurement Kl { get; init; }

    /// <summary>The untuned reference on the same prompts under the same sampling.</summary>
    public required Measurement Reference { get; init; }

    /// <summary>The run.</summary>
    public required TrainedModel Run { get; init; }

    /// <summary>The recipe that made the model.</summary>
    public required RecipeIdentity Recipe { get; init; }

    /// <summary>Where snapshots and results lie.</summary>
    public required SpecFolders Folders { get; init; }

    /// <summary>The spec that speaks; names the snapshot.</summary>
    public required BaselineKey Spec { get; init; }

    /// <summary>What the verbs said, for <c>gate check</c>.</summary>
    public required EvaluationLog Log { get; init; }

    /// <summary>The report of the test run; <c>null</c> for none.</summary>
    internal SpecReports? Reports { get; init; }

    /// <summary>The verbs about KL.</summary>
    public MeasuredKlAssertions Should() => new(this);

    /// <summary>Name of the metric.</summary>
    public override string ToString() => "KL on " + Metric.Name;
}
