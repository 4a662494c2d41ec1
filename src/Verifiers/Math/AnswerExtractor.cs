using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Math;

/// <summary>Finds the final answer in a model's text.</summary>
internal static class AnswerExtractor
{
    /// <summary>
    /// A "final answer" after the last box; else the last boxes; else what follows the last <c>####</c>; else what follows the last "answer
    /// is" or "Answer:"; else the last line, or the value its last sentence concludes with. Reasoning in tags and channels does not count. Null where
    /// nothing could be an answer, or where the answer is denied or taken back.
    /// </summary>
    /// <param name="text">A text.</param>
    /// <param name="trusted">A gold text, which is not searched for second thoughts.</param>
    /// <param name="question">The question, where it is known.</param>
    public static FoundAnswer? Find(string text, bool trusted = false, string? question = null)
    {
        if (Spoken.Of(text) is not { } spoken) return null;
        // Nothing is cut from the beginning: it may hold what makes the end another answer.
        text = Runs.Shorten(Turns.First(spoken));
        if (!trusted && Markup.Field(text) is { } field) return field.Length == 0 ? null : Find(field, question: question);
        text = LatexText.Unescape(Markup.Shown(text));
        if (Tagged(text) is { } tagged) text = tagged;
        var said = Said(text, out var disowned, trusted);
        if (Boxes.Last(text) is { } box)
        {
            if (said is { Final: true } && said.Start >= box.End) return Known(said) ? Checked(text, said, trusted) : null;
            return (box.Denied || !Introductions.HandOver(text, box.Start, box.End) || !Wording.IsKnown(text, box.Start, box.End, question) || (Introduced(text, box.Start) is { } claim && !IsOwn(text, claim))) && !trusted ? null : Checked(text, new(box.Content, box.Start, box.End, false), trusted, boxed: true);
        }

        if (AfterHashes(text) is { } marked) return Claims.AreDisowned(text[..marked.Start]) ? null : Checked(text, marked, trusted);
        if (said is not null) return Known(said) ? Checked(text, said, trusted) : null;
        if (Languages.Last(text) is var (answer, from, to)) return Checked(text, new(answer, from, to, false), trusted);
        // "It is not known if the answer is 5." gives none; a later sentence may.
        return Prose.End(text[disowned..].Trim()) is { } end && (trusted || Wording.EndIsKnown(text, end, question)) ? new(end, []) : null;

        bool Known(Place place) => trusted || Wording.SaidIsKnown(text, place.Start, place.End, place.Answer, question);
    }

    private const int LongestBefore = 100;
    private const int MostHedges = 100; // one that differs is enough

    private sealed record Place(string Answer, int Start, int End, bool Final);

    // What follows the answer may take it back, or give another one.
    private static FoundAnswer? Checked(string text, Place place, bool trusted, bool boxed = false)
    {
        var rest = text[place.End..].TrimStart('$', '.', ' ', ')', ']', '}', '*', '\n', '\\');
        if (trusted) return new(place.Answer, []);
        var others = Labels.Others(text, place.Start).Select(a => new FurtherAnswer(a, true)).ToList();
        if (Crossed.IsMatch(text[place.End..])) return null;
        if (Undone.IsMatch(rest)) return null;
        if (Instead.Match(rest) is { Success: true } instead0) others.Add(new(instead0.Groups[1].Value, true));
        if (Retraction.IsMatch(rest)) return Prose.End(rest.Trim()) is { } instead ? new(instead, []) : null;
        if (boxed ? Standing.FallsBehindBox(text, place.End) : Standing.Falls(text[place.End..])) return null;
        if (NextLine.Match(rest) is { Success: true } line) others.Add(new(line.Groups[1].Value, true));
        if (AfterHashes(rest) is { } marked) others.Add(new(marked.Answer, true));
        if (Said(rest, out _) is { } said) others.Add(new(said.Answer, said.Answer.Any(char.IsAsciiDigit)));
        others.AddRange(Unowned(rest));
        if (Turn.IsMatch(rest) && Prose.End(rest.Trim()) is { } end) others.Add(new(end, false));
        if (Standing.GoesOn(boxed ? Standing.NextSentence(text[place.End..]) : rest) is { } further && Prose.End(further.Trim()) is { } last) others.Add(new(last, false));
        others.AddRange(TurnTo.Matches(rest).Select(m => m.Groups[1].Success ? m.Groups[1].Value : m.Groups[2].Value).Distinct().Take(MostHedges).Select(a => new FurtherAnswer(a, true)));
        others.AddRange(Hedge.Matches(rest).Select(m => m.Groups[1].Value).Distinct().Take(MostHedges).Select(a => new FurtherAnswer(a, true)));
        return new(place.Answer, others);
    }

