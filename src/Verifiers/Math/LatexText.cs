using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Math;

/// <summary>One spelling for LaTeX and plain notation, before it is read.</summary>
internal static class LatexText
{
    private static readonly (string From, string To)[] Same =
    [
        ("\\left", ""), ("\\right", ""), ("\\bigl", ""), ("\\bigr", ""), ("\\Bigl", ""), ("\\Bigr", ""), ("\\big", ""), ("\\Big", ""),
        ("\\displaystyle", ""), ("\\!", ""), ("\\,", " "), ("\\;", " "), ("\\:", " "), ("\\ ", " "), ("~", " "),
        ("{,}", ","), ("\\dfrac", "\\frac"), ("\\tfrac", "\\frac"), ("\\cfrac", "\\frac"),
        ("\\cdot", "*"), ("\\times", "*"), ("\\div", "/"), ("\u00d7", "*"), ("\u00b7", "*"), ("\u22c5", "*"), ("\u00f7", "/"),
        ("\u2212", "-"), ("\u2044", "/"), ("\u2236", ":"), ("\u2013", "-"), ("^{\\circ}", "\u00b0"), ("^\\circ", "\u00b0"), ("\\degree", "\u00b0"), ("\\%", "%"),
        ("\\$", "$"), ("\\pounds", "\u00a3"), ("\u03c0", "\\pi "), ("\u221a", "\\sqrt "), ("\u221e", "\\infty "), ("\\cup", "\u222a"),
        ("\\lbrace", "\\{"), ("\\rbrace", "\\}"), ("\\lbrack", "["), ("\\rbrack", "]"), ("\u00b2", "^2"), ("\u00b3", "^3"),
        ("\u00bd", "\\frac{1}{2}"), ("\u00bc", "\\frac{1}{4}"), ("\u00be", "\\frac{3}{4}"), ("**", "^"), ("\\pm", "\u00b1"), ("\\mp", "\u00b1"),
        ("\\leqslant", "\u2264"), ("\\geqslant", "\u2265"), ("\\leq", "\u2264"), ("\\geq", "\u2265"), ("\\le", "\u2264"),
        ("\\ge", "\u2265"), ("<=", "\u2264"), (">=", "\u2265"), ("\\lt", "<"), ("\\gt", ">"), ("&lt;", "<"), ("&gt;", ">"),
        ("\\neq", "\u2260"), ("\\ne", "\u2260"), ("!=", "\u2260"), ("\\not=", "\u2260"), ("\\in", "\u2208"), ("\\equiv", "\u2261"),
        ("\\approx", "\u2248"), ("\\simeq", "\u2248"), ("\\langle", "\u27e8"), ("\\rangle", "\u27e9"),
        ("\\lvert", "|"), ("\\rvert", "|"), ("\\vert", "|"), ("\\mid", "|"), ("\\colon", ":"), ("\\emptyset", "\u2205"),
        ("\\varnothing", "\u2205"), ("\\mathbb{R}", "\u211d"), ("\\mathbb R", "\u211d"), ("\\R", "\u211d"), ("\\mathbf{R}", "\u211d"),
        ("\\setminus", "\u2216"), ("\\backslash", "\u2216"), ("\\lor", "\u00abor\u00bb"), ("\\vee", "\u00abor\u00bb"),
        ("\\land", "\u00aband\u00bb"), ("\\wedge", "\u00aband\u00bb"), ("\\dbinom", "\\binom"), ("\\tbinom", "\\binom"),
        ("\\bar", "\\overline"), ("\\operatorname*", "\\operatorname"), ("\u2220", "\\angle "), ("\u2218", "\u00b0"),
        ("\u03b8", "\\theta "), ("\u03b1", "\\alpha "), ("\u03b2", "\\beta "), ("\u03bb", "\\lambda "),
        ("\u230a", "\\lfloor "), ("\u230b", "\\rfloor "), ("\u2308", "\\lceil "), ("\u2309", "\\rceil "),
        ("\u2153", "\\frac{1}{3}"), ("\u2154", "\\frac{2}{3}"), ("\u2155", "\\frac{1}{5}"), ("\u2156", "\\frac{2}{5}"),
        ("\u2157", "\\frac{3}{5}"), ("\u2158", "\\frac{4}{5}"), ("\u2159", "\\frac{1}{6}"), ("\u215a", "\\frac{5}{6}"),
        ("\u215b", "\\frac{1}{8}"), ("\u215c", "\\frac{3}{8}"), ("\u215d", "\\frac{5}{8}"), ("\u215e", "\\frac{7}{8}"),
    ];

