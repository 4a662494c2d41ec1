using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Math;

/// <summary>Answers in sentences.</summary>
internal static class Prose
{
    private const int LongestSentence = 400;

    /// <summary>
    /// The answer with which a text begins, after "the answer is": formulas and emphasized values joined to a list, else the sentence, or the
    /// value that the sentence concludes with. With it the index of the end of its sentence.
    /// </summary>
    public static (string Answer, int End) Start(string text)
    {
        var rest = text.TrimStart();
        if (rest.StartsWith("** ", StringComparison.Ordinal) || rest.StartsWith("**\n", StringComparison.Ordinal)) rest = rest[2..].TrimStart(); // **Answer:**
        if (Quoted.Match(text) is { Success: true } quote) rest = text[quote.Length..]; // on a line of its own, quoted or with a bullet
        var (items, at, either) = (new List<string>(), 0, false);
        while (true)
        {
            var match = (items.Count == 0 ? Marked : NextMarked).Match(rest, at);
            if (!match.Success || match.Index != at) break;
            either |= items.Count > 0 && Or.IsMatch(match.Value);
            items.Add(match.Groups.Values.Skip(1).Last(g => g.Success).Value.Trim());
            at += match.Length;
        }

        var stop = SentenceEnd.Match(rest, at);
        var end = text.Length - rest.Length + (stop.Success ? stop.Index + stop.Length : rest.Length);
        var asks = stop.Success && stop.Value.StartsWith('?');
        if (items.Count > 0)
        {
            var after = Affirmed.Replace(Against.Replace(rest[at..(stop.Success ? stop.Index : rest.Length)], ""), "");
            if (either && items.Exists(AnswerReader.IsList)) return ("?", end); // "$1, 2$ or $2$"
            if (asks || after.Length > LongestSentence || Standing.TailFalls(after) || Contrast.IsMatch(after) || AnswerExtractor.Retraction.IsMatch(after) || FurtherValue.IsMatch(Reasons.Replace(after, ""))) return ("?", end); // "$5$? No", "$5$, but I get $6$", "$5$ if n is even"
            if (items.Count == 1 && OptionOnly.IsMatch(items[0]) && after.Trim().Length > 0 && AnswerReader.Read(items[0] + after) is MathValue.Choice { Value: not (null or MathValue.Phrase) }) return (items[0] + after, end); // **(A)** 12
            if (items.Count == 1 && Boxes.Percent.IsMatch(after)) return (items[0] + Boxes.OutsidePercent, end);
            // "$5$ or so": what follows must not change the value.
            if (!Changes.IsMatch(after)) return (string.Join(", ", items), end);
            var whole = Sentence(rest);
            return (whole.Length <= LongestSentence && AnswerReader.Read(whole) is not null ? whole : "?", end); // "$5$ times the area"
        }

        var sentence = Affirmed.Replace(Sentence(rest), "");
        if (sentence.Length <= LongestSentence && Against.Replace(sentence, "") is var alone && alone.Length < sentence.Length && AnswerReader.Read(alone) is not null) sentence = alone;
        if (sentence.Length <= LongestSentence && Words.Match(sentence) is { Success: true } words && Standing.TailFalls(words.Value)) return ("?", end); // "5 too high"
        if (sentence.Length <= LongestSentence && Aside.Match(sentence) is { Success: true } aside && !Standing.TailFalls(sentence[aside.Index..]) && AnswerReader.Read(sentence[..aside.Index]) is not null) sentence = sentence[..aside.Index];
        if (asks && items.Count == 0) return ("?", end);
        if (sentence.Length <= LongestSentence && sentence.Contains(' ', StringComparison.Ordinal)
            && AnswerReader.Read(sentence) is null)
            return (Introduced.IsMatch(sentence) && Concluded(sentence, introduced: true) is var concluded ? concluded ?? sentence : "?", end); // not "a multiple of 5"
        return (sentence, end);
    }

    // "(this can be verified with a calculator)", ", which agrees with our estimate".
    private static Regex Affirmed => field ??= Pattern.Of(@"\s*[,(]\s*(?:which|this|as|and this|and it)\s+(?:(?:can|may) (?:also |easily |then |now )?be (?:verified|checked|confirmed|seen|shown)|agrees|matches|completes|confirms|is (?:consistent|what (?:we|was)|the (?:desired|required|correct|final))|required|desired|claimed|requested|needed|expected|was to be)\b(?![^.!?\n]*(?:[0-9$\\]|\b(?:not|but|wrong|incorrect|no|never|if|unless|only)\b|n't\b))[^.!?;\n]*\)?\s*[.]?\s*$", RegexOptions.IgnoreCase);