    // The last "answer is" that the text states as its own; with it the end of the last sentence that states none.
    private static Place? Said(string text, out int disowned, bool trusted = false)
    {
        disowned = 0;
        var said = AnswerIs.Matches(text);
        for (var at = said.Count - 1; at >= 0; at--)
        {
            var start = said[at].Index + said[at].Length;
            var (answer, end) = Prose.Start(text[start..]);
            if (trusted || IsOwn(text, said[at].Index))
                return new(answer, said[at].Index, start + end, said[at].Value.StartsWith("final", StringComparison.OrdinalIgnoreCase));
            disowned = System.Math.Max(disowned, start + end);
            if (said.Count - at > MostHedges) break;
        }

        return null;
    }

    // Whether a text states what follows its "answer is" as its own.
    private static bool IsOwn(string text, int at) =>
        Claims.AreOwn(text[..at]) && !Claims.AreQuoted(text, at) && !Unasserted.IsMatch(text[System.Math.Max(0, at - LongestBefore)..at]);

    // Where the "answer is" begins that stands right before a box.
    private static int? Introduced(string text, int box)
    {
        var from = System.Math.Max(0, box - LongestBefore);
        return AnswerIs.Matches(text[from..box]).LastOrDefault() is { } said && Opened.IsMatch(text[(from + said.Index + said.Length)..box]) ? from + said.Index : null;
    }

    private static Regex Opened => field ??= Pattern.Of(@"^[\s$*_\\(\[{:]*$");

    // "The more careful answer is 6": whose answer it is, is not known, and that is another answer.
    private static IEnumerable<FurtherAnswer> Unowned(string rest) =>
        AnswerIs.Matches(rest).Where(m => Claims.AreUnknown(rest[..m.Index]) && !Unasserted.IsMatch(rest[System.Math.Max(0, m.Index - LongestBefore)..m.Index]))
            .Take(MostHedges).Select(m => new FurtherAnswer(Prose.Start(rest[(m.Index + m.Length)..]).Answer, false));

    private static Place? AfterHashes(string text)
    {
        if (MathVerifier.AfterMarker(text) is not { Length: > 0 } marked) return null;
        var start = text.LastIndexOf("####", StringComparison.Ordinal);
        var end = text.IndexOf('\n', start);
        return new(marked, start, end < 0 ? text.Length : end, false);
    }

    private static string? Tagged(string text)
    {
        if (Tag.Matches(text) is not { Count: > 0 } tags) return null;
        var open = tags[^1];
        var end = text.IndexOf(open.Groups[1].Success ? $"</{open.Groups[1].Value}>" : $"[/{open.Groups[2].Value}]", open.Index, StringComparison.OrdinalIgnoreCase);
        return text[(open.Index + open.Length)..(end < 0 ? text.Length : end)].Trim();
    }

    private static Regex Tag => field ??= Pattern.Of(@"<(answer|final[ _-]?answer|final)>|\[(answer|final[ _-]?answer)\](?=[\s\S]{0,4000}\[/\2\])", RegexOptions.IgnoreCase);

    private const string Value = @"(?:\$[^$\n]{1,200}\$|\*\*[^*\n]{1,200}\*\*|\\\(.{1,200}?\\\)|[^.,;:\n$\\*?!]{1,40})";