    /// <summary>Row separator of a matrix; <c>\\</c> is not a backslash before a blank.</summary>
    public const string RowEnd = "\u21b5";

    // \left is not the beginning of \leftarrow.
    private static readonly Dictionary<string, Regex> Commands =
        Same.Where(x => x.From.Length > 1 && x.From[0] == '\\' && x.From.Skip(1).All(char.IsAsciiLetter))
            .ToDictionary(x => x.From, x => new Regex(Regex.Escape(x.From) + "(?![a-zA-Z])", RegexOptions.CultureInvariant));

    private const string Raised = "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u207b";
    private const string Plain = "0123456789-";

    /// <summary>
    /// The text with the commands that were escaped twice, as a JSON text inside of another is: <c>\\boxed</c> is <c>\boxed</c>. A row's end
    /// before a command is another thing and has a blank or a third backslash.
    /// </summary>
    public static string Unescape(string text) => TwiceEscaped.Replace(text, "\\");

    /// <summary>The text without layout commands and with one symbol for each thing.</summary>
    public static string Of(string text)
    {
        var s = text.Contains("\\begin", StringComparison.Ordinal) ? text : Unescape(text);
        s = Multisets.Replace(Overlined.Replace(s, m => "\\overline{" + m.Value.Replace("\u0305", "", StringComparison.Ordinal) + "}"), "(\u22ef");
        s = About.Replace(s, "\u22ef");
        s = ThinComma.Replace(Quads.Replace(s.Trim(), " "), ",");
        s = DigitGroups.Join(RepeatedDigits.Mark(s)).Replace("\\\\", RowEnd, StringComparison.Ordinal);
        s = Superscripts.Replace(s, m => m.Groups["one"].Success ? $"^{Plain[Raised.IndexOf(m.Value, StringComparison.Ordinal)]}" : "^{" + string.Concat(m.Value.Select(c => Plain[Raised.IndexOf(c, StringComparison.Ordinal)])) + "}");
        s = TimesTen.Replace(s, "*");
        s = Choose.Replace(s, "\\binom{$1}{$2}");
        s = Combinations.Replace(s, m => $"\\binom{{{m.Groups["n"].Value}}}{{{m.Groups["k"].Value}}}");
        s = Over.Replace(s, "\\frac{$1}{$2}");
        s = Layout.Replace(s, m => m.Groups[1].Success ? " " + m.Groups[1].Value : " ");
        foreach (var (from, to) in Same)
            s = Commands.TryGetValue(from, out var command) ? command.Replace(s, to) : s.Replace(from, to, StringComparison.Ordinal);
        for (var i = 0; i < 4 && Wrapper.Replace(s, "$1") is var bare && bare != s; i++) s = bare;
        s = TextCommand.Replace(s, m => Inner(m.Groups[1].Value));
        return Blanks.Replace(s, " ").Trim();
    }

    // \mathrm{e} and \text{13} are what they enclose; \text{cm}, \text{B} and \text{Monday} are words.
    private static string Inner(string text)
    {
        var bare = text.Trim();
        return NumberOnly.IsMatch(bare) || bare is "e" or "i" ? bare : $"\u00ab{bare}\u00bb";
    }

    // Size and weight as declarations: {\bf 73}, \large 73, \color{red}73, \textcolor{red}{73}.
    private static Regex Layout => field ??= Pattern.Of(@"\\(?:bf|it|rm|sf|tt|em|bfseries|itshape|tiny|small|normalsize|large|Large|LARGE|huge|Huge|textstyle|scriptstyle|limits|color\s*\{[^{}]*\}|h?phantom\s*\{[^{}]*\})(?![a-zA-Z])|\\textcolor\s*\{[^{}]*\}\s*(\{)");

