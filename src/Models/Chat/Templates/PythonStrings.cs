using System.Globalization;
using System.Numerics;
using System.Text;

namespace SafetyGate.Models.Chat.Templates;

/// <summary>Methods of Python's strings.</summary>
/// <remarks>One file: a table of small methods that share their helpers; each is looked for by its name.</remarks>
internal static class PythonStrings
{
    private delegate object? Method(string text, Arguments arguments, TemplateBudget budget);

    private static readonly Dictionary<string, Method> Methods = new(StringComparer.Ordinal)
    {
        ["lower"] = (text, _, _) => Lower(text),
        ["upper"] = (text, _, _) => Upper(text),
        ["casefold"] = (text, _, _) => Lower(text).Replace("ß", "ss", StringComparison.Ordinal),
        ["title"] = (text, _, _) => Title(text),
        ["capitalize"] = (text, _, _) => Capitalize(text),
        ["swapcase"] = (text, _, _) => string.Concat(CodePoints.Of(text).Select(c => Lower(c) == c ? Upper(c) : Lower(c))),
        ["strip"] = (text, a, _) => Strip(text, Chars("strip", a), start: true, end: true),
        ["lstrip"] = (text, a, _) => Strip(text, Chars("lstrip", a), start: true, end: false),
        ["rstrip"] = (text, a, _) => Strip(text, Chars("rstrip", a), start: false, end: true),
        ["split"] = (text, a, budget) => Split(text, a, fromEnd: false, budget),
        ["rsplit"] = (text, a, budget) => Split(text, a, fromEnd: true, budget),
        ["splitlines"] = (text, a, budget) => SplitLines(text, PythonText.IsTrue(a.Bind("splitlines", ("keepends", false))[0]), budget),
        ["partition"] = (text, a, _) => Partition(text, Text("partition", a.Bind("partition", ("sep", Arguments.Required))[0]), last: false),
        ["rpartition"] = (text, a, _) => Partition(text, Text("rpartition", a.Bind("rpartition", ("sep", Arguments.Required))[0]), last: true),
        ["replace"] = Replace,
        ["startswith"] = (text, a, budget) => IsAt(text, a, "startswith", atStart: true, budget),
        ["endswith"] = (text, a, budget) => IsAt(text, a, "endswith", atStart: false, budget),
        ["find"] = (text, a, budget) => new BigInteger(Find(text, a, "find", last: false, budget)),
        ["rfind"] = (text, a, budget) => new BigInteger(Find(text, a, "rfind", last: true, budget)),
        ["index"] = (text, a, budget) => Found(Find(text, a, "index", last: false, budget)),
        ["rindex"] = (text, a, budget) => Found(Find(text, a, "rindex", last: true, budget)),
        ["count"] = (text, a, budget) => new BigInteger(Count(text, a, budget)),
        ["join"] = (text, a, budget) => Join(text, a.Bind("join", ("iterable", Arguments.Required))[0], budget),
        ["format"] = (text, a, budget) => PythonFormat.Braces(text, a, budget),
        ["format_map"] = (text, a, budget) => PythonFormat.Braces(text, new Arguments([], NamedOf(a.Bind("format_map", ("mapping", Arguments.Required))[0])), budget),
        ["zfill"] = (text, a, budget) => ZeroFill(text, Width("zfill", a.Bind("zfill", ("width", Arguments.Required))[0], budget)),
        ["center"] = (text, a, budget) => Pad(text, a, "center", '^', budget),
        ["ljust"] = (text, a, budget) => Pad(text, a, "ljust", '<', budget),
        ["rjust"] = (text, a, budget) => Pad(text, a, "rjust", '>', budget),
        ["removeprefix"] = (text, a, _) => Text("removeprefix", a.Bind("removeprefix", ("prefix", Arguments.Required))[0]) is var part && text.StartsWith(part, StringComparison.Ordinal) ? text[part.Length..] : text,
        ["removesuffix"] = (text, a, _) => Text("removesuffix", a.Bind("removesuffix", ("suffix", Arguments.Required))[0]) is { Length: > 0 } part && text.EndsWith(part, StringComparison.Ordinal) ? text[..^part.Length] : text,
        ["expandtabs"] = ExpandTabs,
        ["encode"] = (_, _, _) => throw new TemplateException("the method 'encode' of strings gives bytes, which are not supported"),
        ["maketrans"] = (_, a, _) => Translation(a),
        ["translate"] = Translate,
        ["isalpha"] = (text, _, _) => All(text, c => Rune.IsLetter(c)),
        ["isdigit"] = (text, _, _) => All(text, c => Rune.GetUnicodeCategory(c) == UnicodeCategory.DecimalDigitNumber || CharUnicodeInfo.GetDigitValue(c.ToString(), 0) >= 0),
        ["isdecimal"] = (text, _, _) => All(text, c => Rune.GetUnicodeCategory(c) == UnicodeCategory.DecimalDigitNumber),
        ["isnumeric"] = (text, _, _) => All(text, c => CharUnicodeInfo.GetNumericValue(c.ToString(), 0) >= 0),
        ["isalnum"] = (text, _, _) => All(text, c => Rune.IsLetter(c) || CharUnicodeInfo.GetNumericValue(c.ToString(), 0) >= 0),
        ["isspace"] = (text, _, _) => All(text, c => c.IsBmp && TemplateLexer.IsSpace((char)c.Value)),
        ["isascii"] = (text, _, _) => text.All(char.IsAscii),
        ["isupper"] = (text, _, _) => IsCase(text, UnicodeCategory.UppercaseLetter, UnicodeCategory.LowercaseLetter),
        ["islower"] = (text, _, _) => IsCase(text, UnicodeCategory.LowercaseLetter, UnicodeCategory.UppercaseLetter),
        ["istitle"] = (text, _, _) => text.Any(char.IsLetter) && Title(text) == text,
        ["isprintable"] = (text, _, _) => text.EnumerateRunes().All(r => r.Value == ' ' || PythonText.IsPrintable(Rune.GetUnicodeCategory(r))),
        ["isidentifier"] = (text, _, _) => text.Length > 0 && (text[0] == '_' || char.IsLetter(text[0])) && text.All(c => c == '_' || char.IsLetterOrDigit(c)),
    };

