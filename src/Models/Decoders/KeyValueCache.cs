using SafetyGate.Models.Families;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Decoders;

/// <summary>
/// Keys and values of every layer, [B, KV heads, capacity, head features] each, filled from the left. The stacks
/// of the decoder's projections live as long as it does.
/// </summary>
internal sealed class KeyValueCache : IDecoderCache
{
    private readonly Tensor[] _keys;
    private readonly Tensor[] _values;
    private bool _disposed;
    private bool _isClear;

    public KeyValueCache(LlamaDecoder owner, long batch, long capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        (Owner, Batch, Capacity) = (owner, batch, capacity);
        _keys = new Tensor[owner.Config.Layers];
        _values = new Tensor[owner.Config.Layers];
        owner.Frozen.Retain();
        for (var layer = 0; layer < _keys.Length; layer++) (_keys[layer], _values[layer]) = (Room(), Room());
        if (owner.Config.Rotations.Min(rope => rope.LongFrom) is { } longFrom) History = new TokenHistory(batch, capacity, longFrom, owner.Device);
    }

    public LlamaDecoder Owner { get; }
    public long Batch { get; private set; }
    public long Length { get; private set; }
    public long Capacity { get; private set; }

    /// <summary>The tokens read so far, where the keys may have to be computed anew.</summary>
    public TokenHistory? History { get; }

    /// <summary>
    /// Writes the new keys and values of a layer, [B, KV heads, T, head features], after those read so far and returns all: views, valid
    /// until the next call.
    /// </summary>
    public (Tensor Keys, Tensor Values) Append(int layer, Tensor keys, Tensor values)
    {
        var added = keys.shape[2];
        _keys[layer].narrow(2, Length, added).copy_(keys);
        _values[layer].narrow(2, Length, added).copy_(values);
        return (_keys[layer].narrow(2, 0, Length + added), _values[layer].narrow(2, 0, Length + added));
    }

    /// <summary>All room of a layer, [B, KV heads, capacity, head features] each. Borrowed, valid until rows are selected.</summary>
    public (Tensor Keys, Tensor Values) Layer(int layer) => (_keys[layer], _values[layer]);

    /// <summary>Records that every layer has read T tokens.</summary>
    public void Advance(long tokens) => Length += tokens;

    /// <summary>Makes room for more tokens, or keeps the room. From now on the unused room holds zeros, so that passes may read all of it.</summary>
    /// <param name="capacity">Tokens to have room for; at least as many as before.</param>
    public void Extend(long capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, Capacity);
        if (_isClear && capacity == Capacity) return;
        (Capacity, _isClear) = (capacity, true);
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        for (var layer = 0; layer < _keys.Length; layer++) (_keys[layer], _values[layer]) = (Moved(_keys[layer]), Moved(_values[layer]));
    }

    /// <summary>Forgets everything that was read.</summary>
    public void Rewind() => Length = 0;

    public void SelectRows(Tensor rowsR)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        Batch = rowsR.shape[0];
        History?.SelectRows(rowsR);
        for (var layer = 0; layer < _keys.Length; layer++)
        {
            _keys[layer] = Selected(_keys[layer], rowsR);
            _values[layer] = Selected(_values[layer], rowsR);
        }
    }

    public void Dispose()
    {
        foreach (var tensor in _keys) tensor.Dispose();
        foreach (var tensor in _values) tensor.Dispose();
        History?.Dispose();
        if (!_disposed) Owner.Frozen.Release();
        _disposed = true;
    }

    private Tensor Moved(Tensor old)
    {
        var room = Room();
        if (Length > 0) room.narrow(2, 0, Length).copy_(old.narrow(2, 0, Length));
        old.Dispose();
        return room;
    }

    private Tensor Selected(Tensor old, Tensor rowsR)
    {
        var room = Room();
        if (Length > 0) room.narrow(2, 0, Length).copy_(old.narrow(2, 0, Length).index_select(0, rowsR));
        old.Dispose();
        return room;
    }

    private Tensor Room()
    {
        long[] shape = [Batch, Owner.Config.KeyValueHeads, Capacity, Owner.Config.HeadDim];
        return (_isClear ? zeros(shape, Owner.Dtype, Owner.Device) : empty(shape, Owner.Dtype, Owner.Device)).DetachFromDisposeScope();
    }
}
