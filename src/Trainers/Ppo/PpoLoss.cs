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
        using var policy = Policy(logProbsBT, sampled, advantages, clipRange);
        using var value = Value(valuesBT, sampled, advantages, valueClipRange);
        using var scope = NewDisposeScope();
        var loss = policy.Loss.Plus(value.Loss.Times(valueCoefficient));
        return new(loss.MoveToOuterDisposeScope(), Number(policy.Loss), Number(value.Loss), policy.ClipFraction, value.ClipFraction, policy.ApproxKl, policy.Ratio);
    }

    /// <summary>Computes the policy's part.</summary>
    /// <param name="logProbsBT">[B, T], nats: the tokens under the policy; differentiable. Borrowed.</param>
    /// <param name="sampled">The rollout the updates learn from.</param>
    /// <param name="advantages">Its advantages.</param>
    /// <param name="clipRange">Half-width of the ratio clip.</param>
    /// <param name="tokens">Tokens that the means are over, of which these are a part; <c>null</c>: all there are here.</param>
    /// <returns>The loss and its metrics, shares of the whole that add up; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">Shapes do not fit the rollout.</exception>
    public static PpoPolicyTerms Policy(Tensor logProbsBT, PpoRollout sampled, PpoAdvantages advantages, double clipRange, int? tokens = null)
    {
        RequireFits(logProbsBT, "Log-probabilities", sampled);
        using var scope = NewDisposeScope();
        var mask = Mask(advantages.Tokens, logProbsBT);
        var old = Of(Masked(sampled.LogProbs, advantages.Tokens), logProbsBT);
        var logRatio = where(mask, logProbsBT, old).sub(old); // what lies behind a response may be anything, also not a number
        var ratio = logRatio.exp();
        var gain = Of(advantages.Whitened, logProbsBT);
        var (free, clipped) = ((gain * ratio).neg(), (gain * ratio.clamp_min(Scalars.Of(1 - clipRange)).clamp_max(Scalars.Of(1 + clipRange))).neg());
        var loss = Mean(free.maximum(clipped), mask, tokens);
        return new(loss.MoveToOuterDisposeScope(), Number(Mean(clipped.gt(free).to(ratio.dtype), mask, tokens)), Number(Mean(Square(logRatio).Times(0.5), mask, tokens)), Number(Mean(ratio, mask, tokens)));
    }

    /// <summary>Computes the values' part, without its weight.</summary>
    /// <param name="valuesBT">[B, T]: the value model's estimates; differentiable. Borrowed.</param>
    /// <param name="sampled">The rollout the updates learn from.</param>
    /// <param name="advantages">Its advantages.</param>
    /// <param name="clipRange">Half-width of the clip of values around those at sampling.</param>
    /// <param name="positions">Value positions that the means are over, of which these are a part; <c>null</c>: all there are here.</param>
    /// <returns>The loss and its metrics, shares of the whole that add up; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">Shapes do not fit the rollout.</exception>
    public static PpoValueTerms Value(Tensor valuesBT, PpoRollout sampled, PpoAdvantages advantages, double clipRange, int? positions = null)
    {
        RequireFits(valuesBT, "Values", sampled);
        using var scope = NewDisposeScope();
        var mask = Mask(advantages.ValuePositions, valuesBT);
        var (old, target) = (Of(Masked(sampled.Values, advantages.ValuePositions), valuesBT), Of(advantages.Returns, valuesBT));
        var values = where(mask, valuesBT, old);
        var near = values.minimum(old.Plus(clipRange)).maximum(old.Plus(-clipRange));
        var (error, nearError) = (Square(values.sub(target)), Square(near.sub(target)));
        var loss = Mean(error.maximum(nearError), mask, positions).Times(0.5);
        return new(loss.MoveToOuterDisposeScope(), Number(Mean(nearError.gt(error).to(valuesBT.dtype), mask, positions)));
    }

    private static void RequireFits(Tensor givenBT, string what, PpoRollout sampled)
    {
        long[] shape = [sampled.Lengths.Count, sampled.Width];
        if (!givenBT.shape.SequenceEqual(shape))
            throw new ArgumentException(Invariant($"{what} are [{string.Join(", ", givenBT.shape)}]; the rollout has [{string.Join(", ", shape)}]."), nameof(givenBT));
    }

    private static Tensor Mean(Tensor values, Tensor mask, int? whole)
    {
        var weights = mask.to(values.dtype);
        var sum = (values * weights).sum();
        return whole is { } count ? sum.Over(count) : sum / weights.sum();
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
