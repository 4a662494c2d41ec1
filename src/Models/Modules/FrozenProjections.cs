namespace SafetyGate.Models.Modules;

/// <summary>
/// The stacks of a decoder's projections: made when a group is first asked for, shared by all caches that live at the same time, freed with the
/// last of them.
/// </summary>
internal sealed class FrozenProjections(IReadOnlyList<ProjectionGroup> groups)
{
    private readonly Lock _gate = new();
    private int _users;

    /// <summary>Stacks that exist now.</summary>
    public int Count => groups.Count(group => group.IsStacked);

    /// <summary>Those of them that have the weights a second time.</summary>
    public int Copies => groups.Count(group => group.IsCopied);

    /// <summary>Announces a cache.</summary>
    public void Retain()
    {
        lock (_gate) _users++;
    }

    /// <summary>A cache is gone; with the last one the stacks go.</summary>
    public void Release()
    {
        lock (_gate)
        {
            if (--_users > 0) return;
            foreach (var group in groups) group.Dispose();
        }
    }
}
