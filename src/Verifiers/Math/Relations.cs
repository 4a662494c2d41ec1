using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Math;

/// <summary>
/// Reads inequalities and membership: <c>x &lt; 3</c>, <c>0 &lt; x ≤ 1</c>, <c>x &lt; 1 or x &gt; 2</c>, <c>x ≠ 3</c>, <c>x ∈ [0, 1]</c>.
/// </summary>
internal static class Relations
{
    /// <summary>Opens relations that hold together: a &lt; b &lt; c.</summary>
    public const string All = "all(";

    private const string Signs = "<>\u2264\u2265\u2260";
    private static readonly MathValue Below = new MathValue.Phrase("-infinity");
    private static readonly MathValue Above = new MathValue.Phrase("infinity");

    /// <summary>The relation a text is; <c>null</c> when it is none.</summary>
    /// <param name="s">Text in one spelling.</param>
    /// <param name="read">Reads a part.</param>
    public static MathValue? Read(string s, Func<string, MathValue> read)
    {
        if (AnswerReader.Split(s, '\u2208') is [var name, var set] && Names.Variable.IsMatch(name.Trim()))
            return read(set) switch
            {
                MathValue.Several { Open: "{", Items.Count: > 0 } points => new MathValue.Named(name.Trim(), points), // as x = 1 or x = 2
                MathValue.Several several => new MathValue.Solution(name.Trim(), several),
                _ => throw new FormatException("membership in something that is not a set"),
            };
        if (!s.Any(c => Signs.Contains(c, StringComparison.Ordinal)) || s.StartsWith("\\{", StringComparison.Ordinal)) return null;
        var either = Or.Split(s);
        if (either.Length > 1) return Join([.. either.Select(read)], union: true);
        var both = And.Split(s);
        if (both.Length > 1) return Join([.. both.Select(read)], union: false);
        var listed = AnswerReader.Split(s, ',');
        if (listed.Count == 1) return One(s);
        if (!listed.TrueForAll(p => p.Any(c => Signs.Contains(c, StringComparison.Ordinal)))) return null;
        List<MathValue> parts = listed.ConvertAll(p => read(p));
        if (parts.OfType<MathValue.Solution>().Select(p => p.Name).Distinct().Count() != 1) return null;
        return Disjoint(parts) ? Join(parts, union: true) : Join(parts, union: false);
    }

    // "x < 1, x > 3" has no common value and can only mean either; "x > 1, x < 3" means both.
    private static bool Disjoint(List<MathValue> parts) =>
        parts.Count == 2 && parts.ConvertAll(p => (p as MathValue.Solution)?.Set as MathValue.Several) is [{ } a, { } b]
            && (Apart(a, b) || Apart(b, a));

    private static bool Apart(MathValue.Several lower, MathValue.Several upper) =>
        lower.Ordered && upper.Ordered && Number(lower.Items[1]) < Number(upper.Items[0]);

    private static MathValue One(string s)
    {
        var at = Enumerable.Range(0, s.Length).Where(i => Signs.Contains(s[i], StringComparison.Ordinal)).ToList();
        if (s.Contains('=', StringComparison.Ordinal)) throw new FormatException("an equation with an inequality");
        if (at.Count == 1) return Two(s[..at[0]].Trim(), s[at[0]], s[(at[0] + 1)..].Trim());
        if (at.Count != 2) return Chain([.. at.Select(i => s[i])], s.Split(Signs.ToCharArray()));
        var (left, middle, right) = (s[..at[0]].Trim(), s[(at[0] + 1)..at[1]].Trim(), s[(at[1] + 1)..].Trim());
        var (first, second) = (s[at[0]], s[at[1]]);
        if (!Names.Variable.IsMatch(middle) && Modulus.Match(middle) is not { Success: true }) return Chain([.. at.Select(i => s[i])], s.Split(Signs.ToCharArray()));
        if (first is '>' or '\u2265') (left, right, first, second) = (right, left, Turn(second), Turn(first));
        if (first is not ('<' or '\u2264') || second is not ('<' or '\u2264'))
            throw new FormatException("a chain of inequalities that is not an interval");
        if (Modulus.Match(middle) is { Success: true } modulus)
            return Mirrored(modulus.Groups[1].Value, first == '<' ? "(" : "[", Bound(left, modulus.Groups[1].Value), Bound(right, modulus.Groups[1].Value), second == '<' ? ")" : "]");
        return new MathValue.Solution(middle,
            Sets.Interval(first == '<' ? "(" : "[", Bound(left, middle), Bound(right, middle), second == '<' ? ")" : "]"));
    }

    // a < b < c of other things than a variable: its relations, in any order.
    private static MathValue.Several Chain(List<char> signs, string[] sides) => new(All, ")", [.. signs.Select((sign, i) => Compared(sides[i], sign, sides[i + 1]))]);

    // 1 ≤ |x| ≤ 2 is [-2, -1] ∪ [1, 2].
    private static MathValue.Solution Mirrored(string name, string open, MathValue low, MathValue high, string close)
    {
        if (Number(low) is not { } from || Number(high) is not { } to || !(from > 0 && from < to)) throw new FormatException("bounds of an absolute value that are not positive");
        return new(name, Sets.Union([
            Sets.Interval(close == ")" ? "(" : "[", Opposite(high), Opposite(low), open == "(" ? ")" : "]"),
            Sets.Interval(open, low, high, close)]));
    }

    private static MathValue.Expression Opposite(MathValue value) => new(ExactValue.Of(-1) * ((MathValue.Expression)value).Value, null);

