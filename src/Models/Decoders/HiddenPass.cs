using SafetyGate.Models.Engine;
using TorchSharp;

namespace SafetyGate.Models.Decoders;

/// <summary>A pass with gradients over a decoder's layers, up to the last hidden states, and the way back.</summary>
/// <remarks>
/// A loss on <see cref="Hidden"/>, a leaf, is differentiated first; <see cref="Backward"/> then takes the gradient it left there through the
/// layers. Gradients of weights are added in that order whatever is kept of the layers.
/// </remarks>
public abstract class HiddenPass : IDisposable
{
    /// <summary>A pass.</summary>
    /// <param name="hidden">The hidden states without a graph; owned from now on.</param>
    protected HiddenPass(torch.Tensor hidden) => Hidden = hidden.requires_grad_(true).DetachFromDisposeScope();

    /// <summary>The hidden states after the final norm, [.., D]; a leaf. Owned by the pass.</summary>
    public torch.Tensor Hidden { get; }

    /// <summary>Takes the gradient in <see cref="Hidden"/> on to the weights; called once.</summary>
    public void Backward()
    {
        using var scope = torch.NewDisposeScope();
        using var forms = new StrictForms(Hidden.device);
        if (Hidden.grad is { } gradient) Through(gradient);
    }

    /// <summary>Frees the pass.</summary>
    public void Dispose()
    {
        Free();
        Hidden.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Takes a gradient of the hidden states on to the weights.</summary>
    /// <param name="gradient">[.., D]. Borrowed.</param>
    protected abstract void Through(torch.Tensor gradient);

    /// <summary>Frees what the pass keeps.</summary>
    protected abstract void Free();
}
