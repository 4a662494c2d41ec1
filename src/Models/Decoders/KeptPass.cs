using TorchSharp;

namespace SafetyGate.Models.Decoders;

/// <summary>A pass that keeps its layers until gradients went back through them.</summary>
internal sealed class KeptPass : HiddenPass
{
    private readonly torch.Tensor _computed;

    /// <summary>A pass over hidden states with their graph.</summary>
    /// <param name="computed">Owned from now on.</param>
    public KeptPass(torch.Tensor computed) : base(computed.detach()) => _computed = computed.DetachFromDisposeScope();

    /// <inheritdoc/>
    protected override void Through(torch.Tensor gradient)
    {
        if (_computed.requires_grad) torch.autograd.backward(_computed, gradient);
    }

    /// <inheritdoc/>
    protected override void Free() => _computed.Dispose();
}
