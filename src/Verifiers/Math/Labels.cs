using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Math;

/// <summary>"Option 1: the answer is 5. Option 2: the answer is 6.": answers with numbers, of which the last is not the text's answer.</summary>
internal static class Labels
{
    private const int LongestBefore = 60;
    private const int Most = 100;

    /// <summary>
    /// The answers of the same label with another number than the one before an answer; none where it has no label. "Question 12: … Answer: 5" is
    /// the only one of its label.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="at">Where the answer begins: at "answer", or at its box.</param>
    public static IEnumerable<string> Others(string text, int at)
    {
        if (Before.Match(text[System.Math.Max(0, at - LongestBefore)..at]) is not { Success: true } own) return [];
        return Statement.Matches(text[..at])
            .Where(m => m.Groups["word"].Value.Equals(own.Groups["word"].Value, StringComparison.OrdinalIgnoreCase) && !m.Groups["number"].Value.Equals(own.Groups["number"].Value, StringComparison.OrdinalIgnoreCase))
            .Take(Most).Select(m => Prose.Start(text[(m.Index + m.Length)..]).Answer);
    }

    private const string Label = @"(?:^|[\n.;!?])[\s*_(>\-]*(?:(?:for|in|under)\s+)?(?<word>option|case|part|scenario|interpretation|possibility|version|question|problem|variant|reading|candidate|guess|)\s*\(?(?<number>[0-9]{1,2}|[a-eA-E]|i{1,3}|iv)[).:,]?[)*_]*[:,.)]?[\s*_]*";

    private static Regex Before => field ??= Pattern.Of(Label + @"(?:the|our|my)?\s*(?:final |correct )?$", RegexOptions.IgnoreCase);

    private static Regex Statement => field ??= Pattern.Of(Label + @"(?:the|our|my)?\s*(?:final |correct )?answer(?: is|:)\s*", RegexOptions.IgnoreCase);
}
