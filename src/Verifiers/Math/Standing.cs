using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Math;

/// <summary>
/// Whether what follows an answer leaves it standing. Told by what a sentence speaks of and not by what it denies with: one that speaks of the
/// answer ("this …", "it …", "I …", a question, a few words without a verb) must affirm it, explain it or be a courtesy; one about the
/// problem must be a remark that says so ("note that", "since", "check:") or state a value, and find no fault. Any other takes the answer back.
/// </summary>
internal static class Standing
{
    private const int LongestRead = 4000; // at each end
    private const int LongestSentence = 600;
    private const int ShortestRemark = 3; // blanks between its words

    /// <summary>Whether the text behind an answer in a box takes it back.</summary>
    /// <param name="text">The text.</param>
    /// <param name="end">Index behind the box.</param>
    public static bool FallsBehindBox(string text, int end) => Falls(Behind(text, end), inSentence: true);

    /// <summary>Whether the text behind the sentence of an answer takes it back.</summary>
    /// <param name="rest">The text from the next sentence on.</param>
    public static bool Falls(string rest) => Falls(rest, inSentence: false);

    /// <summary>Whether the rest of the sentence that gives an answer takes it back, limits it or goes on to another.</summary>
    /// <param name="tail">What stands behind the value.</param>
    public static bool TailFalls(string tail) => OwnTailFalls(Plain(tail).TrimStart());

    /// <summary>
    /// Whether a short text behind an answer may end with another answer: two sentences at most, which are no check, proof or remark. "Subtracting
    /// the duplicates leaves 6" does.
    /// </summary>
    /// <param name="rest">The text behind the answer.</param>
    /// <returns>That text, or null.</returns>
    public static string? GoesOn(string rest) =>
        rest.Length is > 0 and <= LongestSentence && !rest.Contains("\\end{", StringComparison.Ordinal) && !Explains.IsMatch(rest) && SentenceEnd.Split(Plain(rest)).Count(s => s.Any(char.IsLetter)) is 1 or 2 ? rest : null;

    /// <summary>The text behind the first sentence end; empty where there is none.</summary>
    public static string NextSentence(string rest) => RawEnd.Match(rest) is { Success: true } end ? rest[(end.Index + end.Length)..] : "";

    private static bool Falls(string rest, bool inSentence)
    {
        var read = rest.Length <= 2 * LongestRead ? rest : rest[..LongestRead] + "\u25a1\n\u25a1" + rest[^LongestRead..]; // a cut sentence is no remark of a few words
        var sentences = SentenceEnd.Split((inSentence ? "\u25a1" : "") + Plain(Drawings.Replace(read, "\n")));
        var remarks = Remarks.Kind.None;
        for (var i = 0; i < sentences.Length; i++)
        {
            var sentence = sentences[i].Length <= LongestSentence ? sentences[i] : sentences[i][..LongestSentence];
            if (!(i == 0 && inSentence) && Remarks.AreOver(sentence)) return false;
            if (Remarks.Begun(sentence) is not Remarks.Kind.None and var begun) remarks = begun;
            if (i == 0 && inSentence ? OwnTailFalls(sentence) : SentenceFalls(sentence, remarks)) return true;
        }

        return false;
    }

    // What follows the box, without the rest of the formula that it stands in; words in that formula stay.
    private static string Behind(string text, int end)
    {
        var rest = text[end..];
        var before = text.AsSpan()[..end];
        var close = before.LastIndexOf("\\[") > before.LastIndexOf("\\]") ? "\\]" : before.LastIndexOf("\\(") > before.LastIndexOf("\\)") ? "\\)" : IsInDollars(before) ? "$" : "";
        var at = close.Length == 0 ? -1 : rest.IndexOf(close, StringComparison.Ordinal);
        if (at < 0 || rest.AsSpan()[..at].Contains("\n\n", StringComparison.Ordinal)) return rest;
        return string.Join(" ", Worded.Matches(rest[..at]).Select(m => m.Groups[1].Value)) + rest[(at + close.Length)..].TrimStart('$');
    }

