using System.Globalization;
using System.Numerics;
using System.Text;

namespace SafetyGate.Models.Chat.Templates;

/// <summary>Methods of Python's strings.</summary>
internal static partial class PythonStrings
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
