using SafetyGate.Core.Unicode;
using Spectre.Console;

namespace SafetyGate.Cli.Console;

/// <summary>Untrusted text in a table's cell: one line, no markup.</summary>
internal static class Cell
{
    /// <summary>The text as a cell.</summary>
    public static string Of(string text) => Markup.Escape(TerminalText.Line(text));
}
