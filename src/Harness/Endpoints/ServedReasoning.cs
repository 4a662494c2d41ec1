using System.Text.RegularExpressions;
using SafetyGate.Verifiers;

namespace SafetyGate.Harness.Endpoints;

/// <summary>
/// Reasoning that a served model writes into its answer where the server does not take it out: the tags that <see cref="Thinking"/> knows,
/// with attributes and blanks in them too, and the marks of other models' templates.
/// </summary>
internal static partial class ServedReasoning
{
    // What a mark stands for does not depend on its place: it is no word of an answer.
    private static readonly (Regex Open, Regex Close)[] Marks =
    [
        (Tag(), TagEnd()), (Kimi(), KimiEnd()), (Cohere(), CohereEnd()), (Thought(), ThoughtEnd()), (Channel(), ChannelEnd()),
    ];

    /// <summary>The answer; <c>null</c> where the reasoning was begun and not ended.</summary>
    /// <param name="text">A response.</param>
    public static string? Strip(string text)
    {
        foreach (var (open, close) in Marks)
        {
            if (close.Matches(text) is [.., var end]) text = text[(end.Index + end.Length)..];
            if (open.IsMatch(text)) return null;
        }

        // Words that an answer may hold are marks only where the response begins with them.
        if (Named().Match(text) is { Success: true } named)
        {
            var close = "</" + named.Groups[1].Value + ">";
            if (text.LastIndexOf(close, StringComparison.OrdinalIgnoreCase) is not (>= 0 and var end)) return null;
            text = text[(end + close.Length)..];
        }
        else if (Process().IsMatch(text))
        {
            if (Response().Matches(text) is not [.., var answer]) return null;
            text = text[(answer.Index + answer.Length)..];
        }

        return Thinking.Strip(Wrapping().Replace(text, ""));
    }

    [GeneratedRegex(@"<\s*\|?\s*(?:seed:)?(?:think|thinking|thought|reasoning)(?:\s[^<>]{0,200})?\|?>", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Tag();

    [GeneratedRegex(@"<\s*\|?\s*/\s*(?:seed:)?(?:think|thinking|thought|reasoning)\s*\|?>", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex TagEnd();

    [GeneratedRegex("◁think▷", RegexOptions.CultureInvariant)]
    private static partial Regex Kimi();

    [GeneratedRegex("◁/think▷", RegexOptions.CultureInvariant)]
    private static partial Regex KimiEnd();

    [GeneratedRegex(@"<\|START_THINKING\|>", RegexOptions.CultureInvariant)]
    private static partial Regex Cohere();

    [GeneratedRegex(@"<\|END_THINKING\|>", RegexOptions.CultureInvariant)]
    private static partial Regex CohereEnd();

    [GeneratedRegex(@"<\|begin_of_thought\|>", RegexOptions.CultureInvariant)]
    private static partial Regex Thought();

    [GeneratedRegex(@"<\|end_of_thought\|>", RegexOptions.CultureInvariant)]
    private static partial Regex ThoughtEnd();

    // Gemma 4
    [GeneratedRegex(@"<\|channel>\s*thought\b", RegexOptions.CultureInvariant)]
    private static partial Regex Channel();

    [GeneratedRegex("<channel\\|>", RegexOptions.CultureInvariant)]
    private static partial Regex ChannelEnd();

    [GeneratedRegex("^\\s*<(thoughts|reflection|scratchpad|reason|inner_monologue)>", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Named();

    // Granite 3
    [GeneratedRegex(@"^\s*Here is my thought process:", RegexOptions.CultureInvariant)]
    private static partial Regex Process();

    [GeneratedRegex(@"Here is my response:\s*", RegexOptions.CultureInvariant)]
    private static partial Regex Response();

    [GeneratedRegex(@"<\|(?:START_RESPONSE|END_RESPONSE|begin_of_solution|end_of_solution)\|>", RegexOptions.CultureInvariant)]
    private static partial Regex Wrapping();
}