    /// <summary>A method of a string, or <c>null</c>.</summary>
    public static CallableValue? MethodOf(string text, string name, TemplateBudget budget) =>
        Methods.TryGetValue(name, out var method) ? new CallableValue(name, arguments => Made(method(text, arguments, budget), budget)) : null;

    private static object? Made(object? value, TemplateBudget budget)
    {
        if (value is string text) budget.Make(text.Length);
        return value;
    }

    // Letters whose other case has more than one character (Unicode's SpecialCasing), which .NET's invariant mapping leaves alone.
    private static readonly Dictionary<char, string> LongUpper = new()
    {
        ['ß'] = "SS", ['ŉ'] = "ʼN", ['ǰ'] = "J̌", ['ΐ'] = "Ϊ́", ['ΰ'] = "Ϋ́", ['և'] = "ԵՒ", ['ẖ'] = "H̱", ['ẗ'] = "T̈", ['ẘ'] = "W̊", ['ẙ'] = "Y̊", ['ẚ'] = "Aʾ",
        ['ﬀ'] = "FF", ['ﬁ'] = "FI", ['ﬂ'] = "FL", ['ﬃ'] = "FFI", ['ﬄ'] = "FFL", ['ﬅ'] = "ST", ['ﬆ'] = "ST",
    };

