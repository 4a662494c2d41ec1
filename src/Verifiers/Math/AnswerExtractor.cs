using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Math;

/// <summary>Finds the final answer in a model's text.</summary>
internal static partial class AnswerExtractor
{
    /// <summary>The last <c>\boxed{…}</c>; else what follows the last <c>####</c>; else what follows the last "answer is"; else formula at the end; else the whole text. Null when the text says nothing that could be an answer.</summary>
    public static string? Find(string text)
    {
        if (Boxed(text) is { } boxed) return boxed;
        if (MathVerifier.AfterMarker(text) is { Length: > 0 } marked) return marked;
        var said = AnswerIs().Matches(text);
        if (said.Count > 0)
        {
            var rest = text[(said[^1].Index + said[^1].Length)..].Trim();
            if (Formula().Match(rest) is { Success: true } formula) return formula.Groups[1].Success ? formula.Groups[1].Value : formula.Groups[2].Value;
            return SentenceEnd().Split(rest)[0];
        }

        if (FormulaAtEnd().Match(text.TrimEnd()) is { Success: true } last) return last.Groups[1].Value;
        var whole = text.Trim();
        return whole.Length is > 0 and <= 200 && !whole.Contains('\n', StringComparison.Ordinal) ? whole : null;
    }

    private static string? Boxed(string text)
    {
        foreach (var command in new[] { "\\boxed", "\\fbox" })
        {
            var at = text.LastIndexOf(command, StringComparison.Ordinal);
            if (at < 0) continue;
            var open = at + command.Length;
            while (open < text.Length && text[open] == ' ') open++;
            if (open >= text.Length || text[open] != '{') continue;
            var depth = 0;
            for (var i = open; i < text.Length; i++)
            {
                if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] is '{' or '}') i++; // \{ and \} are braces of a set
                else if (text[i] == '{') depth++;
                else if (text[i] == '}' && --depth == 0) return text[(open + 1)..i];
            }

            return ""; // opened and never closed: cut off
        }

        return null;
    }

    [GeneratedRegex(@"\banswer\b(?:\s+(?:is|must be|should be|would be|equals|to [^.$:]{1,60} is))?\**\s*(?::|\bis\b)?\s*\**\s*(?:simply|just|therefore|thus|approximately)?\s*", RegexOptions.IgnoreCase)]
    private static partial Regex AnswerIs();

    [GeneratedRegex(@"^(?:\*\*)?(?:\$\$?([^$]+?)\$\$?(?=[\s.,;:!*]|$)(?<!\\)|\\[(\[](.+?)\\[)\]])")]
    private static partial Regex Formula();

    [GeneratedRegex(@"(?<!\\)\$([^$\n]+)(?<!\\)\$[.\s]*$")]
    private static partial Regex FormulaAtEnd();

    [GeneratedRegex(@"(?<=\S)[.!?](?:\s|$)|\n")]
    private static partial Regex SentenceEnd();
}