    private static MathValue Two(string left, char sign, string right)
    {
        if (Negative.Match(left) is { Success: true } turned) return Two(turned.Groups[1].Value, Turn(sign), $"-({right})"); // -x > -1
        if (Modulus.Match(left) is { Success: true } modulus && Bound(right, modulus.Groups[1].Value) is MathValue.Expression limit && Number(limit) is > 0)
        {
            // |x| < 3 is (-3, 3), |x| > 3 the rest.
            var name = modulus.Groups[1].Value;
            if (sign is '<' or '\u2264') return new MathValue.Solution(name, Sets.Interval(sign == '<' ? "(" : "[", Opposite(limit), limit, sign == '<' ? ")" : "]"));
            if (sign is '>' or '\u2265') return new MathValue.Solution(name, Sets.Union([Sets.Interval("(", Below, Opposite(limit), sign == '>' ? ")" : "]"), Sets.Interval(sign == '>' ? "(" : "[", limit, Above, ")")]));
        }

        if (!Names.Variable.IsMatch(left) && Names.Variable.IsMatch(right)) (left, right, sign) = (right, left, Turn(sign));
        if (Names.Variable.IsMatch(left) && !Names.Variable.IsMatch(right) && !Mentions(right, left))
        {
            var bound = Bound(right, left);
            return new MathValue.Solution(left, sign switch
            {
                '<' => Sets.Interval("(", Below, bound, ")"),
                '\u2264' => Sets.Interval("(", Below, bound, "]"),
                '>' => Sets.Interval("(", bound, Above, ")"),
                '\u2265' => Sets.Interval("[", bound, Above, ")"),
                _ => Sets.Without([bound]),
            });
        }

        return Compared(left, sign, right);
    }

    private static MathValue.Relation Compared(string left, char sign, string right)
    {
        var difference = LatexParser.Parse(left) - LatexParser.Parse(right);
        return sign is '>' or '\u2265'
            ? new MathValue.Relation(Turn(sign), ExactValue.Of(-1) * difference)
            : new MathValue.Relation(sign, difference);
    }

    // x < 1 or x > 2 is a union; x > 1 and x < 2 an interval; x ≠ 1 and x ≠ 2 the reals without two points.
    private static MathValue.Solution Join(IReadOnlyList<MathValue> parts, bool union)
    {
        var solutions = parts.OfType<MathValue.Solution>().ToList();
        if (solutions.Count != parts.Count || solutions.Any(p => p.Name != solutions[0].Name))
            throw new FormatException("conditions on different names");
        var name = solutions[0].Name;
        var sets = solutions.ConvertAll(p => (MathValue.Several)p.Set);
        if (union && sets.TrueForAll(s => s.Open != "{")) return new(name, Sets.Union(sets));
        if (!union && sets.TrueForAll(IsPunctured))
            return new(name, Sets.Without([.. sets.SelectMany(s => s.Items.Skip(1).Select(i => ((MathValue.Several)i).Items[0]))]));
        if (!union && sets.Count == 2 && sets.TrueForAll(s => s.Ordered))
        {
            var lower = sets.Find(s => s.Items[1] == Above && s.Items[0] != Below);
            var upper = sets.Find(s => s.Items[0] == Below && s.Items[1] != Above);
            if (lower is not null && upper is not null && Number(lower.Items[0]) < Number(upper.Items[1]))
                return new(name, Sets.Interval(lower.Open, lower.Items[0], upper.Items[1], upper.Close));
        }

        throw new FormatException("conditions that are not joined to one set");
    }

    private static bool IsPunctured(MathValue.Several set) =>
        set.Open == "union(" && set.Items.OfType<MathValue.Several>().All(i => i is { Open: "(", Close: ")" })
            && set.Items.Zip(set.Items.Skip(1)).All(p => ((MathValue.Several)p.First).Items[1] == ((MathValue.Several)p.Second).Items[0]);

    private static double? Number(MathValue value) => (value as MathValue.Expression)?.Value.Approximate();

    private static MathValue Bound(string text, string name)
    {
        if (Infinity.Match(text) is { Success: true } infinite) return infinite.Groups[1].Value == "-" ? Below : Above;
        return Mentions(text, name)
            ? throw new FormatException("a bound that depends on the variable")
            : new MathValue.Expression(LatexParser.Parse(text), null);
    }

    private static bool Mentions(string text, string name) => Regex.IsMatch(text, $@"(?<![a-zA-Z\\]){Regex.Escape(name)}(?![a-zA-Z])", RegexOptions.CultureInvariant);

    private static char Turn(char sign) => sign switch { '<' => '>', '>' => '<', '\u2264' => '\u2265', '\u2265' => '\u2264', _ => sign };

    private static Regex Or => field ??= Pattern.Of(@"\s*,?\s*\u00ab\s*,?\s*or\s*\u00bb\s*|\s*,?\s+or\s+|\s*\u222a\s*");

    private static Regex And => field ??= Pattern.Of(@"\s*,?\s*\u00ab\s*,?\s*and\s*\u00bb\s*|\s*,?\s+and\s+|\s*,\s*(?=[a-zA-Z]\s*\u2260)");

    private static Regex Modulus => field ??= Pattern.Of(@"^\|\s*([a-zA-Z])\s*\|$");

    private static Regex Negative => field ??= Pattern.Of(@"^-\s*([a-zA-Z])$");

    private static Regex Infinity => field ??= Pattern.Of(@"^\s*([+-]?)\s*(?:\\infty|infinity|inf|oo)\s*$");
}
