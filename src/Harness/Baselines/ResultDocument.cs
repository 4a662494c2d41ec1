using SafetyGate.Core.Language;

namespace SafetyGate.Harness.Baselines;

/// <summary>
/// A result file (<c>docs/result.schema.json</c>): the format of <c>gate eval</c>, <c>gate compare</c> and approved baselines.
/// It holds everything that determines a verdict, and neither dates nor machine names.
/// </summary>
public sealed record ResultDocument
{
    /// <summary>The spec class the result belongs to; <c>null</c> for a bare evaluation.</summary>
    public string? Spec { get; init; }

    /// <summary>The test of the spec; <c>null</c> for a bare evaluation.</summary>
    public string? Test { get; init; }

    /// <summary>Which part of an evaluation this is; <c>null</c> for a whole one, which alone decides anything.</summary>
    public ResultShard? Shard { get; init; }

    /// <summary>The model that answered. All metrics of a file are of one model.</summary>
    public required ModelIdentity Model { get; init; }

    /// <summary>The recipe that made it; <c>null</c> for a model that was not trained here.</summary>
    public RecipeIdentity? Recipe { get; init; }

    /// <summary>The metrics, names unique; empty only in a file of KL.</summary>
    public required IReadOnlyList<MetricResult> Metrics { get; init; }

    /// <summary>The measured KL of specs that keep a run within a budget, metrics unique; empty as a rule.</summary>
    public IReadOnlyList<KlResult> Kl { get; init; } = [];

    /// <summary>The metric of this name, or <c>null</c>.</summary>
    public MetricResult? Find(string metric) =>
        Metrics.FirstOrDefault(m => string.Equals(m.Measurement.Metric, metric, StringComparison.Ordinal));
}
