using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Math;

/// <summary>
/// Whether a value is handed over in words that are known. A text is believed only where its sentence consists of the value,
/// <see cref="PlainWords"/>, words of the question, and words of a text that has numbers before it. What else a sentence may say is without
/// end, so an unknown word makes it no answer, whatever it says. Where the text shows work, <see cref="Outcomes"/> are asked as well.
/// </summary>
internal static class Wording
{
    private const int LeastSigns = 2, LeastNumbers = 4, ShortestWork = 80, ShortestReason = 160; // of work, and of reasons without numbers
    private const int LongestRead = 20_000, LongestSentence = 600, LongestAfter = 400;

    /// <summary>Whether the sentence around a value is in known words, or the text before it shows work.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Index of the value.</param>
    /// <param name="end">Index behind it.</param>
    /// <param name="question">The question, whose words are known.</param>
    public static bool IsKnown(string text, int start, int end, string? question) => IsKnown(text, start, end, question, isEnd: false);

    private static bool IsKnown(string text, int start, int end, string? question, bool isEnd)
    {
        var before = text[System.Math.Max(0, start - LongestRead)..start];
        var from = SentenceEnd.Matches(before).LastOrDefault() is { } stop ? stop.Index + stop.Length : 0;
        var last = SentenceEnd.Match(text, end);
        var after = text[end..System.Math.Min(last.Success ? last.Index : text.Length, end + LongestAfter)];
        return IsKnown(before[..from], before[from..], after, question, text[start..end], isEnd);
    }

    /// <summary>The same of an "answer is" with its sentence: of the value that it holds first.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Index of "answer".</param>
    /// <param name="end">Index behind the sentence.</param>
    /// <param name="answer">The answer as it was read from it.</param>
    /// <param name="question">The question, whose words are known.</param>
    public static bool SaidIsKnown(string text, int start, int end, string answer, string? question)
    {
        if (answer.Length > 0 && text.IndexOf(answer, start, end - start, StringComparison.Ordinal) is >= 0 and var at) start = at;
        // Of an option that its text follows, and of an answer in words, the rest is the answer.
        if (Option.Match(text, start, end - start) is { Success: true } option) return IsKnown(text, option.Index, option.Groups[1].Success ? end : option.Index + option.Length, question);
        var value = Value.Match(text, start, end - start);
        return value.Success ? IsKnown(text, value.Index, value.Index + value.Length, question) : IsKnown(text, start, end, question);
    }

    /// <summary>Whether the last sentence of a text, which holds a value, is in known words, or the text before it shows work.</summary>
    /// <param name="text">The text.</param>
    /// <param name="value">The value; its own words are known.</param>
    /// <param name="question">The question, whose words are known.</param>
    public static bool EndIsKnown(string text, string value, string? question)
    {
        text = text.TrimEnd();
        if (!text.Contains(value, StringComparison.Ordinal) && Value.Match(value) is { Success: true, Index: 0 } number) value = number.Value; // with a unit that was read
        if (text.LastIndexOf(value, StringComparison.Ordinal) is >= 0 and var at) return IsKnown(text, at, at + value.Length, question, isEnd: true);
        var from = SentenceEnd.Matches(text).LastOrDefault(m => text[(m.Index + m.Length)..].Any(char.IsLetterOrDigit)) is { } stop ? stop.Index + stop.Length : 0;
        return IsKnown(text[..from], text[from..], "", question);
    }