    private static Regex Wrapper => field ??= Pattern.Of(@"\\(?:mathbf|boldsymbol|bm|underline|mathit|mathsf|mathtt|mathnormal|ensuremath|boxed|fbox|emph|hbox|textcolor|vec\b)\s*\{((?:[^{}]|(?<!\\)\{[^{}]*\})*)\}");

    private static Regex TextCommand => field ??= Pattern.Of(@"\\(?:text|mathrm|textbf|textit|operatorname|mbox|textrm|text\w+)\s*\{([^{}]*)\}");

    private static Regex NumberOnly => field ??= Pattern.Of(@"^[-+]?\s*\$?[0-9][0-9.,]*(?:\s*/\s*[0-9]+)?\s*%?$");

    private static Regex Blanks => field ??= Pattern.Of(@"\s+");

    // Also where the next letter follows at once, as in \quadx.
    private static Regex Quads => field ??= Pattern.Of(@"\\q?quad");

    // 32,\! 349 and 14 {, }916.
    private static Regex ThinComma => field ??= Pattern.Of(@"(?<=[0-9]),\\!\s?(?=[0-9]{3})|(?<=[0-9])\s?\{\s?,\s?\}\s?(?=[0-9]{3})");

    private static Regex Superscripts => field ??= Pattern.Of(@"(?<one>[\u2070\u00b9\u00b2\u00b3\u2074-\u2079])(?![\u2070\u00b9\u00b2\u00b3\u2074-\u2079\u207b0-9])|[\u2070\u00b9\u00b2\u00b3\u2074-\u2079\u207b]+");

    // {n \choose k}
    private static Regex Choose => field ??= Pattern.Of(@"\{([^{}]{1,60})\\choose(?![a-zA-Z])([^{}]{1,60})\}");

    // ^{5}C_{2}, {}_5C_2 and C_{5}^{2}.
    private static Regex Combinations => field ??= Pattern.Of(@"(?<=^|[\s$(=+*\-{])(?:(?:\{\})?[\^_](?:\{(?<n>[0-9]{1,3})\}|(?<n>[0-9]))\s?(?:\\mathrm\{C\}|C)_(?:\{(?<k>[0-9]{1,3})\}|(?<k>[0-9]))|C_(?:\{(?<n>[0-9]{2,3})\}|(?<n>[2-9]))\^(?:\{(?<k>[0-9])\}|(?<k>[0-9])(?![0-9])))(?![0-9^_])");

    // ~5 is about 5; elsewhere the sign is a blank.
    private static Regex About => field ??= Pattern.Of(@"^\$?\s?(?:~|\\sim)\s?(?=[-+0-9$\\(\[{a-z])");

    // {1 \over 2}
    private static Regex Over => field ??= Pattern.Of(@"\{([^{}]{1,60})\\over(?![a-zA-Z])([^{}]{1,60})\}");

    // 0.3 with a combining line above the 3.
    private static Regex Overlined => field ??= Pattern.Of(@"(?:[0-9]\u0305)+");

    // Two pairs of brackets around n and k count multisets.
    private static Regex Multisets => field ??= Pattern.Of(@"\((?:\s*\\!)+\s*(?=\\[dt]?binom)");

    private static Regex TimesTen => field ??= Pattern.Of(@"(?<=[0-9])\s?[xX]\s?(?=10\s?(?:\^|[\u00b9\u00b2\u00b3\u2070-\u207b]))");

    private static Regex TwiceEscaped => field ??= Pattern.Of(@"(?<!\\)\\\\(?=(?:boxed|fbox|d?frac|tfrac|sqrt|left|right|text|mathrm|mathbb|begin|end|pi|leq?|geq?|neq?|cup|cap|infty|cdot|times|pm|in|quad|sin|cos|tan|ln|log|circ)(?![a-zA-Z]))");
}
