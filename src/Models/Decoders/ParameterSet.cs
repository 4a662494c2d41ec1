using System.Collections;
using System.Diagnostics.CodeAnalysis;
using TorchSharp;

namespace SafetyGate.Models.Decoders;

/// <summary>Named tensors in a fixed order: the weights of a model. Owns them, unless they are borrowed from other sets.</summary>
public sealed class ParameterSet : IReadOnlyDictionary<string, torch.Tensor>, IDisposable
{
    private readonly List<string> _names = [];
    private readonly Dictionary<string, torch.Tensor> _byName = new(StringComparer.Ordinal);

    /// <summary>An empty set of tensors that other sets own and free.</summary>
    internal static ParameterSet Borrowing() => new() { IsBorrowing = true };

    /// <summary>Whether other sets own the tensors.</summary>
    internal bool IsBorrowing { get; private init; }

    /// <summary>Tensors in the set.</summary>
    public int Count => _names.Count;

    /// <summary>Names in order.</summary>
    public IEnumerable<string> Keys => _names;

    /// <summary>Tensors in order.</summary>
    public IEnumerable<torch.Tensor> Values => _names.Select(name => _byName[name]);

    /// <summary>Numbers in all tensors together.</summary>
    public long NumberCount => Values.Sum(tensor => tensor.numel());

    /// <summary>The tensor of that name. Borrowed.</summary>
    /// <exception cref="KeyNotFoundException">There is none; the message names it.</exception>
    public torch.Tensor this[string key] =>
        _byName.TryGetValue(key, out var tensor)
            ? tensor
            : throw new KeyNotFoundException($"There is no parameter '{key}' among the {Count} of this model.");

    /// <summary>Appends a tensor and takes ownership: it leaves the dispose scope it was made in.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public void Add(string name, torch.Tensor tensor)
    {
        if (!_byName.TryAdd(name, tensor)) throw new ArgumentException($"Parameter '{name}' is in the set already.", nameof(name));
        _names.Add(name);
        if (!IsBorrowing) tensor.DetachFromDisposeScope();
    }

    /// <summary>Puts another tensor in the place of one, which is freed.</summary>
    /// <exception cref="KeyNotFoundException">There is none of that name.</exception>
    internal void Replace(string name, torch.Tensor tensor)
    {
        this[name].Dispose();
        _byName[name] = tensor.DetachFromDisposeScope();
    }

    /// <summary>Takes a tensor out and frees it.</summary>
    /// <returns>Whether it was there.</returns>
    public bool Remove(string name)
    {
        if (!_byName.Remove(name, out var tensor)) return false;
        tensor.Dispose();
        return _names.Remove(name);
    }

    /// <summary>Whether there is a tensor of that name.</summary>
    public bool ContainsKey(string key) => _byName.ContainsKey(key);

    /// <summary>The tensor of that name, if any. Borrowed.</summary>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out torch.Tensor value) => _byName.TryGetValue(key, out value);

    /// <summary>Sets whether gradients are collected for each tensor.</summary>
    public void RequireGradients(bool required)
    {
        foreach (var tensor in Values) tensor.requires_grad_(required);
    }

    /// <summary>Drops the gradients collected so far.</summary>
    public void ClearGradients()
    {
        foreach (var tensor in Values)
        {
            using var gradient = tensor.grad;
            if (gradient is not null) tensor.grad = null;
        }
    }

    /// <summary>Name and tensor, in order.</summary>
    public IEnumerator<KeyValuePair<string, torch.Tensor>> GetEnumerator() =>
        _names.Select(name => KeyValuePair.Create(name, _byName[name])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Empties the set without freeing the tensors: another one owns them from now on.</summary>
    internal void Release()
    {
        _byName.Clear();
        _names.Clear();
    }

    /// <summary>Frees the tensors it owns.</summary>
    public void Dispose()
    {
        if (!IsBorrowing)
            foreach (var tensor in _byName.Values)
                tensor.Dispose();
        _byName.Clear();
        _names.Clear();
    }
}
