using System.Text.Json;
using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Math;

/// <summary>What a reader sees of a text: without comments, struck words and tags of layout; and the answer of a text that is one JSON object.</summary>
internal static class Markup
{
    private static readonly HashSet<string> Keys = new(StringComparer.OrdinalIgnoreCase) { "answer", "final_answer", "finalAnswer", "final answer", "correct_answer", "corrected_answer", "revised_answer", "updated_answer", "actual_answer", "true_answer" };

    /// <summary>The text as it shows.</summary>
    public static string Shown(string text)
    {
        text = Comment.Replace(text, "");
        text = Struck.Replace(text, "");
        text = Bold.Replace(text, "**");
        text = Layout.Replace(text, "");
        return Worded.Replace(text, "$2 $1");
    }

    /// <summary>
    /// The value of the answer's field where the whole text is an object, in a fence of code or not; empty where the object has none, or
    /// several, or one that is neither text nor a number. Null where the text is no object.
    /// </summary>
    public static string? Field(string text)
    {
        var whole = Fence.Match(text) is { Success: true } fence ? fence.Groups[1].Value.Trim() : text.Trim();
        if (whole.Length < 2 || whole[0] != '{' || whole[^1] != '}' || !whole.Contains('"', StringComparison.Ordinal)) return null;
        try
        {
            using var json = JsonDocument.Parse(whole, new JsonDocumentOptions { MaxDepth = 16 });
            var answers = json.RootElement.EnumerateObject().Where(f => Keys.Contains(f.Name)).ToList();
            return answers is [var one] && one.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number ? one.Value.ToString() : "";
        }
        catch (JsonException)
        {
            return null; // a set of words in quotes, say
        }
    }

    private static Regex Comment => field ??= Pattern.Of(@"<!--(?:(?!-->)[\s\S])*(?:-->|$)");

    private static Regex Struck => field ??= Pattern.Of(@"~~[^~\n]{1,200}~~|<(s|del|strike)>[^<\n]{0,200}</\1>", RegexOptions.IgnoreCase);

    private static Regex Bold => field ??= Pattern.Of(@"</?(?:b|strong)>", RegexOptions.IgnoreCase);

    private static Regex Layout => field ??= Pattern.Of(@"</?(?:ins|i|em|u|mark|center|p|span|div|big|font)>|<br\s?/?>(?=\n|$)", RegexOptions.IgnoreCase);

    // \textbf{Answer:} 5 and $\text{Final answer: } 5$: words that LaTeX sets.
    private static Regex Worded => field ??= Pattern.Of(@"(?<![{\w\\])(\${0,2})[ ]?\\(?:text|textbf|textit|mathbf|underline|emph|mathrm)\s?\{([^{}$\n]{0,40}\banswer\b[^{}$\n]{0,20})\}", RegexOptions.IgnoreCase);

    private static Regex Fence => field ??= Pattern.Of(@"^\s*```[a-z]{0,8}\s*\n?([\s\S]*?)```\s*$", RegexOptions.IgnoreCase);
}
