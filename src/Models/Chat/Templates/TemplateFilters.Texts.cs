using System.Numerics;
using System.Text;

namespace SafetyGate.Models.Chat.Templates;

/// <content>Filters of texts.</content>
internal static partial class TemplateFilters
{
    private static object? Indent(object? value, Arguments arguments, TemplateInterpreter interpreter)
    {
        var bound = arguments.Bind("indent", ("width", new BigInteger(4)), ("first", false), ("blank", false));
        var by = bound[0] as string ?? new string(' ', Math.Max(0, interpreter.Size(bound[0])));
        var text = PythonStrings.Text("indent", value) + "\n";
        var lines = (List<object?>)PythonStrings.MethodOf(text, "splitlines", interpreter.Budget)!.Function(Arguments.None)!;
        if (bound[2] is var blank && PythonText.IsTrue(blank)) return Like(value, interpreter.Made((PythonText.IsTrue(bound[1]) ? by : "") + string.Join("\n" + by, lines)));
        var into = new StringBuilder((string?)lines[0]);
        foreach (var line in lines.Skip(1)) into.Append('\n').Append(((string)line!).Length > 0 ? by : "").Append((string)line!);
        return Like(value, interpreter.Made((PythonText.IsTrue(bound[1]) ? by : "") + into));
    }

    private static object? Truncate(object? value, Arguments arguments, TemplateInterpreter interpreter)
    {
        var bound = arguments.Bind("truncate", ("length", new BigInteger(255)), ("killwords", false), ("end", "..."), ("leeway", null));
        var (length, end) = (interpreter.Size(bound[0]), Str(bound[2]));
        var leeway = bound[3] is null ? 5 : interpreter.Size(bound[3]);
        if (length < CodePoints.Length(end)) throw TemplateException.Value(Invariant($"expected length >= {CodePoints.Length(end)}, got {length}"));
        if (PythonSequences.Length(value) <= length + leeway) return value;
        var text = PythonStrings.Text("truncate", value);
        var kept = string.Concat(CodePoints.Of(text).Take(length - CodePoints.Length(end)));
        var space = PythonText.IsTrue(bound[1]) ? -1 : kept.LastIndexOf(' ');
        if (space >= 0) kept = kept[..space];
        return EscapedText.Is(value) ? EscapedText.Joined(EscapedText.Of(kept), end) : kept + end;
    }

    private static object? UrlEncode(object? value, Arguments arguments, TemplateInterpreter interpreter)
    {
        static string Quote(string text, string safe)
        {
            var into = new StringBuilder();
            foreach (var b in Encoding.UTF8.GetBytes(text))
                into.Append(char.IsAsciiLetterOrDigit((char)b) || "_.-~".Contains((char)b) || safe.Contains((char)b) ? ((char)b).ToString() : Invariant($"%{b:X2}"));
            return into.ToString();
        }

        static string Plus(object? part) => Quote(Str(part), " ").Replace(' ', '+');
        if (value is not (MappingValue or List<object?> or TupleValue)) return interpreter.Made(Quote(Str(value), "/"));
        var pairs = value is MappingValue mapping ? mapping.Entries.Select(e => (e.Key, e.Value)) : PythonSequences.Iterate(value).Select(pair =>
            interpreter.ListOf(pair) is [var key, var item] ? (key, item) : throw TemplateException.Value("urlencode needs pairs"));
        return interpreter.Made(string.Join('&', pairs.Select(pair => Plus(pair.Item1) + "=" + Plus(pair.Item2))));
    }

    private static string StripTags(string text)
    {
        var into = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '<')
            {
                var close = string.CompareOrdinal(text, i, "<!--", 0, 4) == 0 ? text.IndexOf("-->", i, StringComparison.Ordinal) is >= 0 and var mark ? mark + 2 : -1 : text.IndexOf('>', i);
                if (close < 0)
                {
                    into.Append(text, i, text.Length - i);
                    break;
                }

                i = close;
            }
            else into.Append(text[i]);
        }

        var words = into.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return System.Net.WebUtility.HtmlDecode(string.Join(' ', words));
    }

    private static int WordCount(string text)
    {
        var count = 0;
        var inside = false;
        foreach (var c in text)
        {
            var isWord = char.IsLetterOrDigit(c) || c == '_';
            if (isWord && !inside) count++;
            inside = isWord;
        }

        return count;
    }

    // The first letter after white space, a hyphen or an opening bracket in upper case, the others in lower case.
    private static string Title(string text)
    {
        var into = new StringBuilder(text.Length);
        var starts = true;
        foreach (var point in CodePoints.Of(text))
        {
            if (TemplateLexer.IsSpace(point[0]) || point[0] is '-' or '(' or '{' or '[' or '<')
            {
                starts = true;
                into.Append(point);
                continue;
            }

            into.Append(starts ? PythonStrings.Upper(point) : PythonStrings.Lower(point));
            starts = false;
        }

        return into.ToString();
    }
}
