using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Math;

/// <summary>
/// Whether the sentence before a box hands its value over: by what stands right before it, not by what it speaks of. "The sum is", "we get",
/// "the answer:", a formula with an equals sign, nothing at all, or any verb where a noun follows ("she needs □ tiles") do; "between",
/// "accepted", "shows", "if it were whole:" do not.
/// </summary>
internal static class Introductions
{
    private const int LongestBefore = 300, LongestAfter = 60;

    /// <summary>Whether a box is introduced as a value.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Index of the box.</param>
    /// <param name="end">Index behind it.</param>
    public static bool HandOver(string text, int start, int end)
    {
        var near = text[System.Math.Max(0, start - LongestBefore)..start];
        var sentence = SentenceEnd.Matches(near) is { Count: > 0 } ends ? near[(ends[^1].Index + ends[^1].Length)..] : near;
        var open = Open.Match(sentence);
        var (prose, formula) = open.Success ? (sentence[..open.Index], sentence[open.Index..]) : (sentence, "");
        prose = Layout.Replace(Formulas.Replace(prose, " \u25a1 "), " ").Trim();
        if (WouldBe.IsMatch(prose) && InCase.IsMatch(text[end..System.Math.Min(text.Length, end + LongestAfter)])) return false;
        if (Goes.IsMatch(text[end..System.Math.Min(text.Length, end + LongestAfter)].Split('.', '\n')[0])) return false;
        if (!prose.Any(char.IsLetter) || near.AsSpan().TrimEnd(" $\\({[").EndsWith("=", StringComparison.Ordinal) || formula.Any(c => c is '=' or '\u2248' or '<' or '>' or '&') || Related.IsMatch(formula)) return true;
        if (Step.IsMatch(prose) || Ordered.IsMatch(prose) || (Unreal.IsMatch(sentence) && Would.IsMatch(sentence))) return false;
        if (OtherLetters.IsMatch(prose)) return true; // what denies there is not known either, and is looked for elsewhere
        if (InBase.Match(prose) is { Success: true } based && !IsWrittenIn(based.Groups[1].Value, text[start..end])) return false;
        var after = text[end..System.Math.Min(text.Length, end + LongestAfter)];
        if (prose[^1] == ',') return !Supposed.IsMatch(prose); // the box begins its clause
        if (prose[^1] == ':') return Announces.IsMatch(prose);
        return !Parts.IsMatch(prose) && (Hands.IsMatch(prose) || Noun.IsMatch(after));
    }

    // "In base 7 this is 12_7", and neither 12 nor 12_5.
    private static bool IsWrittenIn(string number, string box) =>
        box.LastIndexOf('_') is >= 0 and var at && (number.Length == 0 || box[at..].Trim('_', '{', '}', ' ', '$') == number);

    // "=", "get", "is exactly", "the answer", "of", "and".
    private static Regex Hands => field ??= Pattern.Of(@"(?:^|[\s,;=\u25a1(])(?:(?:exactly|therefore|hence|thus|so|then|just|only|also|simply|always|indeed|clearly|again|approximately|now|finally|precisely|not only)\W+)*(?:is|are|was|were|be|been|being|it's|that's|'s|equals?|equal|to|=|\u25a1|get|gets|got|obtain(?:s|ed)?|find(?:s)?|found|have|has|had|gives?|gave|giving|yields?|yielding|makes?|made|making|deduce|conclude|see|know|infer|derive|compute|calculate|need(?:s|ed)?|costs?|leaves?|left|leaving|totals?|totall?ing|becomes?|remains?|reach(?:es|ed)?|averages?|total|buy|buys|bought|pays?|paid|earn(?:s|ed)?|spends?|spent|saves?|saved|sells?|sold|owes?|owed|receives?|weighs?|takes?|took|scores?|scored|print|or|and|of|for|in|at|as|that|with|the|an?|her|his|our|exactly|therefore|hence|thus|then|just|only|also|so|answers?|solutions?|results?|values?|choice|option|letter|form|sum|products?|number|probability|ratio|area|length|volume|perimeter|interval|set|pair|triple|point|equation|function|expression|roots?|box|base|then|es|est|ist|sind|son|\u00e8|\u00e9|approximately|worth|caught|collected|facing|holds?|contains?|measures?|lasts?|covers?|travels?|drives?|walks?|reads?|gilt|zu|di|de|da|que|por|og|is dus)\W*$", RegexOptions.IgnoreCase);

    // Before a colon.
    private static Regex Announces => field ??= Pattern.Of(@"^(?:[^\s:]+\s+){0,1}[^\s:]+\s*:$|\b(?:is|are|be|get|gets|obtain|find|have|has|gives?|yields?|conclude|answers?|solutions?|results?|values?|totals?|sum|box(?:ed)?|form|follows|possibilit(?:y|ies)|options?|choices?|conclusion|one|value|case|equation|function|expression|number|summary|below|notation|here|submission|therefore|thus|hence|so|that|to|est|ist|es|sind|sont|son|sono|lautet|r\u00e9ponse|respuesta|antwort|risposta|resposta|antwoord|ergebnis)\W*:$(?<!\blike so\W*:)(?<!\b(?:were|if|unless|would|could|might)\b.{0,60})", RegexOptions.IgnoreCase);

