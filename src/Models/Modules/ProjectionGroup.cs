using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Modules;

/// <summary>
/// Projections that read the same input, or one projection that the checkpoint stores for them. While a cache decodes with frozen weights,
/// several are computed as one product over their stack.
/// </summary>
internal sealed class ProjectionGroup : IDisposable
{
    private readonly long[] _sizes;
    private FusedProjection? _stacked;

    /// <summary>Projections of their own.</summary>
    public ProjectionGroup(IReadOnlyList<Projection> parts) => (Parts, _sizes) = (parts, [.. parts.Select(part => part.Outputs)]);

    /// <summary>One projection whose outputs are those of several, one after another.</summary>
    public ProjectionGroup(Projection whole, params IReadOnlyList<long> sizes) => (Parts, _sizes) = ([whole], [.. sizes]);

    /// <summary>The projections, as the checkpoint has them.</summary>
    public IReadOnlyList<Projection> Parts { get; }

    /// <summary>Whether there is a stack now.</summary>
    public bool IsStacked => _stacked is not null;

    /// <summary>Whether there is one that has the weights a second time.</summary>
    public bool IsCopied => _stacked is { IsCopy: true };

    /// <summary>The outputs one by one. Differentiable.</summary>
    public IReadOnlyList<Tensor> Forward(Tensor inputBTI) =>
        Parts.Count == 1 ? Split(Parts[0].Forward(inputBTI)) : [.. Parts.Select(part => part.Forward(inputBTI))];

    /// <summary>All outputs one after another, with weights that stay as they are until <see cref="Dispose"/>.</summary>
    public Tensor Joined(Tensor inputBTI)
    {
        if (Parts.Count == 1) return Parts[0].Forward(inputBTI);
        lock (Parts) _stacked ??= new FusedProjection(Parts); // passes run on several threads
        return _stacked.Forward(inputBTI);
    }

    /// <summary>The outputs of a joined tensor, one by one.</summary>
    public IReadOnlyList<Tensor> Split(Tensor joinedBTO)
    {
        var outputs = new Tensor[_sizes.Length];
        var start = 0L;
        for (var part = 0; part < outputs.Length; part++)
        {
            outputs[part] = joinedBTO.narrow(-1, start, _sizes[part]);
            start += _sizes[part];
        }
        return outputs;
    }

    /// <summary>Frees the stack; the next joined pass makes another.</summary>
    public void Dispose()
    {
        _stacked?.Dispose();
        _stacked = null;
    }
}
