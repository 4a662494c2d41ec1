using SafetyGate.Models.Engine;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Ppo;

/// <summary>The clipped losses of proximal policy optimization (arXiv:1707.06347), as TRL's <c>experimental/ppo</c> computes them.</summary>
public static class PpoLoss
{
    /// <summary>Computes a loss.</summary>
    /// <param name="logProbsBT">[B, T], nats: the tokens under the policy; differentiable. Borrowed, as all tensors are.</param>
    /// <param name="valuesBT">[B, T]: the value model's estimates; differentiable.</param>
    /// <param name="sampled">The rollout the updates learn from.</param>
    /// <param name="advantages">Its advantages.</param>
    /// <param name="clipRange">Half-width of the ratio clip.</param>
    /// <param name="valueClipRange">Half-width of the clip of values around those at sampling.</param>
    /// <param name="valueCoefficient">Weight of the value loss.</param>
    /// <returns>The loss and its metrics; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">Shapes do not fit the rollout.</exception>
    public static PpoLossTerms Compute(Tensor logProbsBT, Tensor valuesBT, PpoRollout sampled, PpoAdvantages advantages, double clipRange, double valueClipRange,
        double valueCoefficient)
    {
        long[] shape = [sampled.Lengths.Count, sampled.Width];
        if (!logProbsBT.shape.SequenceEqual(shape) || !valuesBT.shape.SequenceEqual(shape))
            throw new ArgumentException(Invariant($"Log-probabilities are [{string.Join(", ", logProbsBT.shape)}] and values [{string.Join(", ", valuesBT.shape)}]; the rollout has [{string.Join(", ", shape)}]."), nameof(logProbsBT));
        using var scope = NewDisposeScope();
        var (tokens, positions) = (Mask(advantages.Tokens, logProbsBT), Mask(advantages.ValuePositions, logProbsBT));
        var old = Of(Masked(sampled.LogProbs, advantages.Tokens), logProbsBT);
        var logRatio = where(tokens, logProbsBT, old).sub(old); // what lies behind a response may be anything, also not a number
        var ratio = logRatio.exp();
        var gain = Of(advantages.Whitened, logProbsBT);
        var (free, clipped) = ((gain * ratio).neg(), (gain * ratio.clamp_min(Scalars.Of(1 - clipRange)).clamp_max(Scalars.Of(1 + clipRange))).neg());
        var policyLoss = Mean(free.maximum(clipped), tokens);

        var (oldValues, target) = (Of(Masked(sampled.Values, advantages.ValuePositions), logProbsBT), Of(advantages.Returns, logProbsBT));
        var values = where(positions, valuesBT, oldValues);
        var near = values.minimum(oldValues.Plus(valueClipRange)).maximum(oldValues.Plus(-valueClipRange));
        var (error, nearError) = (Square(values.sub(target)), Square(near.sub(target)));
        var valueLoss = Mean(error.maximum(nearError), positions).Times(0.5);

        var loss = policyLoss.Plus(valueLoss.Times(valueCoefficient));
        return new(loss.MoveToOuterDisposeScope(), Number(policyLoss), Number(valueLoss), Number(Mean(clipped.gt(free).to(ratio.dtype), tokens)),
            Number(Mean(nearError.gt(error).to(ratio.dtype), positions)), Number(Mean(Square(logRatio).Times(0.5), tokens)), Number(Mean(ratio, tokens)));
    }

    private static Tensor Mean(Tensor values, Tensor mask)
    {
        var weights = mask.to(values.dtype);
        return (values * weights).sum() / weights.sum();
    }

    private static Tensor Square(Tensor x) => x * x;

    private static Tensor Mask(IReadOnlyList<int> kept, Tensor like)
    {
        var width = like.shape[1];
        return tensor(kept.SelectMany(length => Enumerable.Range(0, (int)width).Select(t => t < length)).ToArray(), [kept.Count, width], device: like.device);
    }

    private static Tensor Of(IReadOnlyList<double[]> table, Tensor like) => tensor(table.SelectMany(row => row).ToArray(), like.shape, like.dtype, like.device);

    private static List<double[]> Masked(IReadOnlyList<IReadOnlyList<double>> table, IReadOnlyList<int> kept) =>
        [.. table.Select((row, i) => row.Select((value, t) => t < kept[i] ? value : 0).ToArray())];

    private static double Number(Tensor scalar) => scalar.detach().to(ScalarType.Float64).item<double>();
}
