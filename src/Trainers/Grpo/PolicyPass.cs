using SafetyGate.Models.Decoders;
using SafetyGate.Trainers.LogProbs;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Grpo;

/// <summary>A pass of the policy over completions with gradients: log-probabilities and entropies of their tokens.</summary>
internal sealed class PolicyPass : IDisposable
{
    private readonly HiddenPass _hidden;

    private PolicyPass(HiddenPass hidden, TokenLogProbs tokens) => (_hidden, Tokens) = (hidden, tokens);

    /// <summary>The completions' tokens.</summary>
    public TokenLogProbs Tokens { get; }

    /// <summary>Runs it, with gradients on. The caller disposes it.</summary>
    public static PolicyPass Of(CompletionBatch batch, IDecoder policy, GrpoOptions options)
    {
        using var gradients = enable_grad();
        using var scope = NewDisposeScope();
        var hidden = batch.Pass(policy, options.Passes.RecomputeLayers);
        try
        {
            return new(hidden, batch.LogProbs(policy, hidden.Hidden, new TokenQuery
            {
                Temperature = options.Temperature,
                Entropies = true,
                EntropiesAreTrained = options.EntropyCoefficient != 0,
            }));
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

    public void Dispose()
    {
        Tokens.Dispose();
        _hidden.Dispose();
    }
}
