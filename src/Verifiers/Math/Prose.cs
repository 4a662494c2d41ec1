using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Math;

/// <summary>Answers in sentences.</summary>
internal static partial class Prose
{
    private const int LongestLine = 400;

    /// <summary>
    /// The answer with which a text begins, after "the answer is": formulas and emphasized values joined to a list, else the sentence.
    /// </summary>
    public static string Start(string rest)
    {
        var (items, at) = (new List<string>(), 0);
        while (true)
        {
            var match = (items.Count == 0 ? Marked() : NextMarked()).Match(rest, at);
            if (!match.Success || match.Index != at) break;
            items.Add(match.Groups.Values.Skip(1).Last(g => g.Success).Value.Trim());
            at += match.Length;
        }

        // "$5$ or so": what follows must not change the value.
        if (items.Count > 0) return Sentence(rest[at..]) is var after && (after.Length > AnswerReader.LongestAnswer || Changes().IsMatch(after)) ? Sentence(rest) : string.Join(", ", items);
        return Sentence(rest);
    }

    /// <summary>
    /// The answer at the end of a text without any marker: its last line, or the value its last sentence gives. Null where there is none.
    /// </summary>
    public static string? End(string text)
    {
        var line = text[(text.LastIndexOf('\n') + 1)..].Trim();
        if (line.Length is 0 or > LongestLine) return null;
        if (AnswerReader.Read(line) is { } value && (value is not MathValue.Phrase || line.Length == text.Length)) return line;
        var sentences = SentenceEnd().Split(line).Where(s => s.Any(char.IsLetterOrDigit)).ToList();
        var last = sentences.Count == 0 ? line : sentences[^1].Trim();
        if (last.EndsWith('?') || line.TrimEnd('*', '_', ' ').EndsWith('?')) return null;
        var marked = InSentence().Matches(last);
        if (marked.Count > 0)
        {
            var first = marked.Count - 1;
            while (first > 0 && Joint().IsMatch(last[(marked[first - 1].Index + marked[first - 1].Length)..marked[first].Index])) first--;
            var outside = string.Concat(last[..marked[first].Index], " ", last[(marked[^1].Index + marked[^1].Length)..]);
            var values = string.Join(", ", marked.Skip(first).Select(m => m.Groups.Values.Skip(1).Last(g => g.Success).Value.Trim()));
            if (!Doubts().IsMatch(outside) && !Changes().IsMatch(last[(marked[^1].Index + marked[^1].Length)..]) && AnswerReader.Read(values) is { } inside and not MathValue.Phrase) return values;
            if (marked.Count == 1 && last.Length == text.Length && AnswerReader.Read(values) is MathValue.Phrase) return values;
        }

        return Conclusion(last) ?? (line.Length == text.Length && line.Length <= 200 ? line : null);
    }

    // "Therefore, there are 7 apples left.", "48 in April and 24 in May, so 72 in total.", "5 + 3 = 8 apples".
    private static string? Conclusion(string sentence)
    {
        if (sentence.Contains('$', StringComparison.Ordinal) && MoneyOnly().Replace(sentence, "").Contains('$', StringComparison.Ordinal))
            return null;
        var clause = sentence;
        if (Concluding().Matches(sentence) is { Count: > 0 } words && words[^1] is var word && word.Index > 0 && Numbers().Count(sentence[(word.Index + word.Length)..]) == 1) clause = sentence[word.Index..];
        var calculation = "";
        if (clause.LastIndexOf('=') is >= 0 and var equals)
        {
            // "He can skip 4 because 10 - 4 = 6": which of the two is the answer cannot be told.
            var match = Calculation().Match(clause[..equals]);
            if (Reason().IsMatch(clause[..match.Index])) return null;
            (calculation, clause) = (match.Value, clause[(equals + 1)..]);
        }

        if (Doubts().IsMatch(clause) || Numbers().Matches(clause) is not { Count: 1 } numbers) return null;
        var number = numbers[0];
        // A calculation that does not give its number: which of the two is meant is unknown.
        if (calculation.Any(char.IsAsciiDigit) && AnswerReader.Read(calculation) is MathValue.Expression { Value: var made } && (AnswerReader.Read(number.Value) is not MathValue.Expression { Value: var written } || !made.SameAs(written))) return null;
        return Changes().IsMatch(clause[(number.Index + number.Length)..]) || Before().IsMatch(clause[..number.Index])
            ? null
            : number.Value + Unit().Match(clause[(number.Index + number.Length)..]).Value;
    }

    private static string Sentence(string text) => SentenceEnd().Split(text)[0].Trim().TrimEnd('*', '_', '`', ' ').TrimStart('*', '`', ' ');

