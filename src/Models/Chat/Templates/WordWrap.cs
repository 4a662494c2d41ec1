using System.Numerics;

namespace SafetyGate.Models.Chat.Templates;

/// <summary>Jinja's <c>wordwrap</c>: each line broken at white space, long words cut when asked.</summary>
internal static class WordWrap
{
    public static string Wrap(string text, Arguments arguments, TemplateBudget budget)
    {
        var bound = arguments.Bind("wordwrap", ("width", new BigInteger(79)), ("break_long_words", true), ("wrapstring", null), ("break_on_hyphens", true));
        var width = PythonStrings.Integer("wordwrap", bound[0]);
        if (width < 1) throw TemplateException.Value(Invariant($"invalid width {width} (must be > 0)"));
        var with = bound[2] is null ? "\n" : PythonText.Str(bound[2]);
        var lines = (List<object?>)PythonStrings.MethodOf(text, "splitlines", budget)!.Function(Arguments.None)!;
        return string.Join(with, lines.Select(line => string.Join(with, Lines((string)line!, width, PythonText.IsTrue(bound[1]), PythonText.IsTrue(bound[3]), budget))));
    }

    // A long word is cut where it is, so that the work is that of its characters and not of their square.
    private static List<string> Lines(string line, int width, bool cutsWords, bool atHyphens, TemplateBudget budget)
    {
        var chunks = Chunks(line, atHyphens);
        var lines = new List<string>();
        var (at, from, rest) = (-1, 0, 0);
        void Next() => (at, from, rest) = (at + 1, 0, at + 1 < chunks.Count ? CodePoints.Length(chunks[at + 1]) : 0);
        string Taken()
        {
            var all = chunks[at][from..];
            Next();
            return all;
        }

        Next();
        while (at < chunks.Count)
        {
            var (current, length) = (new List<string>(), 0);
            budget.Step();
            if (lines.Count > 0 && TemplateLexer.IsSpace(chunks[at][from])) Next();
            while (at < chunks.Count && length + rest <= width)
            {
                budget.Step();
                length += rest;
                current.Add(Taken());
            }

            if (at < chunks.Count && rest > width)
            {
                if (cutsWords)
                {
                    var cut = from;
                    for (var taken = length; taken < width; taken++) cut += CodePoints.WidthAt(chunks[at], cut);
                    current.Add(chunks[at][from..cut]); // nothing where the line is full, and then a blank before it stays, as in Python
                    (from, rest) = (cut, rest - (width - length));
                }
                else if (current.Count == 0) current.Add(Taken());
            }

            if (current.Count > 0 && string.IsNullOrWhiteSpace(current[^1])) current.RemoveAt(current.Count - 1);
            if (current.Count > 0) lines.Add(string.Concat(current));
        }

        return lines;
    }

    private static List<string> Chunks(string line, bool atHyphens)
    {
        var chunks = new List<string>();
        for (var i = 0; i < line.Length;)
        {
            var (start, isSpace) = (i, TemplateLexer.IsSpace(line[i]));
            while (i < line.Length && TemplateLexer.IsSpace(line[i]) == isSpace)
            {
                i++;
                var afterHyphen = atHyphens && !isSpace && i - start > 1 && line[i - 1] == '-' && char.IsLetter(line[i - 2]) && i + 1 < line.Length && char.IsLetter(line[i]);
                if (afterHyphen) break;
            }

            chunks.Add(line[start..i]);
        }

        return chunks;
    }
}
