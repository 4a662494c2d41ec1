using SafetyGate.Models.Decoders;
using SafetyGate.Trainers.LogProbs;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Ppo;

/// <summary>A pass with gradients of a value model over completions: what is to come of each state before a token.</summary>
internal sealed class ValuePass : IDisposable
{
    private readonly HiddenPass _hidden;

    private ValuePass(HiddenPass hidden, Tensor valuesN) => (_hidden, ValuesN) = (hidden, valuesN);

    /// <summary>[N]: values; differentiable. Owned by the pass.</summary>
    public Tensor ValuesN { get; }

    /// <summary>Runs it, with gradients on.</summary>
    /// <param name="batch">The completions. Borrowed.</param>
    /// <param name="model">A decoder whose head gives one number. Borrowed.</param>
    /// <param name="recompute">Whether layers are computed again on the way back instead of being kept.</param>
    /// <returns>The pass; the caller disposes it.</returns>
    public static ValuePass Of(CompletionBatch batch, IDecoder model, bool recompute)
    {
        using var gradients = enable_grad();
        using var scope = NewDisposeScope();
        var hidden = batch.Pass(model, recompute);
        try
        {
            return new(hidden, Values(model, hidden.Hidden).DetachFromDisposeScope());
        }
        catch
        {
            hidden.Dispose();
            throw;
        }
    }

    /// <summary>Values of hidden states, in float32 at least.</summary>
    /// <param name="model">A decoder whose head gives one number. Borrowed.</param>
    /// <param name="hiddenND">[N, D]. Borrowed.</param>
    /// <returns>[N]; the caller disposes it.</returns>
    public static Tensor Values(IDecoder model, Tensor hiddenND)
    {
        using var scope = NewDisposeScope();
        return model.Logits(hiddenND).squeeze(-1).to(hiddenND.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>Adds the gradients of a loss on the values to the model's weights; called once.</summary>
    /// <param name="loss">Scalar. Borrowed.</param>
    public void Backward(Tensor loss)
    {
        loss.backward();
        _hidden.Backward();
    }

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        ValuesN.Dispose();
        _hidden.Dispose();
    }
}
