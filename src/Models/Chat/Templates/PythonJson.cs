using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;

namespace SafetyGate.Models.Chat.Templates;

/// <summary>JSON as Python's <c>json</c> module reads and writes it (<c>ensure_ascii=False</c>).</summary>
internal static class PythonJson
{
    private const int MaxDepth = 200;

    /// <summary>A JSON value as a value of a template; numbers with a point or an exponent are floats.</summary>
    public static object? Read(JsonElement element, int depth = 0)
    {
        if (depth > MaxDepth) throw new TemplateException(Invariant($"the context nests more than {MaxDepth} levels"));
        switch (element.ValueKind)
        {
            case JsonValueKind.Null or JsonValueKind.Undefined: return null;
            case JsonValueKind.True: return true;
            case JsonValueKind.False: return false;
            case JsonValueKind.String: return element.GetString();
            case JsonValueKind.Number:
                var text = element.GetRawText();
                if (text.Length > 5000) throw new TemplateException("a number of the context has more than 5,000 digits");
                return text.AsSpan().ContainsAny('.', 'e', 'E') ? double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) : BigInteger.Parse(text, CultureInfo.InvariantCulture);
            case JsonValueKind.Array: return element.EnumerateArray().Select(item => Read(item, depth + 1)).ToList();
            default:
                var mapping = new MappingValue();
                foreach (var property in element.EnumerateObject()) mapping[property.Name] = Read(property.Value, depth + 1);
                return mapping;
        }
    }

    /// <summary>Writes a value as <c>json.dumps</c> does.</summary>
    public static string Write(object? value, object? indent, object? separators, bool sortKeys, bool ensureAscii)
    {
        var step = indent switch
        {
            null => null,
            string text => text,
            bool or BigInteger => new string(' ', Math.Clamp((int)BigInteger.Clamp(PythonNumbers.Whole(indent), 0, 64), 0, 64)),
            _ => throw TemplateException.Type("indent must be None, an integer or a string"),
        };
        var (between, after) = separators switch
        {
            null => (step is null ? ", " : ",", ": "),
            TupleValue { Items: [string item, string key] } => (item, key),
            List<object?> { Count: 2 } list when list[0] is string item && list[1] is string key => (item, key),
            _ => throw TemplateException.Type("separators must be a pair of strings"),
        };
        var into = new StringBuilder();
        new Writer(into, step, between, after, sortKeys, ensureAscii).Write(value, 0);
        return into.ToString();
    }

    private sealed class Writer(StringBuilder into, string? step, string between, string after, bool sortKeys, bool ensureAscii)
    {
        public void Write(object? value, int depth)
        {
            if (depth > MaxDepth) throw TemplateException.Value("the value nests too deeply for JSON");
            if (into.Length > TemplateBudget.MaxText) throw new TemplateException(Invariant($"a value is more than {TemplateBudget.MaxText:N0} characters of JSON"));
            switch (value)
            {
                case null: into.Append("null"); break;
                case bool b: into.Append(b ? "true" : "false"); break;
                case BigInteger whole: into.Append(whole.ToString(CultureInfo.InvariantCulture)); break;
                case double real: into.Append(Real(real)); break;
                case string text: Quote(text); break;
                case List<object?> list: All('[', list, item => Write(item, depth + 1), ']', depth); break;
                case TupleValue tuple: All('[', tuple.Items, item => Write(item, depth + 1), ']', depth); break;
                case MappingValue mapping:
                    IEnumerable<(string Key, object? Value)> entries = mapping.Entries.Select(e => (Key(e.Key), e.Value));
                    if (sortKeys) entries = entries.OrderBy(e => e.Key, Comparer<string>.Create(CodePoints.Compare));
                    All('{', [.. entries], entry =>
                    {
                        Quote(entry.Key);
                        into.Append(after);
                        Write(entry.Value, depth + 1);
                    }, '}', depth);
                    break;
                default: throw TemplateException.Type($"Object of type {PythonText.TypeName(value)} is not JSON serializable");
            }
        }

        private static string Real(double real) => double.IsNaN(real) ? "NaN" : double.IsInfinity(real) ? real > 0 ? "Infinity" : "-Infinity" : PythonText.Float(real);

        private static string Key(object? key) => key switch
        {
            string text => text,
            null => "null",
            bool b => b ? "true" : "false",
            BigInteger whole => whole.ToString(CultureInfo.InvariantCulture),
            double real => Real(real),
            _ => throw TemplateException.Type($"keys must be str, int, float, bool or None, not {PythonText.TypeName(key)}"),
        };

        private void All<T>(char open, IReadOnlyList<T> items, Action<T> write, char close, int depth)
        {
            into.Append(open);
            for (var i = 0; i < items.Count; i++)
            {
                if (i > 0) into.Append(between);
                NewLine(depth + 1);
                write(items[i]);
            }

            if (items.Count > 0) NewLine(depth);
            into.Append(close);
        }

        private void NewLine(int depth)
        {
            if (step is null) return;
            into.Append('\n');
            for (var i = 0; i < depth; i++) into.Append(step);
        }

        private void Quote(string text)
        {
            into.Append('"');
            foreach (var c in text)
            {
                switch (c)
                {
                    case '"': into.Append("\\\""); break;
                    case '\\': into.Append("\\\\"); break;
                    case '\n': into.Append("\\n"); break;
                    case '\r': into.Append("\\r"); break;
                    case '\t': into.Append("\\t"); break;
                    case '\b': into.Append("\\b"); break;
                    case '\f': into.Append("\\f"); break;
                    default:
                        if (c < 0x20 || (ensureAscii && c > 0x7e)) into.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
                        else into.Append(c);
                        break;
                }
            }

            into.Append('"');
        }
    }
}
