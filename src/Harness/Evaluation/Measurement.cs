using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Scoring;

namespace SafetyGate.Harness.Evaluation;

/// <summary>A benchmark's scores for one model under one way of sampling: the evidence behind a verdict.</summary>
public sealed record Measurement
{
    /// <summary>Name of the metric, such as <c>pocket/adversarial, greedy</c>; unique in a run's results.</summary>
    public required string Metric { get; init; }

    /// <summary>Name of the benchmark.</summary>
    public required string Benchmark { get; init; }

    /// <summary>Digest of the benchmark's items.</summary>
    public required string BenchmarkDigest { get; init; }

    /// <summary>Meaning of a score of 1.</summary>
    public required MetricDirection Direction { get; init; }

    /// <summary>Name of the scorer.</summary>
    public required string Scorer { get; init; }

    /// <summary>Version of the scorer.</summary>
    public required string ScorerVersion { get; init; }

    /// <summary>How the scorer did on responses labeled by people; <c>null</c> if that was not measured.</summary>
    public ScorerValidation? Validation { get; init; }

    /// <summary>How responses were drawn.</summary>
    public required SamplingOptions Sampling { get; init; }

    /// <summary>Prompts as conversations (the default) or as plain text.</summary>
    public PromptStyle Style { get; init; } = PromptStyle.Chat;

    /// <summary>Which model answered.</summary>
    public required ModelIdentity Model { get; init; }

    /// <summary>The outcome of each item, in the benchmark's order.</summary>
    public required IReadOnlyList<ItemOutcome> Items { get; init; }
}