    [GeneratedRegex(@"\G[\s:]*(?:\*\*\$\$?([^$\n]+?)\$\$?\*\*|\$\$?([^$]+?)(?<!\\)\$\$?(?![0-9])|\\\((.+?)\\\)|\\\[(.+?)\\\]|\*\*([^*\n]+)\*\*|__([^_\n]+)__|_([^_\n]+)_(?!\w)|`([^`\n]+)`|""([^""\n]+)""|\*([^*\n]+)\*)", RegexOptions.Singleline)]
    private static partial Regex Marked();

    [GeneratedRegex(@"\G\s*(?:,\s*(?:and|or)\s|,|\band\b|\bor\b)\s*(?:\*\*\$\$?([^$\n]+?)\$\$?\*\*|\$\$?([^$]+?)(?<!\\)\$\$?(?![0-9])|\\\((.+?)\\\)|\*\*([^*\n]+)\*\*|_([^_\n]+)_(?!\w)|`([^`\n]+)`|([-+]?[0-9][0-9.,/]*[0-9]|[0-9])(?![\w]))", RegexOptions.None)]
    private static partial Regex NextMarked();

    [GeneratedRegex(@"\*\*\$\$?([^$\n]+?)\$\$?\*\*|(?<![\\$\d])\$\$?([^$\n]+?)(?<!\\)\$\$?(?![0-9])|\\\((.+?)\\\)|\\\[(.+?)\\\]|\*\*([^*\n]+?)[.:]?\*\*|__([^_\n]+)__|`([^`\n]+)`", RegexOptions.None)]
    private static partial Regex InSentence();

    [GeneratedRegex(@"^\s*(?:,|,?\s*\band\b|,?\s*\bor\b)\s*$")]
    private static partial Regex Joint();

    [GeneratedRegex(@"(?<=\S)[.!?][*_`""')\]]*(?:\s|$)(?<!\bp\.m\.\s?)(?<!\ba\.m\.\s?)|\n")]
    private static partial Regex SentenceEnd();

    // Words after a value that make it another one.
    [GeneratedRegex(@"^[*_`\s]*(?:,?\s*(?:or|plus|minus|times|and|divided|over|squared|cubed|half|point|hundred|thousand|million|billion|trillion|dozen|percent|per\s?cent|%|mod|out of|to|or so|more|less|fewer)\b(?![^0-9]*$)|[-+*/^=<>!]|\s*(?:or|plus|minus|times|squared|cubed|point|hundred|thousand|million|billion|trillion|dozens?|percent|per\s?cent|halves|thirds|quarters|tenths|or so|more than|less than|fewer than|%)(?!\w)|,?\s*(?:and|or)\s+(?:a |an |one |two |three |four |five |six |seven |eight |nine |ten )|%)", RegexOptions.IgnoreCase)]
    private static partial Regex Changes();

    // A sentence that does not assert the value it holds.
    [GeneratedRegex(@"\b(?:not|n't|isn't|never|no longer|about|approximately|around|roughly|nearly|almost|maybe|perhaps|possibly|might|could|would|if|unless|suppose|assume|unlikely|wrong|incorrect|guess|at least|at most|more than|less than|fewer than|over|under|between|or so|either|neither|someone|let|step|first|next)\b|n't\b|\?", RegexOptions.IgnoreCase)]
    private static partial Regex Doubts();

    [GeneratedRegex(@"\b(?:so|therefore|thus|hence|altogether|in total|total(?:s|ing)?|leaving|giving|which (?:is|gives|leaves|makes|equals))\b", RegexOptions.IgnoreCase)]
    private static partial Regex Concluding();

    [GeneratedRegex(@"(?<![\w.^_{}/*+])(?:[-\u2212](?=[0-9$]))?\$?[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?(?:/[0-9]+)?%?")]
    private static partial Regex Numbers();

    [GeneratedRegex(@"[-0-9+*/().,\s\u00d7\u00f7\u2212^=]*$", RegexOptions.RightToLeft)]
    private static partial Regex Calculation();

    [GeneratedRegex(@"[0-9][^0-9].*\b(?:because|since|as|for|given)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Reason();

    [GeneratedRegex(@"\$(?=[0-9])")]
    private static partial Regex MoneyOnly();

    [GeneratedRegex(@"[-+*/^(<>]\s*$|\b(?:minus|plus|times|negative|step|case|question|problem|equation|day|part|number|no\.?|page|chapter|figure|option|of|one|two|three|four|five|six|seven|eight|nine|ten)\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex Before();

    [GeneratedRegex(@"^\s*(?:degrees?|dollars?|cents?|euros?|meters?|metres?|centimeters?|kilometers?|hours?|minutes?|seconds?|inch(?:es)?|feet)\b")]
    private static partial Regex Unit();
}
