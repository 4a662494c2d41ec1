using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Math;

/// <summary>One spelling for LaTeX and plain notation, before it is read.</summary>
internal static partial class LatexText
{
    private static readonly (string From, string To)[] Same =
    [
        ("\\left", ""), ("\\right", ""), ("\\bigl", ""), ("\\bigr", ""), ("\\Bigl", ""), ("\\Bigr", ""), ("\\big", ""), ("\\Big", ""), ("\\displaystyle", ""), ("\\!", ""), ("\\,", " "), ("\\;", " "), ("\\:", " "), ("\\ ", " "), ("~", " "),
        ("\\qquad", " "), ("\\quad", " "), ("{,}", ","), ("\\dfrac", "\\frac"), ("\\tfrac", "\\frac"), ("\\cfrac", "\\frac"), ("\\cdot", "*"), ("\\times", "*"), ("\\div", "/"), ("\u00d7", "*"), ("\u00b7", "*"), ("\u22c5", "*"), ("\u00f7", "/"),
        ("\u2212", "-"), ("\u2013", "-"), ("^{\\circ}", "\u00b0"), ("^\\circ", "\u00b0"), ("\\degree", "\u00b0"), ("\\%", "%"), ("\\$", "$"), ("\\pounds", "\u00a3"), ("\u03c0", "\\pi "), ("\u221a", "\\sqrt "), ("\u221e", "\\infty "), ("\\cup", "\u222a"),
        ("\\lbrace", "\\{"), ("\\rbrace", "\\}"), ("\\lbrack", "["), ("\\rbrack", "]"), ("\u00b2", "^2"), ("\u00b3", "^3"), ("\u00bd", "\\frac{1}{2}"), ("\u00bc", "\\frac{1}{4}"), ("\u00be", "\\frac{3}{4}"), ("**", "^"), ("\\ne ", "\\neq "), ("\\pm", "\u00b1"),
    ];

    // \left is not the beginning of \leftarrow.
    private static readonly Dictionary<string, Regex> Commands =
        Same.Where(x => x.From.Length > 2 && x.From[0] == '\\' && x.From.Skip(1).All(char.IsAsciiLetter)).ToDictionary(x => x.From, x => new Regex(Regex.Escape(x.From) + "(?![a-zA-Z])", RegexOptions.CultureInvariant));

    /// <summary>The text without layout commands and with one symbol for each thing.</summary>
    public static string Of(string text)
    {
        var s = text.Trim();
        foreach (var (from, to) in Same) s = Commands.TryGetValue(from, out var command) ? command.Replace(s, to) : s.Replace(from, to, StringComparison.Ordinal);
        s = TextCommand().Replace(s, m => $"\u00ab{m.Groups[1].Value.Trim()}\u00bb");
        return Blanks().Replace(s, " ").Trim();
    }

    [GeneratedRegex(@"\\(?:text|mathrm|textbf|mathbf|textit|operatorname|mbox|textrm|text\w+)\s*\{([^{}]*)\}")]
    private static partial Regex TextCommand();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