    private static bool IsInDollars(ReadOnlySpan<char> before)
    {
        var inside = false;
        for (var i = 0; i < before.Length; i++)
        {
            if (before[i] == '\\') i++;
            else if (before[i] == '$') inside = !inside;
        }

        return inside;
    }

    // In lower case, □ for each formula and number; the number of a line or a part is none.
    private static string Plain(string text)
    {
        text = Formula.Replace(Quotes.Replace(text, "'"), " \u25a1 ");
        text = Number.Replace(text, "\u25a1");
        return Numbered.Replace(Layout.Replace(text, ""), "$1").ToLowerInvariant();
    }

    private static bool OwnTailFalls(string tail)
    {
        tail = tail.TrimStart(' ', '\u25a1', '\n', '\t', ')', '}', ']', '.', '\\');
        if (tail.StartsWith(';')) return SentenceFalls(tail, Remarks.Kind.None);
        if (Turn.IsMatch(tail)) return true;
        var bare = tail.TrimStart(',', ' ', '(');
        if (Relative.Match(bare) is { Success: true } relative) return !Affirms.IsMatch(bare[relative.Length..].TrimStart()) || Faults.IsMatch(bare) || Denies.IsMatch(bare);
        if (Predicate.IsMatch(bare)) return !GoodPredicate.IsMatch(bare) || Faults.IsMatch(Reason.Replace(bare, "")) || Denies.IsMatch(Reason.Replace(bare, ""));
        return FindsFault(Reason.Replace(bare, ""));
    }

    private static bool SentenceFalls(string sentence, Remarks.Kind remarks)
    {
        sentence = Opening.Replace(sentence.Trim(' ', ';', '\n', '\t', '(', '[', '"', '\'', ':', ',', '.', '\\', '{', '}', '\u2022'), "").TrimEnd(')', ']', ' ');
        if (!sentence.Any(char.IsLetter)) return sentence.AsSpan().IndexOfAny('\u274c', '\u2717', '\u2718') >= 0;
        if (sentence.EndsWith('?')) return !Harmless.IsMatch(sentence) || Faults.IsMatch(sentence);
        if (Depends.IsMatch(sentence)) return true;
        if (Supposes.IsMatch(sentence)) return false;
        if (Replaces.IsMatch(sentence)) return true;
        if (IsRight.IsMatch(sentence) && !Faults.IsMatch(sentence)) return false;
        if (FindsFault(sentence)) return true;
        if (Courtesy.IsMatch(sentence)) return false;
        if (OfAnswer.Match(sentence) is { Success: true } subject) return !Affirms.IsMatch(sentence[subject.Length..].TrimStart()) || Faults.IsMatch(sentence) || Denies.IsMatch(sentence);
        if (First.Match(sentence) is { Success: true } first) return !Did.IsMatch(sentence[first.Length..]) || Faults.IsMatch(sentence) || Denies.IsMatch(sentence);
        if (!sentence.Contains('\u25a1', StringComparison.Ordinal) && sentence.Count(c => c == ' ') < ShortestRemark) return !Remark.IsMatch(sentence);
        return Remarks.Contradict(sentence, remarks) || (remarks == Remarks.Kind.None && !Remarks.State(sentence));
    }

    // A fault without another value to be found in is the answer's.
    private static bool FindsFault(string sentence) => Faults.IsMatch(sentence) && !sentence.Contains('\u25a1', StringComparison.Ordinal);

    private static Regex Drawings => field ??= Pattern.Of(@"\[asy\][\s\S]*?(?:\[/asy\]|\z)|```[\s\S]*?(?:```|\z)|\\(?:begin|end)\s?\{[a-z]{1,12}\*?\}");

    private static Regex Worded => field ??= Pattern.Of(@"\\(?:text|textbf|textit|mbox|textrm|mathrm)\s*\{([^{}]*)\}");

