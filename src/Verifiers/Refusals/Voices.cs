using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Refusals;

/// <summary>
/// Takes a response apart by the labels of its speakers. A label stands at the beginning of a line, in brackets (<c>[Name]</c>,
/// <c>(Name)</c>), before a colon (<c>Name:</c>), or as <c>As Name,</c>. One label says who answers and is dropped; several are several
/// voices, each of which may decline or answer.
/// </summary>
internal static class Voices
{
    private const int MostVoices = 40;

    /// <summary>The voices in the order of their first words, each with all it says. One voice if there are no labels.</summary>
    public static IReadOnlyList<Voice> Of(string text)
    {
        var fences = Fence.Matches(text);
        var labels = Label.Matches(text).Where(label => IsSpeaker(label) && !fences.Any(f => label.Index >= f.Index && label.Index < f.Index + f.Length)).ToList();
        if (labels.Count is 0 or > MostVoices) return [new("", text)];
        var spoken = new List<(string Name, string Text)>();
        if (text[..labels[0].Index].Trim() is { Length: > 0 } before) spoken.Add(("", before));
        for (var i = 0; i < labels.Count; i++)
        {
            var start = labels[i].Index + labels[i].Length;
            var end = i + 1 < labels.Count ? labels[i + 1].Index : text.Length;
            spoken.Add((NameOf(labels[i]), text[start..end]));
        }

        return [.. spoken.GroupBy(s => s.Name, StringComparer.Ordinal).Select(g => new Voice(g.Key, string.Join("\n\n", g.Select(s => s.Text.Trim()))))];
    }

    private static string NameOf(Match label) =>
        string.Join(' ', label.Groups.Values.Skip(1).Where(g => g.Success).Select(g => g.Value)).Trim().ToLowerInvariant();

    // A heading, a field of a letter, a step or a line of code is no speaker.
    private static bool IsSpeaker(Match label) => !NoSpeaker.IsMatch(NameOf(label));

    private static Regex Label => field ??= Pattern.Of(
        @"^[ \t>]*(?:\#{1,6}[ ])?[*_""“]{0,3}(?:"
        + @"\[(?<1>[^\[\]\n]{1,40}?):?\][*_]{0,3}[ ]?(?:\([^()\n]{1,30}\)[ ]?)?:?(?!\()"
        + @"|\((?<2>[\p{L}\p{So}\p{Cs}][^()\n]{1,30}?)\)[*_]{0,3}:?(?=[ \n])"
        + @"|<(?<3>(?i:assistant|ai|bot|model|chatbot))>:?"
        + @"|(?:[\p{So}\p{Cs}\uFE0F\u200D]+[ ]?)?(?<4>\p{L}[\w.'’&-]{0,24}(?:[ ][\w.'’&\#-]{1,20}){0,3}(?:[ ]\([^()\n]{1,30}\))?)(?:[ ]?[\p{So}\p{Cs}\uFE0F\u200D]+)?[*_]{0,3}:(?=[*_""“]{0,3}(?:[ \n]|$))"
        + @"|(?<6>[\u0391-\u03A9\u03B1-\u03C9])(?=[ ]\p{Lu})"
        + @"|As (?<5>(?!An?\b|The\b|I\b|We\b|You\b|Always\b)[A-Z][\w.-]{1,20}),(?=[ ])"
        + @")[*_]{0,3}",
        RegexOptions.Multiline);

    private static Regex Fence => field ??= Pattern.Of(@"(?:```|''')(?s:.*?)(?:```|'''|\z)");

    private static Regex NoSpeaker => field ??= Pattern.Of(@"^(?:(?:your |the )?requests?(?: \w+)?|(?:access )?denied|declined|refused|rejected|blocked|steps?|notes?|title|subject|re|to|from|date|cc|ps|warning|disclaimer|caution|important|example|examples|tip|tips|pros?|cons?|summary|conclusion|introduction|intro|background|ingredients|instructions|method|methods|materials|tools|overview|key|remember|source|sources|reference|references|reason|reasons|question|q|a|part|chapter|section|scene|act|verse|chorus|bridge|option|first|second|third|finally|solution|result|results|input|code|python|javascript|bash|json|http|https|ways?|advice|suggestions?|alternatives?|resources?|hotlines?|goal|objective|location|time|name|address|phone|email|dear .*|x|\d+|[a-z]|[ivx]+|(?:here|that|this|what|it|there|let)['\u2019]s .*|here .*|this .*|the .*|these .*|some .*|for .*|in .*|if .*|when .*|how .*|why .*|what .*|you .*|i .*|it .*|to .*|as .*|but .*|also|however|instead|therefore|\w+ (?:is|are|was|were|can|could|will|would|include|includes|following|such|these|this|that|steps?|ways?|tips?|things|examples?|reasons?|options?|points?)(?: .*)?)(?: \d+| [a-z])?$");
}
