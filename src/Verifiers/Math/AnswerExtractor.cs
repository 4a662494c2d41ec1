using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Math;

/// <summary>Finds the final answer in a model's text.</summary>
internal static partial class AnswerExtractor
{
    /// <summary>
    /// The last boxes; else what follows the last <c>####</c>; else what follows the last "answer is" or "Answer:"; else the last line, or
    /// the
    /// number its last sentence concludes with. Reasoning in tags does not count. Null where nothing could be an answer.
    /// </summary>
    public static string? Find(string text)
    {
        if (Thinking.Strip(text) is not { } spoken) return null;
        text = Runs.Shorten(spoken); // and nothing is cut: the beginning may hold what makes the end another answer
        if (Tagged(text) is { } tagged) text = tagged;
        if (Boxes.Last(text) is { } boxed) return boxed;
        if (MathVerifier.AfterMarker(text) is { Length: > 0 } marked) return marked;
        var said = AnswerIs().Matches(text);
        if (said.Count > 0) return Prose.Start(text[(said[^1].Index + said[^1].Length)..].Trim());
        return Prose.End(text.Trim());
    }

    private static string? Tagged(string text)
    {
        var open = text.LastIndexOf("<answer>", StringComparison.OrdinalIgnoreCase);
        if (open < 0) return null;
        var close = text.IndexOf("</answer>", open, StringComparison.OrdinalIgnoreCase);
        return text[(open + "<answer>".Length)..(close < 0 ? text.Length : close)].Trim();
    }

    [GeneratedRegex(
        @"(?:\b(?:[Ff]inal\s+)?(?:[Aa]nswer|ANSWER|[Aa]ns|ANS)\b|(?<=(?:^|\n)[*_#\s]*)(?:[Rr]esult|A)(?=[*_]*\s*:))(?:\s+to\s[^.$:\n]{1,60}(?=\s+is\b))?[*_]*\s*(?::|=|\bis\b\s*:?|\bequals\b|\b(?:must|should|would) be\b|(?<=\n[ ]*[*_#]{1,6}[ ]*(?:[Tt]he[ ])?(?:[Ff]inal[ ])?[Aa]nswer[*_]*)\s*\n)\s*(?:(?:simply|just|therefore|thus|approximately)\b)?\s*(?:\*\*(?=[^*\n]{0,40}$))?",
        RegexOptions.None)]
    private static partial Regex AnswerIs();
}
