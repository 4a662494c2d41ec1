namespace SafetyGate.Verifiers.Math;

/// <summary>Reasoning that a model writes before its answer, in tags.</summary>
internal static class Thinking
{
    private static readonly string[] Tags = ["think", "thinking", "reasoning", "thought"];

    /// <summary>
    /// The text without its reasoning; <c>null</c> where the reasoning was opened and not closed: there is no answer yet.
    /// </summary>
    public static string? Strip(string text)
    {
        foreach (var tag in Tags)
        {
            var (open, close) = ($"<{tag}>", $"</{tag}>");
            var end = text.LastIndexOf(close, StringComparison.OrdinalIgnoreCase); // a lone end: the template had opened it
            if (end >= 0) text = text[(end + close.Length)..];
            if (text.Contains(open, StringComparison.OrdinalIgnoreCase)) return null;
        }

        return text;
    }
}
