using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace SafetyGate.Models.Chat.Templates;

/// <summary>Values as Python prints them.</summary>
internal static class PythonText
{
    /// <summary>Python's <c>str</c>.</summary>
    public static string Str(object? value) => value switch
    {
        string text => text,
        UndefinedValue => "",
        _ => Repr(value),
    };

    /// <summary>Python's <c>repr</c>.</summary>
    public static string Repr(object? value)
    {
        if (value is null or bool or double or BigInteger) return Scalar(value);
        var text = new StringBuilder();
        Write(value, text);
        return text.ToString();
    }

    public static string TypeName(object? value) => value switch
    {
        null => "NoneType",
        bool => "bool",
        BigInteger => "int",
        double => "float",
        string => "str",
        List<object?> => "list",
        TupleValue => "tuple",
        MappingValue => "dict",
        RangeValue => "range",
        GeneratorValue => "generator",
        ViewValue view => "dict_" + view.Kind,
        NamespaceValue => "Namespace",
        LoopValue => "LoopContext",
        UndefinedValue => "Undefined",
        _ => "function",
    };

    /// <summary>Python's truth of a value.</summary>
    public static bool IsTrue(object? value) => value switch
    {
        null or UndefinedValue => false,
        bool b => b,
        BigInteger whole => !whole.IsZero,
        double real => real != 0,
        string text => text.Length > 0,
        List<object?> list => list.Count > 0,
        TupleValue tuple => tuple.Items.Count > 0,
        MappingValue mapping => mapping.Entries.Count > 0,
        RangeValue range => range.Count > 0,
        ViewValue view => view.Items.Count > 0,
        _ => true,
    };

    /// <summary>The shortest text that reads back as the same number, in Python's layout.</summary>
    public static string Float(double value)
    {
        if (double.IsNaN(value)) return "nan";
        if (double.IsInfinity(value)) return value > 0 ? "inf" : "-inf";
        var (digits, exponent) = Shortest(value);
        var sign = double.IsNegative(value) ? "-" : "";
        if (exponent is < -4 or >= 16)
            return sign + digits[..1] + (digits.Length > 1 ? "." + digits[1..] : "") + "e" + (exponent < 0 ? "-" : "+") + Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture);
        if (exponent < 0) return sign + "0." + new string('0', -exponent - 1) + digits;
        return sign + (digits.Length <= exponent + 1
            ? digits.PadRight(exponent + 1, '0') + ".0"
            : digits[..(exponent + 1)] + "." + digits[(exponent + 1)..]);
    }

    /// <summary>The shortest decimal digits of a finite number and the power of ten of the first.</summary>
    public static (string Digits, int Exponent) Shortest(double value)
    {
        if (value == 0) return ("0", 0);
        var shortest = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture);
        var mark = shortest.IndexOf('E', StringComparison.Ordinal);
        var mantissa = mark < 0 ? shortest : shortest[..mark];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? mantissa : mantissa[..point];
        var all = whole + (point < 0 ? "" : mantissa[(point + 1)..]);
        var leading = all.Length - all.TrimStart('0').Length;
        var exponent = whole.Length - 1 - leading + (mark < 0 ? 0 : int.Parse(shortest.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
        return (all.Trim('0'), exponent);
    }

    private static string Scalar(object? value) => value switch
    {
        null => "None",
        bool b => b ? "True" : "False",
        double real => Float(real),
        _ => ((BigInteger)value).ToString(CultureInfo.InvariantCulture),
    };

    private static void Write(object? value, StringBuilder into)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (into.Length > TemplateBudget.MaxText) throw new TemplateException(Invariant($"a value is more than {TemplateBudget.MaxText:N0} characters long when printed"));
        switch (value)
        {
            case null or bool or double or BigInteger: into.Append(Scalar(value)); break;
            case string text when EscapedText.Is(text):
                into.Append("Markup(");
                Quote(text, into);
                into.Append(')');
                break;
            case string text: Quote(text, into); break;
            case List<object?> list: WriteAll("[", list, "]", into); break;
            case TupleValue tuple: WriteAll("(", tuple.Items, tuple.Items.Count == 1 ? ",)" : ")", into); break;
            case MappingValue mapping:
                into.Append('{');
                for (var i = 0; i < mapping.Entries.Count; i++)
                {
                    if (i > 0) into.Append(", ");
                    Write(mapping.Entries[i].Key, into);
                    into.Append(": ");
                    Write(mapping.Entries[i].Value, into);
                }

                into.Append('}');
                break;
            case RangeValue range: into.Append(Invariant($"range({range.Start}, {range.Stop}")).Append(range.Step == 1 ? ")" : Invariant($", {range.Step})")); break;
            case ViewValue view: WriteAll($"dict_{view.Kind}([", view.Items, "])", into); break;
            case UndefinedValue: into.Append("Undefined"); break;
            case GeneratorValue: throw new TemplateException("a lazy sequence has no text; put it through 'list' or 'join'");
            case NamespaceValue space: into.Append("<Namespace ").Append(Repr(Values(space))).Append('>'); break;
            default: throw new TemplateException($"a {TypeName(value)} has no text");
        }
    }

    private static MappingValue Values(NamespaceValue space)
    {
        var mapping = new MappingValue();
        foreach (var (name, value) in space.Values) mapping[name] = value;
        return mapping;
    }

    private static void WriteAll(string open, IReadOnlyList<object?> items, string close, StringBuilder into)
    {
        into.Append(open);
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0) into.Append(", ");
            Write(items[i], into);
        }

        into.Append(close);
    }

    // Quoted with ' unless only " would need no escape; what cannot be printed is escaped.
    private static void Quote(string text, StringBuilder into)
    {
        var quote = text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        into.Append(quote);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == quote || c == '\\') into.Append('\\').Append(c);
            else if (c == '\n') into.Append("\\n");
            else if (c == '\r') into.Append("\\r");
            else if (c == '\t') into.Append("\\t");
            else if (c < 0x7f && c >= 0x20) into.Append(c);
            else if (c <= 0xff && (c < 0x20 || c is >= '\x7f' and <= '\xa0' || c == '\xad')) into.Append("\\x").Append(((int)c).ToString("x2", CultureInfo.InvariantCulture));
            else if (CodePoints.WidthAt(text, i) == 2)
            {
                var code = char.ConvertToUtf32(c, text[i + 1]);
                if (IsPrintable(CharUnicodeInfo.GetUnicodeCategory(code))) into.Append(c).Append(text[i + 1]);
                else into.Append("\\U").Append(code.ToString("x8", CultureInfo.InvariantCulture));
                i++;
            }
            else if (IsPrintable(CharUnicodeInfo.GetUnicodeCategory(c))) into.Append(c);
            else into.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
        }

        into.Append(quote);
    }

    internal static bool IsPrintable(UnicodeCategory category) => category is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);
}
