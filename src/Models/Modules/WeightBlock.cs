using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Modules;

/// <summary>
/// A block of memory with the weights of projections that read the same input, one after another: together they are the matrix that decoding
/// multiplies by, without a copy. For all else (training, adapters, checkpoints) each is a tensor of its own.
/// </summary>
/// <param name="rows">Outputs of each projection, Oᵢ.</param>
/// <param name="columns">Inputs, I.</param>
/// <param name="dtype">Number type.</param>
/// <param name="device">The CPU or a GPU: views on other devices do not follow their block.</param>
internal sealed class WeightBlock(IReadOnlyList<long> rows, long columns, ScalarType dtype, Device device) : IDisposable
{
    private static readonly ConditionalWeakTable<Tensor, Part> Known = [];
    private Tensor? _all;

    /// <summary>The row a weight begins at.</summary>
    public long Start(int index) => rows.Take(index).Sum();

    /// <summary>Room for a weight, not set. The block is allocated with the first, and lives as long as any.</summary>
    /// <param name="index">Which of the weights; each is asked for once.</param>
    /// <returns>[Oᵢ, I]. The caller disposes it.</returns>
    public Tensor Room(int index)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        _all ??= empty([rows.Sum(), columns], dtype, device).DetachFromDisposeScope();
        var room = _all.narrow(0, Start(index), rows[index]).detach().DetachFromDisposeScope();
        Known.Add(room, new Part(this, index));
        return room;
    }

    /// <summary>The matrix that weights are together: a view, of the caller's dispose scope.</summary>
    /// <param name="weights">Weights, [Oᵢ, I]. Borrowed.</param>
    /// <returns>[ΣOᵢ, I]; <c>null</c> if they are not all weights of one block in its order.</returns>
    public static Tensor? Whole(IReadOnlyList<Tensor> weights)
    {
        if (!Known.TryGetValue(weights[0], out var first) || weights.Count != first.Block.Count) return null;
        for (var i = 0; i < weights.Count; i++)
            if (!Known.TryGetValue(weights[i], out var part) || part.Block != first.Block || part.Index != i) return null;
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var inputs = weights[0].shape[1];
        return weights[0].detach().as_strided([weights.Sum(weight => weight.shape[0]), inputs], [inputs, 1], weights[0].storage_offset()).MoveToOuterDisposeScope();
    }

    /// <summary>Lets go of the block.</summary>
    public void Dispose()
    {
        _all?.Dispose();
        _all = null;
    }

    private int Count => rows.Count;

    private sealed record Part(WeightBlock Block, int Index);
}