    private static Regex Words => field ??= Pattern.Of(@"(?<=[0-9)}$\u03c0%]\s?)(?:\s|;|,\s)[a-z ,;'()-]{2,200}$");

    private static Regex Quoted => field ??= Pattern.Of(@"^[*_\s]{0,4}\s*\n\s*(?:>\s*|[-*\u2022]\s+(?=[^\s0-9]))");

    private static Regex OptionOnly => field ??= Pattern.Of(@"^\(?[A-J][).:]$|^\([A-J]\)$");

    /// <summary>
    /// The answer at the end of a text without any marker: its last line or displayed formula, or the value its last sentence gives. Null
    /// where there is none.
    /// </summary>
    public static string? End(string text)
    {
        if (Displayed(text) is { } formula) return formula;
        var line = text[(text.LastIndexOf('\n') + 1)..].Trim();
        if (line.Length == 0 || (line[0] == '|' && RowBefore.IsMatch(text[System.Math.Max(0, text.Length - line.Length - LongestSentence)..^line.Length]) && !AnswerRow.IsMatch(line))) return null; // a row of a table
        if (!Titles.MayGive(line)) return null; // "Checksum: 5", "Page 5"
        if (ListLine.IsMatch(line) && ListBefore.IsMatch(text[System.Math.Max(0, text.Length - line.Length - LongestSentence)..^line.Length])) return null; // "x: 5" after "y: 4"
        if (OptionLine.IsMatch(line) && OptionBefore.IsMatch(text[System.Math.Max(0, text.Length - line.Length - LongestSentence)..^line.Length])) return null; // the last of the options that are listed
        line = line.Length <= LongestSentence ? Emphasis.Replace(Connective.Replace(line, ""), "$2") : line;
        if (line.Length == 0) return null;
        if (line.Length <= LongestSentence && AnswerReader.Read(line) is { } value && (value is not MathValue.Phrase || !text.Contains('\n', StringComparison.Ordinal)))
            return line;
        var sentences = SentenceEnd.Split(line).Where(s => s.Any(char.IsLetterOrDigit)).ToList();
        var last = sentences.Count == 0 ? line : sentences[^1].Trim();
        if (last.Length > LongestSentence)
        {
            // "… = 7$ Now put it in $y = 8$ So, the pair is $(7, 6)$": without full stops.
            if (Therefore.Matches(last[^LongestSentence..]) is not { Count: > 0 } words) return null;
            last = last[^(LongestSentence - words[^1].Index)..];
        }

        if (sentences.Count > 1 && Abbreviation.IsMatch(sentences[^2])) return null; // "No. 5"
        if (Exclaimed.IsMatch(line)) return null; // a factorial, or an exclamation
        if (last.EndsWith('?') || line.TrimEnd('*', '_', ' ').EndsWith('?')) return null;
        if (!Titles.MayGive(last)) return null;
        return Concluded(last) ?? Word(last, text) ?? (line.Length == text.Length && line.Length <= 200 ? line : null);
    }

    // The value of a sentence: its last formulas or emphasized values, else the one number that it asserts.
    private static string? Concluded(string sentence, bool introduced = false)
    {
        if (IsAnswer.Match(sentence) is { Success: true } stated && AnswerReader.Read(stated.Groups[1].Value) is not null) return stated.Groups[1].Value; // "5 is the answer"
        if (OtherVerb.IsMatch(sentence) || (Order.IsMatch(sentence) && !Outcome.IsMatch(sentence))) return null;
        var marked = InSentence.Matches(sentence);
        if (marked.Count > 0)
        {
            var first = marked.Count - 1;
            while (first > 0 && Joint.IsMatch(sentence[(marked[first - 1].Index + marked[first - 1].Length)..marked[first].Index])) first--;
            var joints = Enumerable.Range(first, marked.Count - 1 - first).Select(i => sentence[(marked[i].Index + marked[i].Length)..marked[i + 1].Index]);
            if (joints.Any(Or.IsMatch) && marked.Skip(first).Any(m => AnswerReader.IsList(m.Groups.Values.Skip(1).Last(g => g.Success).Value))) return null;
            var tail = sentence[(marked[^1].Index + marked[^1].Length)..];
            var outside = string.Concat(sentence[..marked[first].Index], " ", tail);
            var values = string.Join(", ", marked.Skip(first).Select(m => m.Groups.Values.Skip(1).Last(g => g.Success).Value.Trim()));
            if (first == marked.Count - 1 && Boxes.Percent.Match(tail) is { Success: true } percent) (values, tail) = (values + Boxes.OutsidePercent, tail[percent.Length..]);
            var names = !values.Any(char.IsAsciiDigit) && tail.Any(char.IsAsciiDigit); // "the value of $x$ is 5"
            var given = introduced ? !sentence[..marked[first].Index].Any(char.IsAsciiDigit) || sentence[..marked[first].Index].Contains('=', StringComparison.Ordinal) : Assertions.Gives(sentence[..marked[first].Index], tail);
            if (!given && !names) return null; // "20% of $5$", "using $5$"
            if (!names && !Standing.TailFalls(tail) && !Doubts.IsMatch(outside) && !Changes.IsMatch(tail) && AnswerReader.Read(values) is { } inside and not MathValue.Phrase)
                return values;
        }

        return AfterVerb(sentence) ?? Conclusion(sentence, introduced);
    }

