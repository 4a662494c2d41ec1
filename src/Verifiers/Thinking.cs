namespace SafetyGate.Verifiers;

/// <summary>Reasoning that a model writes before its answer, in tags: <c>&lt;think&gt;…&lt;/think&gt;</c> and its relatives.</summary>
public static class Thinking
{
    private static readonly (string Open, string Close)[] Tags =
        [("<think>", "</think>"), ("<thinking>", "</thinking>"), ("<reasoning>", "</reasoning>"), ("<thought>", "</thought>"), ("[THINK]", "[/THINK]")];

    /// <summary>
    /// The text without its reasoning; <c>null</c> where the reasoning was opened and not closed: there is no answer yet. A lone end counts
    /// as the end of reasoning that the chat template had opened.
    /// </summary>
    /// <param name="text">A response.</param>
    public static string? Strip(string text)
    {
        foreach (var (open, close) in Tags)
        {
            var end = text.LastIndexOf(close, StringComparison.OrdinalIgnoreCase);
            if (end >= 0) text = text[(end + close.Length)..];
            if (text.Contains(open, StringComparison.OrdinalIgnoreCase)) return null;
        }

        return text;
    }
}
