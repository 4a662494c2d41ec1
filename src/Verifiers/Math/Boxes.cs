using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Math;

/// <summary>The contents of <c>\boxed{…}</c>, <c>\fbox{…}</c> and <c>\boxed 7</c>.</summary>
internal static partial class Boxes
{
    private const int LongestBetween = 100;

    private sealed record Box(string Content, int Start, int End);

    /// <summary>
    /// The last box; several in a row, with nothing but commas, "and" or names between them, are one list. A box that is never closed
    /// counts to
    /// the end of its line. Null without boxes.
    /// </summary>
    public static string? Last(string text)
    {
        var boxes = new List<Box>();
        for (var at = 0; Command().Match(text, at) is { Success: true } match;)
        {
            var box = Content(text, match.Index, match.Index + match.Length);
            boxes.Add(box);
            at = System.Math.Max(box.End, match.Index + match.Length);
        }

        if (boxes.Count == 0) return null;
        var first = boxes.Count - 1;
        while (first > 0 && IsBetween(text, boxes[first - 1].End, boxes[first].Start)) first--;
        if (first == boxes.Count - 1) return boxes[^1].Content;
        var contents = boxes[first..].Select(b => (NameBefore().Match(text[System.Math.Max(0, b.Start - LongestBetween)..b.Start]) is { Success: true } name ? name.Groups[1].Value + " = " : "") + b.Content).Distinct().ToList();
        return string.Join(", ", contents);
    }

    private static bool IsBetween(string text, int from, int to) => to - from <= LongestBetween && Between().IsMatch(text[from..to]);

    private static Box Content(string text, int start, int after)
    {
        var open = after;
        while (open < text.Length && text[open] == ' ') open++;
        if (open >= text.Length || text[open] != '{')
        {
            var bare = Bare().Match(text, open);
            return new(bare.Value.Trim(), start, open + bare.Length);
        }

        var depth = 0;
        for (var i = open; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] is '{' or '}') i++; // \{ and \} are braces of a set
            else if (text[i] == '{') depth++;
            else if (text[i] == '}' && --depth == 0) return new(text[(open + 1)..i], start, i + 1);
        }

        var line = text.IndexOf('\n', open);
        return new(text[(open + 1)..(line < 0 ? text.Length : line)].TrimEnd('$', ' ', '.'), start, text.Length);
    }

    [GeneratedRegex(@"\\(?:boxed|fbox)(?![a-zA-Z])")]
    private static partial Regex Command();

    [GeneratedRegex(@"\G(?:[-+]?[0-9](?:[0-9.,/]*[0-9])?|[^$\n.;]*)")]
    private static partial Regex Bare();

    [GeneratedRegex(@"^[\s$]*(?:,|;|(?:,\s*)?(?:and|or|\\text\{\s*(?:and|or)\s*\})(?![a-z])|(?:\\quad|\\qquad|\\,)+\s*(?:and|or|\\text\{\s*(?:and|or)\s*\})?)[\s$]*(?:[a-zA-Z]\s*=\s*[\s$]*)?$")]
    private static partial Regex Between();

    [GeneratedRegex(@"(?<![a-zA-Z\\])([a-zA-Z])\s*=\s*\$*\s*$", RegexOptions.RightToLeft)]
    private static partial Regex NameBefore();
}
