using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Optimization;

/// <summary>
/// Optimizer and its settings, under the keys of transformers where it has them. Immutable; vary it with <c>with</c>. The learning rate
/// belongs to the run.
/// </summary>
public sealed record OptimizerOptions
{
    /// <summary>Way of updating. Default AdamW.</summary>
    [JsonPropertyName("optim")]
    public OptimizerKind Kind { get; init; } = OptimizerKind.AdamW;

    /// <summary>Decay of the gradient's running mean, Adam and AdamW. Default 0.9, as in torch.</summary>
    [JsonPropertyName("adam_beta1")]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the squared gradient's running mean, Adam and AdamW. Default 0.999, as in torch.</summary>
    [JsonPropertyName("adam_beta2")]
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root of the second moment, Adam and AdamW. Default 1e-8, as in torch.</summary>
    [JsonPropertyName("adam_epsilon")]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Weight decay of the decayed parameters (<see cref="ParameterGroups"/>). Default 0, as in transformers.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Momentum, Sgd only. Default 0.</summary>
    public double Momentum { get; init; }

    /// <summary>Share of the gradient kept out of the momentum, Sgd only. Default 0.</summary>
    public double Dampening { get; init; }

    /// <summary>Nesterov's variant, Sgd only; needs momentum and no dampening. Default off.</summary>
    public bool Nesterov { get; init; }

    /// <summary>Validation errors, one sentence each; empty if the options are valid.</summary>
    public IEnumerable<string> Problems()
    {
        if (!Enum.IsDefined(Kind)) yield return Invariant($"optim is {Kind}; it must be AdamW, AdamWFused, Adam or Sgd.");
        if (Beta1 is not (>= 0 and < 1)) yield return Invariant($"adam_beta1 is {Beta1}; it must lie in [0, 1).");
        if (Beta2 is not (>= 0 and < 1)) yield return Invariant($"adam_beta2 is {Beta2}; it must lie in [0, 1).");
        if (!(Epsilon >= 0 && double.IsFinite(Epsilon)))
            yield return Invariant($"adam_epsilon is {Epsilon}; it must be finite and 0 or more.");
        if (!(WeightDecay >= 0 && double.IsFinite(WeightDecay)))
            yield return Invariant($"{nameof(WeightDecay)} is {WeightDecay}; it must be finite and 0 or more.");
        if (!(Momentum >= 0 && double.IsFinite(Momentum)))
            yield return Invariant($"{nameof(Momentum)} is {Momentum}; it must be finite and 0 or more.");
        if (!double.IsFinite(Dampening)) yield return Invariant($"{nameof(Dampening)} is {Dampening}; it must be finite.");
        if (Nesterov && !(Momentum > 0 && Dampening == 0)) yield return Invariant($"{nameof(Nesterov)} is on with {nameof(Momentum)} {Momentum} and {nameof(Dampening)} {Dampening}; it needs the first above 0 and the second 0.");
        if (Kind != OptimizerKind.Sgd && (Momentum != 0 || Dampening != 0 || Nesterov))
            yield return Invariant($"{nameof(Momentum)}, {nameof(Dampening)} and {nameof(Nesterov)} belong to {OptimizerKind.Sgd}; the optimizer is {Kind}.");
    }

    /// <summary>The optimizer over a model's parameters, with the usual exclusions from weight decay.</summary>
    /// <param name="parameters">Name and tensor, in a fixed order. Borrowed.</param>
    /// <returns>The optimizer; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The options are invalid; all are listed.</exception>
    public IOptimizer Create(IEnumerable<KeyValuePair<string, Tensor>> parameters)
    {
        var groups = ParameterGroups.Of(parameters, WeightDecay);
        return Kind switch
        {
            OptimizerKind.AdamW or OptimizerKind.AdamWFused => new AdamW(groups, this),
            OptimizerKind.Adam => new Adam(groups, this),
            _ => new Sgd(groups, this),
        };
    }
}