    // What stands between "answer" and its verb and leaves it the text's own.
    private const string Aside = @"(?:\s+to\s[^.$:\n]{1,60}(?=\s+is\b|[*_]{0,3}\s?:)|,\s(?:as\s[^,.\n$]{1,40}|then|therefore|thus|of course|in (?:simplest|lowest|exact) (?:form|terms)),(?=\s)|\s(?:that )?(?:you are looking for|you're looking for|we (?:seek|want|are looking for|were looking for|need))(?=\s+is\b))?";

    private const string Verb = @"(?::|=|\bis(?:n't| not)\s+" + Value + @"\s*[,;]?\s*(?:but(?: rather)?|it's|it is)\s+|\bis\b\s*:?|\bequals\b|\b(?:must|should|would) be\b|\b(?:comes (?:out )?to(?: be)?|works out to(?: be)?|turns out to be)\b|(?<=(?:^|\n)[ ]*[*_#]{1,6}[ ]*(?:[Tt]he[ ])?(?:[Ff]inal[ ])?[Aa]nswer[*_]*)\s*\n)";

    private static Regex AnswerIs => field ??= Pattern.Of(
        @"(?:\b(?:[Ff]inal\s+)?(?:[Aa]nswer|ANSWER|[Aa]ns|ANS)\b|(?<=(?:^|\n)[*_#\s]*)(?:[Rr]esult|A)(?=[*_]*\s*:)|\b(?:correct|final|right|actual) (?:value|result|total|number)\b(?=\s+is\b))" + Aside + @"[*_]*\s*" + Verb + @"\s*(?:(?:simply|just|therefore|thus|approximately|actually|really|indeed|clearly|exactly|precisely|in fact|then|now)\b)?\s*(?:\*\*(?=[^*\n]{0,40}$))?",
        RegexOptions.None);

    // "A common wrong answer is", "If n = 2, the answer is": of another answer, or of another question.
    private static Regex Unasserted => field ??= Pattern.Of(@"\b(?:wrong|incorrect|mistaken|false|erroneous|naive|tempting|common|usual|first|initial|previous|earlier|other|(?:student|user|friend|book|teacher|model)'s)\s*$|\bif\b[^.!?\n]{0,60}(?:=|\bwere\b)[^.!?\n]{0,40}$", RegexOptions.IgnoreCase);

    // A value as the next line.
    private static Regex NextLine => field ??= Pattern.Of(@"^\s{0,32}([-+$]?[0-9][0-9.,/]{0,40})[ \t]*(?:\n|$)");

    internal static Regex Retraction => field ??= Pattern.Of(
        @"\b(?:wait,? (?:no|that)|scratch that|correction\b|i (?:made|have made) an? (?:mistake|error)|(?:that|this|it)(?:'s| is| was) (?:wrong|incorrect|not (?:right|correct))|on second thoughts?|oops|oh no|misread|miscounted|miscalculated|mis-?added|my bad|just kidding|never ?mind|make that|strike that|i retract|ignore (?:that|this|the above)|let me (?:correct|fix|revise|retract|rectify|recount|redo|recompute|recalculate|reconsider|rethink|start over|try again)|no,? (?:wrong|that|this|it)|(?:that|this|it)(?:'s| is| was) (?:false|a mistake|an error|invalid|untrue|nonsense|for the (?:other|wrong)|the wrong)|this (?:quote|answer|value|result|claim|statement) is (?:false|wrong|incorrect|invalid|not)|(?:that|this|it) (?:isn't|wasn't|can't be|cannot be) (?:it|right|correct|so|true|the answer)|contradicts|(?:was|is) a (?:mistake|typo|slip)|(?:corrected|revised|better)(?: (?:answer|value|version))?(?=:)|cannot confirm|can't confirm|disputed|debunked|arithmetic slip|(?:is|was) (?:mistaken|lying)|(?:i|we) (?:was|were|am|are) wrong|(?<!\bas )(?:it|this|that|answer) should (?:instead |really |actually )?(?:be|have been)|take (?:that|it) back|disregard (?:that|this|the above)|edit:|update:)(?!\w)",
        RegexOptions.IgnoreCase);

