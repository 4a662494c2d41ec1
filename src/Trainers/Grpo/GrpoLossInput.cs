using static TorchSharp.torch;

namespace SafetyGate.Trainers.Grpo;

/// <summary>Input of a loss: B rows of C completion tokens. The tensors are borrowed.</summary>
public sealed record GrpoLossInput
{
    /// <summary>[B, C]: log-probabilities of the tokens under the policy being trained; differentiable.</summary>
    public required Tensor LogProbsBC { get; init; }

    /// <summary>[B, C]: entropies of the distributions they were drawn from, nats; differentiable when there is an entropy bonus.</summary>
    public required Tensor EntropiesBC { get; init; }

    /// <summary>[B, C], bool: the tokens that count. False behind a completion's end, for tokens a tool wrote, for rows left out.</summary>
    public required Tensor MaskBC { get; init; }

    /// <summary>One number a row.</summary>
    public required IReadOnlyList<double> Advantages { get; init; }

    /// <summary>[B, C]: log-probabilities under the policy that sampled; <c>null</c> when that is the same policy.</summary>
    public Tensor? OldLogProbsBC { get; init; }

    /// <summary>[B, C]: log-probabilities under the reference; needed for a KL in the loss.</summary>
    public Tensor? ReferenceLogProbsBC { get; init; }

    /// <summary>Share of the update's rows in this batch, in (0, 1]; 1 for a batch that is not divided.</summary>
    public double RowShare { get; init; } = 1;

    /// <summary>Tokens that count in the whole update; <c>null</c>: those of this batch.</summary>
    public double? TokensInUpdate { get; init; }
}
