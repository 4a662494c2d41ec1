using SafetyGate.Models.Engine;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.LogProbs;

/// <summary>Numbers of N distributions over a vocabulary. Owns its tensors.</summary>
public sealed record TokenStatistics : IDisposable
{
    /// <summary>[N], nats: log-probability of each target.</summary>
    public required Tensor LogProbsN { get; init; }

    /// <summary>[N], nats: entropies; <c>null</c> unless asked for.</summary>
    public Tensor? EntropiesN { get; init; }

    /// <summary>[N], nats: mean of the log-probabilities of all tokens; <c>null</c> unless asked for.</summary>
    public Tensor? MeansN { get; init; }

    /// <summary>[N], bool: whether the target is the likeliest token; <c>null</c> unless asked for.</summary>
    public Tensor? LikeliestN { get; init; }

    /// <summary>[N], nats: log Σ p²; <c>null</c> unless asked for. No gradients.</summary>
    public Tensor? CollisionsN { get; init; }

    /// <summary>[N]: mean of the logits over the vocabulary; <c>null</c> unless asked for. No gradients.</summary>
    public Tensor? MeanLogitsN { get; init; }

    /// <summary>Reads them off logits. Differentiable where gradients are on.</summary>
    /// <param name="logitsNV">[N, V]. Owned by this call, which frees them.</param>
    /// <param name="targetsN">[N], int64. Borrowed.</param>
    /// <param name="query">What is asked.</param>
    public static TokenStatistics Of(Tensor logitsNV, Tensor targetsN, TokenQuery query)
    {
        using var scope = NewDisposeScope();
        var meanLogitsN = query.MeanLogits ? MeanLogits(logitsNV) : null;
        var logProbsNV = LogProbabilities(logitsNV, query);
        var statistics = new TokenStatistics
        {
            LogProbsN = OfTargets(logProbsNV, targetsN).MoveToOuterDisposeScope(),
            MeansN = query.Means ? logProbsNV.mean([-1]).MoveToOuterDisposeScope() : null,
            EntropiesN = !query.Entropies ? null : (query.EntropiesAreTrained && is_grad_enabled() ? Entropies(logProbsNV) : FixedEntropies(logProbsNV)).MoveToOuterDisposeScope(),
            LikeliestN = query.Likeliest ? logProbsNV.argmax(-1).eq(targetsN).MoveToOuterDisposeScope() : null,
            CollisionsN = query.Collisions ? Collisions(logProbsNV).MoveToOuterDisposeScope() : null,
            MeanLogitsN = meanLogitsN?.MoveToOuterDisposeScope(),
        };
        return statistics;
    }

    /// <summary>Those of consecutive tokens, one after the other; the parts are freed.</summary>
    /// <param name="parts">At least one.</param>
    public static TokenStatistics Joined(IReadOnlyList<TokenStatistics> parts)
    {
        if (parts.Count == 1) return parts[0];
        var joined = new TokenStatistics
        {
            LogProbsN = cat([.. parts.Select(part => part.LogProbsN)]),
            EntropiesN = Join(part => part.EntropiesN),
            MeansN = Join(part => part.MeansN),
            LikeliestN = Join(part => part.LikeliestN),
            CollisionsN = Join(part => part.CollisionsN),
            MeanLogitsN = Join(part => part.MeanLogitsN),
        };
        foreach (var part in parts) part.Dispose();
        return joined;

        Tensor? Join(Func<TokenStatistics, Tensor?> member) => member(parts[0]) is null ? null : cat([.. parts.Select(part => member(part)!)]);
    }

    /// <summary>Natural logarithms of the distributions that logits are of, [N, V]. The logits are freed.</summary>
    internal static Tensor LogProbabilities(Tensor logitsNV, TokenQuery query)
    {
        using var scope = NewDisposeScope();
        var wideNV = logitsNV.to(query.Dtype ?? (logitsNV.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32));
        if (!ReferenceEquals(wideNV, logitsNV)) logitsNV.Dispose();
        if (query.Temperature != 1)
        {
            var scaledNV = wideNV.Over(query.Temperature);
            wideNV.Dispose();
            wideNV = scaledNV;
        }

        var logProbsNV = wideNV.log_softmax(-1).MoveToOuterDisposeScope();
        wideNV.Dispose();
        return logProbsNV;
    }

    internal static Tensor OfTargets(Tensor logProbsNV, Tensor targetsN) => logProbsNV.gather(-1, targetsN.unsqueeze(-1)).squeeze(-1);

    /// <summary>Moves the tensors out of their dispose scope.</summary>
    internal TokenStatistics DetachFromDisposeScope()
    {
        foreach (var tensor in Tensors) tensor.DetachFromDisposeScope();
        return this;
    }

    private IEnumerable<Tensor> Tensors => new[] { LogProbsN, EntropiesN, MeansN, LikeliestN, CollisionsN, MeanLogitsN }.OfType<Tensor>();

    private static Tensor Entropies(Tensor logProbsNV) => (logProbsNV.exp() * logProbsNV).sum(-1).neg();

    private static Tensor Collisions(Tensor logProbsNV)
    {
        using var noGradients = no_grad();
        return logProbsNV.detach().Times(2).logsumexp(-1);
    }

    private static Tensor MeanLogits(Tensor logitsNV)
    {
        using var noGradients = no_grad();
        return logitsNV.detach().mean([-1L], type: logitsNV.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32);
    }

    // The same numbers with one table less.
    private static Tensor FixedEntropies(Tensor logProbsNV)
    {
        using var noGradients = no_grad();
        var fixedNV = logProbsNV.detach();
        return fixedNV.exp().mul_(fixedNV).sum(-1).neg();
    }

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        foreach (var tensor in Tensors) tensor.Dispose();
    }
}
