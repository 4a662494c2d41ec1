using SafetyGate.Core.Benchmarks;

namespace SafetyGate.Harness.Reports;

/// <summary>One metric of a run before and after tuning, and the KL on its prompts.</summary>
public sealed record DriftedMetric
{
    /// <summary>Name of the metric.</summary>
    public required string Metric { get; init; }

    /// <summary>Meaning of a score of 1.</summary>
    public required MetricDirection Direction { get; init; }

    /// <summary>Items.</summary>
    public required int Items { get; init; }

    /// <summary>Behaviors, whose means the rates are averages of, where items share them; <c>null</c> if each item is a separate
    /// unit.</summary>
    public int? Behaviors { get; init; }

    /// <summary>Mean score of the untuned reference; unscored counts 0.</summary>
    public required double Reference { get; init; }

    /// <summary>Mean score of the tuned model; unscored counts 0.</summary>
    public required double Tuned { get; init; }

    /// <summary>Mean KL of whole responses on the prompts, nats; <c>null</c> when there is none.</summary>
    public double? Kl { get; init; }

    /// <summary>
    /// One-sided upper limit of the mean KL cut at 1 nat a response, at a quarter of α, as certificates use it; <c>null</c> when there is
    /// none.
    /// </summary>
    public double? KlUpper { get; init; }

    /// <summary>The same of the share of responses above 1 nat.</summary>
    public double? KlAbove { get; init; }

    /// <summary>The largest prompt's share of the sum of KL; <c>null</c> when there is none.</summary>
    public double? LargestShare { get; init; }

    /// <summary>Why the KL is not meaningful; <c>null</c> if it is.</summary>
    public string? KlWhyNot { get; init; }
}
