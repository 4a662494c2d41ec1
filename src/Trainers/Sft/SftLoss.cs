using SafetyGate.Models.Engine;
using SafetyGate.Trainers.LogProbs;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Sft;

/// <summary>The losses of supervised fine-tuning.</summary>
public static class SftLoss
{
    /// <summary>What a loss and its metrics need of the predicted distributions.</summary>
    /// <param name="labelSmoothing">As for <see cref="Sums"/>.</param>
    public static TokenQuery Query(double labelSmoothing = 0) => new() { Entropies = true, Means = labelSmoothing > 0, Likeliest = true };

    /// <summary>Loss, entropy and accuracy of predicted tokens.</summary>
    /// <param name="tokens">The N targets, of a <see cref="Query"/>. Borrowed.</param>
    /// <param name="lossType">The minimized loss.</param>
    /// <param name="labelSmoothing">s in [0, 1): the loss is (1 - s)·nll + s·(mean over the vocabulary of -log p).</param>
    /// <returns>Sums over the N targets; the caller disposes them.</returns>
    /// <exception cref="ArgumentException">There is no target, or smoothing is used with DFT.</exception>
    /// <remarks>
    /// In float32 at least, whatever the logits are. nll = -log p(target); DFT = p(target)·nll with the weight held constant
    /// (arXiv:2508.05629; TRL's <c>dft_loss</c>). TRL divides the sum by the targets of the batch, or of the whole update.
    /// </remarks>
    public static SftLossTerms Sums(TokenLogProbs tokens, SftLossType lossType = SftLossType.Nll, double labelSmoothing = 0)
    {
        if (tokens.LogProbsN.shape[0] == 0) throw new ArgumentException("There is no target; a loss needs at least one.", nameof(tokens));
        if (labelSmoothing is not (>= 0 and < 1) || (labelSmoothing > 0 && lossType == SftLossType.Dft))
            throw new ArgumentException(Invariant($"Label smoothing is {labelSmoothing} with {lossType}; it must lie in [0, 1), and be 0 with Dft."), nameof(labelSmoothing));
        using var scope = NewDisposeScope();
        var logProbsN = tokens.LogProbsN;
        var loss = lossType == SftLossType.Dft
            ? (logProbsN.detach().exp() * logProbsN).sum().neg()
            : logProbsN.sum().neg();
        if (labelSmoothing > 0) loss = loss.Times(1 - labelSmoothing).sub(tokens.MeansN.sum().Times(labelSmoothing));
        using var noGrad = no_grad();
        return new()
        {
            LossSum = loss.MoveToOuterDisposeScope(),
            EntropySum = tokens.EntropiesN.detach().sum().MoveToOuterDisposeScope(),
            CorrectCount = tokens.LikeliestN.sum().MoveToOuterDisposeScope(),
        };
    }
}
