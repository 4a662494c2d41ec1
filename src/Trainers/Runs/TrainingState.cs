using SafetyGate.Trainers.Optimization;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Runs;

/// <summary>Everything a run needs to go on as if it had never been interrupted, besides its recipe.</summary>
public sealed record TrainingState
{
    /// <summary>Digest of what decides the run: options, data, first weights. A state of another run is never taken up.</summary>
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

    /// <summary>The weights by name. Borrowed.</summary>
    public required IReadOnlyList<KeyValuePair<string, Tensor>> Weights { get; init; }

    /// <summary>What the optimizer remembers.</summary>
    public required OptimizerState Optimizer { get; init; }
}
