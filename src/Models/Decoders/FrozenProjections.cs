using SafetyGate.Models.Modules;

namespace SafetyGate.Models.Decoders;

/// <summary>
/// Stacked copies of a decoder's projections for decoding with frozen weights: made when a layer is first asked for, shared by all caches
/// that live at the same time, freed with the last of them.
/// </summary>
internal sealed class FrozenProjections(IReadOnlyList<DecoderLayer> layers)
{
    private readonly Lock _gate = new();
    private readonly (FusedProjection QueryKeyValue, FusedProjection GateUp)?[] _copies = new (FusedProjection, FusedProjection)?[layers.Count];
    private int _users;

    /// <summary>Copies that exist now.</summary>
    public int Count => _copies.Count(copy => copy is not null);

    /// <summary>Announces a cache.</summary>
    public void Retain()
    {
        lock (_gate) _users++;
    }

    /// <summary>A cache is gone; with the last one the copies go.</summary>
    public void Release()
    {
        lock (_gate)
        {
            if (--_users > 0) return;
            foreach (var copy in _copies)
            {
                copy?.QueryKeyValue.Dispose();
                copy?.GateUp.Dispose();
            }
            Array.Clear(_copies);
        }
    }

    /// <summary>The copies of a layer. Borrowed, valid while the asking cache lives.</summary>
    public (FusedProjection QueryKeyValue, FusedProjection GateUp) Of(int layer)
    {
        lock (_gate)
        {
            return _copies[layer] ??= (new FusedProjection(layers[layer].Query, layers[layer].Key, layers[layer].Value),
                new FusedProjection(layers[layer].Gate, layers[layer].Up));
        }
    }
}
