using System.Globalization;
using System.Numerics;

namespace SafetyGate.Models.Chat.Templates;

/// <content>Attributes, elements and methods of values, as far as the sandbox lets them be reached.</content>
internal sealed partial class TemplateInterpreter
{
    /// <summary>Jinja's <c>value.name</c>: the attribute, else the element of that key.</summary>
    private object? AttributeOf(object? value, string name)
    {
        if (value is UndefinedValue undefined && !IsInternal(name)) throw undefined.Error();
        if (OwnAttribute(value, name) is { } own) return own.Value;
        return value is MappingValue mapping && mapping.TryGet(name, out var entry) ? entry : Missing(value, name);
    }

    /// <summary>The attribute alone, as the filter <c>attr</c>.</summary>
    internal object? AttributeOnly(object? value, string name)
    {
        if (value is UndefinedValue undefined && !IsInternal(name)) throw undefined.Error();
        return OwnAttribute(value, name) is { } own ? own.Value : Missing(value, name);
    }

    /// <summary>Jinja's <c>value[key]</c>: the element, else, for a string, the attribute.</summary>
    private object? ElementOf(object? value, object? key)
    {
        if (value is UndefinedValue undefined) throw undefined.Error();
        if (value is MappingValue mapping && key is not (List<object?> or MappingValue) && mapping.TryGet(key, out var entry)) return entry;
        if (PythonSequences.HasIndices(value) || value is TupleValue)
        {
            if (PythonNumbers.IsWhole(key))
                return PythonSequences.TryAt(value, PythonNumbers.Whole(key!), out var element) ? element is string letter && EscapedText.Is(value) ? EscapedText.Of(letter) : element : new UndefinedValue($"{PythonText.TypeName(value)} object has no element {PythonText.Repr(key)}");
        }

        if (key is string name && OwnAttribute(value, name) is { } own) return own.Value;
        return Missing(value, key);
    }

    /// <summary>The element at a path as filters name it: <c>a.b.0</c>, or an index.</summary>
    internal object? Path(object? value, object? path)
    {
        if (path is not string names) return ElementOf(value, path);
        return names.Split('.').Aggregate(value, (item, part) =>
            ElementOf(item, part.Length is > 0 and < 10 && part.All(char.IsAsciiDigit) ? BigInteger.Parse(part, System.Globalization.CultureInfo.InvariantCulture) : part));
    }

    private static UndefinedValue Missing(object? value, object? name) => name is string text
        ? new UndefinedValue($"'{PythonText.TypeName(value)} object' has no attribute '{text}'")
        : new UndefinedValue($"{PythonText.TypeName(value)} object has no element {(name is UndefinedValue ? "Undefined" : PythonText.Repr(name))}");

    private sealed record Own(object? Value);

    private static bool IsInternal(string name) => name.Length > 4 && name.StartsWith("__", StringComparison.Ordinal) && name.EndsWith("__", StringComparison.Ordinal);

    private Own? OwnAttribute(object? value, string name)
    {
        if (IsInternal(name) && value is not NamespaceValue) return Unsafe(value, name);
        switch (value)
        {
            case string text: return PythonStrings.MethodOf(text, name, Budget) is { } method ? new Own(EscapedText.Is(text) ? EscapedText.Method(method) : method) : null;
            case NamespaceValue space: return space.Values.TryGetValue(name, out var member) ? new Own(member) : null;
            case LoopValue loop: return new Own(loop.Attribute(name));
            case MappingValue mapping: return MappingMethod(mapping, name);
            case GroupValue group when name is "grouper" or "list": return new Own(group.Items[name == "list" ? 1 : 0]);
            case List<object?> list: return Mutating.Contains(name) ? Unsafe(value, name) : SequenceMethod(list, name, isList: true);
            case TupleValue tuple: return SequenceMethod(tuple.Items, name, isList: false);
            case RangeValue range: return name switch { "start" => new Own(new BigInteger(range.Start)), "stop" => new Own(new BigInteger(range.Stop)), "step" => new Own(new BigInteger(range.Step)), _ => null };
            case double real when name == "is_integer": return new Own(new CallableValue(name, _ => real == Math.Floor(real) && double.IsFinite(real)));
            case CallableValue { Signature: { } signature } macro:
                return name switch
                {
                    "name" => new Own(macro.Name),
                    "arguments" => new Own(new TupleValue([.. signature.Names])),
                    "catch_kwargs" => new Own(signature.TakesNamed),
                    "catch_varargs" => new Own(signature.TakesMore),
                    "caller" => new Own(signature.TakesCaller),
                    _ => null,
                };
            default: return null;
        }
    }

    private static Own Unsafe(object? value, string name) =>
        new(new UndefinedValue($"access to attribute '{name}' of '{PythonText.TypeName(value)}' object is unsafe.", IsUnsafe: true));

    private static Own? MappingMethod(MappingValue mapping, string name)
    {
        if (Mutating.Contains(name) && name is "clear" or "pop" or "popitem" or "setdefault" or "update") return Unsafe(mapping, name);
        Func<Arguments, object?>? method = name switch
        {
            "get" => a =>
            {
                var bound = a.Bind("get", ("key", Arguments.Required), ("default", null));
                return mapping.TryGet(bound[0], out var value) ? value : bound[1];
            }
            ,
            "keys" => _ => new ViewValue("keys", [.. mapping.Entries.Select(e => e.Key)]),
            "values" => _ => new ViewValue("values", [.. mapping.Entries.Select(e => e.Value)]),
            "items" => _ => new ViewValue("items", [.. mapping.Entries.Select(e => (object?)new TupleValue([e.Key, e.Value]))]),
            "copy" => _ => mapping,
            _ => null,
        };
        return method is null ? null : new Own(new CallableValue(name, method));
    }

    private Own? SequenceMethod(IReadOnlyList<object?> items, string name, bool isList)
    {
        Func<Arguments, object?>? method = name switch
        {
            "index" => a =>
            {
                var wanted = a.Bind("index", ("value", Arguments.Required))[0];
                for (var i = 0; i < items.Count; i++)
                {
                    Budget.Step();
                    if (PythonEquality.AreEqual(items[i], wanted)) return new BigInteger(i);
                }

                throw TemplateException.Value($"{PythonText.Repr(wanted)} is not in list");
            }
            ,
            "count" => a =>
            {
                var wanted = a.Bind("count", ("value", Arguments.Required))[0];
                Budget.Step(1 + items.Count);
                return new BigInteger(items.Count(item => PythonEquality.AreEqual(item, wanted)));
            }
            ,
            "copy" when isList => _ => items.ToList(),
            _ => null,
        };
        return method is null ? null : new Own(new CallableValue(name, method));
    }
}
