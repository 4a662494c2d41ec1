using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Runs;

namespace SafetyGate.Harness.Xunit;

/// <summary>One gated metric of a run, with all the others beside it: the subject of the gate's verbs.</summary>
public sealed record MeasuredRun
{
    /// <summary>The metric that is spoken of.</summary>
    public required MeasuredMetric Subject { get; init; }

    /// <summary>The gated metrics of the run that were measured, the subject included.</summary>
    public required IReadOnlyList<MeasuredMetric> Gated { get; init; }

    /// <summary>How many metrics gate the run: the family over which a drop is adjusted. One that was not measured counts as p = 1.</summary>
    public required int Declared { get; init; }

    /// <summary>The subject on all items, when the verdict rests on its first ones and a result is to be received; a baseline holds the full budget.</summary>
    public EvaluationResult? Whole { get; init; }

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

    /// <summary>Where reports are written; <c>null</c> for a run measured outside a fixture.</summary>
    internal SpecReports? Reports { get; init; }

    /// <summary>The verbs of the gate.</summary>
    public MeasuredRunAssertions Should() => new(this);

    /// <summary>Name of the metric.</summary>
    public override string ToString() => Subject.Metric.Name;
}
