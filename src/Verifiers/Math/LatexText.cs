using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Math;

/// <summary>One spelling for LaTeX and plain notation, before it is read.</summary>
internal static partial class LatexText
{
    private static readonly (string From, string To)[] Same =
    [
        ("\\left", ""), ("\\right", ""), ("\\bigl", ""), ("\\bigr", ""), ("\\Bigl", ""), ("\\Bigr", ""), ("\\big", ""), ("\\Big", ""),
        ("\\displaystyle", ""), ("\\!", ""), ("\\,", " "), ("\\;", " "), ("\\:", " "), ("\\ ", " "), ("~", " "),
        ("\\qquad", " "), ("\\quad", " "), ("{,}", ","), ("\\dfrac", "\\frac"), ("\\tfrac", "\\frac"), ("\\cfrac", "\\frac"),
        ("\\cdot", "*"), ("\\times", "*"), ("\\div", "/"), ("\u00d7", "*"), ("\u00b7", "*"), ("\u22c5", "*"), ("\u00f7", "/"),
        ("\u2212", "-"), ("\u2013", "-"), ("^{\\circ}", "\u00b0"), ("^\\circ", "\u00b0"), ("\\degree", "\u00b0"), ("\\%", "%"),
        ("\\$", "$"), ("\\pounds", "\u00a3"), ("\u03c0", "\\pi "), ("\u221a", "\\sqrt "), ("\u221e", "\\infty "), ("\\cup", "\u222a"),
        ("\\lbrace", "\\{"), ("\\rbrace", "\\}"), ("\\lbrack", "["), ("\\rbrack", "]"), ("\u00b2", "^2"), ("\u00b3", "^3"),
        ("\u00bd", "\\frac{1}{2}"), ("\u00bc", "\\frac{1}{4}"), ("\u00be", "\\frac{3}{4}"), ("**", "^"), ("\\pm", "\u00b1"),
        ("\\leqslant", "\u2264"), ("\\geqslant", "\u2265"), ("\\leq", "\u2264"), ("\\geq", "\u2265"), ("\\le", "\u2264"),
        ("\\ge", "\u2265"), ("<=", "\u2264"), (">=", "\u2265"), ("\\lt", "<"), ("\\gt", ">"), ("&lt;", "<"), ("&gt;", ">"),
        ("\\neq", "\u2260"), ("\\ne", "\u2260"), ("!=", "\u2260"), ("\\not=", "\u2260"), ("\\in", "\u2208"), ("\\equiv", "\u2261"),
        ("\\approx", "\u2248"), ("\\simeq", "\u2248"), ("\\langle", "\u27e8"), ("\\rangle", "\u27e9"),
        ("\\lvert", "|"), ("\\rvert", "|"), ("\\vert", "|"), ("\\mid", "|"), ("\\colon", ":"), ("\\emptyset", "\u2205"),
        ("\\varnothing", "\u2205"), ("\\mathbb{R}", "\u211d"), ("\\mathbb R", "\u211d"), ("\\R", "\u211d"), ("\\mathbf{R}", "\u211d"),
        ("\\setminus", "\u2216"), ("\\backslash", "\u2216"), ("\\lor", "\u00abor\u00bb"), ("\\vee", "\u00abor\u00bb"),
        ("\\land", "\u00aband\u00bb"), ("\\wedge", "\u00aband\u00bb"), ("\\dbinom", "\\binom"), ("\\tbinom", "\\binom"),
        ("\\bar", "\\overline"), ("\\operatorname*", "\\operatorname"),
    ];

    /// <summary>Row separator of a matrix; <c>\\</c> is not a backslash before a blank.</summary>
    public const string RowEnd = "\u21b5";

    // \left is not the beginning of \leftarrow.
    private static readonly Dictionary<string, Regex> Commands =
        Same.Where(x => x.From.Length > 1 && x.From[0] == '\\' && x.From.Skip(1).All(char.IsAsciiLetter))
            .ToDictionary(x => x.From, x => new Regex(Regex.Escape(x.From) + "(?![a-zA-Z])", RegexOptions.CultureInvariant));

    /// <summary>The text without layout commands and with one symbol for each thing.</summary>
    public static string Of(string text)
    {
        var s = DigitGroups.Join(text.Trim()).Replace("\\\\", RowEnd, StringComparison.Ordinal);
        s = Layout().Replace(s, m => m.Groups[1].Success ? " " + m.Groups[1].Value : " ");
        foreach (var (from, to) in Same)
            s = Commands.TryGetValue(from, out var command) ? command.Replace(s, to) : s.Replace(from, to, StringComparison.Ordinal);
        for (var i = 0; i < 4 && Wrapper().Replace(s, "$1") is var bare && bare != s; i++) s = bare;
        s = TextCommand().Replace(s, m => Inner(m.Groups[1].Value));
        return Blanks().Replace(s, " ").Trim();
    }

    // \mathrm{e} and \text{13} are what they enclose; \text{cm}, \text{B} and \text{Monday} are words.
    private static string Inner(string text)
    {
        var bare = text.Trim();
        return NumberOnly().IsMatch(bare) || bare is "e" or "i" ? bare : $"\u00ab{bare}\u00bb";
    }

    // Size and weight as declarations: {\bf 73}, \large 73, \color{red}73, \textcolor{red}{73}.
    [GeneratedRegex(@"\\(?:bf|it|rm|sf|tt|em|bfseries|itshape|tiny|small|normalsize|large|Large|LARGE|huge|Huge|textstyle|scriptstyle|limits|color\s*\{[^{}]*\}|h?phantom\s*\{[^{}]*\})(?![a-zA-Z])|\\textcolor\s*\{[^{}]*\}\s*(\{)")]
    private static partial Regex Layout();

    [GeneratedRegex(@"\\(?:mathbf|boldsymbol|bm|underline|mathit|mathsf|mathtt|mathnormal|ensuremath|boxed|fbox|emph|hbox|textcolor|vec\b)\s*\{([^{}]*)\}")]
    private static partial Regex Wrapper();

    [GeneratedRegex(@"\\(?:text|mathrm|textbf|textit|operatorname|mbox|textrm|text\w+)\s*\{([^{}]*)\}")]
    private static partial Regex TextCommand();

    [GeneratedRegex(@"^[-+]?\s*\$?[0-9][0-9.,]*(?:\s*/\s*[0-9]+)?\s*%?$")]
    private static partial Regex NumberOnly();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
