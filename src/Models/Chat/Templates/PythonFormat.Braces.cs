using System.Globalization;
using System.Numerics;
using System.Text;

namespace SafetyGate.Models.Chat.Templates;

/// <content><c>'{}'.format(value)</c>: fields, their values and specifications.</content>
internal static partial class PythonFormat
{
    /// <summary>Brace formatting: fields by position or name, attributes and indices of mappings and lists, conversions, format specs.</summary>
    public static string Braces(string format, Arguments arguments, TemplateBudget budget)
    {
        var next = 0;
        return Braces(format, arguments, budget, ref next, depth: 2);
    }

    private static string Braces(string format, Arguments arguments, TemplateBudget budget, ref int next, int depth)
    {
        if (depth == 0) throw TemplateException.Value("Max string recursion exceeded");
        var result = new StringBuilder();
        for (var i = 0; i < format.Length; i++)
        {
            var c = format[i];
            if (c is '{' or '}' && i + 1 < format.Length && format[i + 1] == c)
            {
                result.Append(c);
                i++;
                continue;
            }

            if (c == '}') throw TemplateException.Value("Single '}' encountered in format string");
            if (c != '{')
            {
                result.Append(c);
                continue;
            }

            var (start, open) = (i + 1, 1);
            while (open > 0)
            {
                if (++i >= format.Length) throw TemplateException.Value("Single '{' encountered in format string");
                open += format[i] == '{' ? 1 : format[i] == '}' ? -1 : 0;
            }

            result.Append(Field(format[start..i], arguments, budget, ref next, depth));
            if (result.Length > TemplateBudget.MaxText) budget.Make(result.Length);
        }

        return result.ToString();
    }

    private static string Field(string field, Arguments arguments, TemplateBudget budget, ref int next, int depth)
    {
        var end = field.AsSpan().IndexOfAny(':', '!');
        var name = end < 0 ? field : field[..end];
        var conversion = '\0';
        var spec = "";
        if (end >= 0)
        {
            var rest = field[end..];
            if (rest[0] == '!')
            {
                if (rest.Length < 2) throw TemplateException.Value("unmatched '{' in format spec");
                conversion = rest[1];
                rest = rest[2..];
            }

            if (rest.Length > 0) spec = Braces(rest[1..], arguments, budget, ref next, depth - 1);
        }

        var value = ValueOf(name, arguments, ref next);
        value = conversion switch
        {
            '\0' => value,
            's' => PythonText.Str(value),
            'r' or 'a' => PythonText.Repr(value),
            _ => throw TemplateException.Value($"Unknown conversion specifier {conversion}"),
        };
        return Spec(value, spec, budget);
    }

    private static object? ValueOf(string name, Arguments arguments, ref int next)
    {
        var end = name.AsSpan().IndexOfAny('.', '[');
        var first = end < 0 ? name : name[..end];
        object? value;
        if (first.Length == 0 || first.All(char.IsAsciiDigit))
        {
            var at = first.Length == 0 ? next++ : int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : int.MaxValue;
            value = at < arguments.Positional.Count ? arguments.Positional[at]
                : throw new TemplateException("IndexError: Replacement index out of range for positional args tuple");
        }
        else if (!arguments.Named.TryGetValue(first, out value)) throw new TemplateException($"KeyError: {PythonText.Repr(first)}");

        var rest = end < 0 ? "" : name[end..];
        while (rest.Length > 0)
        {
            if (rest[0] == '.') throw TemplateException.Unsafe($"access to attribute {PythonText.Repr(rest[1..])} in a format string is unsafe.");
            var close = rest.IndexOf(']', StringComparison.Ordinal);
            if (rest[0] != '[' || close < 0) throw TemplateException.Value("Missing ']' in format string");
            var key = rest[1..close];
            value = value switch
            {
                MappingValue mapping when mapping.TryGet(key.All(char.IsAsciiDigit) && key.Length > 0 ? BigInteger.Parse(key, CultureInfo.InvariantCulture) : key, out var entry) => entry,
                List<object?> or TupleValue when BigInteger.TryParse(key, CultureInfo.InvariantCulture, out var at) && PythonSequences.TryAt(value, at, out var item) => item,
                _ => throw new TemplateException($"KeyError: {PythonText.Repr(key)}"),
            };
            rest = rest[(close + 1)..];
        }

        return value;
    }

    // [[fill]align][sign][#][0][width][,|_][.precision][type]
    private static string Spec(object? value, string spec, TemplateBudget budget)
    {
        if (spec.Length == 0) return PythonText.Str(value);
        if (value is not (string or bool or BigInteger or double)) throw TemplateException.Type($"unsupported format string passed to {PythonText.TypeName(value)}.__format__");
        var i = 0;
        var (fill, align) = (" ", '\0');
        var width0 = CodePoints.WidthAt(spec, 0);
        if (spec.Length > width0 && spec[width0] is '<' or '>' or '^' or '=') (fill, align, i) = (spec[..width0], spec[width0], width0 + 1);
        else if (spec[0] is '<' or '>' or '^' or '=') (align, i) = (spec[0], 1);
        var plus = "";
        if (i < spec.Length && spec[i] is '+' or '-' or ' ') plus = spec[i++] is '-' ? "" : spec[i - 1].ToString();
        var alternate = i < spec.Length && spec[i] == '#';
        if (alternate) i++;
        if (i < spec.Length && spec[i] == '0' && align == '\0') (fill, align) = ("0", value is string ? '<' : '=');
        int Number()
        {
            var start = i;
            while (i < spec.Length && char.IsAsciiDigit(spec[i])) i++;
            return i == start ? 0 : int.TryParse(spec.AsSpan(start, i - start), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
                : throw TemplateException.Value("Too many decimal digits in format string");
        }

        var width = Number();
        var group = i < spec.Length && spec[i] is ',' or '_' ? spec[i++] : '\0';
        int? precision = null;
        if (i < spec.Length && spec[i] == '.')
        {
            i++;
            precision = Number();
        }

        var kind = i < spec.Length ? spec[i++] : '\0';
        if (i < spec.Length) throw TemplateException.Value("Invalid format specifier");
        budget.Make(width + (precision ?? 0));
        if (value is string text)
        {
            if (kind is not ('\0' or 's')) throw TemplateException.Value($"Unknown format code '{kind}' for object of type 'str'");
            if (align == '=') throw TemplateException.Value("'=' alignment not allowed in string format specifier");
            if (precision is { } most && CodePoints.Length(text) > most) text = string.Concat(CodePoints.Of(text).Take(most));
            return PythonStrings.Pad(text, width, fill, align == '\0' ? '<' : align);
        }

        if (kind == '\0' && value is bool && precision is null) return PythonStrings.Pad(PythonText.Str(value), width, fill, align is '\0' or '=' ? '>' : align);
        var number = Numeric(value, kind, precision, plus, alternate);
        if (group != '\0') number = Grouped(number, group);
        if (align == '=')
        {
            var sign = number.Length > 0 && number[0] is '+' or '-' or ' ' ? 1 : 0;
            return number[..sign] + PythonStrings.Pad(number[sign..], width - sign, fill, '>');
        }

        return PythonStrings.Pad(number, width, fill, align == '\0' ? '>' : align);
    }
}
