using static TorchSharp.torch;

namespace SafetyGate.Trainers.Optimization;

/// <summary>Parameters that are updated under the same weight decay.</summary>
public sealed record ParameterGroup
{
    /// <summary>Name and tensor, in a fixed order. The tensors are borrowed; the optimizer changes them in place.</summary>
    public required IReadOnlyList<KeyValuePair<string, Tensor>> Parameters { get; init; }

    /// <summary>Weight decay of these parameters, per unit of learning rate.</summary>
    public required double WeightDecay { get; init; }
}