    private static Regex Quotes => field ??= Pattern.Of("[\u2018\u2019\u02bc]");

    private static Regex Formula => field ??= Pattern.Of(@"\$\$[^$]{1,2000}\$\$|(?<!\\)\$[^$\n]{1,400}(?<!\\)\$|\\\(.{1,400}?\\\)|\\\[[^\[\]]{1,2000}?\\\]|\\f?boxed\s?\{[^{}\n]{0,200}\}");

    private static Regex Number => field ??= Pattern.Of(@"(?<![A-Za-z])[-+\u2212$]?[0-9](?:[0-9.,/:]*[0-9])?%?");

    private static Regex Numbered => field ??= Pattern.Of(@"\b(line|step|part|equation|case|row|item|page|problem|question|figure|section|example|exercise|method)s?\s?\(?\u25a1\)?", RegexOptions.IgnoreCase);

    private static Regex Layout => field ??= Pattern.Of(@"[*_`#>]+|\\(?:quad|qquad|text|textbf|textit|mbox)(?![a-z])");

    private static Regex SentenceEnd => field ??= Pattern.Of(@"(?<=[\w\u25a1)\]'""]{2}[.!?\u2026]{1,4}['"")\]]{0,4})(?=\s|$)|(?<=\u25a1\s?[.!?])\s|(?<=[!?])\s|(?<![a-z,])\n|\n(?!\s*\u25a1)|;|\s[\u2014\u2013-]{1,3}\s|\u2014");

    private static Regex RawEnd => field ??= Pattern.Of(@"[.!?][)$*\s]*\s|\n");

    private static Regex Explains => field ??= Pattern.Of(@"\b(?:discard\w*|reject\w*|exclud\w*|extraneous|forg[eo]t\w*|checks?|checked|checking|verif\w+|confirms?|sanity|explanation|explained|reason\w*|because|since|proofs?|proved|remarks?|notes?|note that|for example|e\.g|alternativ\w+|common mistake|confidence|tip|follows|where|recall|by|from|steps?|means|method|could also|generally|see)\b", RegexOptions.IgnoreCase);

    // "therefore", "note that", "check:": before what a sentence says.
    private static Regex Opening => field ??= Pattern.Of(@"^(?:(?:note|notice|also|and|so|thus|hence|therefore|then|finally|indeed|again|moreover|furthermore|in addition|additionally|overall|of course|yes|perfect|remarks?|check|checking|verification|explanation|reasoning|justification|proof|tip|p\.?s|nb|remember|recall|as a (?:side )?note|by the way)\b\.?(?: that)?[:,.]?\s+)+");

