using SafetyGate.Models.Decoders;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.LogProbs;

/// <summary>A pass of a policy over completions with gradients: log-probabilities of their tokens, and what else a loss needs.</summary>
public sealed class CompletionPass : IDisposable
{
    private readonly HiddenPass _hidden;

    private CompletionPass(HiddenPass hidden, TokenLogProbs tokens) => (_hidden, Tokens) = (hidden, tokens);

    /// <summary>The completions' tokens.</summary>
    public TokenLogProbs Tokens { get; }

    /// <summary>Runs it, with gradients on.</summary>
    /// <param name="batch">The completions. Borrowed.</param>
    /// <param name="policy">Borrowed, until <see cref="Backward"/>.</param>
    /// <param name="query">What is asked of the tokens' distributions.</param>
    /// <param name="recompute">Whether layers are computed again on the way back instead of being kept.</param>
    /// <returns>The pass; the caller disposes it.</returns>
    public static CompletionPass Of(CompletionBatch batch, IDecoder policy, TokenQuery query, bool recompute)
    {
        using var gradients = enable_grad();
        using var scope = NewDisposeScope();
        var hidden = batch.Pass(policy, recompute);
        try
        {
            return new(hidden, batch.LogProbs(policy, hidden.Hidden, query));
        }
        catch
        {
            hidden.Dispose();
            throw;
        }
    }

    /// <summary>Adds the gradients of a loss on the tokens to the policy's weights; called once.</summary>
    /// <param name="loss">Scalar. Borrowed.</param>
    /// <param name="collect">As for <see cref="TokenLogProbs.Backward"/>.</param>
    public void Backward(Tensor loss, Action collect)
    {
        Tokens.Backward(loss, collect);
        _hidden.Backward();
    }

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Tokens.Dispose();
        _hidden.Dispose();
    }
}