    private static bool IsKnown(string earlier, string before, string after, string? question, string? value = null, bool isEnd = false)
    {
        if (before.Length > LongestSentence) before = LastPart(before);
        var sentence = Plain(Opened.Replace(OpenLines.Replace(before, " "), " "));
        if (Contrasted.IsMatch(sentence)) return true;
        if (Languages.Begins(sentence)) return true; // its words are not known here, and what denies is looked for elsewhere
        if (Answer.Matches(sentence).LastOrDefault() is { } answer && !IsSubject(sentence, answer)) return false;
        var work = ShowsWork(earlier + before);
        var computed = work && Computed.IsMatch(before); // its sentence calculates it
        if (computed && !isEnd) return true;
        var inner = value is not null && Content.Match(value) is { Success: true } box ? box.Groups[1].Value : value;
        var place = computed ? Outcomes.Place.Last : work && inner is not null ? Outcomes.Of(earlier, inner) : Outcomes.Place.NoWork;
        if (place == Outcomes.Place.Earlier && (isEnd || (sentence.Any(char.IsLetter) && !Final.IsMatch(sentence)))) return false;
        if (place == Outcomes.Place.Nowhere && isEnd && (!(Therefore.IsMatch(sentence) || Concluding.IsMatch(sentence)) || IsGiven(inner!, question))) return false;
        if (sentence.Count(c => c is '"' or '\u201c' or '\u201d') % 2 > 0) return false; // a quotation is not over
        var numbers = Number.IsMatch(earlier + before);
        var words = Heard(question).Concat(numbers ? Heard(earlier) : []).ToHashSet(StringComparer.Ordinal);
        if (!numbers && earlier.Length < ShortestReason && !Apart.IsMatch(earlier + before) && !Corrected.IsMatch(sentence) && !AreKnown(Plain(earlier), words, nominal: false, isSubject: true)) return false;
        sentence = Quantity.Replace(sentence, " ");
        var cut = ClauseEnd.Matches(sentence).LastOrDefault() is { } clause ? clause.Index + clause.Length : 0;
        var rest = Plain(Opened.IsMatch(before) ? Closed.Replace(after, "") : Ordinal.Replace(after, ""));
        if (Reason.Match(rest) is { Success: true } reason) rest = rest[..reason.Index];
        var concludes = (numbers || Therefore.IsMatch(sentence)) && (!work || question is null || place == Outcomes.Place.Last || Final.IsMatch(sentence));
        return AreKnown(sentence[cut..], words, concludes, isSubject: true) && AreKnown(Unit.Replace(rest, " "), words, concludes, isSubject: false)
            && (Argued.IsMatch(sentence) || (So.IsMatch(sentence[..cut]) && (numbers || Answer.IsMatch(sentence))) || (numbers && (Reasoning.IsMatch(sentence) || Corrected.IsMatch(sentence[cut..]))) || AreKnown(sentence[..cut], words, nominal: false, isSubject: true));
    }

    // The end of a sentence, not from the middle of a formula on.
    private static string LastPart(string sentence)
    {
        var from = sentence.Length - LongestSentence;
        if (sentence.AsSpan()[..from].Count('$') % 2 > 0 && sentence.IndexOf('$', from) is >= 0 and var close && close < sentence.Length - 1) from = close + 1;
        return sentence[from..];
    }

    private static bool IsGiven(string value, string? question) =>
        question is not null && Numbers.Matches(question).Any(number => number.Value == Numbers.Match(value).Value);

    // Calculations, or numbers and formulas in more than a sentence.
    private static bool ShowsWork(string text) =>
        Sign.Count(text) >= LeastSigns || (text.Length >= ShortestWork && Number.Count(text) >= LeastNumbers);

    // "The answer is", "gives the final answer:", and not "twice the answer is", "the answer minus two is".
    private static bool IsSubject(string sentence, Match answer)
    {
        var clause = sentence[..answer.Index];
        clause = Begins.Matches(clause).LastOrDefault() is { } begin ? clause[(begin.Index + begin.Length)..] : clause;
        return Determiners.IsMatch(clause) && !Changed.IsMatch(sentence[(answer.Index + answer.Length)..]);
    }

    // A word behind "the", "of" or a number is what the problem is about, where the text has numbers before; one with a capital at the beginning is a name.
    private static bool AreKnown(string part, HashSet<string> heard, bool nominal, bool isSubject)
    {
        var (previous, chain) = ("", false);
        foreach (var match in Token.EnumerateMatches(part))
        {
            var written = part.Substring(match.Index, match.Length);
            var word = written.ToLowerInvariant().Replace('\u2019', '\'');
            var known = word.Length == 1 || PlainWords.Contain(word) || (word[^1] == 's' && PlainWords.Contain(word[..^1])) || heard.Contains(Stem(word)) || (isSubject && char.IsUpper(written[0]) && Name.IsMatch(part[..match.Index]) && Verb.IsMatch(part[(match.Index + match.Length)..]));
            var noun = Determines.IsMatch(previous);
            if (!known && !(nominal && (noun || chain))) return false;
            chain = known ? (chain && !Determines.IsMatch(word)) || noun : true;
            previous = word;
        }

        return true;
    }

