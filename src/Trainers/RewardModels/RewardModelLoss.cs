using SafetyGate.Models.Engine;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.RewardModels;

/// <summary>The loss of reward modeling (Bradley and Terry 1952), as TRL 1.16 computes it.</summary>
public static class RewardModelLoss
{
    /// <summary>Mean over pairs of −log σ(r⁺ − r⁻ − margin), and the weighted mean of (r⁺ + r⁻)².</summary>
    /// <param name="chosenB">[B]: rewards of the preferred completions; differentiable. Borrowed.</param>
    /// <param name="rejectedB">[B]: rewards of the others; differentiable. Borrowed.</param>
    /// <param name="margins">[B]: by how much each is preferred; <c>null</c>: 0.</param>
    /// <param name="centerCoefficient">Weight of the second term; <c>null</c>: none.</param>
    /// <returns>Scalar; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">Shapes differ, or there is no pair.</exception>
    public static Tensor Of(Tensor chosenB, Tensor rejectedB, IReadOnlyList<double>? margins, double? centerCoefficient)
    {
        if (chosenB.dim() != 1 || chosenB.shape[0] == 0 || !chosenB.shape.SequenceEqual(rejectedB.shape) || (margins is not null && margins.Count != chosenB.shape[0]))
            throw new ArgumentException(Invariant($"Rewards are [{string.Join(", ", chosenB.shape)}] and [{string.Join(", ", rejectedB.shape)}] with {margins?.Count} margins; they must be of the same pairs, one at least."), nameof(chosenB));
        using var scope = NewDisposeScope();
        var gaps = chosenB.sub(rejectedB);
        if (margins is not null) gaps = gaps.sub(tensor(margins.ToArray(), gaps.dtype, gaps.device));
        var loss = nn.functional.logsigmoid(gaps).mean().neg();
        if (centerCoefficient is { } weight)
        {
            var sums = chosenB.Plus(rejectedB);
            loss = loss.Plus((sums * sums).mean().Times(weight));
        }

        return loss.MoveToOuterDisposeScope();
    }
}
