using System.Numerics;

namespace SafetyGate.Models.Chat.Templates;

/// <content>Methods that take a text apart.</content>
internal static partial class PythonStrings
{
    private static List<object?> Split(string text, Arguments arguments, bool fromEnd, TemplateBudget budget)
    {
        var name = fromEnd ? "rsplit" : "split";
        var bound = arguments.Bind(name, ("sep", null), ("maxsplit", BigInteger.MinusOne));
        var most = Integer(name, bound[1]);
        if (most < 0) most = int.MaxValue;
        var parts = bound[0] is null ? SplitAtSpace(text, most, fromEnd) : SplitAt(text, Text(name, bound[0]), most, fromEnd);
        budget.Make(text.Length + parts.Count);
        return [.. parts];
    }

    private static List<string> SplitAt(string text, string separator, int most, bool fromEnd)
    {
        if (separator.Length == 0) throw TemplateException.Value("empty separator");
        var parts = new List<string>();
        if (!fromEnd)
        {
            var from = 0;
            for (var at = text.IndexOf(separator, StringComparison.Ordinal); at >= 0 && parts.Count < most; at = text.IndexOf(separator, from, StringComparison.Ordinal))
            {
                parts.Add(text[from..at]);
                from = at + separator.Length;
            }

            parts.Add(text[from..]);
            return parts;
        }

        var to = text.Length;
        while (parts.Count < most && text.AsSpan(0, to).LastIndexOf(separator, StringComparison.Ordinal) is >= 0 and var last)
        {
            parts.Add(text[(last + separator.Length)..to]);
            to = last;
        }

        parts.Add(text[..to]);
        parts.Reverse();
        return parts;
    }

    private static List<string> SplitAtSpace(string text, int most, bool fromEnd)
    {
        var parts = new List<string>();
        if (!fromEnd)
        {
            for (var i = 0; ;)
            {
                while (i < text.Length && TemplateLexer.IsSpace(text[i])) i++;
                if (i == text.Length) return parts;
                if (parts.Count == most)
                {
                    parts.Add(text[i..]);
                    return parts;
                }

                var start = i;
                while (i < text.Length && !TemplateLexer.IsSpace(text[i])) i++;
                parts.Add(text[start..i]);
            }
        }

        for (var i = text.Length; ;)
        {
            while (i > 0 && TemplateLexer.IsSpace(text[i - 1])) i--;
            if (i == 0) break;
            if (parts.Count == most)
            {
                parts.Add(text[..i]);
                break;
            }

            var end = i;
            while (i > 0 && !TemplateLexer.IsSpace(text[i - 1])) i--;
            parts.Add(text[i..end]);
        }

        parts.Reverse();
        return parts;
    }

    private static List<object?> SplitLines(string text, bool keep, TemplateBudget budget)
    {
        var lines = new List<object?>();
        budget.Make(text.Length);
        for (var i = 0; i < text.Length;)
        {
            var end = i;
            while (end < text.Length && !IsLineEnd(text[end])) end++;
            var next = end < text.Length ? end + (text[end] == '\r' && end + 1 < text.Length && text[end + 1] == '\n' ? 2 : 1) : end;
            lines.Add(text[i..(keep ? next : end)]);
            i = next;
        }

        return lines;
    }

    private static bool IsLineEnd(char c) => c is '\n' or '\r' or '\v' or '\f' or (>= '\x1c' and <= '\x1e') or '\x85' or '\u2028' or '\u2029';

    private static TupleValue Partition(string text, string separator, bool last)
    {
        if (separator.Length == 0) throw TemplateException.Value("empty separator");
        var at = last ? text.LastIndexOf(separator, StringComparison.Ordinal) : text.IndexOf(separator, StringComparison.Ordinal);
        if (at < 0) return last ? new TupleValue(["", "", text]) : new TupleValue([text, "", ""]);
        return new TupleValue([text[..at], separator, text[(at + separator.Length)..]]);
    }
}