    private static IEnumerable<string> Heard(string? text)
    {
        if (text is null) yield break;
        var plain = text.Length <= LongestRead ? text : text[^LongestRead..];
        foreach (var match in Token.Matches(Plain(plain)).Select(m => m.Value)) yield return Stem(match.ToLowerInvariant().Replace('\u2019', '\''));
    }

    private static string Stem(string word)
    {
        word = word.EndsWith("'s", StringComparison.Ordinal) ? word[..^2] : word.TrimEnd('\'');
        return word.Length > 4 ? Ending.Replace(word, "") : word.Length > 3 && word[^1] == 's' ? word[..^1] : word;
    }

    private static string Plain(string text) => Blanks.Replace(Layout.Replace(Formulas.Replace(text, " \u25a1 "), " "), " ");

    // Lines of a formula that the value is in, up to it.
    private static Regex OpenLines => field ??= Pattern.Of(@"\\begin\{(?:align|aligned|equation|gather|array|split|cases)\*?\}(?:(?!\\end\{).){0,2000}$", RegexOptions.Singleline);

    private static Regex Content => field ??= Pattern.Of(@"\A\\f?boxed\s*\{(.*)\}\s*$", RegexOptions.Singleline);

    private static Regex Numbers => field ??= Pattern.Of(@"(?<![\d.])\d+(?:[.,]\d+)*");

    // What a sentence may call a value that a later calculation does not come to: an extreme is proved and then attained, a letter's value checked.
    private static Regex Final => field ??= Pattern.Of(@"\banswers?\b|\b(?:minimum|maximum|minimal|maximal|largest|smallest|greatest|least)\b|\bvalue of \u25a1", RegexOptions.IgnoreCase);

    // "= □" in the formula of the value.
    private static Regex Computed => field ??= Pattern.Of(@"(?:[=\u2248]|\\(?:approx|equiv))\s*[&\s${]*$");

    private static Regex Ordinal => field ??= Pattern.Of(@"^(?:st|nd|rd|th)\b");

    private static Regex Blanks => field ??= Pattern.Of(@"\s+");

    private static Regex SentenceEnd => field ??= Pattern.Of(@"(?<=[^\s.])[.!?][)\]""*]{0,3}(?=[\s$\\]|$)(?<!\b(?:Mr|Mrs|Ms|Dr|St|sq|cu|vs)\.)|\n(?=\s*(?:\n|[#*\d\-|A-Z]))|(?:\$\$|\\\])(?=\s+[A-Z])|\u3002|;(?=\s)");

    // The formula in which the value stands, up to it.
    private static Regex Opened => field ??= Pattern.Of(@"(?:\$\$?|\\\(|\\\[)(?:(?!\$|\\[()\[\]]).){0,400}$", RegexOptions.Singleline);

    // And from it.
    private static Regex Closed => field ??= Pattern.Of(@"^[^$\n]{0,200}?(?:\$\$?|\\\)|\\\])(?![\d])|^[\d.,]*");

    private static Regex Formulas => field ??= Pattern.Of(@"\$\$?[^$]{1,400}\$\$?|\\\((?:(?!\\\)).){0,400}\\\)|\\\[(?:(?!\\\])(?s:.)){0,600}\\\]|\\begin\{(\w+)\*?\}(?s:.){0,2000}?\\end\{\1\*?\}|\[asy\](?s:.){0,4000}?\[/asy\]|(?<![\p{L}])[-+]?[\d][\d.,/]*");

    private static Regex Layout => field ??= Pattern.Of(@"\\(?:begin|end)\{\w+\*?\}|\\(?:text|textbf|mathrm|mbox)(?=\s*\{)|\\[a-zA-Z]+|[*_#`>{}]+|<<[^<>]{0,100}>>");

