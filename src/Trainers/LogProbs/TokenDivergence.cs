using SafetyGate.Models.Decoders;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.LogProbs;

/// <summary>Two policies at the same tokens: KL over the whole vocabulary, and both log-probabilities of each token. Owns its tensors.</summary>
/// <param name="KlN">[N], nats: KL(policy‖reference) of each distribution.</param>
/// <param name="PolicyN">[N], nats: log-probability of each target under the policy.</param>
/// <param name="ReferenceN">[N], nats: the same under the reference.</param>
public sealed record TokenDivergence(Tensor KlN, Tensor PolicyN, Tensor ReferenceN) : IDisposable
{
    /// <summary>Computes them in chunks, without gradients.</summary>
    /// <param name="policy">Its head gives the policy's logits. Borrowed.</param>
    /// <param name="policyHiddenND">[N, D]: the policy's hidden state before each target. Borrowed.</param>
    /// <param name="reference">A decoder over the same vocabulary. Borrowed.</param>
    /// <param name="referenceHiddenND">[N, D']: the reference's. Borrowed.</param>
    /// <param name="targetsN">[N], int64. Borrowed.</param>
    /// <param name="query">Temperature, number type and size of a chunk.</param>
    /// <returns>The numbers, on the policy's device; the caller disposes them.</returns>
    public static TokenDivergence Of(IDecoder policy, Tensor policyHiddenND, IDecoder reference, Tensor referenceHiddenND, Tensor targetsN,
        TokenQuery query)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var (tokens, chunk) = (targetsN.shape[0], TokenLogProbs.ChunkTokens(policy, query));
        List<Tensor> kl = [], policyLogProbs = [], referenceLogProbs = [];
        for (var at = 0L; at < tokens; at += chunk)
        {
            using var inner = NewDisposeScope();
            var length = Math.Min(chunk, tokens - at);
            var policyNV = TokenStatistics.LogProbabilities(policy.Logits(policyHiddenND.narrow(0, at, length)), query);
            var referenceNV = TokenStatistics.LogProbabilities(reference.Logits(referenceHiddenND.narrow(0, at, length)), query).to(policyNV.device);
            var chosenN = targetsN.narrow(0, at, length);
            kl.Add(TokenKl.Full(policyNV, referenceNV).MoveToOuterDisposeScope());
            policyLogProbs.Add(TokenStatistics.OfTargets(policyNV, chosenN).MoveToOuterDisposeScope());
            referenceLogProbs.Add(TokenStatistics.OfTargets(referenceNV, chosenN).MoveToOuterDisposeScope());
        }

        return new(cat(kl).DetachFromDisposeScope(), cat(policyLogProbs).DetachFromDisposeScope(), cat(referenceLogProbs).DetachFromDisposeScope());
    }

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        KlN.Dispose();
        PolicyN.Dispose();
        ReferenceN.Dispose();
    }
}
