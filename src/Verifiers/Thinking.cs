using System.Text;
using System.Text.RegularExpressions;
using SafetyGate.Core.Language;

namespace SafetyGate.Verifiers;

/// <summary>
/// Reasoning that a model writes into its response, by the marks of <see cref="ReasoningMarks"/>, or by words that are marks only where
/// the response begins with them.
/// </summary>
public static class Thinking
{
    /// <summary>
    /// The text without its reasoning; <c>null</c> where reasoning was begun and not ended: there is no answer yet. A lone end counts as
    /// the end of reasoning that the chat template had begun; what stands between two blocks of reasoning is said.
    /// </summary>
    /// <param name="text">A response.</param>
    public static string? Strip(string text)
    {
        if (OutsideOfBlocks(text) is not { } said) return null;
        while (Named.Match(said) is { Success: true } named)
        {
            var close = "</" + named.Groups[1].Value + ">";
            if (said.LastIndexOf(close, StringComparison.OrdinalIgnoreCase) is not (>= 0 and var end)) return null;
            said = said[(end + close.Length)..];
        }

        if (Process.IsMatch(said))
        {
            if (Response.Match(said) is not { Success: true } answer) return null;
            said = said[(answer.Index + answer.Length)..];
        }

        return Wrapping.Replace(said, "");
    }

    // Blocks may stand in blocks of their kind. A beginning written twice with nothing between, by the template and by the model, is one.
    private static string? OutsideOfBlocks(string text)
    {
        var said = new StringBuilder();
        var (from, depth, last, open) = (0, 0, 0, "");
        foreach (var mark in ReasoningMarks.In(text))
        {
            if (depth == 0 && mark.Opens)
            {
                Say(said, text[from..mark.Start]);
                (depth, open) = (1, mark.Kind);
            }
            else if (depth == 0)
            {
                said.Clear();
                from = mark.End;
            }
            else if (mark.Kind == open)
            {
                if (!mark.Opens) depth--;
                else if (!string.IsNullOrWhiteSpace(text[last..mark.Start])) depth++;
                if (depth == 0) from = mark.End;
            }
            else
            {
                continue;
            }

            last = mark.End;
        }

        if (depth > 0) return null;
        if (from == 0) return text;
        Say(said, text[from..]);
        return said.ToString();
    }

    // What a block divided stays two.
    private static void Say(StringBuilder said, string part)
    {
        if (said.Length > 0 && part.Length > 0 && !char.IsWhiteSpace(said[^1]) && !char.IsWhiteSpace(part[0])) said.Append('\n');
        said.Append(part);
    }

    private static Regex Named => field ??= Pattern.Of("^\\s*<(thoughts|reflection|scratchpad|reason|inner_monologue)>", RegexOptions.IgnoreCase);

    // Granite 3
    private static Regex Process => field ??= Pattern.Of(@"^\s*Here(?: is|'s|’s) my thought process:");

    private static Regex Response => field ??= Pattern.Of(@"Here(?: is|'s|’s) my response:\s*");

    private static Regex Wrapping => field ??= Pattern.Of(@"<\|(?:START_RESPONSE|END_RESPONSE|begin_of_solution|end_of_solution)\|>");
}