    // "$5$ is the answer."
    private static Regex IsAnswer => field ??= Pattern.Of(@"^(?:(?:so|therefore|thus|hence|then),?\s+)?(\$[^$\n]{1,200}\$|\*\*[^*\n]{1,200}\*\*|\\\(.{1,200}?\\\)|[-+]?[0-9][0-9.,/]{0,30}|[A-Z][a-z]{2,20})\s+is (?:therefore |thus |indeed )?(?:the|our|my) (?:correct |final |right )?(?:answer|result|solution)[.!]?(?:,? (?:because|since|as)\b[^?]{0,200})?$", RegexOptions.IgnoreCase);

    // ", not 4", "(and not 4)", "instead of 4" at the end of a sentence.
    private static Regex Against => field ??= Pattern.Of(@"\s*[,(\u2014]?\s*\b(?:(?:and|but)\s+)?(?:not|rather than|instead of|as opposed to)\s+(?:\$[^$\n]{1,200}\$|\*\*[^*\n]{1,200}\*\*|\\\([^\n]{1,200}?\\\)|(?=[-+0-9A-Z(\[{$\u20ac])[^,;:\n$*]{1,40})\s*\)?\s*[.]?$");

    private static Regex AnswerRow => field ??= Pattern.Of(@"^\|[\s*_`]*(?:final |the )?(?:answer|result|total|sum|solution)\b", RegexOptions.IgnoreCase);

    private const string Listed = @"(?!(?:the |final |our |correct )*(?:answer|total|result|sum|solution|final|conclusion|ans|so|therefore|thus|hence|in total)\b)(?:[A-Za-z][A-Za-z ]{0,24}\s*:|\(?[ivx]{1,4}\))\s*[*_]*\s*";

    private static Regex ListLine => field ??= Pattern.Of(@"^[\s*_\-]*" + Listed + @"\S", RegexOptions.IgnoreCase);

    private static Regex ListBefore => field ??= Pattern.Of(@"(?:^|\n)[\s*_\-]*" + Listed + @"[-+0-9$\\(\[{*][^\n]{0,200}\s*$", RegexOptions.IgnoreCase);

    private static Regex RowBefore => field ??= Pattern.Of(@"\|\s*\n\s*$");

    private static Regex OptionLine => field ??= Pattern.Of(@"^[\s*_(\-]*[B-J][).:]");

    private static Regex OptionBefore => field ??= Pattern.Of(@"(?:^|\n)[\s*_(\-]*[A-I][).:][^\n]{0,400}\s*$");

    // "The answer depends on 5": of the answer, and not what it is.
    private static Regex OtherVerb => field ??= Pattern.Of(@"\banswer(?: key)?\s+(?!(?:is|are|to|for|of|in|that|which|we|as|equals|here|must|should|would|will|and|or|because|since|so)\b)[a-z]{3,}", RegexOptions.IgnoreCase);

    // "Now consider 5", "It remains to treat 5": a step, and not its outcome.
    private static Regex Order => field ??= Pattern.Of(@"^\W*(?:(?:now|next|then|first|finally|so|also)\b\W*)*(?:say|omit|skip|erase|delete|strike|cross|imagine|pretend|start|begin|consider|recall|let|suppose|assume|take|plug|substitute|compare|note|notice|observe|see|try|check|verify|look|use|replace|prove|show|exclude|discard|reject|rule|ignore|forget|avoid|guess)\b|\b(?:remains to|we had|used to|they say|you say)\b", RegexOptions.IgnoreCase);

    private static Regex Outcome => field ??= Pattern.Of(@"\b(?:get|gets|give|gives|obtain|yields?|is|are|equals|makes|leaves)\b", RegexOptions.IgnoreCase);

