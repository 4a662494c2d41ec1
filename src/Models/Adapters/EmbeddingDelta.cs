using SafetyGate.Models.Decoders;
using SafetyGate.Models.Engine;
using static TorchSharp.torch;

namespace SafetyGate.Models.Adapters;

/// <summary>
/// What adapters make of the embedding: its rows are looked up, not multiplied, so that products, magnitudes and rows of their own are put into
/// a copy.
/// </summary>
internal static class EmbeddingDelta
{
    /// <summary>The weight with an adapter's product in it, [V, D]. Of the caller's dispose scope.</summary>
    /// <param name="weight">[V, D]. Borrowed.</param>
    /// <param name="target">The embedding.</param>
    /// <param name="parameters">The adapter's. Borrowed.</param>
    public static Tensor Of(Tensor weight, LoraTarget target, ParameterSet parameters)
    {
        var product = parameters[target.B].mm(parameters[target.A]).Times(target.Scale).t();
        if (!parameters.TryGetValue(target.Magnitude, out var magnitude)) return Sum(weight, product);
        var sum = weight.to(product.dtype).Plus(product); // magnitudes of the columns, as PEFT has them for embeddings
        return (sum * (magnitude / Lengths(sum))).to(weight.dtype).contiguous();
    }

    /// <summary>The weight with rows in the place of its own, [V, D]. Of the caller's dispose scope.</summary>
    public static Tensor WithRows(Tensor weight, Tensor ids, Tensor rows) => weight.index_copy(0, ids, rows.to(weight.dtype));

    /// <summary>Lengths of the columns, [D].</summary>
    public static Tensor Lengths(Tensor weight) => (weight * weight).sum([0L]).sqrt();

    /// <summary>In the wider of the two number types, rounded once.</summary>
    public static Tensor Sum(Tensor weight, Tensor added) => weight.to(added.dtype).Plus(added).to(weight.dtype).contiguous();
}
