using SafetyGate.Models.Engine;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Decoders;

/// <summary>
/// The tokens behind a cache of keys, for models that turn all positions of a sequence by other angles once it is long: the keys read so far
/// are then those of another sequence, and all tokens are read again, as transformers does.
/// </summary>
internal sealed class TokenHistory(long batch, long capacity, int longFrom, Device device) : IDisposable
{
    private Tensor _idsBC = zeros([batch, capacity], ScalarType.Int64, device).DetachFromDisposeScope();

    /// <summary>
    /// Notes the tokens of a pass. The pass itself, or where a sequence becomes long one over all tokens so far, for which the cache is emptied.
    /// </summary>
    public DecoderInput Extend(DecoderInput input, KeyValueCache cache)
    {
        var (past, added) = (cache.Length, input.IdsBT.shape[1]);
        _idsBC.narrow(1, past, added).copy_(input.IdsBT);
        if (past == 0 || !SomeBecomeLong(input, past, past + added)) return input;
        cache.Rewind();
        return input with { IdsBT = _idsBC.narrow(1, 0, past + added), PositionsBT = null };
    }

    /// <summary>Keeps the named rows, in the given order.</summary>
    public void SelectRows(Tensor rowsR)
    {
        var selected = _idsBC.index_select(0, rowsR).DetachFromDisposeScope();
        _idsBC.Dispose();
        _idsBC = selected;
    }

    public void Dispose() => _idsBC.Dispose();

    private bool SomeBecomeLong(DecoderInput input, long past, long seen)
    {
        if (input.KeepMaskBT is not { } keep) return past < longFrom && seen >= longFrom;
        using var scope = NewDisposeScope();
        var counts = keep.to(ScalarType.Int64);
        var (before, after) = (counts.narrow(1, 0, past).sum(1), counts.sum(1));
        return before.lt(Scalars.Of((long)longFrom)).logical_and(after.ge(Scalars.Of((long)longFrom))).any().cpu().item<bool>();
    }
}
