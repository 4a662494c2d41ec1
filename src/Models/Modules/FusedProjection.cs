using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Modules;

/// <summary>
/// Projections that read the same input, stacked along their outputs: one product in place of several. A copy for frozen weights, deltas
/// merged; its owner frees it.
/// </summary>
internal sealed class FusedProjection : IDisposable
{
    private readonly Tensor _weight;
    private readonly Tensor? _bias;

    /// <summary>Copies the weights as they are now. With gradients switched off.</summary>
    /// <param name="parts">The projections, all with a bias or all without. Borrowed during the call.</param>
    public FusedProjection(params IReadOnlyList<Projection> parts)
    {
        using var scope = NewDisposeScope();
        _weight = cat([.. parts.Select(part => part.MergedWeight())], 0).DetachFromDisposeScope();
        if (parts[0].Bias is not null) _bias = cat([.. parts.Select(part => part.Bias!)], 0).DetachFromDisposeScope();
    }

    /// <summary>The outputs of all parts, one part after another: [.., I] to [.., O₁ + O₂ + …].</summary>
    public Tensor Forward(Tensor inputBTI) => nn.functional.linear(inputBTI, _weight, _bias!);

    /// <summary>Frees the copy.</summary>
    public void Dispose()
    {
        _weight.Dispose();
        _bias?.Dispose();
    }
}