    // The next sentence speaks of the answer, with a denial, or is nothing but a denial, or doubts it: "That cannot be: lengths are positive.",
    // "Not really.", "Or is it 6?"
    private static Regex Undone => field ??= Pattern.Of(@"^[\s*_>(\u2014\u2013-]*(?:(?:hmm|well|but|and|although|however|though|unfortunately|except that|wait|actually),?\.?\s+)*(?:(?:that|this|it|the answer|this answer|that answer)\b(?!'?s? why)[^.!?\n]{0,80}?(?:\b(?:not|never|no|cannot|impossible|absurd|nonsense|accident|mistake|error|typo|contradiction)\b|n't\b)|(?:nope|nah|no|not|never|wrong|false|incorrect|except)\b(?!\s+(?:further|need|more|other|extraneous|additional|worries|problem|matter|doubt|to mention|surprisingly|all|every|that|only|simplification|approximation|rounding|tricks?)\b)|(?:please )?(?:ignore|disregard|forget|strike|scratch|delete|retract)\b|(?:or|but)[\s,]+(?:is|was|are|could|should|might|would|can)(?:n't)? (?:it|this|that|the answer)\b[^!?\n]{0,200}\?|i (?:typed|wrote|said|meant|put|entered) (?:that|this|it)\b)", RegexOptions.IgnoreCase);

    // "The true value, however, is 6", "a recount gives 6", "erratum: 6".
    private static Regex Instead => field ??= Pattern.Of(@"^[\s*_>(\u2014\u2013-]*(?:rather|apologies|apology|sorry|my mistake|my bad|erratum|correction|replace|in (?:truth|reality|actuality)|on (?:closer|second|further|careful)\s\w+|after (?:double|re|more|further|careful|another)|a (?:re\w+|second|closer|careful)|(?:the|its) (?:real|true|actual|right|exact|proper|correct)|better|now i|instead)\b[^.!?\n$0-9*\\]{0,60}(\$[^$\n]{1,200}\$|\*\*[^*\n]{1,200}\*\*|\\\([^\n]{1,200}?\\\)|[^\n]{1,60}?)[.!]?\s*(?:\n|$)", RegexOptions.IgnoreCase);

    // "5 ❌"
    private static Regex Crossed => field ??= Pattern.Of(@"^[\s$.)(\]}*\[\\]*[\u274c\u2717\u2718\u2716]");

    private static Regex Turn => field ??= Pattern.Of(@"(?:^|[.!?\n]\s{0,32})(?:or(?!\s*\n)|maybe|perhaps|alternatively|actually|wait|no(?=,)|but|however|hmm)\b", RegexOptions.IgnoreCase);

    // "Actually, it is $6$", "Alternatively, $6$".
    private static Regex TurnTo => field ??= Pattern.Of(
        @"(?:^|[.!?\n]\s{0,32})(?:or|maybe|perhaps|alternatively|actually|no)\b,?\s{0,8}(?:(?:or|and|maybe|perhaps)\s)?(?:(?:it|that|this|(?:the |my )(?:correct |right |final )?(?:answer|value|result))(?:'s| is| was| equals| (?:should|must|could|might|may) be)\s{1,8})?(?:simply |just |also |equal to )?(?:\$(?!\$)((?:\\\$|[^$\n]){1,200}?)\$(?![0-9])|\\\((.{1,200}?)\\\))",
        RegexOptions.IgnoreCase);

    // "Or maybe 6", ", or perhaps 6", "the answer might be 6".
    private static Regex Hedge => field ??= Pattern.Of(
        @"(?:(?:^,?|[.!?\n])\s{0,32}(?:or(?!\s*\n)|maybe|perhaps|alternatively)|,\s{0,32}(?:or )?(?:maybe|perhaps|possibly|alternatively)|\b(?:it|answer|value|result) (?:could|might|may) (?:also )?be)\b[^.!?\n0-9]{0,40}(?<![\w.])(-?[0-9]+(?:\.[0-9]+)?)(?!\w|\.[0-9])",
        RegexOptions.IgnoreCase);
}
