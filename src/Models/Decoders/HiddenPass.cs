using TorchSharp;

namespace SafetyGate.Models.Decoders;

/// <summary>A pass with gradients over a decoder's layers, up to the last hidden states.</summary>
/// <remarks>
/// Where layers are kept, <see cref="Hidden"/> is part of the graph and a loss's gradient runs through it to the weights. Where they are
/// recomputed, it is a leaf: <see cref="Backward"/> takes the gradient that the loss left in it through the layers, one at a time.
/// </remarks>
public class HiddenPass : IDisposable
{
    /// <summary>A pass whose layers are kept.</summary>
    /// <param name="hidden">The hidden states; owned from now on.</param>
    public HiddenPass(torch.Tensor hidden) => Hidden = hidden.DetachFromDisposeScope();

    /// <summary>The hidden states after the final norm, [.., D]. Owned by the pass.</summary>
    public torch.Tensor Hidden { get; }

    /// <summary>Takes the gradient in <see cref="Hidden"/> on to the weights; called once, after a loss on the hidden states was
    /// differentiated.</summary>
    public virtual void Backward()
    {
    }

    /// <summary>Frees the pass.</summary>
    public virtual void Dispose()
    {
        Hidden.Dispose();
        GC.SuppressFinalize(this);
    }
}
