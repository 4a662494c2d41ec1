using System.Text.RegularExpressions;

namespace SafetyGate.Core.Unicode;

/// <summary>
/// Untrusted text on its way to a terminal or to the log of a CI system: nothing of it moves the cursor, reorders what is read, starts a
/// line of its own, or is a command to the CI system.
/// </summary>
/// <remarks>
/// GitHub's runner takes a line that begins with <c>::</c>, after white space, for a workflow command, and <c>##[</c> anywhere in a line;
/// Azure Pipelines takes <c>##vso[</c>, TeamCity <c>##teamcity[</c>. Source: ActionCommand.cs of actions/runner.
/// </remarks>
internal static partial class TerminalText
{
    private const string Colon = "⟨U+003A⟩", Hash = "⟨U+0023⟩";

    /// <summary>Text whose lines stay lines; every other invisible character is shown, and no line is a command.</summary>
    public static string Of(string text) =>
        IsPlain(text) ? text : Hashes().Replace(Colons().Replace(VisibleText.Of(text), "${space}" + Colon), Hash);

    /// <summary>Text in one line: line feeds become ⏎, tabs blanks.</summary>
    public static string Line(string text) => IsPlain(text) ? text : Of(OneLine(VisibleText.Of(text)));

    /// <summary>Text of several lines, whose first is the message: the others are indented, so that none passes for one of ours.</summary>
    public static string Message(string text) => Of(Flush().Replace(VisibleText.Of(text), " ⏎ "));

    // Most text: printable ASCII that has no mark of a command.
    private static bool IsPlain(string text) =>
        !text.AsSpan().ContainsAnyExceptInRange(' ', '~') && !text.Contains("##", StringComparison.Ordinal) && !text.Contains("::", StringComparison.Ordinal);

    private static string OneLine(string text) => text.Replace("\n", " ⏎ ", StringComparison.Ordinal).Replace('\t', ' ');

    [GeneratedRegex(@"(?<=^|\n)(?<space>\s*):(?=:)", RegexOptions.CultureInvariant)]
    private static partial Regex Colons();

    [GeneratedRegex(@"#(?=#[A-Za-z]*\[)", RegexOptions.CultureInvariant)]
    private static partial Regex Hashes();

    [GeneratedRegex(@"\n(?!  )", RegexOptions.CultureInvariant)]
    private static partial Regex Flush();
}
