using SafetyGate.Models.Decoders;
using static TorchSharp.torch;

namespace SafetyGate.Models;

/// <summary>A pass of a classifier over texts with gradients, and the way back.</summary>
public sealed class ScoringPass : IDisposable
{
    private readonly HiddenPass _hidden;
    private readonly IReadOnlyList<Tensor> _kept;

    internal ScoringPass(HiddenPass hidden, Tensor scoresBL, IReadOnlyList<Tensor> kept)
    {
        (_hidden, ScoresBL, _kept) = (hidden, scoresBL.DetachFromDisposeScope(), kept);
        foreach (var tensor in kept) tensor.DetachFromDisposeScope();
    }

    /// <summary>[B, L]: scores; differentiable. Owned by the pass.</summary>
    public Tensor ScoresBL { get; }

    /// <summary>Adds the gradients of a loss on the scores to the weights; called once.</summary>
    /// <param name="loss">Scalar. Borrowed.</param>
    public void Backward(Tensor loss)
    {
        loss.backward();
        _hidden.Backward();
    }

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        ScoresBL.Dispose();
        _hidden.Dispose();
        foreach (var tensor in _kept) tensor.Dispose();
    }
}
