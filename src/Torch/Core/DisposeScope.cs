using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>
/// Disposes what was made on its thread while it was the innermost scope, except what was moved out or detached.
/// Made by <see cref="NewDisposeScope"/>, in a using statement; scopes end in the reverse order of their making.
/// </summary>
public sealed class DisposeScope : IDisposable
{
    [ThreadStatic] private static DisposeScope? s_current;

    private readonly List<IDisposable> _items = [];
    private DisposeScope? _outer;
    private bool _disposed;

    internal DisposeScope()
    {
        _outer = s_current;
        s_current = this;
    }

    internal static DisposeScope? Current => s_current;

    /// <summary>What the scope would dispose now.</summary>
    public IReadOnlyList<IDisposable> DisposablesView => [.. _items];

    /// <summary>How many things the scope would dispose now.</summary>
    public int DisposablesCount => _items.Count;

    /// <summary>Whether the scope would dispose a thing.</summary>
    /// <param name="disposable">The thing.</param>
    public bool Contains(IDisposable disposable) => IndexOf(disposable) >= 0;

    /// <summary>Takes a thing into the scope, out of the scope it was in.</summary>
    /// <param name="disposable">The thing.</param>
    public void Attach(IDisposable disposable)
    {
        if (disposable is null) return;
        if (disposable is Tensor tensor)
        {
            if (tensor.OwningScope == this) return;
            tensor.OwningScope?.Remove(tensor);
            tensor.OwningScope = this;
            tensor.ScopeSlot = _items.Count;
        }
        else if (Contains(disposable)) return;
        _items.Add(disposable);
    }

    /// <summary>Takes things into the scope.</summary>
    /// <param name="disposables">The things.</param>
    public void Attach(params IDisposable[] disposables)
    {
        foreach (var one in disposables) Attach(one);
    }

    /// <summary>Takes things into the scope, and gives them back.</summary>
    /// <param name="disposables">The things.</param>
    public IReadOnlyList<IDisposable> Attach(IEnumerable<IDisposable> disposables)
    {
        var all = disposables.ToList();
        foreach (var one in all) Attach(one);
        return all;
    }

    /// <summary>Hands a thing to the scope around this one; without one it belongs to no scope.</summary>
    /// <param name="disposable">The thing.</param>
    public T MoveToOuter<T>(T disposable) where T : IDisposable
    {
        MoveTo(_outer, disposable);
        return disposable;
    }

    /// <summary>Hands two things to the scope around this one.</summary>
    /// <param name="first">One.</param>
    /// <param name="second">Another.</param>
    public (T1 first, T2 second) MoveToOuter<T1, T2>(T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable => (MoveToOuter(first), MoveToOuter(second));

    /// <summary>Hands three things to the scope around this one.</summary>
    /// <param name="first">One.</param>
    /// <param name="second">Another.</param>
    /// <param name="third">A third.</param>
    public (T1 first, T2 second, T3 third) MoveToOuter<T1, T2, T3>(T1 first, T2 second, T3 third) where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable =>
        (MoveToOuter(first), MoveToOuter(second), MoveToOuter(third));

    /// <summary>Hands things to the scope around this one.</summary>
    /// <param name="disposables">The things.</param>
    public void MoveToOuter(params IDisposable[] disposables)
    {
        foreach (var one in disposables) MoveTo(_outer, one);
    }

    /// <summary>Hands things to the scope around this one.</summary>
    /// <param name="disposables">The things.</param>
    public void MoveToOuter(IEnumerable<IDisposable> disposables)
    {
        foreach (var one in disposables.ToList()) MoveTo(_outer, one);
    }

    /// <summary>Hands a thing to another scope.</summary>
    /// <param name="scope">The other scope.</param>
    /// <param name="disposable">The thing.</param>
    public T MoveToOther<T>(DisposeScope scope, T disposable) where T : IDisposable
    {
        MoveTo(scope, disposable);
        return disposable;
    }

    /// <summary>Takes a thing out of the scope: nothing but its finalizer disposes it then.</summary>
    /// <param name="disposable">The thing.</param>
    public T Detach<T>(T disposable) where T : IDisposable
    {
        MoveTo(null, disposable);
        return disposable;
    }

    /// <summary>Takes things out of the scope.</summary>
    /// <param name="disposables">The things.</param>
    public void Detach(params IDisposable[] disposables)
    {
        foreach (var one in disposables) MoveTo(null, one);
    }

    /// <summary>Takes things out of the scope.</summary>
    /// <param name="disposables">The things.</param>
    public void Detach(IEnumerable<IDisposable> disposables)
    {
        foreach (var one in disposables.ToList()) MoveTo(null, one);
    }

    /// <summary>Disposes everything in the scope.</summary>
    public void DisposeEverything() => DisposeEverythingBut();

    /// <summary>Disposes everything in the scope but one thing, which stays in it.</summary>
    /// <param name="keep">What to keep.</param>
    public T DisposeEverythingBut<T>(T keep) where T : IDisposable
    {
        DisposeEverythingBut([keep]);
        return keep;
    }

    /// <summary>Disposes everything in the scope but some things, which stay in it.</summary>
    /// <param name="keep">What to keep.</param>
    public void DisposeEverythingBut(params IDisposable[] keep)
    {
        var kept = new HashSet<IDisposable>(keep, ReferenceEqualityComparer.Instance);
        var all = _items.ToArray();
        _items.Clear();
        foreach (var one in all)
        {
            if (one is Tensor tensor) tensor.OwningScope = null;
            if (kept.Contains(one)) Attach(one);
            else one.Dispose();
        }
    }

    /// <summary>Disposes everything in the scope but some things, which stay in it.</summary>
    /// <param name="inKeep">What to keep.</param>
    public void DisposeEverythingBut(IEnumerable<IDisposable> inKeep) => DisposeEverythingBut(inKeep.ToArray());

    /// <summary>Forgets a thing that was disposed by other means.</summary>
    /// <param name="disposable">The thing.</param>
    public void MarkAsDisposed(IDisposable disposable) => Remove(disposable);

    /// <summary>Disposes everything in the scope and makes the scope around it the current one again.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        DisposeEverything();
        if (s_current == this)
        {
            s_current = _outer;
        }
        else
        {
            // Ended out of order: the scopes made inside it now lie in the one around it.
            for (var scope = s_current; scope is not null; scope = scope._outer)
            {
                if (scope._outer == this)
                {
                    scope._outer = _outer;
                    break;
                }
            }
        }
    }

    internal void AttachNew(Tensor tensor)
    {
        tensor.OwningScope = this;
        tensor.ScopeSlot = _items.Count;
        _items.Add(tensor);
    }

    internal void Remove(IDisposable disposable)
    {
        var slot = IndexOf(disposable);
        if (slot < 0) return;
        var last = _items[^1];
        _items[slot] = last;
        if (last is Tensor moved) moved.ScopeSlot = slot;
        _items.RemoveAt(_items.Count - 1);
        if (disposable is Tensor tensor) tensor.OwningScope = null;
    }

    private void MoveTo(DisposeScope? target, IDisposable disposable)
    {
        if (disposable is null) return;
        if (disposable is Tensor { OwningScope: { } owner } tensor) owner.Remove(tensor);
        else Remove(disposable);
        target?.Attach(disposable);
    }

    private int IndexOf(IDisposable disposable)
    {
        if (disposable is Tensor tensor) return tensor.OwningScope == this ? tensor.ScopeSlot : -1;
        return _items.FindIndex(one => ReferenceEquals(one, disposable));
    }
}