    private static Regex Token => field ??= Pattern.Of(@"\p{L}[\p{L}'\u2019]*|\u25a1");

    private static Regex Number => field ??= Pattern.Of(@"\d+|\$[^$]{1,400}\$");

    private static Regex Sign => field ??= Pattern.Of(@"=|\\(?:equiv|times|cdot|approx|leq?|geq?)(?![a-zA-Z])|(?<=[\w)}$])\s?[-+/*\u00d7\u00f7]\s?(?=[\d(\\$a-z])");

    // (B), B) red, (B) Red
    private static Regex Option => field ??= Pattern.Of(@"\G[\s$*(]*\(?[A-J](?![\p{L}\p{N}'\u2019])(?:\)|\$|\*)*(?:(?<!\(\$?[A-J][)$*]*)[).:]|(?=\s*(\p{Lu}|[\d$\\])))?");

    // A number, or the first formula or emphasized words.
    private static Regex Value => field ??= Pattern.Of(@"\$[^$\n]{1,400}\$|\\\((?:(?!\\\)).){0,400}\\\)|\\\[(?:(?!\\\])(?s:.)){0,600}\\\]|[-+$\u20ac\u00a3]?[\d][\d.,/]*(?<![.,])%?|\*\*[^*\n]{1,200}\*\*");

    // What begins a conclusion.
    private static Regex Therefore => field ??= Pattern.Of(@"^\W*(?:so|therefore|thus|hence|in total|altogether|that means|consequently|finally)\b", RegexOptions.IgnoreCase);

    private static Regex Concluding => field ??= Pattern.Of(@"\b(?:So|Therefore|Thus|Hence)\b");

    private static Regex So => field ??= Pattern.Of(@"\b(?:so|therefore|thus|hence|but)\W*$", RegexOptions.IgnoreCase);

    // "Tom says it is 5, but the correct answer is".
    private static Regex Corrected => field ??= Pattern.Of(@"^\W*(?:but|so|and)?\W*(?:the|our)\s+(?:correct|right|true|actual|real|final|only) (?:final )?(?:answer|solution|value|result)\b", RegexOptions.IgnoreCase);

    // "It is not 5, it's".
    private static Regex Contrasted => field ??= Pattern.Of(@"\bnot \u25a1\W*(?:but|it's|it is|rather)\W*$|^\W*not \u25a1(?:,? not \u25a1)*\W*the answer is\W*$", RegexOptions.IgnoreCase);

    // A conclusion, or an answer with a paragraph or a heading of its own.
    private static Regex Apart => field ??= Pattern.Of(@"(?:(?:^|[.!?])\s*|\n\s*)(?:so|therefore|thus|hence|consequently)\b[^.!?\n]{0,300}$|\n\s*(?:[*_#$\\(\[{\s]|(?:the |so |thus |therefore |our |final |correct |answer|is|:|,)+)*$|\bfinal answer\b[^.!?\n]{0,40}$", RegexOptions.IgnoreCase);

    // "The number of valid colorings", "the speed of the boat", "the probability that it rains": what the value is of.
    private static Regex Quantity => field ??= Pattern.Of(@"(?<=\b(?:number|amount|total|cost|price|speed|area|volume|length|weight|mass|age|height|width|perimeter|value|distance|sum|profit|population|temperature) of )(?:(?:the|an?|all|such|these|those|different|distinct|possible|valid|total|each|her|his|their) ){0,2}(?!answer)[a-z]{3,}(?=\s)|(?<=\bthe probability )that (?:(?!answer)[a-z]+ ){2,20}(?=is\b)", RegexOptions.IgnoreCase);

    private static Regex Verb => field ??= Pattern.Of(@"^\W*(?:(?:and|or)\b|,|[a-z'\u2019]+(?<!\bof|\bthe|\ban?|\bwith|\bto|\bin|\bon)\b)");

    private static Regex ClauseEnd => field ??= Pattern.Of(@"[,;:]|\b(?:so|thus|therefore|hence|that|giving|but)\b", RegexOptions.IgnoreCase);

