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
        if (Began.Match(said) is { Success: true } began)
        {
            if ((began.Groups[1].Success ? Turned : Answered).Match(said, began.Length) is not { Success: true } turn) return null;
            said = said[(turn.Index + turn.Length)..];
        }
        else if (said.AsSpan().TrimStart().StartsWith(ReasoningMarks.ReasoningSteps.AsSpan().TrimEnd(), StringComparison.Ordinal))
        {
            return null;
        }

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

        return Unwrapped(Wrapping.Replace(said, ""));
    }

    // The answer in a tag of its own, as formats have it that are prompted, and nothing else.
    private static string Unwrapped(string said)
    {
        if (Wrapper.Match(said) is not { Success: true } tag) return said;
        var close = "</" + tag.Groups[1].Value + ">";
        var first = said.IndexOf(close, tag.Length, StringComparison.OrdinalIgnoreCase);
        if (first < 0) return said[tag.Length..];
        return said.AsSpan(first + close.Length).IsWhiteSpace() ? said[tag.Length..first] : said;
    }

    // Blocks may stand in blocks of their kind. A beginning written twice with nothing between, by the template and by the model, is one.
    private static string? OutsideOfBlocks(string text)
    {
        var said = new StringBuilder();
        var code = new Code(text);
        var (from, depth, last, open) = (0, 0, 0, "");
        foreach (var mark in ReasoningMarks.In(text))
        {
            if (ReasoningMarks.IsNamed(text, mark) || (depth == 0 && code.Holds(mark))) continue;
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

            if (depth == 0) code.GoOn(mark.End);
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

    // The turn of HyperCLOVA that thinks, and s1's where special tokens were dropped.
    private static Regex Began => field ??= Pattern.Of(@"^\s*(?:(/think)|think)[ ]*\n");

    private static Regex Turned => field ??= Pattern.Of(@"<\|im_end\|>\s*<\|im_start\|>assistant\n?|(?<=\n)assistant[ ]*(?:\n|\z)");

    private static Regex Answered => field ??= Pattern.Of(@"(?<=\n)answer[ ]*(?:\n|\z)");

    private static Regex Wrapper => field ??= Pattern.Of(@"^\s*<(response|output|solution|conclusion|answer)>", RegexOptions.IgnoreCase);

    private static Regex Named => field ??= Pattern.Of("^\\s*<(thoughts|reflection|scratchpad|reason|inner_monologue)>", RegexOptions.IgnoreCase);

    // Granite 3
    private static Regex Process => field ??= Pattern.Of(@"^\s*Here(?: is|'s|’s) my thought process:");

    private static Regex Response => field ??= Pattern.Of(@"Here(?: is|'s|’s) my response:\s*");

    private static Regex Wrapping => field ??= Pattern.Of(@"<\|(?:START_RESPONSE|END_RESPONSE|START_TEXT|END_TEXT|begin_of_solution|end_of_solution|begin_of_box|end_of_box)\|>|\[END FINAL RESPONSE\]");
}