    // "…, but", "…, now multiply": no longer the answer.
    private static Regex Turn => field ??= Pattern.Of(@"^[,\s(]*[\u2014\u2013-]*\s*(?:but(?! not)|though|although|yet|however|except|oh|oops|hmm+|well|sorry|wait|no|err?|uh|um|ah|rather|instead(?! of)|until|unless|minus|assuming|provided|modulo|becomes?|becoming|pending|short|shy|too|off|to (?:an?|within an?) |up to|or so|more (?:to|than (?:expected|it|that|needed|necessary))|i (?!have|am|'m|used|checked|verified)|by (?:accident|mistake|chance)|only (?:under|if|when|with|in|for|by|as|because|until|from|on)|(?:more|less|fewer|greater|smaller|larger|higher|lower|bigger|older|younger|longer|shorter) than (?:the (?:\w+ )?(?:answer|number|total|sum|value|result)\b|it|that|this|what)|times (?:the|that|this|its|what)|minutes? (?:past|before|after)|minutes? to (?:noon|midnight|the hour)|(?:% |percent )?of the (?:final |whole )?answer|or (?:it|that|this|we|he|she|they|would)|(?:and|while) (?:the|our|my) (?:real |true |final |actual )?answer(?!\s*(?:is|equals)\s*\u25a1)|(?:is|are|was|were) (?:only |just |merely |at best )*(?:an?|one|another|some|any) (?:\w+ )?(?:upper|lower|rough|possible|plausible|common|popular|crude|wild|mere|typical|tempting|frequent|bounds?|guess|estimate|approximation|candidate|placeholder|starting|trap|decoy|start|distractor|first)|or (?:thereabouts|close|near|around|possibly|nothing|else)|so far|for now|as of now|for the moment|at the moment|to (?:be|have|divide|equal|satisfy|work|hold)(?! (?:the|our|my) (?:\w+ )?(?:answer|solution|result|value|number)))\b|^(?:[a-z]+ ){0,3}(?:is|are|was|were) (?:already |all |both |only )?(?:given|stated|mentioned|provided|listed|quoted|cited) (?:in|by|as|on|at|to|here|above|with)\b|\bwhat (?:we|you|one|i|they) (?:get|got|find|found|obtain(?:ed)?|had|would) (?:\w+ )?(?:by|if|when|before|after|without|with|for)\b|^[,\s(]*(?:(?:more|less|fewer|greater|smaller|larger) than|times|minutes? to)\s+\u25a1|\b(?:short|shy|off|apart|too (?:high|low|big|small|large|many|few|much|long|short))[\s.]*$|,\s*(?:and )?then\b(?! we are done)|^[\s(]*[,\u2014\u2013]\s*(?:now|then|before|after|once|if|from which|to which|less|plus|times)\b");

    private static Regex Relative => field ??= Pattern.Of(@"^(?:and )?which (?:\w+ly |also |in turn |then |thus |indeed )*|^(?:and|so) (?:this|that|it)\b");

    // The answer as the subject of its sentence.
    private static Regex Predicate => field ??= Pattern.Of(@"^(?:is|are|was|were|has been|have been|'s|turn(?:s|ed)?|became|comes?|came|needs?|looks?|seems?|appears?|prove[sd]?|should|would|could|might|may|cannot|can|can't|will|won't|does|doesn't|did|didn't|had|must|remains?|stays?|sounds?|fail(?:s|ed)?|miss(?:es|ed)?|ignore[sd]?|count(?:s|ed)|exceed(?:s|ed)?|contradict(?:s|ed)?|violate[sd]?|breaks?|broke|got|gets|goes|went|loses|lost|makes?|leads?|gives?|satisf(?:y|ies)|works?)\b");

    private static Regex GoodPredicate => field ??= Pattern.Of(@"^(?:(?:is|are|was|were|has been|have been|'s|remains?|satisf(?:y|ies)|works?)\b|(?:can|may|must|will) (?:\w+ly |also |indeed )?be\b|(?:gives?|makes?) the\b)");

    private static Regex Reason => field ??= Pattern.Of(@",?\s*\b(?:since|because|as (?!well)|where|given that|whereas|while|unlike)\b.*$", RegexOptions.Singleline);

    private static Regex Courtesy => field ??= Pattern.Of(@"\b(?:hope (?:this|that|it)\b.{0,30}\b(?:help|clear|clarif|useful|make|correct|right)|let me know\b|feel free|happy to|glad to|pleased to|apologi[sz]e for (?:the|any) (?:repetition|length|delay|inconvenience|wait|formatting)|would you like|if you (?:have|need|want|would|'d|are|prefer)|good luck|thanks?\b|thank you|you're welcome|just ask|(?:great|good|nice|excellent|amazing|fantastic|awesome) (?:work|job|question|problem|effort)|well done|congratulations|(?:keep|happy) (?:practicing|practising|learning|going|solving|studying|it up|up)|you've got this|you're (?:doing|getting)|any (?:other |further |more )?questions|enjoy)");

