using SafetyGate.Models.Decoders;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Studies.Tabular;

/// <summary>A value model that can be enumerated: one number for every prefix of a tabular policy, 0 at the start.</summary>
/// <param name="policy">Its prefixes are read. Borrowed.</param>
public sealed class TabularValues(TabularDecoder policy) : IDecoder
{
    /// <inheritdoc/>
    public int VocabularySize => policy.VocabularySize;

    /// <inheritdoc/>
    public int MaxPositions => policy.MaxPositions;

    /// <inheritdoc/>
    public ScalarType Dtype => policy.Dtype;

    /// <inheritdoc/>
    public Device Device => policy.Device;

    /// <summary><c>values.weight</c>, [prefixes, 1].</summary>
    public ParameterSet Parameters { get; } = Zeros(policy);

    /// <inheritdoc/>
    public Tensor Hidden(DecoderInput input, IDecoderCache? cache = null) => policy.Hidden(input, cache);

    /// <inheritdoc/>
    public Tensor Logits(Tensor hiddenBTD)
    {
        using var scope = NewDisposeScope();
        return Parameters["values.weight"].index_select(0, hiddenBTD.to(ScalarType.Int64).reshape(-1)).reshape([.. hiddenBTD.shape[..^1], 1]).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public IDecoderCache CreateCache(long batch, long capacity) => policy.CreateCache(batch, capacity);

    /// <summary>Frees the table.</summary>
    public void Dispose() => Parameters.Dispose();

    private static ParameterSet Zeros(TabularDecoder policy)
    {
        var parameters = new ParameterSet();
        parameters.Add("values.weight", zeros([policy.Parameters["table.weight"].shape[0], 1], policy.Dtype));
        return parameters;
    }
}
