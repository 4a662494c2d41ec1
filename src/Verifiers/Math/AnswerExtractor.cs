using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Math;

/// <summary>Finds the final answer in a model's text.</summary>
internal static partial class AnswerExtractor
{
    /// <summary>
    /// A "final answer" after the last box; else the last boxes; else what follows the last <c>####</c>; else what follows the last "answer
    /// is" or "Answer:"; else the last line, or the value its last sentence concludes with. Reasoning in tags and channels does not count. Null where
    /// nothing could be an answer, or where the answer is denied or taken back.
    /// </summary>
    /// <param name="text">A text.</param>
    /// <param name="trusted">A gold text, which is not searched for second thoughts.</param>
    public static FoundAnswer? Find(string text, bool trusted = false)
    {
        if (Spoken.Of(text) is not { } spoken) return null;
        // Nothing is cut from the beginning: it may hold what makes the end another answer.
        text = LatexText.Unescape(Runs.Shorten(Turns.First(spoken)));
        if (Tagged(text) is { } tagged) text = tagged;
        var said = Said(text, out var disowned, trusted);
        if (Boxes.Last(text) is { } box)
        {
            if (said is { Final: true } && said.Start >= box.End) return Checked(text, said, trusted);
            return box.Denied && !trusted ? null : Checked(text, new(box.Content, box.Start, box.End, false), trusted);
        }

        if (AfterHashes(text) is { } marked) return Checked(text, marked, trusted);
        if (said is not null) return Checked(text, said, trusted);
        // "It is not known if the answer is 5." gives none; a later sentence may.
        return Prose.End(text[disowned..].Trim()) is { } end ? new(end, []) : null;
    }

    private const int LongestBefore = 100;
    private const int MostHedges = 100; // one that differs is enough

    private sealed record Place(string Answer, int Start, int End, bool Final);

    // What follows the answer may take it back, or give another one.
    private static FoundAnswer? Checked(string text, Place place, bool trusted)
    {
        var rest = text[place.End..].TrimStart('$', '.', ' ', ')', ']', '}', '*', '\n', '\\');
        if (trusted || rest.Length == 0) return new(place.Answer, []);
        var others = new List<FurtherAnswer>();
        if (Retraction().IsMatch(rest)) return Prose.End(rest.Trim()) is { } instead ? new(instead, []) : null;
        if (NextLine().Match(rest) is { Success: true } line) others.Add(new(line.Groups[1].Value, true));
        if (AfterHashes(rest) is { } marked) others.Add(new(marked.Answer, true));
        if (Said(rest, out _) is { } said) others.Add(new(said.Answer, said.Answer.Any(char.IsAsciiDigit)));
        if (Turn().IsMatch(rest) && Prose.End(rest.Trim()) is { } end) others.Add(new(end, false));
        others.AddRange(TurnTo().Matches(rest).Select(m => m.Groups[1].Success ? m.Groups[1].Value : m.Groups[2].Value).Distinct().Take(MostHedges).Select(a => new FurtherAnswer(a, true)));
        others.AddRange(Hedge().Matches(rest).Select(m => m.Groups[1].Value).Distinct().Take(MostHedges).Select(a => new FurtherAnswer(a, true)));
        return new(place.Answer, others);
    }

    // The last "answer is" that the text states as its own; with it the end of the last sentence that states none.
    private static Place? Said(string text, out int disowned, bool trusted = false)
    {
        disowned = 0;
        var said = AnswerIs().Matches(text);
        for (var at = said.Count - 1; at >= 0; at--)
        {
            var start = said[at].Index + said[at].Length;
            var (answer, end) = Prose.Start(text[start..]);
            if (trusted || (Claims.AreOwn(text[..said[at].Index]) && !Unasserted().IsMatch(text[System.Math.Max(0, said[at].Index - LongestBefore)..said[at].Index])))
                return new(answer, said[at].Index, start + end, said[at].Value.StartsWith("final", StringComparison.OrdinalIgnoreCase));
            disowned = System.Math.Max(disowned, start + end);
            if (said.Count - at > MostHedges) break;
        }

        return null;
    }

    private static Place? AfterHashes(string text)
    {
        if (MathVerifier.AfterMarker(text) is not { Length: > 0 } marked) return null;
        var start = text.LastIndexOf("####", StringComparison.Ordinal);
        var end = text.IndexOf('\n', start);
        return new(marked, start, end < 0 ? text.Length : end, false);
    }

