using System.Text.RegularExpressions;

namespace SafetyGate.Cli;

/// <summary>JSON on its way to a terminal or a log: the same values, with everything that is not shown as itself written as an escape.</summary>
internal static partial class TerminalJson
{
    /// <summary>The same JSON. Its strings must be escaped as JSON demands; outside of strings there is only ASCII.</summary>
    public static string Of(string json) => Hidden().IsMatch(json) ? Hidden().Replace(json, Escaped) : json;

    // Format characters beyond U+FFFF come as two units, each of which is escaped.
    private static string Escaped(Match match) => string.Concat(match.Value.Select(unit => Invariant($"\\u{(int)unit:x4}")));

    // Controls of C1, format characters, line separators; and ## or :: where a CI system could take them for a command.
    [GeneratedRegex(@"[\u007F-\u009F\p{Cf}\p{Zl}\p{Zp}]|\uDB40[\uDC00-\uDFFF]|#(?=#[A-Za-z]*\[)", RegexOptions.CultureInvariant)]
    private static partial Regex Hidden();
}