    private static Regex Harmless => field ??= Pattern.Of(@"^(?:and |so |now |but )?(?:(?:would|do|did|are|want|need|shall|can|could|may|have) (?:you|we|i|anyone)\b(?!.*\b(?:trust|sure|believe|certain|right|correct|really)\b)|(?:is|are) there (?:any|some|more)|any\b|want\b|need\b|care\b|ready\b|interested\b|curious\b|why\b(?! (?:not|did i|would i|do i))|how (?:do|does|did|can) (?:we|this|that|it|you|one)\b|how about|what (?:about the|if|does this mean|did we)|does (?:this|that) (?:help|make sense|clarify)|makes? sense|clear|got it|questions)");

    // "If that is not accepted, try □".
    private static Regex Depends => field ??= Pattern.Of(@"^(?:and |but |so )?(?:if|should|unless|in case|assuming|provided)\s+(?:that|this|it|the answer)(?:'s| is| was| were| be| does| fails| turns)\b");

    // "If the problem had asked for the minimum, it would be": of another problem.
    private static Regex Supposes => field ??= Pattern.Of(@"^(?:(?:if|had|were|with|without|otherwise)\b.{0,200}\b(?:would|could|might|may)|(?:it|this|that|the answer) would (?:have been|be)\s+\u25a1.*\b(?:if|only|in|with|without|had|were)\b)");

    // "Updated: 6", "a recount gives 6 instead".
    private static Regex Replaces => field ??= Pattern.Of(@"^(?:updated?|revised|revision|corrected|amended|fixed|better|edit(?:ed)?|new(?:ly)?)(?: (?:final )?(?:answer|value|result|version|total|count))?\s*[:=]|\u25a1[^.]{0,20}\binstead\b(?! of)|\binstead\b,? (?:it|we|the|i)\b[^.]{0,40}\u25a1");

    // "The solution provided is correct".
    private static Regex IsRight => field ??= Pattern.Of(@"^(?:[^,\u25a1]{1,60},\s*)?(?:this|that|it|(?:the|my|our|this|that) (?:\w+ )?(?:answer|solution|result|value))(?: (?:provided|given|above|obtained|found|shown))? (?:is|was) (?:indeed |therefore |thus |also |then )?(?:correct|right|valid|verified|confirmed|consistent)\b(?! (?:if|only|unless|except|for the (?:wrong|other)))");

    // What a sentence about the answer begins with.
    private static Regex OfAnswer => field ??= Pattern.Of(@"^(?:[^,\u25a1]{1,60},\s*)?(?:(?:it(?!(?:'s| is) (?:\w+ly |also |always )*(?:important|worth|good|helpful|useful|easy|interesting|essential|necessary|crucial|advisable|a good idea|good practice) (?:to|noting|mentioning)\b)|the above|above|all (?:of )?(?:this|that|the above)|everything|most of (?:this|that|it)|some of (?:this|that|it)|none of (?:this|that|it)|(?:the|this|that|my|our|your) (?:(?:final|above|given|boxed|last|correct|whole|previous|numerical|same) )*(?:answer|result|value|solution|box|response|work|working|number|line|step|calculation|computation|reasoning|argument|proof|derivation|conclusion|approach)s?)\b(?! of\b)|(?:this|that)\b(?='s|'d|'ll| (?:\w+ly |also |then |thus |just |only |still |now |always |even |too |in turn )*(?:is|was|were|will|would|can|can't|cannot|could|should|shouldn't|might|may|must|does|doesn't|did|didn't|has|had|isn't|wasn't|won't|(?!\w*(?:ss|sis|xis|us|ies)\b)[a-z]{2,}(?:s|ed))\b))\s*(?:(?:provided|given|above|obtained|found|shown|here)(?= ) )?(?:\w+ly |also |then |thus |just |indeed |therefore |now |in turn |hence |always |still )*");

