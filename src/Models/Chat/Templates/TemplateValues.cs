using System.Numerics;

namespace SafetyGate.Models.Chat.Templates;

// Values of a template are those of Python: null is None, bool, BigInteger is int, double is float, string is str,
// List<object?> is list, and the types of this file.

/// <summary>A name, key or attribute that is not there: empty in the output, an error in everything else.</summary>
internal sealed record UndefinedValue(string Message, bool IsUnsafe = false)
{
    public static UndefinedValue Name(string name) => new($"'{name}' is undefined");

    public TemplateException Error() => new((IsUnsafe ? "SecurityError: " : "UndefinedError: ") + Message);
}

/// <summary>Python's tuple.</summary>
internal class TupleValue(IReadOnlyList<object?> items)
{
    public IReadOnlyList<object?> Items { get; } = items;
}

/// <summary>One group of <c>groupby</c>: a pair whose parts have names.</summary>
internal sealed class GroupValue(object? grouper, List<object?> items) : TupleValue([grouper, items]);

/// <summary>Python's dict: keys in the order in which they came.</summary>
internal sealed class MappingValue
{
    private readonly Dictionary<object, int> _index = new(PythonEquality.Instance);
    private readonly List<KeyValuePair<object?, object?>> _entries = [];

    public IReadOnlyList<KeyValuePair<object?, object?>> Entries => _entries;

    public object? this[object? key]
    {
        set
        {
            if (_index.TryGetValue(PythonEquality.Key(key), out var at)) _entries[at] = new(_entries[at].Key, value);
            else
            {
                _index.Add(PythonEquality.Key(key), _entries.Count);
                _entries.Add(new(key, value));
            }
        }
    }

    public bool TryGet(object? key, out object? value)
    {
        var found = _index.TryGetValue(PythonEquality.Key(key), out var at);
        value = found ? _entries[at].Value : null;
        return found;
    }
}

/// <summary>Python's range.</summary>
internal sealed record RangeValue(long Start, long Stop, long Step)
{
    public int Count => (int)Math.Max(0, Step > 0 ? (Stop - Start + Step - 1) / Step : (Start - Stop - Step - 1) / -Step);

    public IEnumerable<object?> Items() => Enumerable.Range(0, Count).Select(i => (object?)new BigInteger(Start + i * Step));
}

/// <summary>A view of a dict's keys, values or items.</summary>
internal sealed record ViewValue(string Kind, IReadOnlyList<object?> Items);

/// <summary>What a lazy filter gives: read once, without a length.</summary>
internal sealed class GeneratorValue(IEnumerable<object?> items)
{
    private IEnumerator<object?>? _items = items.GetEnumerator();

    public IEnumerable<object?> Take()
    {
        while (_items is { } running)
        {
            if (!running.MoveNext())
            {
                _items = null;
                yield break;
            }

            yield return running.Current;
        }
    }
}

/// <summary>Jinja's <c>namespace</c>: an object whose attributes can be assigned from any scope.</summary>
internal sealed class NamespaceValue
{
    public Dictionary<string, object?> Values { get; } = new(StringComparer.Ordinal);
}

/// <summary>Something that can be called: a method, a global function, a macro.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Function">What it does.</param>
/// <param name="Signature">The parameters of a macro.</param>
internal sealed record CallableValue(string Name, Func<Arguments, object?> Function, Signature? Signature = null);

/// <summary>The arguments of one call.</summary>
internal sealed class Arguments(IReadOnlyList<object?> positional, IReadOnlyDictionary<string, object?> named)
{
    public static readonly Arguments None = new([], new Dictionary<string, object?>());

    public IReadOnlyList<object?> Positional { get; } = positional;

    public IReadOnlyDictionary<string, object?> Named { get; } = named;

    /// <summary>The values of the named parameters, in order; what is missing is its default.</summary>
    /// <param name="function">Name for the message.</param>
    /// <param name="parameters">Name and default of each parameter; <see cref="Required"/> for one that must be given.</param>
    public object?[] Bind(string function, params ReadOnlySpan<(string Name, object? Default)> parameters)
    {
        if (Positional.Count > parameters.Length)
            throw TemplateException.Type(Invariant($"{function}() takes at most {parameters.Length} arguments ({Positional.Count} given)"));
        var values = new object?[parameters.Length];
        var used = 0;
        for (var i = 0; i < parameters.Length; i++)
        {
            var (name, fallback) = parameters[i];
            if (i < Positional.Count)
            {
                if (Named.ContainsKey(name)) throw TemplateException.Type($"{function}() got multiple values for argument '{name}'");
                values[i] = Positional[i];
            }
            else if (Named.TryGetValue(name, out var value))
            {
                values[i] = value;
                used++;
            }
            else values[i] = ReferenceEquals(fallback, Required) ? throw TemplateException.Type($"{function}() missing a required argument: '{name}'") : fallback;
        }

        if (used < Named.Count)
        {
            var known = new HashSet<string>(StringComparer.Ordinal);
            foreach (var (name, _) in parameters) known.Add(name);
            throw TemplateException.Type($"{function}() got an unexpected keyword argument '{Named.Keys.First(name => !known.Contains(name))}'");
        }

        return values;
    }

    /// <summary>The default of a parameter that has none.</summary>
    public static readonly object Required = new();
}