    private static Regex Supposed => field ??= Pattern.Of(@"\b(?:if|unless|were|would|could|might|suppos\w+|assum\w+|had|imagine|pretend|without|instead|not|never|n't)\b", RegexOptions.IgnoreCase);

    // "Add 4 to □": an order, and no outcome.
    private static Regex Ordered => field ??= Pattern.Of(@"(?:^|[,;:]\s*)\W*(?:(?:now|next|then|first|finally|so|please)\b\W*)*(?:add|subtract|multiply|divide|double|halve|square|round|increase|decrease|reduce|replace|compare|combine)\b(?!.*\b(?:is|are|get|gets|gives?|obtain|yields?|equals?|have|find|=)\b)|\banswer (?:has|contains|consists|divides|starts|begins|ends|lies|depends|exceeds|differs)\b|\btells? us not to\b", RegexOptions.IgnoreCase);

    // "If we trusted the hint, it would be", "suppose the order mattered; then we would get".
    private static Regex Unreal => field ??= Pattern.Of(@"^\W*(?:(?:and|but|so|now)\b,?\s+)?(?:if|suppose|supposing|assuming|imagine|were|had|with|without|ignoring|using only|under)\b|,\s+(?:if|had|were|assuming|supposing)\b", RegexOptions.IgnoreCase);

    private static Regex Would => field ??= Pattern.Of(@"\b(?:would|could|might)\b(?! like\b)", RegexOptions.IgnoreCase);

    // "The answer would be □ in a leap year."
    private static Regex WouldBe => field ??= Pattern.Of(@"\bwould (?:then |thus )?(?:be|become)\W*$", RegexOptions.IgnoreCase);

    private static Regex InCase => field ??= Pattern.Of(@"^[\s$*_`\\)\]}.,]*(?:in|if|for|with|without|under|only|had|were|assuming|unless|except)\b", RegexOptions.IgnoreCase);

    private static Regex InBase => field ??= Pattern.Of(@"\bin (?:base (?:([0-9]{1,2})|two|three|four|five|six|seven|eight|nine|eleven|twelve|sixteen)|binary|octal|hexadecimal)\b", RegexOptions.IgnoreCase);

    // "□ to obtain the answer"
    private static Regex Goes => field ??= Pattern.Of(@"\bto (?:get|find|obtain|reach|compute|determine) (?:the|our|an?) (?:\w+ )?(?:answer|result|solution|total|value)\b", RegexOptions.IgnoreCase);

    // A part of what is said.
    private static Regex Parts => field ??= Pattern.Of(@"\b(?:between|about|near|against|than|unlike|without|besides|beyond|towards?|either|neither|nor|from|off by|(?:starts?|begins?|starting|beginning) (?:at|with)|(?:multiple|multiples|factor|divisor|fraction|half|third|quarter|part|percentage|percent|%|power|square|cube|instead|inverse|reciprocal|opposite|digits?|means|out|terms|one|some|none|any|most|many|lack|view|spite) of|told to(?: \w+)?|asked to(?: \w+)?)\W*$", RegexOptions.IgnoreCase);

    // "Step 3: □", "case 2: □", "so far: □", "wrong approach: □".
    private static Regex Step => field ??= Pattern.Of(@"^\W*(?:\w+ ){0,2}(?:(?:step|case|attempt|candidate|guess|version|variant|scenario|try|hint|draft|trial|round|iteration)\s*#?\s*\(?(?:[0-9]{1,3}|\u25a1|[a-z]|[ivx]{1,4})?\)?|(?:so )?far|hint|note|input|given|rejected|discarded|trap|estimate|bound|wrong \w+|incorrect \w+|first thought)\s*:$", RegexOptions.IgnoreCase);

    private static Regex Noun => field ??= Pattern.Of(@"^[\s$*_`\\)\]}]*(?:\\(?:text|mathrm|textrm|mbox)\s?\{\s*)?(?!(?:in|on|at|to|with|by|because|and|for|as|which|but|from|under|over|before|after|when|while|though|instead|is|was|were|are|without|out|down|up|using|since|too|again|first|there|here|where|or|that|so|if|only|until|unless|then)\b)[a-z\u00b0%]", RegexOptions.None);

    private static Regex OtherLetters => field ??= Pattern.Of(@"[\u0100-\u024f\u0370-\u052f\u0590-\u06ff\u0900-\u0dff\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]");

    private static Regex Related => field ??= Pattern.Of(@"\\(?:approx|equiv|Rightarrow|implies|to|rightarrow|leq?|geq?|in|cong|therefore|begin|frac|text)(?![a-zA-Z])");

    private static Regex Open => field ??= Pattern.Of(@"\$\$?[^$]*$|\\\((?:(?!\\\)).)*$|\\\[(?:(?!\\\])(?s:.))*$");

    private static Regex Formulas => field ??= Pattern.Of(@"\$\$?[^$]{0,300}\$\$?|\\\((?:(?!\\\)).){0,300}\\\)|\\\[(?:(?!\\\])(?s:.)){0,300}\\\]|\\boxed\{[^{}]*\}");

    private static Regex Layout => field ??= Pattern.Of(@"[*_#`>]+|\\(?:text|textbf|mathrm|mbox|quad|qquad|,|;|\s)|[{}\\]");

    private static Regex SentenceEnd => field ??= Pattern.Of(@"(?<=[^\s.])[.!?][)\]""]?(?=[\s*$\\])|\n");
}