    private static Regex Affirms => field ??= Pattern.Of(@"^(?:(?:\w+ly |also |then |thus |indeed |therefore |hence )*(?:'s|is|was|are|were)\b(?! (?:to be|being))|(?:follows|comes|came|means|shows|gives|gave|equals|agrees|matches|makes|works|holds|completes|confirms|satisfies|uses|used|results|represents|corresponds|simplifies|checks|verifies|proves|implies|ensures|includes|accounts|concludes|helps|leads|led|ends|applies|fits|tells|remains|has|have|took|takes|answers|explains|illustrates|relies on the|depends on the|allows|reflects|describes|finishes|establishes|yields|solves|reduces|rests|assumes|turns out to be)\b|(?:can|may) (?:\w+ly |also |then )*be (?:\w+ly )?(?!(?:doubt|disput|disprov|challeng|improv|ignor|revis|correct)ed)(?:[a-z]+ed|seen|shown|proven|written|found|read|rewritten|done|understood)\b|(?:must|should|will|does) (?:\w+ly |also |then |indeed |therefore )*(?:be (?:the|what|clear|easy|enough|our)|work|hold|match|agree|equal|satisfy|help|make|give)\b)");

    private static Regex First => field ??= Pattern.Of(@"^(?:[^,\u25a1]{1,60},\s*)?(?:\w+ly,? |also,? |now,? |then,? |here,? |and )?i(?=\b|'m|'ve|'ll|'d)(?:'ve|'m|'ll)?\s*(?:\w+ly |also |just |then |now |have |has |did |am )*");

    private static Regex Did => field ??= Pattern.Of(@"^(?:\u25a1 [a-z]{2,}|used|use|checked|check|verified|verify|double-checked|rechecked|computed|calculated|applied|solved|simplified|rounded|found|got|obtained|obtain|included|listed|showed|multiplied|divided|added|subtracted|chose|started|began|substituted|plugged|factored|converted|counted|noticed|worked|tested|confirmed|recommend|suggest|explained|made sure|followed|confident|(?:\w+ )?(?:sure|certain)|glad|happy|here|available|pleased|think (?:this|that|it)|believe (?:this|that|it)|(?:can|will|could) (?:\w+ly |also |gladly )?(?:explain|help|show|provide|walk|verify|check|confirm|elaborate|give))\b");

    // A few words that need no verb.
    private static Regex Remark => field ??= Pattern.Of(@"\b(?:done|qed|q\.e\.d|great|nice|good|well done|happy|hope|glad|cheers|voil|see|as (?:required|desired|claimed|expected|wanted|needed|requested|above)|easy|fun|ok|okay|checked?|verified|correct|perfect|excellent|solved|simple|neat|yes|explanation|details?|reason\w*|by|because|since|using|via|confidence|final|answer|solution|proof|steps?|method|summary|check|verification|key|takeaways?|note|remarks?|work|where|here|therefore|hence|thus|so|end|always|look|draw|use|remember|thanks|enjoy|let|units?|degrees?|or|note|works?|holds?|fits)\b|^(?:in|for|with|at|from|to|of|on|per|and) ");

