using System.Text.Json.Serialization;

namespace SafetyGate.Trainers.Loop;

/// <summary>State an interrupted run needs to resume as if never interrupted, besides its recipe and the tensors.</summary>
public sealed record TrainingState
{
    /// <summary>Digest of what decides the run: options, data, first weights. The state of another run is never resumed.</summary>
    [JsonPropertyName("run")]
    public required string RunDigest { get; init; }

    /// <summary>Steps done; data order, schedule and random streams follow from it.</summary>
    public required long Step { get; init; }

    /// <summary>Tokens read so far.</summary>
    public required long Tokens { get; init; }

    /// <summary>Length of <c>metrics.jsonl</c> in bytes.</summary>
    public required long MetricsLength { get; init; }

    /// <summary>The last measured accuracy on the selection split; <c>null</c> before the first.</summary>
    public required double? Accuracy { get; init; }

    /// <summary>Whether the target accuracy was reached, which ends the run.</summary>
    public required bool ReachedTarget { get; init; }

    /// <summary>Kind of the optimizer, such as <c>adamw</c>.</summary>
    public required string Optimizer { get; init; }

    /// <summary>Updates the optimizer made.</summary>
    public required long OptimizerSteps { get; init; }
}
