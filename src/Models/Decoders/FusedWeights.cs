using TorchSharp;

namespace SafetyGate.Models.Decoders;

/// <summary>
/// Projections of one layer that read the same input, stacked along their outputs. Differentiable copies: rebuilt when weights change.
/// </summary>
internal sealed record FusedWeights(torch.Tensor QueryKeyValue, torch.Tensor? QueryKeyValueBias, torch.Tensor GateUp, torch.Tensor? GateUpBias) : IDisposable
{
    public FusedWeights DetachFromDisposeScope()
    {
        QueryKeyValue.DetachFromDisposeScope();
        QueryKeyValueBias?.DetachFromDisposeScope();
        GateUp.DetachFromDisposeScope();
        GateUpBias?.DetachFromDisposeScope();
        return this;
    }

    public void Dispose()
    {
        QueryKeyValue.Dispose();
        QueryKeyValueBias?.Dispose();
        GateUp.Dispose();
        GateUpBias?.Dispose();
    }
}