    private const string Wrongs = @"wrong(?:ly)?|incorrect\w*|invalid|mistak\w+|erroneous\w*|errors?|flaw\w*|faulty|broken|bogus|garbage|rubbish|nonsense|gibberish|worthless|meaningless|empty of|typos?|slip(?:ped)?|blunder\w*|oops|whoops|uh-?oh|alas|sorry|apolog\w+(?! for (?:the|any) (?:repetition|length|delay|inconvenience|wait|formatting))|regret\w*|(?:we|you|i) (?:were|was|are|am) (?:actually |really )?asked (?:about|for)|(?:question|problem) (?:actually |really )?(?:asks|asked|wants|wanted) (?:for|about|us|the)|unfortunately|sadly|embarrass\w+|misread|miscalc\w+|miscount\w*|mis[a-z]{3,9}ed|misinterpret\w*|confus(?:ed|ion)|errat(?:um|a)|corrigend\w+|left out|over-?count\w*|under-?count\w*|double-?count\w*|(?:one|two|three|far|much|slightly|bit|way) too (?:small|large|big|many|few|high|low|long|short)|too (?:small|large|big|many|few|high|low) by|pending|subject to|flipped|mixed up|mix-up|swapped|overlook\w*|forgot|(?<!not )(?<!n't )(?<!never )forget (?:it|this|that|what|about)|forget it|dropped|botched|messed|blew|screwed|trap|trick question|tricked|fool\w*|red herring|decoy|distractor|bait|kidding|joking|jokes?|pretend\w*|lying|lied|a lie|untrue|bluff\w*|(?:not|n't|never) (?:trust|rely|believe|count on|use (?:it|this|that))|doubt(?!less)\w*|dubious|suspicio\w+|skeptical|uncertain|unsure|uneasy|(?:not|n't|less|hardly|far from) (?:so |too |entirely |completely |quite |fully |really |absolutely |totally )?(?:sure|certain|confident|convinced|right|correct|true|valid|final)|no longer|withdraw\w*|retract\w*|tak(?:e|ing) (?:it|this|that) back|cancel (?:that|this|it)|scratch (?:that|this|it)|strike (?:that|this|it)|cross (?:that|this|it)|disregard|ignore (?:that|this|it|the above|what|my|everything|me)|discard (?:that|this|it)|delete (?:that|this|it)|null and void|redone|redo|start(?:ing)? over|back to the drawing board|to be (?:halved|doubled|squared|divided|multiplied|reduced|increased|added|subtracted|rounded|discussed|reviewed|corrected|confirmed|revised|checked|verified|determined|fixed|continued|redone|improved)|needs? (?:to be )?(?:correct\w*|revis\w*|fix\w*|redo\w*|rework\w*|rethink\w*|adjust\w*|another look|more work)|should have|should've|shouldn't have|ought to have|no credit|zero credit|not quite|almost there|well,? almost|nearly there|close but|close,? (?:but|yet)|off by|tentative\w*|provisional\w*|unfinished|unreliable|unverified|unproven|wild guess|(?:just|only|merely) a guess|guesswork|speculat\w*|(?:cannot|can't|could not|couldn't|unable to) (?:decide|choose|tell|say|confirm|guarantee|vouch|be sure)|(?:both|all|either) (?:are|is|seem|look) (?:equally )?(?:plausible|possible|likely)|equally (?:likely|plausible|possible)|mak(?:e|ing) (?:it|this|that) up|made (?:it|this|that|all) .{0,12}up|hallucinat\w*|superseded|obsolete|outdated|disagree\w*|second thoughts?|on reflection|reconsider\w*|rethink|cheat\w*|garbled|nope|no way|not so fast|hold on|wait";

    // Words that find fault.
    private static Regex Faults => field ??= Pattern.Of(@"(?<!\b(?:no|without|any|avoid|common|many|possible|typical|frequent)\s)(?<!\b(?:no|without|avoid) (?:\w+ )?)\b(?:" + Wrongs + @")(?!\w)");

    // Words that deny or limit what is said of the answer.
    private static Regex Denies => field ??= Pattern.Of(@"\b(?:not (?!only|surprising|a coincidence|hard|difficult|depend|include)|never|neither|nor|nobody|nothing|cannot|but|though|although|however|except|unless|only (?:if|when|for|because|a|an|works|holds|valid|true|reached|attained|achieved)|if (?!we|you|one)|contradict\w*|fail\w*|impossible|absurd|false|instead(?! of)|guess\w*|supposed|ignor(?:es|ed|ing)|neglect\w*|miss(?:es|ing|ed)|counts? .{0,30}(?:twice|double)|double-?counts?|twice|too|almost|nearly|partial\w*|intermediate|hypothetical\w*|half|different|another|other question|other problem|in doubt|in question|questionable|debatable|disputed|asked (?:for|about)|negative control|placeholder|rough|approximat\w+)\b|n't\b");
}