    public static string Lower(string text)
    {
        var lower = text.ToLowerInvariant();
        if (!text.AsSpan().ContainsAny('İ', 'Σ')) return lower;
        var result = new StringBuilder(lower.Length + 1);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == 'İ') result.Append("i\u0307");
            else if (text[i] == 'Σ') result.Append(i > 0 && char.IsLetter(text[i - 1]) && !(i + 1 < text.Length && char.IsLetter(text[i + 1])) ? 'ς' : 'σ');
            else result.Append(lower[i]);
        }

        return result.ToString();
    }

    public static string Upper(string text)
    {
        var upper = text.ToUpperInvariant();
        return upper.Any(LongUpper.ContainsKey) ? string.Concat(upper.Select(c => LongUpper.TryGetValue(c, out var several) ? several : c.ToString())) : upper;
    }

    public static string Capitalize(string text)
    {
        if (text.Length == 0) return text;
        var first = CodePoints.WidthAt(text, 0);
        return First(text[..first]) + Lower(text[first..]);
    }

    private static string First(string letter) => Upper(letter) is { Length: > 1 } several && !char.IsSurrogate(several[0]) ? several[0] + Lower(several[1..]) : Upper(letter);

    // Every letter after one that is none, the rest in lower case.
    private static string Title(string text)
    {
        var result = new StringBuilder(text.Length);
        var afterLetter = false;
        foreach (var point in CodePoints.Of(text))
        {
            result.Append(afterLetter ? Lower(point) : First(point));
            afterLetter = Rune.TryGetRuneAt(point, 0, out var rune) && Rune.GetUnicodeCategory(rune) is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter;
        }

        return result.ToString();
    }

    private static bool All(string text, Func<Rune, bool> holds) => text.Length > 0 && text.EnumerateRunes().All(holds);

    private static bool IsCase(string text, UnicodeCategory wanted, UnicodeCategory other)
    {
        var found = false;
        foreach (var rune in text.EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            if (category == other || category == UnicodeCategory.TitlecaseLetter) return false;
            found |= category == wanted;
        }

        return found;
    }

    internal static string Text(string function, object? value) =>
        value as string ?? (value is UndefinedValue undefined ? throw undefined.Error() : throw TemplateException.Type($"{function}: expected str, got {PythonText.TypeName(value)}"));

    internal static int Integer(string function, object? value) => value switch
    {
        bool or BigInteger => (int)BigInteger.Clamp(PythonNumbers.Whole(value), int.MinValue, int.MaxValue),
        UndefinedValue undefined => throw undefined.Error(),
        _ => throw TemplateException.Type($"{function}: '{PythonText.TypeName(value)}' object cannot be interpreted as an integer"),
    };

    private static int Width(string function, object? value, TemplateBudget budget)
    {
        var width = Integer(function, value);
        budget.Make(Math.Max(0, width));
        return width;
    }

    private static string? Chars(string function, Arguments arguments) =>
        arguments.Bind(function, ("chars", null))[0] is { } chars ? Text(function, chars) : null;

    public static string Strip(string text, string? chars, bool start, bool end)
    {
        HashSet<string>? set = chars is null ? null : [.. CodePoints.Of(chars)];
        bool Drops(string point) => set?.Contains(point) ?? TemplateLexer.IsSpace(point[0]);
        var (from, to) = (0, text.Length);
        while (start && from < to && Drops(text.Substring(from, CodePoints.WidthAt(text, from)))) from += CodePoints.WidthAt(text, from);
        while (end && to > from)
        {
            var width = to - from > 1 && char.IsLowSurrogate(text[to - 1]) && char.IsHighSurrogate(text[to - 2]) ? 2 : 1;
            if (!Drops(text.Substring(to - width, width))) break;
            to -= width;
        }

        return text[from..to];
    }

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

    private static object? Replace(string text, Arguments arguments, TemplateBudget budget)
    {
        var bound = arguments.Bind("replace", ("old", Arguments.Required), ("new", Arguments.Required), ("count", BigInteger.MinusOne));
        return Replace(text, Text("replace", bound[0]), Text("replace", bound[1]), Integer("replace", bound[2]), budget);
    }

    public static string Replace(string text, string old, string with, int count, TemplateBudget budget)
    {
        var most = count < 0 ? int.MaxValue : count;
        var result = new StringBuilder();
        var (from, done) = (0, 0);
        if (old.Length == 0)
        {
            foreach (var point in CodePoints.Of(text))
            {
                if (done++ < most) result.Append(with);
                result.Append(point);
                Check();
            }

            if (done < most) result.Append(with);
            return result.ToString();
        }

        for (var at = text.IndexOf(old, StringComparison.Ordinal); at >= 0 && done < most; at = text.IndexOf(old, from, StringComparison.Ordinal), done++)
        {
            result.Append(text, from, at - from).Append(with);
            from = at + old.Length;
            Check();
        }

        return result.Append(text, from, text.Length - from).ToString();

        void Check()
        {
            if (result.Length > TemplateBudget.MaxText) budget.Make(result.Length);
        }
    }

    // The part of the text that two optional bounds leave, in UTF-16 units; null when the start lies beyond the end.
    private static (int From, int To)? Part(string text, object? start, object? end)
    {
        if (start is null && end is null) return (0, text.Length);
        var length = CodePoints.Length(text);
        int At(object? bound, int missing)
        {
            if (bound is null) return missing;
            var at = Integer("index", bound);
            return at < 0 ? Math.Max(0, at + length) : Math.Min(at, length + 1);
        }

        var (from, to) = (At(start, 0), Math.Min(At(end, length), length));
        if (from > to) return null;
        return CodePoints.IsPlain(text) ? (from, to) : (Units(text, from), Units(text, to));
    }

    private static int Units(string text, int points)
    {
        var at = 0;
        for (; points > 0; points--) at += CodePoints.WidthAt(text, at);
        return at;
    }

    private static object IsAt(string text, Arguments arguments, string name, bool atStart, TemplateBudget budget)
    {
        var bound = arguments.Bind(name, ("prefix", Arguments.Required), ("start", null), ("end", null));
        if (Part(text, bound[1], bound[2]) is not var (from, to)) return false;
        var part = text.AsSpan(from, to - from);
        foreach (var candidate in bound[0] is TupleValue many ? many.Items : [bound[0]])
        {
            budget.Step();
            var wanted = Text(name, candidate);
            if (atStart ? part.StartsWith(wanted, StringComparison.Ordinal) : part.EndsWith(wanted, StringComparison.Ordinal)) return true;
        }

        return false;
    }

    private static int Find(string text, Arguments arguments, string name, bool last, TemplateBudget budget)
    {
        var bound = arguments.Bind(name, ("sub", Arguments.Required), ("start", null), ("end", null));
        budget.Step(1 + text.Length / 64);
        var wanted = Text(name, bound[0]);
        if (Part(text, bound[1], bound[2]) is not var (from, to)) return -1;
        var part = text.AsSpan(from, to - from);
        var at = last ? part.LastIndexOf(wanted, StringComparison.Ordinal) : part.IndexOf(wanted, StringComparison.Ordinal);
        return at < 0 ? -1 : CodePoints.Length(text[..(from + at)]);
    }

    private static object Found(int at) => at >= 0 ? new BigInteger(at) : throw TemplateException.Value("substring not found");

    private static int Count(string text, Arguments arguments, TemplateBudget budget)
    {
        var bound = arguments.Bind("count", ("sub", Arguments.Required), ("start", null), ("end", null));
        budget.Step(1 + text.Length / 64);
        var wanted = Text("count", bound[0]);
        if (Part(text, bound[1], bound[2]) is not var (from, to)) return 0;
        if (wanted.Length == 0) return CodePoints.Length(text[from..to]) + 1;
        return text.AsSpan(from, to - from).Count(wanted);
    }

    public static string Join(string separator, object? items, TemplateBudget budget)
    {
        var result = new StringBuilder();
        var index = 0;
        foreach (var item in PythonSequences.Iterate(items))
        {
            budget.Step();
            if (index > 0) result.Append(separator);
            result.Append(item as string ?? throw TemplateException.Type(Invariant($"sequence item {index}: expected str instance, {PythonText.TypeName(item)} found")));
            if (result.Length > TemplateBudget.MaxText) budget.Make(result.Length);
            index++;
        }

        return result.ToString();
    }

    private static MappingValue Translation(Arguments arguments)
    {
        var bound = arguments.Bind("maketrans", ("x", Arguments.Required), ("y", null), ("z", null));
        var table = new MappingValue();
        if (bound[1] is null)
        {
            if (bound[0] is not MappingValue mapping) throw TemplateException.Type("if you give only one argument to maketrans it must be a dict");
            foreach (var (key, value) in mapping.Entries)
                table[key is string text ? CodePoints.Length(text) == 1 ? Point(text) : throw TemplateException.Value("string keys in translate table must be of length 1") : key] = value;
            return table;
        }

        List<string> from = [.. CodePoints.Of(Text("maketrans", bound[0]))], to = [.. CodePoints.Of(Text("maketrans", bound[1]))];
        if (from.Count != to.Count) throw TemplateException.Value("the first two maketrans arguments must have equal length");
        for (var i = 0; i < from.Count; i++) table[Point(from[i])] = Point(to[i]);
        foreach (var dropped in bound[2] is null ? [] : CodePoints.Of(Text("maketrans", bound[2]))) table[Point(dropped)] = null;
        return table;
    }

    private static BigInteger Point(string letter) => new(char.ConvertToUtf32(letter, 0));

    private static object? Translate(string text, Arguments arguments, TemplateBudget budget)
    {
        if (arguments.Bind("translate", ("table", Arguments.Required))[0] is not MappingValue table) throw TemplateException.Type("translate needs a mapping of code points");
        var result = new StringBuilder();
        foreach (var letter in CodePoints.Of(text))
        {
            result.Append(letter.Length == 1 && char.IsSurrogate(letter[0]) || !table.TryGet(Point(letter), out var with) ? letter : with switch
            {
                null => "",
                string other => other,
                BigInteger point when point >= 0 && point <= 0x10FFFF && (point < 0xD800 || point > 0xDFFF) => char.ConvertFromUtf32((int)point),
                _ => throw TemplateException.Type("character mapping must return integer, None or str"),
            });
            if (result.Length > TemplateBudget.MaxText) budget.Make(result.Length);
        }

        return result.ToString();
    }

    private static string ZeroFill(string text, int width)
    {
        var missing = width - CodePoints.Length(text);
        if (missing <= 0) return text;
        return text.Length > 0 && text[0] is '+' or '-' ? text[0] + new string('0', missing) + text[1..] : new string('0', missing) + text;
    }

    private static object Pad(string text, Arguments arguments, string name, char side, TemplateBudget budget)
    {
        var bound = arguments.Bind(name, ("width", Arguments.Required), ("fillchar", " "));
        var fill = Text(name, bound[1]);
        if (CodePoints.Length(fill) != 1) throw TemplateException.Type("The fill character must be exactly one character long");
        return Pad(text, Width(name, bound[0], budget), fill, side);
    }

    public static string Pad(string text, int width, string fill, char side)
    {
        var missing = width - CodePoints.Length(text);
        if (missing <= 0) return text;
        string Fill(int count) => string.Concat(Enumerable.Repeat(fill, count));
        // Python puts the odd one to the left when the width is odd.
        var left = side switch { '<' => 0, '>' => missing, _ => missing / 2 + (missing & width & 1) };
        return Fill(left) + text + Fill(missing - left);
    }

    private static string ExpandTabs(string text, Arguments arguments, TemplateBudget budget)
    {
        var size = Math.Clamp(Integer("expandtabs", arguments.Bind("expandtabs", ("tabsize", new BigInteger(8)))[0]), 0, 1000);
        var result = new StringBuilder();
        var column = 0;
        foreach (var c in CodePoints.Of(text))
        {
            if (c == "\t")
            {
                var spaces = size == 0 ? 0 : size - column % size;
                result.Append(' ', spaces);
                column += spaces;
            }
            else
            {
                result.Append(c);
                column = c is "\n" or "\r" ? 0 : column + 1;
            }

            if (result.Length > TemplateBudget.MaxText) budget.Make(result.Length);
        }

        return result.ToString();
    }

    private static Dictionary<string, object?> NamedOf(object? mapping) => mapping is MappingValue values
        ? values.Entries.Where(e => e.Key is string).ToDictionary(e => (string)e.Key!, e => e.Value, StringComparer.Ordinal)
        : throw TemplateException.Type("format_map() needs a mapping");
}