    // "The solutions are 1, 2 and 3", "the vertex is at (3, 4)", "the winner is Alice".
    private static string? AfterVerb(string sentence)
    {
        if (Verb.Match(sentence) is not { Success: true } verb || Denials.IsMatch(Pair.Replace(sentence[..verb.Index], "")) || Condition.IsMatch(sentence[..verb.Index])) return null;
        var value = sentence[(verb.Index + verb.Length)..];
        if (!Assertions.Gives(sentence[..(verb.Index + verb.Length)], "")) return null;
        return AnswerReader.Read(value) is MathValue.Several { Items.Count: > 1 } or MathValue.Phrase && !Doubts.IsMatch(value) && value.Count(c => c == ' ') < 12 ? value : null;
    }

    private static Regex Abbreviation => field ??= Pattern.Of(@"(?:^|\s)(?:no|nos|fig|eq|ex|p|pp|sec|ch|vs|approx|ca)$", RegexOptions.IgnoreCase);

    private static Regex Exclaimed => field ??= Pattern.Of(@"^[*_$\s]*[0-9]+!+[*_$\s]*$");

    // "**Monday**" as the only sentence.
    private static string? Word(string sentence, string text) =>
        InSentence.Matches(sentence) is [var only] && sentence.Length == text.Length
            && only.Groups.Values.Skip(1).Last(g => g.Success).Value.Trim() is var word && AnswerReader.Read(word) is MathValue.Phrase
            && string.Concat(sentence[..only.Index], " ", sentence[(only.Index + only.Length)..]) is var outside && !Doubts.IsMatch(outside) && !Denials.IsMatch(outside) && Assertions.Gives(sentence[..only.Index], sentence[(only.Index + only.Length)..])
            ? word
            : null;

    // A formula in a paragraph of its own at the end: \[ 9 \] and $$ 9 $$, on several lines or not, and the chain of an aligned one.
    private static string? Displayed(string text)
    {
        var trimmed = text.TrimEnd('.', ' ', '\n', '\r', '\t');
        if (trimmed.EndsWith('}') && AlignedEnd.Match(trimmed[^System.Math.Min(trimmed.Length, 16)..]).Success)
        {
            var begin = trimmed.LastIndexOf("\\begin{", StringComparison.Ordinal);
            return begin < 0 || trimmed.Length - begin > AnswerReader.LongestAnswer ? null : Aligned.Replace(trimmed[begin..], " ").Trim();
        }

        var (open, close) = trimmed.EndsWith("\\]", StringComparison.Ordinal) ? ("\\[", "\\]") : ("$$", "$$");
        if (!trimmed.EndsWith(close, StringComparison.Ordinal) || trimmed.Length < 4) return null;
        var start = trimmed.LastIndexOf(open, trimmed.Length - 3, StringComparison.Ordinal);
        if (start < 0 || trimmed.Length - start > AnswerReader.LongestAnswer) return null;
        var formula = trimmed[(start + 2)..^2].Trim();
        var before = trimmed[..start].TrimEnd();
        var sentence = SentenceEnd.Split(before[System.Math.Max(0, before.Length - LongestSentence)..]).LastOrDefault() ?? "";
        return formula.Length == 0 || Doubts.IsMatch(sentence) || ForeignDenial.IsMatch(sentence) || AnswerReader.Read(formula) is null or MathValue.Phrase ? null : formula;
    }

    private static Regex ForeignDenial => field ??= Pattern.Of(@"\u4e0d|\u5e76\u975e|\u5417|\u6216|\u307e\u305b\u3093|\u3067\u306a\u3044|\uc544\ub2c8|\u0430?\u043d\u0435\u0020|\b(?:nicht|kein|niet|n'est pas|no es|n\u00e3o \u00e9|non \u00e8)\b");

