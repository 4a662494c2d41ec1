using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Refusals;

/// <summary>Takes a response out of what wraps the whole of it: a fence of code around prose, and the marks of comments in it.</summary>
internal static partial class Wrapping
{
    /// <summary>The text without its wrapping; the text itself if it has none.</summary>
    public static string Unwrapped(string text)
    {
        if (WholeFence().Match(text) is not { Success: true } fence) return text;
        var lines = fence.Groups[2].Value.Split('\n').Where(line => line.Trim().Length > 0).ToList();
        if (lines.Count > 0 && lines.TrueForAll(line => Comment().IsMatch(line))) return string.Join('\n', lines.Select(line => Comment().Replace(line, "")));
        return fence.Groups[1].Value is "" or "text" or "txt" or "plaintext" or "markdown" or "md" ? fence.Groups[2].Value : text;
    }

    [GeneratedRegex(@"^\s*```[ ]*([\w+-]*)[ ]*\r?\n((?:(?!```)(?s:.))*)```\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex WholeFence();

    [GeneratedRegex(@"^\s*(?:\#+|//+|--+|/\*+|\*+/?|;+|<!--|""""""|''')\s*|\s*(?:\*/|-->)\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Comment();
}
