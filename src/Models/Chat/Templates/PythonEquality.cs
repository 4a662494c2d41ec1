using System.Numerics;

namespace SafetyGate.Models.Chat.Templates;

/// <summary>Equality and hashes of Python: <c>1 == 1.0 == True</c>, lists and dicts by content.</summary>
internal sealed class PythonEquality : IEqualityComparer<object>
{
    public static readonly PythonEquality Instance = new();

    private static readonly object NoneKey = new();

    /// <summary>A value as a key of a dictionary.</summary>
    /// <exception cref="TemplateException">The value has no hash.</exception>
    public static object Key(object? value) => value switch
    {
        null => NoneKey,
        List<object?> or MappingValue => throw TemplateException.Type($"unhashable type: '{PythonText.TypeName(value)}'"),
        _ => value,
    };

    bool IEqualityComparer<object>.Equals(object? one, object? other) => AreEqual(one, other);

    public int GetHashCode(object value) => value switch
    {
        bool b => new BigInteger(b ? 1 : 0).GetHashCode(),
        double d when d == Math.Floor(d) && double.IsFinite(d) => new BigInteger(d).GetHashCode(),
        TupleValue tuple => tuple.Items.Aggregate(17, (hash, item) => HashCode.Combine(hash, GetHashCode(Key(item)))),
        _ => value.GetHashCode(),
    };

    public static bool AreEqual(object? one, object? other) => (one, other) switch
    {
        (null, null) => true,
        (string a, string b) => string.Equals(a, b, StringComparison.Ordinal),
        (UndefinedValue, UndefinedValue) => true,
        (List<object?> a, List<object?> b) => AllEqual(a, b),
        (TupleValue a, TupleValue b) => AllEqual(a.Items, b.Items),
        (RangeValue a, RangeValue b) => a == b,
        (MappingValue a, MappingValue b) => a.Entries.Count == b.Entries.Count && a.Entries.All(e => b.TryGet(e.Key, out var value) && AreEqual(e.Value, value)),
        _ when PythonNumbers.IsNumber(one) && PythonNumbers.IsNumber(other) => PythonNumbers.Compare(one!, other!) == 0,
        _ => ReferenceEquals(one, other),
    };

    private static bool AllEqual(IReadOnlyList<object?> one, IReadOnlyList<object?> other)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        if (one.Count != other.Count) return false;
        for (var i = 0; i < one.Count; i++)
            if (!AreEqual(one[i], other[i])) return false;
        return true;
    }
}