    // "Therefore, there are 7 apples left.", "48 in April and 24 in May, so 72 in total.", "5 + 3 = 8 apples".
    private static string? Conclusion(string sentence, bool introduced)
    {
        sentence = NamesInDollars.Replace(sentence, "it"); // "the value of $x$"
        if (sentence.Contains("\\(", StringComparison.Ordinal) || sentence.Contains("\\[", StringComparison.Ordinal)) return null;
        if (sentence.Contains('$', StringComparison.Ordinal) && MoneyOnly.Replace(sentence, "").Contains('$', StringComparison.Ordinal))
            return null;
        var clause = sentence;
        if (Concluding.Matches(sentence) is { Count: > 0 } words && words[^1] is var word && word.Index > 0 && Numbers.Count(sentence[(word.Index + word.Length)..]) == 1) clause = sentence[word.Index..];
        var calculation = "";
        if (clause.LastIndexOf('=') is >= 0 and var equals)
        {
            // "He can skip 4 because 10 - 4 = 6", "x = 3 where y = 4": which of the two is the answer cannot be told.
            var left = clause[..equals];
            var match = Calculation.Match(left);
            if ((Negation.IsMatch(left) && !match.Value.Any(char.IsAsciiDigit)) || Reason.IsMatch(left[..match.Index]) || left[..match.Index].Contains('=', StringComparison.Ordinal)) return null;
            // "Total cost = 5", "so f(3) = 5", else a calculation: "3x = 6" says nothing of 6.
            if (IsNamed(left) && Condition.IsMatch(left)) return null; // "if n = 2 it is 7"
            if (!IsNamed(left) && !match.Value.Any(char.IsAsciiDigit)) return null;
            (calculation, clause) = (IsNamed(left) ? "" : match.Value, clause[(equals + 1)..]);
        }

        if (Numbers.Matches(clause) is not { Count: > 0 } numbers) return null;
        var number = numbers[^1];
        var before = clause[..number.Index];
        if (numbers.Count > 1 || Doubts.IsMatch(clause))
        {
            // "The most that three of the 5 could carry is 19.": a sentence whose verb gives the number.
            if (calculation.Length > 0 || !Copula.IsMatch(before) || Denials.IsMatch(Pair.Replace(clause, ""))) return null;
        }

        // A calculation that does not give its number: which of the two is meant is unknown.
        if (calculation.Length > 0 && (AnswerReader.Read(calculation) is not MathValue.Expression { Value: var made } || AnswerReader.Read(number.Value) is not MathValue.Expression { Value: var written } || !made.SameAs(written))) return null;
        var tail = clause[(number.Index + number.Length)..];
        if (!introduced && !Assertions.Gives(sentence[..^(tail.Length + number.Length)], tail)) return null;
        if (introduced && calculation.Length == 0 && before.Contains('%', StringComparison.Ordinal)) return null;
        if (tail.StartsWith(',') && Subordinate.IsMatch(sentence)) return null; // "Since 3 + 4 = 7, we go on."
        if (tail.Length > 0 && tail[0] is '\'' or '\u2032' && !before.EndsWith(tail[0])) return null; // 5' are feet
        return Standing.TailFalls(tail) || Changes.IsMatch(tail) || Attached.IsMatch(tail) || Before.IsMatch(before) ? null : number.Value + (char.IsAsciiDigit(number.Value.TrimStart('-')[0]) ? UnitOf(tail) : "");
    }

    private static string UnitOf(string tail)
    {
        var unit = Unit.Match(tail).Value.Trim();
        var power = unit.Length == 0 ? "" : unit[^1] switch { '\u00b2' => "^2", '\u00b3' => "^3", _ => "" };
        return unit.Length == 0 ? "" : $"\\text{{ {unit[..^(power.Length == 0 ? 0 : 1)]}}}{power}";
    }

    private static Regex Negation => field ??= Pattern.Of(@"\b(?:not|never|cannot|neither|wrong|incorrect|unlikely)\b|n't\b", RegexOptions.IgnoreCase);

    // Whether what stands before an equals sign names a value: "cost", "f(3)", and nothing that multiplies or adds to it.
    private static bool IsNamed(string left)
    {
        var trimmed = left.TrimEnd(' ', '*', '$');
        var start = trimmed.LastIndexOfAny([' ', '$', '\n']) + 1;
        var before = trimmed[..start].TrimEnd(' ', '$');
        return Names.Of(trimmed[start..]) is not null && (before.Length == 0 || char.IsLetter(before[^1]) || before[^1] is ',' or ':' or ';' or '.');
    }

    private static Regex Contrast => field ??= Pattern.Of(@"\b(?:but|however|unless|except|although|though|whereas|wrong|incorrect(?:ly)?|false|if|otherwise|instead of|plus|minus|when|whenever|provided|assuming|only|off|for (?:small|large|odd|even|some|positive|negative|any|most)|as long as|so long as|in (?:the|this|that) (?:first|second|former|latter|other)|scratch|i mean|sorry|supposedly|allegedly|rather|with|up to|vs|versus|modulo|doubled|tripled|halved|increased|decreased|reduced|raised|rounded|truncated|shifted|scaled|away|apart|disputed|debunked|at (?:best|worst|most|least)|give or take|perhaps|maybe|possibly|probably|presumably|in (?:theory|practice)|on \w+days?|multiplied|rotated|reflected|itself|of (?:them|these|those|it)|more|fewer|before|after|said)\b|[\u274c\u2717\u2718\u2716]", RegexOptions.IgnoreCase);

