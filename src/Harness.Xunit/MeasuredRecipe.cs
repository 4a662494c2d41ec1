using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Runs;

namespace SafetyGate.Harness.Xunit;

/// <summary>One gated metric of a recipe over its trainings: the subject of the verbs of a claim about a recipe.</summary>
public sealed record MeasuredRecipe
{
    /// <summary>The metric that is spoken of.</summary>
    public required GatedMetric Metric { get; init; }

    /// <summary>One for each seed, in the order of the seeds.</summary>
    public required IReadOnlyList<MeasuredTraining> Trainings { get; init; }

    /// <summary>The untuned model.</summary>
    public required EvaluationResult Reference { get; init; }

    /// <summary>Gated metrics of the recipe: calling a drop is adjusted over them.</summary>
    public required int Family { get; init; }

    /// <summary>Where snapshots and results lie.</summary>
    public required SpecFolders Folders { get; init; }

    /// <summary>The spec that speaks; names the snapshots.</summary>
    public required BaselineKey Spec { get; init; }

    /// <summary>What the verbs said, for <c>gate check</c>.</summary>
    public required EvaluationLog Log { get; init; }

    /// <summary>Where reports are written; <c>null</c> for trainings measured outside a fixture.</summary>
    internal SpecReports? Reports { get; init; }

    /// <summary>The verbs of a claim about a recipe.</summary>
    public MeasuredRecipeAssertions Should() => new(this);

    /// <summary>Name of the metric.</summary>
    public override string ToString() => Metric.Name;
}