    // A clause before the one of the value that argues, and does not suppose.
    private static Regex Reasoning => field ??= Pattern.Of(@"^\W*(?:since|because|as(?! an?\b)|by|from|using|therefore|thus|so|hence|let|now|then|finally|adding|subtracting|multiplying|dividing|combining|simplifying|substituting|plugging|solving|setting|rearranging|taking|we|there|note|this|it|which|and|to|applying|factoring|expanding|noting|given|again|similarly|putting|rejecting|discarding|excluding|eliminating|comparing|looking|working|checking|counting)\b", RegexOptions.IgnoreCase);

    private static Regex Argued => field ??= Pattern.Of(@"^\W*(?:since|because|without loss of generality|by (?:the )?(?:[\w'\u2019-]+ ){0,3}(?:principle|theorem|formulas?|rule|law|identity|lemma|inequality|definition|symmetry|construction))\b", RegexOptions.IgnoreCase);

    // What argues for the value behind it.
    private static Regex Reason => field ??= Pattern.Of(@",?\s*\b(?:since|because|as|so|where|which)\b|^\W*,\s*and\b|[,(]?\s*(?:and )?\b(?:not|instead of|rather than) \u25a1|^\W*\(", RegexOptions.IgnoreCase);

    // The noun that is counted.
    private static Regex Unit => field ??= Pattern.Of(@"^[\s,]*(?:(?:more|fewer|less|extra|additional|different|such|other|new|whole|possible|full|total|square|cubic)\s+){0,2}(?:[a-z]+(?<!less|minus|plus|times|always|perhaps|sometimes|hours ago)s)(?=\s+[a-z]|,|[\s.]*$)");

    private static Regex Answer => field ??= Pattern.Of(@"\b(?:answer|answers(?=\s*(?:are\b|:)))\b(?!\s+(?:choices?|options?|key)\b)", RegexOptions.IgnoreCase);

    private static Regex Begins => field ??= Pattern.Of(@"[,;:\u25a1]|\b(?:gives?|giving|is|are|as|get|gets|obtain|find|so|thus|hence|therefore|then|have|that|and|yields?|be|to|for|leaves?|leaving|with|was|were|makes?|making|conclude|means?|altogether|consequently|finally|confirms?|shows?|implies|see|know|follows|reflection|but)\b", RegexOptions.IgnoreCase);

    private static Regex Determiners => field ??= Pattern.Of(@"^\W*(?:(?:the|our|my|your|an?|us|this|its|boxed|final|correct|right|desired|required|requested|numerical|exact|simplified|simplest|best|only|true|actual|real|corrected|revised|new|updated|possible|complete|full|overall|with|here|you|we|i|now|finally)\b\W*)*$", RegexOptions.IgnoreCase);

    private static Regex Changed => field ??= Pattern.Of(@"^['\u2019]s|\b(?:give|take|takes|plus|minus|half|twice|double|triple|third|quarter|more|less|than|fewer|between|around|about|near|roots?|squares?|cubes?|digits?|multiples?|factors?|powers?|first|last|next|count|reciprocal|parts?|up|out|within|with|divides?|contains?|exceeds?|starts?|begins?|ends?|rounds|lies|has|does|odd|even|prime|positive|negative)\b", RegexOptions.IgnoreCase);

    private static Regex Determines => field ??= Pattern.Of(@"^(?:the|an?|of|each|every|per|this|these|those|to|into|in|on|for|by|with|from|at|and|or|than|his|her|their|its|our|some|any|all|both|no|two|three|four|five|six|seven|eight|nine|ten|\u25a1)$");

    private static Regex Name => field ??= Pattern.Of(@"^\W*(?:(?:so|therefore|thus|hence|then|finally|(?:that )?means?|in total|overall|altogether|(?:mr|mrs|ms|dr))\b\W*)*(?:[A-Z]\w+(?:,\s*|\s+and\s+))*$", RegexOptions.IgnoreCase);

    private static Regex Ending => field ??= Pattern.Of(@"(?:ies|es|ed|ing|ly|[sdey])$");
}
