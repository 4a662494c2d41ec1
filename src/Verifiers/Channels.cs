using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers;

/// <summary>
/// Channels that a model writes before its answer: <c>analysis</c>, then <c>final</c>, marked by the tokens of the Harmony format, by what is
/// left of them where special tokens were dropped (<c>analysis…assistantfinal…</c>), or by tags.
/// </summary>
public static class Channels
{
    /// <summary>
    /// The text of the last <c>final</c> channel, or the text itself where there are no channels; <c>null</c> where channels began and the
    /// final one did not.
    /// </summary>
    /// <param name="text">A response.</param>
    public static string? Final(string text)
    {
        if (Marked.IsMatch(text)) return After(text, FinalMark, Ending);
        if (Tagged.IsMatch(text)) return After(text, FinalTag, EndTag);
        return Bare.IsMatch(text) ? After(text, BareFinal, null) : text;
    }

    /// <summary>Whether a response begins with a channel that a token marks.</summary>
    /// <param name="text">A response.</param>
    public static bool AreMarked(string text) => Without(Without(text.AsSpan().TrimStart(), "<|start|>"), "assistant").StartsWith("<|channel|>", StringComparison.Ordinal);

    private static ReadOnlySpan<char> Without(ReadOnlySpan<char> text, string beginning) =>
        text.StartsWith(beginning, StringComparison.Ordinal) ? text[beginning.Length..].TrimStart() : text;

    private static string? After(string text, Regex mark, Regex? end)
    {
        if (mark.Matches(text) is not [.., var last]) return null;
        var rest = text[(last.Index + last.Length)..];
        return end?.Match(rest) is { Success: true } stop ? rest[..stop.Index] : rest;
    }

    private static Regex Marked => field ??= Pattern.Of(@"<\|channel\|>\s*(?:analysis|commentary|final)\b");

    private static Regex FinalMark => field ??= Pattern.Of(@"<\|channel\|>\s*final\b[^<\n]{0,40}(?:<\|constrain\|>[^<\n]{0,40})?<\|message\|>");

    private static Regex Ending => field ??= Pattern.Of(@"<\|(?:end|return|start|call)\|>");

    private static Regex Tagged => field ??= Pattern.Of(@"^\s*<(?:analysis|commentary)>", RegexOptions.IgnoreCase);

    private static Regex FinalTag => field ??= Pattern.Of("<(?:final|answer|response)>|</(?:analysis|commentary)>", RegexOptions.IgnoreCase);

    private static Regex EndTag => field ??= Pattern.Of("</(?:final|answer|response)>", RegexOptions.IgnoreCase);

    // Special tokens dropped: the names of the channels stick to the text. "analysis" alone may begin an answer; with "assistantfinal" it does not.
    private static Regex Bare => field ??= Pattern.Of(@"^\s*analysis(?=[A-Z""'“ \n])(?s:.*)(?:assistant|\b)final(?=[A-Z""'“I ])|^\s*(?:assistant)?analysis(?=[A-Z])");

    private static Regex BareFinal => field ??= Pattern.Of(@"(?:assistant\s*final|(?<=[.!?""”]\s{0,4})final)(?=[A-Z""'“\d\s*#-])|^\s*final(?=[A-Z])");
}
