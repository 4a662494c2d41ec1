using SafetyGate.Models.Engine;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Modules;

/// <summary>
/// Projections that read the same input, stacked along their outputs: one product in place of several, for frozen weights; its owner frees it. Over
/// the weights themselves where they lie together, else over a copy, with deltas merged. In 16 bits deltas are computed beside it: most of a
/// small one would be rounded away in the sum.
/// </summary>
internal sealed class FusedProjection : IDisposable
{
    private readonly Tensor _weight;
    private readonly Tensor? _bias;
    private readonly IReadOnlyList<Projection> _beside;

    /// <summary>Stacks the weights as they are now. With gradients switched off.</summary>
    /// <param name="parts">The projections, all with a bias or all without. Borrowed as long as the stack lives.</param>
    public FusedProjection(params IReadOnlyList<Projection> parts)
    {
        using var scope = NewDisposeScope();
        var isNarrow = parts[0].Weight.dtype is ScalarType.BFloat16 or ScalarType.Float16;
        _beside = isNarrow && parts.Any(part => part.Deltas.Count > 0) ? parts : [];
        var whole = isNarrow || parts.All(part => part.Deltas.Count == 0) ? WeightBlock.Whole([.. parts.Select(part => part.Weight)]) : null;
        IsCopy = whole is null;
        _weight = (whole ?? cat([.. parts.Select(part => isNarrow ? part.PlainWeight() : part.MergedWeight())], 0)).DetachFromDisposeScope();
        if (parts[0].Bias is not null || (!isNarrow && parts.Any(part => part.HasOffset)))
            _bias = cat([.. parts.Select(part => isNarrow ? part.Bias! : part.MergedBias())], 0).DetachFromDisposeScope();
    }

    /// <summary>Whether the weights are there a second time.</summary>
    public bool IsCopy { get; }

    /// <summary>The outputs of all parts, one part after another: [.., I] to [.., O₁ + O₂ + …].</summary>
    public Tensor Forward(Tensor inputBTI)
    {
        var output = nn.functional.linear(inputBTI, _weight, _bias!);
        var start = 0L;
        foreach (var part in _beside)
        {
            foreach (var delta in part.Deltas) output.narrow(-1, start, part.Outputs).add_(delta.Of(inputBTI), Scalars.Of(1L));
            start += part.Outputs;
        }

        return output;
    }

    /// <summary>Frees the copy, or the view.</summary>
    public void Dispose()
    {
        _weight.Dispose();
        _bias?.Dispose();
    }
}
