using System.Globalization;
using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Math;

/// <summary>
/// Reads a whole answer: sets, tuples, intervals, inequalities, matrices, lists, named values, equations, options, times, units, words.
/// Returns null for what it does not understand.
/// </summary>
internal static class AnswerReader
{
    /// <summary>Longest answer that is read, in characters; a longer one is not understood.</summary>
    public const int LongestAnswer = 4000;

    private const int MaximumDepth = 8;

    private readonly record struct Context(int Depth, bool Trusted)
    {
        public Context Deeper() => this with { Depth = Depth + 1 };
    }

    private static readonly HashSet<(char, char)> Quotes = [('"', '"'), ('\'', '\''), ('`', '`'), ('\u201c', '\u201d'),
        ('\u2018', '\u2019'), ('`', '\''), ('*', '*'), ('_', '_')];

    /// <summary>The value of a text; null when it is not understood.</summary>
    /// <param name="text">An answer and nothing else.</param>
    /// <param name="trusted">A gold text, whose chains of equations are not checked.</param>
    public static MathValue? Read(string text, bool trusted = false)
    {
        if (text.Length > LongestAnswer) return null;
        try
        {
            return Value(WithoutRemark(LatexText.Of(Runs.Shorten(text))), new(0, trusted));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>The text in one spelling, without blanks: equal texts are equal answers, understood or not.</summary>
    public static string Canonical(string text) => text.Length > LongestAnswer ? "" : IdleBlank.Replace(Unwrap(LatexText.Of(Runs.Shorten(text))), "");

    // Of an inequality it is a condition: x > 2 and a whole number.
    private static string WithoutRemark(string s) => Whole.Replace(s, "") is var rest && rest.Any(c => "<>\u2264\u2265\u2260|".Contains(c, StringComparison.Ordinal)) ? s : rest;

    private static MathValue Value(string s, Context at)
    {
        if (at.Depth > MaximumDepth) throw new FormatException("too deeply nested");
        s = Unwrap(s);
        if (s.Length == 0) throw new FormatException("nothing");
        MathValue Part(string part) => Value(part, at.Deeper());
        if (s.Length > 1 && s[0] == '\u2248') return at.Trusted ? Part(s[1..]) : Chains.About(Part(s[1..]));
        if (Letter.Match(s) is { Success: true } letter) return new MathValue.Choice(letter.Groups["letter"].Value[0], null); // \text{(B)} of a multiple choice
        if (Preamble.Match(s) is { Success: true } preamble && preamble.Length < s.Length) return Part(s[preamble.Length..]);
        if (Piecewise.Read(s, Part) is { } piecewise) return piecewise;
        if (Option.Match(s) is { Success: true } option) return Choice(option, at);
        if (Units.WithWords(s) is { } worded) return worded;
        if (Moments.Read(s) is { } moment) return moment;
        if (Sets.InWords(s) is { } known) return known;
        if (PlainWord.IsMatch(s)) return new MathValue.Phrase(Tidy(s));
        if (Infinity.Match(s) is { Success: true } infinite) return InfinityOf(infinite);
        if (Sets.Read(s, Part) is { } set) return set;
        if (Matrices.Read(s) is { } matrix) return matrix;
        if (Based.Match(s) is { Success: true } based)
            return new MathValue.Based(based.Groups["digits"].Value, based.Groups["base"].Success ? int.Parse(based.Groups["base"].Value, CultureInfo.InvariantCulture) : BaseOf(based.Groups["word"].Value));
        if (Congruence.Match(s) is { Success: true } congruence) return Residue(congruence);
        if (Relations.Read(s, Part) is { } relation) return relation;
        if (DecimalComma.Match(s) is { Success: true } comma && !WholeNumber.IsMatch(s)) return Comma(comma, at);
        if (List(s, at) is { } list) return list;
        if (Chains.Read(s, Part, at.Trusted) is { } equation) return equation;
        if (Glued.Match(s) is { Success: true } point) s = s[point.Length..];
        if (s[0] == '\u27e8' && s[^1] == '\u27e9') s = $"({s[1..^1]})";
        if (s[0] is '(' or '[' && s[^1] is ')' or ']' && Closes(s) && Parts(s[1..^1]) is { Count: > 1 } items)
            return Rows(new(s[..1], s[^1..], [.. items.Select(i => Endpoint(i, at))]));
        if (s.Contains('\u00b1', StringComparison.Ordinal)) return Both(s);
        if (Split(s, ':') is { Count: > 1 } ratio) return new MathValue.Ratio([.. ratio.Select(LatexParser.Parse)]);
        if (RatioInWords.Match(s) is { Success: true } words) return new MathValue.Ratio([.. words.Groups["part"].Captures.Select(p => LatexParser.Parse(p.Value))]);
        if (TwoOrMoreLetters.IsMatch(s)) return new MathValue.Letters(s, LatexParser.Parse(s));
        return Units.Read(s);
    }

    private static readonly string[] Bases = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen"];

    private static int BaseOf(string word) => Array.IndexOf(Bases, word) is >= 0 and var at ? at + 2 : throw new FormatException($"'{word}' is no base");

    private static MathValue.Comma Comma(Match match, Context at)
    {
        var (whole, fraction, unit) = (match.Groups["whole"].Value, match.Groups["fraction"].Value, match.Groups["unit"].Value);
        return new(new("", "", [Value(whole, at.Deeper()), Value(fraction + unit, at.Deeper())]), Units.Read($"{whole}.{fraction}{unit}"));
    }

    // "x = 2, y = 3", "3 and 5", "1, 2, 3": commas, semicolons, "and", "or" outside of brackets, digit groups left alone.
    private static MathValue.Several? List(string s, Context at)
    {
        if (WholeNumber.IsMatch(s)) return null;
        if (Split(s, ';') is { Count: > 1 } systems && systems.Exists(p => Split(p, ',').Count > 1)) return new("", "", systems.ConvertAll(p => Value(p, at.Deeper())));
        var items = Split(Separators.Replace(s, ","), ',');
        if (items.Count == 1) items = Split(s, ';');
        if (items.Count < 2) return null;
        var values = items.ConvertAll(i => Value(i, at.Deeper()));
        if (values.Exists(v => v is MathValue.Choice { Value: not null })) throw new FormatException("options of a choice in a list");
        // "x = 3, 5" names both.
        for (var i = 1; i < values.Count; i++)
            if (values[i - 1] is MathValue.Named named && values[i] is MathValue.Expression) values[i] = named with { Value = values[i] };
        var listed = Systems(values);
        // "x = 1 or y = 2" does not say which of them holds.
        if (listed == values && Either.IsMatch(s) && values.OfType<MathValue.Named>().Select(n => n.Name.Split('_')[0]).Distinct().Count() > 1) throw new FormatException("one of several names");
        return new("", "", listed);
    }

    // [[1, 2], [3, 4]] is a matrix.
    private static MathValue Rows(MathValue.Several several)
    {
        if (several is not { Open: "[", Close: "]", Items: [MathValue.Several { Items.Count: var width }, ..] }) return several;
        var rows = several.Items.OfType<MathValue.Several>().Where(r => r is { Open: "[", Close: "]" } && r.Items.Count == width && r.Items.All(i => i is MathValue.Expression { Unit: null })).ToList();
        return rows.Count == several.Items.Count ? new MathValue.Matrix([.. rows.Select(r => (IReadOnlyList<ExactValue>)[.. r.Items.Select(i => ((MathValue.Expression)i).Value)])]) : several;
    }

    // "x = 1, y = 2 or x = 3, y = 4" is two systems, and not four equations in any order.
    private static IReadOnlyList<MathValue> Systems(List<MathValue> values)
    {
        var names = values.ConvertAll(v => (v as MathValue.Named)?.Name);
        var size = names.Distinct().Count();
        if (names.Contains(null) || size < 2 || size == values.Count || values.Count % size != 0) return values;
        var groups = values.Chunk(size).ToList();
        return groups.TrueForAll(g => g.Select(v => ((MathValue.Named)v).Name).Distinct().Count() == size)
            ? [.. groups.Select(g => new MathValue.Several("", "", g))]
            : values;
    }

    private static MathValue.Choice Choice(Match option, Context at)
    {
        var rest = option.Groups["rest"].Value;
        if (OtherOption.IsMatch(rest) || StruckOption.IsMatch(rest)) throw new FormatException("several options of a choice");
        MathValue? value = null;
        try
        {
            value = Value(rest, at.Deeper());
        }
        catch (FormatException)
        {
            // The letter decides.
        }

        return new(option.Groups["letter"].Value[0], value);
    }

    private static Regex StruckOption => field ??= Pattern.Of(@"\(\s*(?:wrong|incorrect|no|not\b[^)]*|false|eliminated|excluded|rejected|impossible)\s*\)", RegexOptions.IgnoreCase);

    private static MathValue.Congruence Residue(Match match)
    {
        if (LatexParser.Parse(match.Groups["modulus"].Value).Constant is not { IsInteger: true, Sign: > 0 } modulus || LatexParser.Parse(match.Groups["residue"].Value).Constant is not { IsInteger: true } residue)
            throw new FormatException("a congruence of something other than whole numbers");
        return new(match.Groups["left"].Success ? LatexParser.Parse(match.Groups["left"].Value) : null, residue + -((residue / modulus).Floor() * modulus), modulus);
    }

    private static MathValue.Phrase InfinityOf(Match match) => new(match.Groups[1].Value == "-" ? "-infinity" : "infinity");

    // Of two signs it is unknown whether they go together.
    private static MathValue.Several Both(string s) => s.Count(c => c == '\u00b1') == 1
        ? new("", "", [Units.Read(s.Replace('\u00b1', '+')), Units.Read(s.Replace('\u00b1', '-'))])
        : throw new FormatException("several \u00b1");

    private static MathValue Endpoint(string s, Context at)
    {
        var bare = s.Trim();
        return Infinity.Match(bare) is { Success: true } m ? InfinityOf(m) : Value(bare, at.Deeper());
    }

    // Outer dollars, \( \), full stops, quotes, emphasis, a leading "=", and pairs of brackets that hold one value.
    internal static string Unwrap(string s)
    {
        for (var before = ""; before != s;)
        {
            before = s;
            s = s.Trim().TrimEnd('.', ';', ':').Trim();
            // $\$5$ has two signs in front: one of them is the dollar's.
            var signs = System.Math.Min(s.Length - s.TrimStart('$').Length, s.Length - s.TrimEnd('$').Length);
            if (signs > 0 && s.Length > 2 * signs && !s.Trim('$').Contains('$', StringComparison.Ordinal)) s = s[signs..^signs];
            if (s.StartsWith("\\(", StringComparison.Ordinal) && s.EndsWith("\\)", StringComparison.Ordinal)) s = s[2..^2];
            if (s.StartsWith("\\[", StringComparison.Ordinal) && s.EndsWith("\\]", StringComparison.Ordinal)) s = s[2..^2];
            if (s.Length >= 2 && s[0] == '{' && s[^1] == '}' && Closes(s)) s = s[1..^1];
            if (s.Length > 4 && s[0] == '^' && s[^1] == '^') s = s[1..^1]; // ** has become ^
            if (s.Length > 2 && Quotes.Contains((s[0], s[^1])) && s.IndexOf(s[^1], 1) == s.Length - 1) s = s[1..^1];
            if (s.Length > 4 && s.StartsWith("''", StringComparison.Ordinal) && s.EndsWith("''", StringComparison.Ordinal)) s = s[2..^2];
            if (s.Length > 1 && s[0] == '=') s = s[1..];
        }

        return s;
    }

    // Whether the first bracket is closed by the last character and not before.
    private static bool Closes(string s)
    {
        var depth = 0;
        for (var i = 0; i < s.Length; i++)
        {
            if (s[i] is '(' or '[' or '{') depth++;
            if (s[i] is ')' or ']' or '}' && --depth == 0) return i == s.Length - 1;
        }

        return false;
    }

    /// <summary>Whether a text lists several values: commas outside of brackets, "or", "and", ±.</summary>
    internal static bool IsList(string s) => Split(s, ',').Count > 1 || ListWord.IsMatch(s);

    private static Regex ListWord => field ??= Pattern.Of(@"\\pm(?![a-zA-Z])|\u00b1|\b(?:or|and)\b");

    /// <summary>Parts between semicolons where there are any, else between commas.</summary>
    internal static List<string> Parts(string s) => Split(s, ';') is { Count: > 1 } parts ? parts : Split(s, ',');

    // Splits outside of brackets. A comma between digit groups of a bare number is not a separator (WholeNumber), inside brackets it is.
    internal static List<string> Split(string s, char separator)
    {
        var parts = new List<string>();
        var (depth, start) = (0, 0);
        for (var i = 0; i < s.Length; i++)
        {
            if (s[i] is '(' or '[' or '{' or '\u27e8') depth++;
            else if (s[i] is ')' or ']' or '}' or '\u27e9') depth--;
            else if (s[i] == separator && depth == 0)
            {
                parts.Add(s[start..i]);
                start = i + 1;
            }
        }

        parts.Add(s[start..]);
        return parts;
    }

    private static string Tidy(string s) => s.Trim(' ', '\u00ab', '\u00bb', '.').ToLowerInvariant();

    private static Regex IdleBlank => field ??= Pattern.Of(@"(?<![0-9]) | (?![0-9])");

    private const string TwoLetters = "no|on|if|is|it|of|or|to|at|an|as|be|by|do|go|he|hi|in|me|my|so|up|us|we|ok|am";

    private static Regex PlainWord => field ??= Pattern.Of(@"^\u00ab[^\u00ab\u00bb]+\u00bb$|^(?!(?:sqrt|frac|sin|cos|tan|cot|sec|csc|log|exp|infinity|inf|and|or)\b)(?:[A-Za-z]{3,}(?:[ -](?:[A-Za-z]{2,}|a|A|I))*|(?i:" + TwoLetters + @")(?: [A-Za-z]+)*)$");

    private static Regex Preamble => field ??= Pattern.Of(@"^(?:\u00ab\s*)?(?:(?:the )?(?:final |correct )?(?:answer|option|choice|result)\s*(?:is\s*:?|:|=)|(?:option|choice)(?=\s+\(?[A-Z]\b)|(?:it|this)(?:'s|\s+is)(?=\s))\s*(?:\u00bb\s*)?", RegexOptions.IgnoreCase);

    private static Regex Letter => field ??= Pattern.Of(@"^(?:\u00ab\s*(?:(?i:option|choice|answer)\s+)?\(?(?<letter>[A-Za-z])[).]?\s*\u00bb[.)]?|\(?(?<letter>[A-J])\))$");

    private static Regex Option => field ??= Pattern.Of(
        @"^(?:\u00ab\s*\(?|\(?)(?<letter>[A-J])\s*(?:[).:]\s*\u00bb|\u00bb\s*[).:]|[).:])\s*(?<rest>[^).:\s\u00bb].*)$|^\u00ab\s*\(?(?<letter>[A-J])\)?[.:]?\s*\u00bb\s*(?<rest>[-+0-9$\\\u00ab(].*)$|^\u00ab\s*\(?(?<letter>[A-J])[).:]\s*(?<rest>[^\u00ab\u00bb]+)\u00bb$",
        RegexOptions.None);

    private static Regex OtherOption => field ??= Pattern.Of(@"^(?:[\W_]|\\[A-Za-z]+)*[A-J][\W_]*$|(?<![A-Za-z])\(?[A-J]\)|(?:[,;&/]|\b(?:and|or)\b)[\W_]*[A-J][\W_]*$|^[\W_]*(?:and|or)\b|^[,&/]");

    private static Regex WholeNumber => field ??= Pattern.Of(@"^[-+]?\s*[$\u20ac\u00a3\u00a5\u20b9]?\s*[1-9][0-9]{0,2}(?:,[0-9]{3})+(?![0-9,])[^,]*$");

    private static Regex Separators => field ??= Pattern.Of(@"\s*,?\s*\u00ab\s*,?\s*(?:and|or)\s*\u00bb\s*|\s*,?\s+(?:and|or)\s+|(?<=[0-9)\]}])(?:and|or)(?=[0-9(\[\\A-Z])");

    private static Regex Either => field ??= Pattern.Of(@"\bor\b");

    private static Regex Infinity => field ??= Pattern.Of(@"^\s*([+-]?)\s*(?:\\infty|infinity|inf|oo)\s*$");

    internal static Regex TupleOfNames => field ??= Pattern.Of(@"^\(\s*[a-zA-Z](?:\s*,\s*[a-zA-Z])+\s*\)$");

    // The remark that a parameter is a whole number: ", k ∈ ℤ", "where n is an integer".
    private static Regex Whole => field ??= Pattern.Of(@"\s*,?\s*(?:\(\s*)?\u00ab?\s*(?:(?:where|for|with)\s+)?(?:(?:any|all|some)\s+)?\u00bb?\s*[kmn]\s*(?:\u2208\s*(?:\\mathbb\s*\{Z\}|\\mathbb Z|\u2124|\u00abZ\u00bb|\\mathbf\{Z\})|\u00ab?\s*is an integer\s*\u00bb?)\s*\)?\.?\$?$");

    // 2,74 and 1000,99: one comma, no group of three digits behind it.
    private static Regex DecimalComma => field ??= Pattern.Of(@"^(?<whole>[-+]?[$\u20ac\u00a3\u00a5\u20b9]?(?:[0-9]+(?=,(?:[0-9]{1,2}|[0-9]{4,})(?![0-9]))|0(?=,)|[0-9]{4,}(?=,)|0[0-9]+(?=,))),(?<fraction>[0-9]+)(?<unit>\s?(?:[$\u20ac\u00a3\u00a5\u20b9%\u00b0]|\u00ab[^\u00ab\u00bb]+\u00bb)?)$");

    private static Regex TwoOrMoreLetters => field ??= Pattern.Of(@"^(?!pi$)[a-zA-Z]{2,}$");

    private static Regex Glued => field ??= Pattern.Of(@"^[A-Z](?:_?[0-9])?\s*(?=\([^()]*,)");

    private static Regex Based => field ??= Pattern.Of(@"^\(?\u00ab?(?<digits>[0-9A-F]+)\u00bb?\)?\s*_\s*\{?\s*(?:(?<base>[0-9]{1,2})|\u00ab(?<word>[a-z]+)\u00bb)\s*\}?$|^\u00ab?(?<digits>[0-9A-F]+)\s*\u00ab?\s*\(?(?:in )?base\s*\u00bb?\s*(?:(?<base>[0-9]{1,2})|(?<word>[a-z]+))\s*\u00bb?\)?\u00bb?$");

    private static Regex Congruence => field ??= Pattern.Of(@"^(?:(?<left>[^\u2261]+)\u2261)?(?<residue>[^\u2261(\\]+)(?:\\pmod|\(\s*(?:\\?b?mod|\u00abmod\u00bb)|\\bmod|\\mod|\s+mod)\s*\{?\s*(?<modulus>[0-9]+)\s*\}?\s*\)?$");

    private static Regex RatioInWords => field ??= Pattern.Of(@"^(?<part>[0-9]+)(?:\s+(?:\u00ab\s*)?to(?:\s*\u00bb)?\s+(?<part>[0-9]+))+$");
}
