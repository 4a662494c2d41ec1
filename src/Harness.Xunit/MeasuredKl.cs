using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Divergence;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Runs;
using SafetyGate.Harness.Theory;

namespace SafetyGate.Harness.Xunit;

/// <summary>The KL of a run to its untuned reference on the prompts of a metric: the subject of the verbs about KL.</summary>
public sealed record MeasuredKl : Measured
{
    /// <summary>The metric on whose prompts, and under whose sampling, it was measured.</summary>
    public required GatedMetric Metric { get; init; }

    /// <summary>The KL.</summary>
    public required KlMeasurement Kl { get; init; }

    /// <summary>The untuned reference on the same prompts under the same sampling.</summary>
    public required Measurement Reference { get; init; }

    /// <summary>The run.</summary>
    public required TrainedModel Run { get; init; }

    /// <summary>Why the trained model is its reference itself; <c>null</c> if it is another.</summary>
    public string? Untuned { get; init; }

    /// <summary>The recipe that made the model.</summary>
    public required RecipeIdentity Recipe { get; init; }

    /// <summary>Name of the metric.</summary>
    public override string ToString() => "KL on " + Metric.Name;

    internal override IReadOnlyList<TrainedModel> Models => [Run];

    internal override TextLine RunLine => new("run", $"{RunWords.Of(Run)}; {Run.RunDirectory}");

    internal SpecSnapshots Snapshots => new(Folders, Spec, Recipe, ToString());

    internal bool SameWeights => Untuned is not null || Run.Record.Model.WeightsDigest == Reference.Model.WeightsDigest;

    /// <summary>The measured KL as a baseline records it; <c>null</c> if it cannot be used.</summary>
    internal KlResult? Result(KlBudget budget, double alpha) => Kl is { IsUsable: true, Subject: not null } && budget.Largest is { } largest
        ? KlResult.Of(Metric.Name, Metric.Benchmark.Name, Kl, budget.Value, largest, alpha)
        : null;
}