    // Why, or what the answer is not: no further answer.
    private static Regex Reasons => field ??= Pattern.Of(@"\b(?:since|because|as(?! long)|which|where|so(?! long)|given|and (?:we|this|the|hence|thus|so))\b.*$|^\s*,?\s*(?:and )?not\s+(?:\$[^$]{1,60}\$|\\\(.{1,60}?\\\)|[-0-9.,/]{1,40})", RegexOptions.IgnoreCase | RegexOptions.Singleline);

    private static Regex FurtherValue => field ??= Pattern.Of(@"[0-9$]|\\[(a-z]");

    // What may stand between "the answer is" and its value.
    private static Regex Introduced => field ??= Pattern.Of(@"^[\s*_$(\\\[{:,]*(?:(?:clearly|indeed|simply|just|therefore|thus|then|exactly|precisely|equal|to|given|by|found|be|going|also|again|hence|in|fact|now|that|a|total(?: of)?|(?:value|amount) of|the|value|number|expression|set|interval|point|fraction|sum|product|pair|function|matrix|vector|integer|option|choice|letter|amount|is|equals|(?:it|he|she|they|there|we|you)\s+(?:is|are|has|have|had|will|can|needs?|gets?|makes?|spends?|earns?|pays?)|[A-Z][a-z]+\s+(?:has|have|had|will|needs?|gets?|makes?|spends?|earns?|paid|pays?|bought|sold|saved))\b\W*)*(?=[\s*_$(\\\[{:,""'\u2212+|-]*(?!I\b)[0-9$\\(*\[{|A-Z])|^[^0-9$\\]*$");

    private static string Sentence(string text) => SentenceEnd.Split(text)[0].Trim().TrimEnd('*', '_', '`', ' ').TrimStart('*', '`', ' ');

    private static Regex Marked => field ??= Pattern.Of(@"\G[\s:]*(?:\*\*\$\$?((?:\\\$|[^$\n])+?)\$\$?\*\*|\$\$?((?:\\\$|[^$])+?)(?<!\\)\$\$?(?![0-9])|\\\((.+?)\\\)|\\\[(.+?)\\\]|\*\*([^*\n]+)\*\*|__([^_\n]+)__|_([^_\n]+)_(?!\w)|`([^`\n]+)`|""([^""\n]+)""|\*([^*\n]+)\*)", RegexOptions.Singleline);

    private static Regex NextMarked => field ??= Pattern.Of(@"\G\s*(?:,\s*(?:and|or)\s|,|\band\b|\bor\b)\s*(?:\*\*\$\$?((?:\\\$|[^$\n])+?)\$\$?\*\*|\$\$?((?:\\\$|[^$])+?)(?<!\\)\$\$?(?![0-9])|\\\((.+?)\\\)|\*\*([^*\n]+)\*\*|_([^_\n]+)_(?!\w)|`([^`\n]+)`|([-+]?[0-9][0-9.,/]*[0-9]|[0-9])(?![\w]))", RegexOptions.None);

    private static Regex InSentence => field ??= Pattern.Of(@"\*\*\$\$?((?:\\\$|[^$\n])+?)\$\$?\*\*|(?<![\\$\d])\$\$?((?:\\\$|[^$\n])+?)(?<!\\)\$\$?(?![0-9])|\\\((.+?)\\\)|\\\[(.+?)\\\]|\*\*([^*\n]+?)[.:]?\*\*|__([^_\n]+)__|`([^`\n]+)`", RegexOptions.None);

    private static Regex Or => field ??= Pattern.Of(@"^\s*,?\s*or\b");

    private static Regex Joint => field ??= Pattern.Of(@"^\s*(?:,|,?\s*\band\b|,?\s*\bor\b)\s*$");

    private static Regex SentenceEnd => field ??= Pattern.Of(@"(?<=\S)(?:(?<!\.)\.(?!\.)|(?<!\\)[!?])(?:[*_`""')\]]*|\$\$|\\[\])])(?:\s|$)(?<!\bp\.m\.\s?)(?<!\ba\.m\.\s?)|\n");

    // Words after a value that make it another one.
    private static Regex Changes => field ??= Pattern.Of(@"^[*_`\s]*(?:,?\s*(?:or|plus|minus|times|and|divided|over|squared|cubed|half|point|hundred|thousand|million|billion|trillion|dozen|percent|per\s?cent|%|mod|out of|to|or so|more|less|fewer)\b(?![^0-9]*$)|[-+*/^=<>!]|\s*(?:or|plus|minus|times|squared|cubed|factorial|fold|(?:six|seven|eigh|nin|ten|twelf|hundred|thousand|million)ths?|point|hundred|thousand|million|billion|trillion|dozens?|percent|per\s?cent|halves|thirds|quarters|tenths|or so|more than|less than|fewer than|%)(?!\w)|,?\s*(?:and|or)\s+(?:a |an |one |two |three |four |five |six |seven |eight |nine |ten )|%)", RegexOptions.IgnoreCase);