    private static string? Tagged(string text)
    {
        var open = text.LastIndexOf("<answer>", StringComparison.OrdinalIgnoreCase);
        if (open < 0) return null;
        var close = text.IndexOf("</answer>", open, StringComparison.OrdinalIgnoreCase);
        return text[(open + "<answer>".Length)..(close < 0 ? text.Length : close)].Trim();
    }

    [GeneratedRegex(
        @"(?:\b(?:[Ff]inal\s+)?(?:[Aa]nswer|ANSWER|[Aa]ns|ANS)\b|(?<=(?:^|\n)[*_#\s]*)(?:[Rr]esult|A)(?=[*_]*\s*:))(?:\s+to\s[^.$:\n]{1,60}(?=\s+is\b))?[*_]*\s*(?::|=|\bis\b\s*:?|\bequals\b|\b(?:must|should|would) be\b|(?<=(?:^|\n)[ ]*[*_#]{1,6}[ ]*(?:[Tt]he[ ])?(?:[Ff]inal[ ])?[Aa]nswer[*_]*)\s*\n)\s*(?:(?:simply|just|therefore|thus|approximately)\b)?\s*(?:\*\*(?=[^*\n]{0,40}$))?",
        RegexOptions.None)]
    private static partial Regex AnswerIs();

    // "A common wrong answer is", "If n = 2, the answer is": of another answer, or of another question.
    [GeneratedRegex(@"\b(?:wrong|incorrect|mistaken|false|erroneous|first|initial|previous|earlier)\s*$|\bif\b[^.!?\n]{0,60}(?:=|\bwere\b)[^.!?\n]{0,40}$", RegexOptions.IgnoreCase)]
    private static partial Regex Unasserted();

    // A value as the next line.
    [GeneratedRegex(@"^\s{0,32}([-+$]?[0-9][0-9.,/]{0,40})[ \t]*(?:\n|$)")]
    private static partial Regex NextLine();

    [GeneratedRegex(
        @"\b(?:wait,? (?:no|that)|scratch that|correction\b|i (?:made|have made) an? (?:mistake|error)|(?:that|this|it)(?:'s| is| was) (?:wrong|incorrect|not (?:right|correct))|on second thoughts?|oops|oh no|misread|miscounted|miscalculated|mis-?added|my bad|arithmetic slip|(?:is|was) (?:mistaken|lying)|(?:i|we) (?:was|were|am|are) wrong|(?:it|this|that|answer) should (?:instead |really |actually )?(?:be|have been)|take (?:that|it) back|disregard (?:that|this|the above)|edit:|update:)(?!\w)",
        RegexOptions.IgnoreCase)]
    private static partial Regex Retraction();

    [GeneratedRegex(@"(?:^|[.!?\n]\s{0,32})(?:or(?!\s*\n)|maybe|perhaps|alternatively|actually|wait|no,|but|however|hmm)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Turn();

    // "Actually, it is $6$", "Alternatively, $6$".
    [GeneratedRegex(
        @"(?:^|[.!?\n]\s{0,32})(?:or|maybe|perhaps|alternatively|actually|no)\b,?\s{0,8}(?:(?:or|and|maybe|perhaps)\s)?(?:(?:it|that|this|(?:the |my )(?:correct |right |final )?(?:answer|value|result))(?:'s| is| was| equals| (?:should|must|could|might|may) be)\s{1,8})?(?:simply |just |also |equal to )?(?:\$(?!\$)((?:\\\$|[^$\n]){1,200}?)\$(?![0-9])|\\\((.{1,200}?)\\\))",
        RegexOptions.IgnoreCase)]
    private static partial Regex TurnTo();

    // "Or maybe 6", ", or perhaps 6", "the answer might be 6".
    [GeneratedRegex(
        @"(?:(?:^,?|[.!?\n])\s{0,32}(?:or(?!\s*\n)|maybe|perhaps|alternatively)|,\s{0,32}(?:or )?(?:maybe|perhaps|possibly|alternatively)|\b(?:it|answer|value|result) (?:could|might|may) (?:also )?be)\b[^.!?\n0-9]{0,40}(?<![\w.])(-?[0-9]+(?:\.[0-9]+)?)(?!\w|\.[0-9])",
        RegexOptions.IgnoreCase)]
    private static partial Regex Hedge();
}
