using System.Text.Json;
using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Refusals;

/// <summary>Takes a response out of what wraps the whole of it: a fence of code around prose, and the marks of comments in it.</summary>
internal static partial class Wrapping
{
    /// <summary>The text without its wrapping; the text itself if it has none.</summary>
    public static string Unwrapped(string text)
    {
        text = Formula().Replace(text, "$1");
        if (Fields(text) is { } fields) return fields;
        if (WholeFence().Match(text) is not { Success: true } fence) return text;
        if (Fields(fence.Groups[2].Value) is { } inner) return inner;
        var lines = fence.Groups[2].Value.Split('\n').Where(line => line.Trim().Length > 0).ToList();
        if (lines.Count > 0 && lines.TrueForAll(line => Comment().IsMatch(line))) return string.Join('\n', lines.Select(line => Comment().Replace(line, "")));
        if (lines.Count > 0 && lines.TrueForAll(line => Printed().IsMatch(line))) return string.Join('\n', lines.Select(line => Printed().Replace(line, "$2")));
        return fence.Groups[1].Value is "" or "text" or "txt" or "plaintext" or "markdown" or "md" ? fence.Groups[2].Value : text;
    }

    // An object of JSON whose fields hold the words: {"response": "I cannot help with that."}
    private static string? Fields(string text)
    {
        var whole = text.AsSpan().Trim();
        if (whole.Length < 2 || whole[0] != '{' || whole[^1] != '}') return null;
        try
        {
            using var json = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 2 });
            var words = json.RootElement.EnumerateObject().Where(f => f.Value.ValueKind == JsonValueKind.String).Select(f => f.Value.GetString()!).Where(v => v.Contains(' ', StringComparison.Ordinal)).ToList();
            return words.Count == 0 ? null : string.Join('\n', words);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    // A box or text of LaTeX around everything.
    [GeneratedRegex(@"^\s*\$*\s*(?:\\(?:boxed|text|mathrm|textbf)\s*\{\s*)+([^{}]*)\}+\s*\$*\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Formula();

    // A line that prints a sentence.
    [GeneratedRegex(@"^\s*(?:print|echo|puts|printf|return|alert|console\.(?:log|error)|raise \w+|System\.out\.println|Console\.WriteLine)\s*\(?\s*f?([""'])(.*)\1\s*\)?\s*;?\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Printed();

    [GeneratedRegex(@"^\s*(?:```|~~~)[ ]*([\w+-]*)[ ]*\r?\n((?:(?!```|~~~)(?s:.))*)(?:```|~~~)\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex WholeFence();

    [GeneratedRegex(@"^\s*(?:\#+|//+|--+|/\*+|\*+/?|;+|<!--|""""""|''')\s*|\s*(?:\*/|-->)\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Comment();
}