    // What is glued to a number or multiplies it: 7x, 7 x, 7\pi, 7², 7(…); not 7 m, 7cm, 7th, 7\text{ cm}.
    private static Regex Attached => field ??= Pattern.Of(@"^(?:(?!(?:m|cm|mm|km|kg|g|mg|ml|l|L|ft|in|h|s|min|mph)[\u00b2\u00b3]?(?![\w^]))[A-Za-z\u03c0\u221a_(\u00b2\u00b3]|[\])}]+[A-Za-z(\\^]|\.+[0-9]|\.{3}|\u2026|\u2030|[\u0300-\u036f]|,\s*$|\s+(?:more|(?:is|are|was|were|has|have|divides?|can|does|do|will)\b(?! (?:the|our|his|her|their|your) (?:final |correct |total |right )?(?:answer|total|result|sum|solution|number|value|amount|cost)\b))\b|\s+(?![aAImghsl](?![\w^]))[A-Za-z](?![\w'.])|.*\\(?!text|mathrm|[%,;$)\]])|\s*[|&{\u2205\u221e\u22ef]|\s*[\u03c0\u221a^])");

    // A sentence that does not assert the value it holds.
    private static Regex Doubts => field ??= Pattern.Of(@"\b(?:(?:may|can|could) (?:also |only )?be|rul(?:e|ed|es|ing) out|we start (?:from|with|at)|starting (?:from|at)|no way|(?:upper|lower) bound|differs?|does not|do not|did not|mistake\w*|impossible|contradict\w*|naive|fails?|failed|allegedly|supposedly|rumou?r|legend|refuse|reject\w*|discard\w*|says|said|claims?|claimed|thinks?|thought|believes?|believed|according to|whether|unsure|unclear|(?<=^\W*)one of|doubt\w*|unequal|wrongly|incorrectly|falsely|mistakenly|untrue|deny|denies|far from|close to|up to|near|within|short of|away from|answer (?:has|consists|contains|lies|divides|starts|ends)|divisible|cannot|can't|anything|doubt|other than|except|instead of|rather than|hardly|scarcely|deny|false|exclud\w+|not|n't|isn't|never|no longer|about|approximately|around|roughly|nearly|almost|maybe|perhaps|possibly|might|could|would|if|unless|suppose|assume|unlikely|wrong|incorrect|guess|at least|at most|more than|less than|fewer than|(?:greater|smaller|larger|bigger|lower|higher) than|exceeds?|above|below|over|under|between|or so|either|neither|someone|let|step|first|next)\b|[\u274c\u2717\u2718\u2716]|n't\b|\?", RegexOptions.IgnoreCase);

    // What no verb before a number makes up for.
    private static Regex Denials => field ??= Pattern.Of(@"\b(?:rul(?:e|ed|es|ing) out|we start (?:from|with|at)|starting (?:from|at)|no way|(?:upper|lower) bound|differs?|does not|do not|did not|mistake\w*|impossible|contradict\w*|naive|fails?|failed|allegedly|supposedly|rumou?r|legend|refuse|reject\w*|discard\w*|says|said|claims?|claimed|thinks?|thought|believes?|believed|according to|whether|unsure|unclear|(?<=^\W*)one of|doubt\w*|unequal|wrongly|incorrectly|falsely|mistakenly|untrue|denies|far from|close to|up to|near|within|short of|away from|answer (?:has|consists|contains|lies|divides|starts|ends)|divisible|cannot|can't|anything|doubt|other than|except|instead of|rather than|hardly|scarcely|deny|false|exclud\w+|not|isn't|never|no longer|about|approximately|around|roughly|nearly|almost|maybe|perhaps|possibly|might|if|unless|suppose|assume|unlikely|wrong|incorrect|guess|at least|at most|(?:more|less|fewer|greater|smaller|larger|bigger|lower|higher) than|exceeds?|between|or|either|neither|let|step|because|since|but|when|where|while|and)\b|[\u274c\u2717\u2718\u2716]|n't\b|\?", RegexOptions.IgnoreCase);

    private static Regex Copula => field ??= Pattern.Of(@"\b(?:is|are|was|were|equals|(?:must|should|will|to) be)\s+(?:equal to\s+|exactly\s+|therefore\s+)?\$?$", RegexOptions.IgnoreCase);

