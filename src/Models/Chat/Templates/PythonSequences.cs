using System.Numerics;
using System.Text;

namespace SafetyGate.Models.Chat.Templates;

/// <summary>Iteration, length, indices and slices as Python has them.</summary>
internal static class PythonSequences
{
    public static IEnumerable<object?> Iterate(object? value) => value switch
    {
        List<object?> list => list,
        TupleValue tuple => tuple.Items,
        MappingValue mapping => mapping.Entries.Select(e => e.Key),
        string text => CodePoints.Of(EscapedText.Plain(text)), // a letter of it is none
        RangeValue range => range.Items(),
        ViewValue view => view.Items,
        GeneratorValue generator => generator.Take(),
        UndefinedValue => [],
        _ => throw TemplateException.Type($"'{PythonText.TypeName(value)}' object is not iterable"),
    };

    public static int Length(object? value) => value switch
    {
        List<object?> list => list.Count,
        TupleValue tuple => tuple.Items.Count,
        MappingValue mapping => mapping.Entries.Count,
        string text => CodePoints.Length(text),
        RangeValue range => range.Count,
        ViewValue view => view.Items.Count,
        UndefinedValue => 0,
        _ => throw TemplateException.Type($"object of type '{PythonText.TypeName(value)}' has no len()"),
    };

    public static bool HasIndices(object? value) => value is List<object?> or TupleValue or string or RangeValue;

    /// <summary>The element at an index, negative ones from the end.</summary>
    /// <returns>False outside of the sequence.</returns>
    public static bool TryAt(object? sequence, BigInteger index, out object? element)
    {
        element = null;
        var length = Length(sequence);
        if (index < 0) index += length;
        if (index < 0 || index >= length) return false;
        var at = (int)index;
        element = sequence switch
        {
            List<object?> list => list[at],
            TupleValue tuple => tuple.Items[at],
            RangeValue range => new BigInteger(range.Start + at * range.Step),
            string text when CodePoints.IsPlain(text) => text[at].ToString(),
            string text => CodePoints.Of(text).ElementAt(at),
            _ => null,
        };
        return true;
    }

    public static object Slice(object? sequence, object? start, object? stop, object? step, TemplateBudget budget)
    {
        if (sequence is UndefinedValue undefined) throw undefined.Error();
        if (!HasIndices(sequence)) throw TemplateException.Type($"'{PythonText.TypeName(sequence)}' object is not subscriptable");
        var length = Length(sequence);
        var by = Bound(step) ?? 1;
        if (by.IsZero) throw TemplateException.Value("slice step cannot be zero");
        var forward = by.Sign > 0;
        var from = Clamp(Bound(start), forward ? 0 : length - 1);
        var to = Clamp(Bound(stop), forward ? length : -1);
        var indices = new List<int>();
        for (BigInteger at = from; forward ? at < to : at > to; at += by) indices.Add((int)at);
        budget.Make(indices.Count);
        switch (sequence)
        {
            case string text:
                if (by.IsOne && CodePoints.IsPlain(text)) return indices.Count == 0 ? "" : text.Substring(from, indices.Count);
                var points = CodePoints.Of(text).ToList();
                return indices.Aggregate(new StringBuilder(), (made, at) => made.Append(points[at])).ToString();
            case TupleValue tuple: return new TupleValue([.. indices.Select(at => tuple.Items[at])]);
            case List<object?> list: return indices.Select(at => list[at]).ToList();
            default:
                var range = (RangeValue)sequence!;
                return new RangeValue(range.Start + from * range.Step, range.Start + to * range.Step, range.Step * (long)by);
        }

        int Clamp(BigInteger? bound, int missing)
        {
            if (bound is not { } b) return missing;
            if (b < 0) b += length;
            return (int)BigInteger.Min(BigInteger.Max(b, forward ? 0 : -1), forward ? length : length - 1);
        }
    }

    private static BigInteger? Bound(object? value) => value switch
    {
        null => null,
        bool or BigInteger => PythonNumbers.Whole(value),
        UndefinedValue undefined => throw undefined.Error(),
        _ => throw TemplateException.Type("slice indices must be integers or None or have an __index__ method"),
    };

    /// <summary>Whether a value is in a container, as Python's <c>in</c>.</summary>
    public static bool Contains(object? container, object? value, TemplateBudget budget)
    {
        switch (container)
        {
            case string text:
                if (value is UndefinedValue undefined) throw TemplateException.Type($"'in <string>' requires string as left operand, not {PythonText.TypeName(undefined)}");
                return value is string part ? text.Contains(part, StringComparison.Ordinal)
                    : throw TemplateException.Type($"'in <string>' requires string as left operand, not {PythonText.TypeName(value)}");
            case MappingValue mapping: return mapping.TryGet(value, out _);
            case null or bool or BigInteger or double or CallableValue or NamespaceValue: throw TemplateException.Type($"argument of type '{PythonText.TypeName(container)}' is not iterable");
            default:
                foreach (var item in Iterate(container))
                {
                    budget.Step();
                    if (PythonEquality.AreEqual(item, value)) return true;
                }

                return false;
        }
    }

    /// <summary>Order of two values, as Python's <c>&lt;</c> has it.</summary>
    /// <exception cref="TemplateException">The two have no order.</exception>
    public static int Compare(object? one, object? other, string sign = "<")
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        if (one is UndefinedValue left) throw left.Error();
        if (other is UndefinedValue right) throw right.Error();
        if (one is string a && other is string b) return CodePoints.Compare(a, b);
        if (PythonNumbers.IsNumber(one) && PythonNumbers.IsNumber(other)) return PythonNumbers.Compare(one!, other!);
        var (x, y) = (one, other) switch
        {
            (List<object?> m, List<object?> n) => (m, n),
            (TupleValue m, TupleValue n) => (m.Items, n.Items),
            _ => ((IReadOnlyList<object?>?)null, (IReadOnlyList<object?>?)null),
        };
        if (x is null || y is null)
            throw TemplateException.Type($"'{sign}' not supported between instances of '{PythonText.TypeName(one)}' and '{PythonText.TypeName(other)}'");
        for (var i = 0; i < Math.Min(x.Count, y.Count); i++)
            if (!PythonEquality.AreEqual(x[i], y[i])) return Compare(x[i], y[i], sign);
        return x.Count.CompareTo(y.Count);
    }
}
