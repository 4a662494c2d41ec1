using static TorchSharp.torch;

namespace SafetyGate.Trainers.Dpo;

/// <summary>Pairs as a loss reads them: B pairs in 2B rows, each chosen completion followed by its rejected one. Borrowed.</summary>
public sealed record DpoLossInput
{
    /// <summary>[2B, C], nats: log-probabilities of the completions' tokens under the policy, 0 behind their ends; differentiable.</summary>
    public required Tensor LogProbsRC { get; init; }

    /// <summary>[2B]: tokens of each completion.</summary>
    public required IReadOnlyList<int> Lengths { get; init; }

    /// <summary>[2B], nats: the reference's log-probability of each completion, by <see cref="DpoLoss.SequenceSums"/>.</summary>
    public required IReadOnlyList<double> ReferenceLogProbs { get; init; }

    /// <summary>[2B, C], nats: log Σ p² of the distribution of each token; needed for <see cref="DpoOptions.UseWeighting"/>.</summary>
    public Tensor? CollisionsRC { get; init; }

    /// <summary>These pairs over all pairs of their batch. The losses of a batch's passes add up. Default 1.</summary>
    public double PairShare { get; init; } = 1;

    /// <summary>Tokens of all chosen completions of the batch; those of the input when <c>null</c>.</summary>
    public int? ChosenTokensInBatch { get; init; }
}