    // ", which is what we wanted" and other ends of a sentence without a number or a denial.
    private static Regex Aside => field ??= Pattern.Of(@",\s+(?:which|so|because|since|as|making|meaning|where)\b(?!.*(?:[0-9]|\b(?:not|never|wrong|incorrect|but|or)\b|n't\b)).*$", RegexOptions.IgnoreCase);

    private static Regex Connective => field ??= Pattern.Of(@"^(?:(?:therefore|so|thus|hence|then|finally|consequently|in conclusion|overall),?\s+|(?:we (?:get|have|find|obtain|conclude)|it follows)(?: that)?:?\s+)+", RegexOptions.IgnoreCase);

    private static Regex Verb => field ??= Pattern.Of(@"\b(?:is|are)\s+(?:at\s+)?(?!.*\b(?:is|are)\b)");

    // 42, *42*, **42**, ***42***, __42__ as a whole line.
    private static Regex Emphasis => field ??= Pattern.Of(@"^([*_]{1,3})([^*_]+)\1\.?$");

    private static Regex Pair => field ??= Pattern.Of(@"(?<=[0-9]) and (?=\$?[0-9])");

    private static Regex AlignedEnd => field ??= Pattern.Of(@"\\end\{(?:align|aligned|equation|gather)\*?\}$");

    private static Regex Aligned => field ??= Pattern.Of(@"\\(?:begin|end)\{(?:align|aligned|equation|gather)\*?\}|&|\\\\");

    private static Regex Therefore => field ??= Pattern.Of(@"\b(?:So|Therefore|Thus|Hence)\b");

    private static Regex Concluding => field ??= Pattern.Of(@"\b(?:so|therefore|thus|hence|altogether|in total|total(?:s|ing)?|leaving|giving|it's(?=\s+[-$0-9])|which (?:is|gives|leaves|makes|equals))\b", RegexOptions.IgnoreCase);

    private static Regex Numbers => field ??= Pattern.Of(@"(?<![\w.^_{}/*+])(?:[-\u2212](?=[0-9$]))?[$\u20ac\u00a3\u00a5\u20b9]?[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+|,[0-9]{1,2}(?![0-9]))?(?:/[0-9]+)?(?:\s?\\?%)?");

    private static Regex Calculation => field ??= Pattern.Of(@"[-0-9+*/().,\s\u00d7\u00f7\u2212^=$]*$", RegexOptions.RightToLeft);

    private static Regex Subordinate => field ??= Pattern.Of(@"^\W*(?:since|because|as|if|when|while|although|given)\b[^,]*,", RegexOptions.IgnoreCase);

    private static Regex Condition => field ??= Pattern.Of(@"\b(?:if|unless|suppose|assum\w+|let|when|where|for)\b", RegexOptions.IgnoreCase);

    private static Regex Reason => field ??= Pattern.Of(@"[0-9][^0-9].*\b(?:because|since|as|for|given)\b", RegexOptions.IgnoreCase);

    private static Regex MoneyOnly => field ??= Pattern.Of(@"\$(?=[0-9])|(?<=[0-9] ?)\$(?![^0-9]*[0-9])");

    private static Regex NamesInDollars => field ??= Pattern.Of(@"\$[^$0-9\n]{1,60}\$(?![0-9])|\\\([^$0-9\n\\]{1,60}\\\)");

    private static Regex Before => field ??= Pattern.Of(@"[-+*/^(<>\[{|&\u2264\u2265\u2260\u2248\u00ac~\u2013\u2014\u00b1\u221a]\s*$|\\[a-zA-Z]+\s*$|\b(?:by\s+(?=$)(?<=\b(?:divisible|divided|multiplied|dividing|divide|multiply|factor) by\s)|point|twice|double|triple|thrice|half|lemma|theorem|corollary|proposition|section|line|row|column|degree|modulo|base|minus|plus|times|negative|step|case|question|problem|equation|day|part|number|no\.?|page|chapter|figure|option|(?<!\btotal )of|one|two|three|four|five|six|seven|eight|nine|ten)\s*$", RegexOptions.IgnoreCase);

    private static Regex Unit => field ??= Pattern.Of(@"^\s*(?:(?:m|cm|mm|km|in|ft)[\u00b2\u00b3]|(?:square|cubic) (?:meters?|centimeters?|feet|inch(?:es)?|miles?|yards?|kilometers?|units?)|(?:m|cm|mm|km|kg|mg|ml|ft|mph|L)(?![\w^/\u00b2\u00b3])|degrees?|dollars?|cents?|euros?|meters?|metres?|centimeters?|kilometers?|hours?|minutes?|seconds?|inch(?:es)?|feet)(?!\w)");
}
