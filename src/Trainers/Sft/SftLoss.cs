using SafetyGate.Models.Engine;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Sft;

/// <summary>The losses of supervised fine-tuning.</summary>
public static class SftLoss
{
    /// <summary>Loss, entropy and accuracy of predicted tokens.</summary>
    /// <param name="logitsNV">[N, V]: logits at the position before each target. Borrowed.</param>
    /// <param name="targetsN">[N], int64: the targets. Borrowed.</param>
    /// <param name="lossType">The minimized loss.</param>
    /// <param name="labelSmoothing">s in [0, 1): the loss is (1 - s)·nll + s·(mean over the vocabulary of -log p).</param>
    /// <returns>Sums over the N targets; the caller disposes them.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit, there is no target, or smoothing is used with DFT.</exception>
    /// <remarks>
    /// In float32 at least, whatever the logits are. nll = -log p(target); DFT = p(target)·nll with the weight held constant
    /// (arXiv:2508.05629; TRL's <c>dft_loss</c>). TRL divides the sum by the targets of the batch, or of the whole update.
    /// </remarks>
    public static SftLossTerms Sums(Tensor logitsNV, Tensor targetsN, SftLossType lossType = SftLossType.Nll, double labelSmoothing = 0)
    {
        if (logitsNV.dim() != 2 || targetsN.dim() != 1 || logitsNV.shape[0] != targetsN.shape[0] || targetsN.shape[0] == 0)
            throw new ArgumentException(Invariant($"Logits are [{string.Join(", ", logitsNV.shape)}] and targets [{string.Join(", ", targetsN.shape)}]; they must be [N, V] and [N] with N of 1 or more."), nameof(logitsNV));
        if (labelSmoothing is not (>= 0 and < 1) || (labelSmoothing > 0 && lossType == SftLossType.Dft))
            throw new ArgumentException(Invariant($"Label smoothing is {labelSmoothing} with {lossType}; it must lie in [0, 1), and be 0 with Dft."), nameof(labelSmoothing));
        using var scope = NewDisposeScope();
        var wideNV = logitsNV.dtype is ScalarType.Float16 or ScalarType.BFloat16 ? logitsNV.to(ScalarType.Float32) : logitsNV;
        var logProbsNV = wideNV.log_softmax(-1);
        var targetLogProbsN = logProbsNV.gather(-1, targetsN.unsqueeze(-1)).squeeze(-1);
        var loss = lossType == SftLossType.Dft
            ? (targetLogProbsN.detach().exp() * targetLogProbsN).sum().neg()
            : targetLogProbsN.sum().neg();
        if (labelSmoothing > 0) loss = loss.Times(1 - labelSmoothing).sub(logProbsNV.mean([-1]).sum().Times(labelSmoothing));
        using var noGrad = no_grad();
        var fixedNV = logProbsNV.detach();
        return new()
        {
            LossSum = loss.MoveToOuterDisposeScope(),
            EntropySum = (fixedNV.exp() * fixedNV).sum().neg().MoveToOuterDisposeScope(),
            CorrectCount = fixedNV.argmax(-1).eq(targetsN).sum().MoveToOuterDisposeScope(),
        };
    }
}
