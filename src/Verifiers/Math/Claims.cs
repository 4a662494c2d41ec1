using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Math;

/// <summary>
/// Whether a text states an answer as its own. "My friend says the answer is 5", "it is false that it is 5", "one might conclude 5" and
/// "I doubt that it is 5" state another one, or none.
/// </summary>
internal static class Claims
{
    private const int LongestBefore = 200;

    /// <summary>Whether a text states what follows "the answer is" as its own: "so", "we get that", "therefore, the final" and the like before it.</summary>
    /// <param name="before">The text up to "answer is".</param>
    public static bool AreOwn(string before)
    {
        var near = before[System.Math.Max(0, before.Length - LongestBefore)..];
        var sentence = SentenceEnd.Matches(near) is { Count: > 0 } ends ? near[(ends[^1].Index + ends[^1].Length)..] : near;
        var clause = ClauseEnd.Split(sentence)[^1];
        return Owned.IsMatch(clause) && (!Yours.IsMatch(clause) || Therefore.IsMatch(sentence)) && !Conditional.IsMatch(Main(sentence)) && !(Elsewhere.IsMatch(Main(sentence)) && !Here.IsMatch(Main(sentence))) && !Supposed.IsMatch(sentence[(sentence.LastIndexOf(',') + 1)..]) && !Counterfactual.IsMatch(sentence) && !AreDisowned(before);
    }

    /// <summary>Whether what stands before an answer in its sentence takes it from the text: somebody else's, an earlier one, a doubt.</summary>
    /// <param name="before">The text up to the answer, or up to "the answer is".</param>
    public static bool AreDisowned(string before)
    {
        var near = before[System.Math.Max(0, before.Length - LongestBefore)..];
        var sentence = SentenceEnd.Matches(near) is { Count: > 0 } ends ? near[(ends[^1].Index + ends[^1].Length)..] : near;
        // "She could buy 5 or 6, so the answer is": what is concluded is stated.
        var clause = Concluding.Matches(sentence) is { Count: > 0 } words ? sentence[(words[^1].Index + words[^1].Length)..] : sentence;
        return (!Despite.IsMatch(sentence) && (Doubted.IsMatch(clause) || Attributed.IsMatch(clause))) || Example.IsMatch(near);
    }

    /// <summary>
    /// Whether the sentence before a value tells it of somebody else, supposes it, or orders something to be done with it: "the intern handed in
    /// 5", "with replacement it would have been 5", "cross out 5".
    /// </summary>
    /// <param name="before">The text up to the value.</param>
    /// <param name="after">What stands behind it: a noun makes it a count ("she picked 5 apples").</param>
    public static bool AreReported(string before, string after)
    {
        var near = before[System.Math.Max(0, before.Length - LongestBefore)..];
        var sentence = SentenceEnd.Matches(near) is { Count: > 0 } ends ? near[(ends[^1].Index + ends[^1].Length)..] : near;
        if (Ordered.IsMatch(sentence)) return true;
        var main = Main(sentence);
        if (Advised.IsMatch(main) || Pressed.IsMatch(sentence) || OneOfSome.IsMatch(main)) return true;
        if (Unfinished.IsMatch(main) || OfAnother.IsMatch(main) || Bound.IsMatch(main)) return true;
        if (Imagined.IsMatch(main) || (Unreal.IsMatch(main) && (Would.IsMatch(main) || Would.IsMatch(after.Split('.', '\n')[0])))) return true;
        return Tells.Match(main) is { Success: true } verb && !Speaker.IsMatch(main[..verb.Index]) && !Counted.IsMatch(after);
    }

    // "Cross out", "imagine", "for the sake of argument": before a value.
    private static Regex Ordered => field ??= Pattern.Of(@"^[\s*_(\-]*(?:(?:now|then|so|and|please|next|first|but)\b,?\s+)*(?:(?:cross|strike|rule) (?:out|off)|eliminate|omit|erase|delete|avoid|ignore|disregard|forget|reject|discard|exclude|compare|imagine|pretend|picture|suppose|assume|say|let us (?:say|pretend|imagine|suppose|assume)|for the sake of|hypothetically|by mistake|mistakenly|wrongly|allegedly|supposedly|rumou?r has it|legend has it)\b(?!.*\b(?:so|therefore|thus|hence|then|get|obtain|find|gives?|yields?|have|conclude)\b)", RegexOptions.IgnoreCase);

    // "If you need a number, take 5": an order right before the value.
    private static Regex Advised => field ??= Pattern.Of(@"(?:^|[,:;(]|\s-|\u2014|\band)\s*(?:then |just |simply |please |better |let's |let us |i(?:'ll| will| would|'d) |we(?:'ll| will| could| may) )*(?:take|pick|choose|try|enter|put|go with|go for|accept|trust|guess|bet on|settle (?:on|for)|copy|submit|pretend it is)\s*[\s$*_`""'\\(\[{]*$", RegexOptions.IgnoreCase);

    private static Regex Pressed => field ??= Pattern.Of(@"^\W*(?:(?:and|but|so|well|okay|ok)\b,?\s+)?if (?:you|i|we|one) (?:really |just |absolutely |still )*(?:need|must|insist|needed|had to|were (?:forced|pressed|asked)|have to (?:guess|choose|pick|say|answer|write))\b", RegexOptions.IgnoreCase);

    // "A random number is 5", "one candidate is 5": some value, and not the value.
    private static Regex OneOfSome => field ??= Pattern.Of(@"^\W*(?:(?:and|but|now|well|also)\b,?\s+)?(?:an?|another|some|one|any) (?:[a-z-]+ )?(?:possib\w+|plausible|random|candidates?|guess(?:es)?|estimates?|lucky|typical|popular|famous|tempting|frequent|common|rough|crude|quick|naive|arbitrary|convenient|silly|wrong|bad|nearby|close)\b[^.!?]{0,80}\b(?:is|are|was|were|would be|gives?|be)\b|^\W*(?:the |my |our |his |her |their )(?:first |very )?(?:naive|na\u00efve|initial|crude|rough|preliminary|quick|back-of-the-envelope|knee-jerk) [a-z]+\b", RegexOptions.IgnoreCase);

    // "Under the wrong assumption", "in a first draft", "it remains to exclude": of an error, of a step on the way, of nothing at all.
    private static Regex Unfinished => field ??= Pattern.Of(@"\b(?:wrong|incorrect(?:ly)?|faulty|careless\w*|reckless\w*|hast(?:y|ily)|sloppy|too (?:early|late|soon|hastily|quickly)|second-best|runner-up|next-best|suboptimal|drafts?|trap(?:s|ped)?|tempt(?:s|ed|ing)?|typos?|bugs?|still (?:have|need) to|remains to|misprint|misreading|mistake|blunder|placeholder|somebody|someone|nobody|no one|classmates?|textbooks?|chatgpt|chatbot|answer key|so far|half-?way|intermediate|provisional|tentative|extraneous|no longer|by no means|not sure|never mind|decoy|distractor|by accident|hypothetical(?:ly)?|here goes|from memory|(?:let me|i|i'll|we|my|an?) (?:\w+ )?guess(?:es|ing)?(?! and check)|not (?:among|one of|any of)|none of|(?:that|which|who) (?:does not|doesn't|do not|don't|did not|fails? to) (?:work|fit|satisfy|count|qualify|hold) (?:is|are|was|were)|forums?|websites?|blogs?|wiki(?:pedia)?|manual|answer sheet|internet|online|time is up|out of time|answers? (?:to|of|for) (?:an?|the|another|some) (?:\w+ )?(?:similar|other|different|previous|related|easier|simpler|harder|next|earlier|warm-up) \w+|no (?:proof|idea|clue|time)|(?:checks?|verification|proof|test|argument|derivation) (?:does not|doesn't|did not|fails?|failed))\b|^\W*(?:before (?:\w+ing|\w+tion|the|we)\b|after (?:\w+ ){1,3}of (?:the |its )?\w+ (?:\w+ )?steps\b|for the complement\b)", RegexOptions.IgnoreCase);

    // "In the special case of a square", "in the older edition", "for the warm-up version".
    private static Regex OfAnother => field ??= Pattern.Of(@"^\W*(?:(?:and|but|so|now)\b,?\s+)?(?:in|for|under|with) (?:the|an?|my|his|her|their|your|our|last (?:week|year|month)'s|yesterday's) (?:(?:very|more|much|slightly) )?(?:special|degenerate|trivial|simpler|easier|harder|older|earlier|newer|old|warm-?up|other|different|similar|analogous|related|continuous|discrete|limiting|extreme|toy) (?:case|version|edition|problem|exercise|question|part|variant|printing|setting|example|instance|universe|world|game|puzzle)\b", RegexOptions.IgnoreCase);

    private static Regex Bound => field ??= Pattern.Of(@"\b(?:upper|lower) (?:bound|limit|estimate)s?\b(?! (?:is|are) (?:attained|reached|achieved|tight))[^.,;]{0,80}\b(?:is|are|of|at|be)\b[\s$*_`\\(\[{]*$", RegexOptions.IgnoreCase);

    // "would have been", "a cynic would say", "one would hope for".
    private static Regex Imagined => field ??= Pattern.Of(@"\b(?:one|you|someone|students?|people)\s+(?:would|might|may|could)\s+(?:\w+ly\s)?(?:obtain|get|find|have|end up|arrive)\b|\b(?:would|might|may|could)\s+(?:\w+\s)?(?:have (?:been|given|gotten|got|found|obtained|said|come|led|yielded|made|had|boxed|answered)|hope|say|guess|claim|answer|argue|think|expect|love|like|suggest|write|believe|want|assume|choose|pick|imagine|conclude|tempt)\b", RegexOptions.IgnoreCase);

    private static Regex Unreal => field ??= Pattern.Of(@"^\W*(?:were|had|without|with|if only|in (?:an?other|a different|an ideal|theory|a world)|but for|otherwise)\b", RegexOptions.IgnoreCase);

    private static Regex Would => field ??= Pattern.Of(@"\b(?:would|could|were (?:right|true|correct))\b", RegexOptions.IgnoreCase);

    // A verb of saying, writing or choosing right before the value.
    private static Regex Tells => field ??= Pattern.Of(@"(?<=\w\s)(?:(?:hand|turn|send|sent|fill|punch|lock)(?:ed)? in|returned|returns|wrote|writes|boxe[ds]|chose|chooses|circle[ds]|scribble[ds]|scrawl(?:ed|s)|shows?|showed|display(?:s|ed)?|submit(?:s|ted)?|guess(?:es|ed)|claim(?:s|ed)|answer(?:s|ed)|repl(?:ies|ied)|reads|suggest(?:s|ed)|report(?:s|ed)|propose[ds]|picked|picks|entered|enters|typed|types|jot(?:s|ted)|printed|prints|outputs?|offer(?:s|ed)|insist(?:s|ed)|announce[ds]|declare[ds]|vote[ds]|settled|went|came up|swears?|swore|states|stated|shout(?:s|ed)|says|said|thinks|thought|believes|believed|record(?:s|ed)|bet|hopes|hoped|whisper(?:s|ed)|mutter(?:s|ed)|concluded|argue[ds]|copied|copies|recalls?|remembers?|listed|lists|quote[ds]?|told|gave|posts?|posted|dictated|crossed|scratched|struck|produced|spat|predict(?:s|ed)|estimate[ds]|proclaim(?:s|ed))(?:\s+(?:that|down|in|for|on|with|as|it|it's|is|was|to|be|the|an?|final|answer|result|value|of|up|out|off|me|him|her|them)){0,6}\s*[:,]?[\s$*_`""'\\(\[{]*$", RegexOptions.IgnoreCase);

    // Whose saying is the text's own, or a calculation's.
    private static Regex Speaker => field ??= Pattern.Of(@"\b(?:we|i|this|that|which|it|equations?|formulas?|calculations?|computations?|argument|algorithm|problem|expression|algebra|induction|theorem|method|table|graph|figure|diagram|symmetry|inequality|substitution|step|analysis|work|list|question|test|rule|law|method|approach|solution|reasoning|which|[a-z]{3,}ing)\b(?:\s+\w+){0,2}\s*$", RegexOptions.IgnoreCase);

    private static Regex Counted => field ??= Pattern.Of(@"^[\s$*_`\\)\]}]*(?:\\text\s?\{\s*)?(?!(?:in|on|at|to|with|by|because|and|for|as|which|but|from|under|over|before|after|when|while|though|instead|by|is|was|were|without|out|down|up|using|since|too|again|first|there|here|here|where)\b)[a-z]{2,}", RegexOptions.None);

    // "In the Korean edition, the answer is", "last year, the": at another place or time, or up to something.
    private static Regex Elsewhere => field ??= Pattern.Of(@"^\W*(?:(?:so|and|but|now|well)\b,?\s+)?(?:in|on|at|for|under|up to|last|next|ignoring|neglecting|disregarding|depending|without|with|outside|within|during|until|before|back|modulo|to within|yesterday|historically|traditionally|officially|unofficially)\b[^,:0-9$\\]{0,120}[,\s]\s*(?:the|our|my|its|your)\b[^,:0-9$\\]{0,40}$", RegexOptions.IgnoreCase);

    private static Regex Here => field ??= Pattern.Of(@"^\W*(?:(?:so|and|but|now|well)\b,?\s+)?(?:in|on|for|at|with|by|to|under)\s+(?:this|these|that|it|them|the (?:right|correct|new|proper)|all|both|each|our|total|summary|conclusion|fact|short|other words|any|either|particular|general|terms|dollars|cents|euros|pounds|meters|feet|inches|miles|degrees|radians|exact|decimal|essence|such|what|sum|addition|closing|brief|the (?:end|given|problem|question|simplest|lowest|present|above|following|final|last|original (?:units|problem|question)|long run|notation|interest|spirit|light|hope)|an? nutshell|\w+(?:est|ed|al|ar|ic|er)? (?:form|notation|terms|units|method)|the help|the same|everything|everything said|closer inspection|reflection)\b", RegexOptions.IgnoreCase);

    /// <summary>Whether a text's "answer is" is neither known as its own nor as another's.</summary>
    /// <param name="before">The text up to it.</param>
    public static bool AreUnknown(string before)
    {
        var near = before[System.Math.Max(0, before.Length - LongestBefore)..];
        var sentence = SentenceEnd.Matches(near) is { Count: > 0 } ends ? near[(ends[^1].Index + ends[^1].Length)..] : near;
        return !Owned.IsMatch(ClauseEnd.Split(sentence)[^1]) && !AreDisowned(before) && !Conditional.IsMatch(Main(sentence)) && !Supposed.IsMatch(sentence) && !Counterfactual.IsMatch(sentence) && !Reported.IsMatch(sentence);
    }

    /// <summary>Whether a place is in a quoted block (<c>&gt; …</c>) after which the text goes on in its own voice.</summary>
    public static bool AreQuoted(string text, int at)
    {
        var start = at == 0 ? 0 : text.LastIndexOf('\n', at - 1) + 1;
        if (!Quote.IsMatch(text[start..at])) return false;
        for (var end = text.IndexOf('\n', at); end >= 0; end = text.IndexOf('\n', end + 1))
        {
            var next = text.IndexOf('\n', end + 1);
            var line = text.AsSpan()[(end + 1)..(next < 0 ? text.Length : next)].Trim();
            if (line.Length > 0 && line[0] != '>') return true;
        }

        return false;
    }

    // What a sentence says after "so": "if x is 2, …, so" supposes nothing of what follows.
    private static string Main(string sentence) => Therefore.Matches(sentence) is { Count: > 0 } words ? sentence[(words[^1].Index + words[^1].Length)..] : sentence;

    private static Regex Therefore => field ??= Pattern.Of(@"\b(?:so|therefore|thus|hence|consequently)\b|;", RegexOptions.IgnoreCase);

    private static Regex Quote => field ??= Pattern.Of(@"^\s{0,8}>");

    private static Regex Yours => field ??= Pattern.Of(@"\byour\b", RegexOptions.IgnoreCase);

    // "If pigs fly, the", "when $k = 0$, the", "in another universe, the", "possibly, the": of a case, of another question, of a guess.
    private static Regex Conditional => field ??= Pattern.Of(@"^[\s(*_\-\[]*(?:(?:and|but|now|or|then|yes|no),?\s+)?(?:if\b(?!\s+(?:we|you|i)\s+(?:add|multiply|combine|sum|put|count|plug|substitute|simplify)\b)|only if\b|unless\b|assuming\b|suppos(?:e|ing)\b|provided\b|in case\b|(?:in|for) (?:the )?(?:an?other|a different|other(?! words)|original|first|second|third|former|latter|some)\b|in the case\b|in that case\b|for (?:(?:part|question|problem|exercise|item)\b|\$?\s?[a-z]\s*[=<>]|\\\(\s?[a-z]\s*[=<>]|(?:even|odd|small|large|most|all other)\b)|(?:when|whenever|where|while)\b[^,]{0,80}(?:[=<>$]|\\[a-z(]|\b(?:even|odd|positive|negative|zero)\b)|without\b|under (?:that|this|the|a)\b[^,]{0,40}\b(?:assumption|interpretation|reading|hypothesis)|(?:possibly|perhaps|maybe|presumably|conceivably|hypothetically|theoretically|supposedly|allegedly|reportedly|apparently|arguably)\b)", RegexOptions.IgnoreCase);

    // "Although it is tempting to say 4, the correct": what the main clause says is the text's own.
    private static Regex Despite => field ??= Pattern.Of(@"^\W*(?:although|though|even though|while|whereas|despite|contrary to|unlike)\b.*,\s*(?:the|our|my)\s+(?:correct|right|actual|true|real|final|proper)\s*$|\bbut(?: on reflection| in fact| actually| really)?,?\s+(?:the|our|my)\s+(?:(?:correct|right|actual|true|real|final|proper)\s*)?$", RegexOptions.IgnoreCase);

    // How an answer is to be written, and not the answer.
    private static Regex Example => field ??= Pattern.Of(@"\b(?:e\.g|for example|for instance|for illustration|an example of|such as|like this|(?:sample|example) (?:output|answer|response|solution)s?|placeholder|(?:i|we) (?:will|would|shall|'ll|'d) (?:then )?(?:write|put|give|box|state|report)|remember to|don't forget to|make sure to|please (?:put|write|give|box|enclose)|format (?:is|would be|looks|of)|as follows: answer)\b[^\n]{0,80}\z|(?:^|\n)\W*(?:example|sample|format|template|expected format|output format)\b[^.\n]{0,30}:\s*[^\n]{0,24}\z", RegexOptions.IgnoreCase);

    private static Regex Reported => field ??= Pattern.Of(@"\b(?:your|students?|users?|friends?|books?|teachers?|classmates?|people|common|wrong|naive|tempting|usual|incorrect|mistaken|false|not|never|no|n't|if|would|when)\b|n't\b", RegexOptions.IgnoreCase);

    private static Regex ClauseEnd => field ??= Pattern.Of(@"[,;:]|\$\s*|\\[)\]]|\b(?:so|therefore|thus|hence|consequently|then|but|which (?:means|gives|shows|implies|yields)|(?:this|that|it) (?:means|gives|shows|implies|yields|confirms|proves|follows)(?: us)?)\b|[\u2014\u2192]|\s-\s", RegexOptions.IgnoreCase);

    // "the final", "our answer", "we conclude that the correct", "Let me know the"
    private static Regex Owned => field ??= Pattern.Of(@"^(?:[\s*_#>(\[{\\$\-=\u2022.\u2234\u21d2\u2192\u27a1\u2705\u2713\u2714\u2611\u2728\u2b50\ufe0f\u200d]|\ud83d[\udc46-\udc49\udcdd\udccc\udcca\udd11\udca1\ude80]|\ud83c[\udf89\udfaf\udfc6\udf1f])*(?:[0-9]{1,2}[.)]\s+)?(?:us\s+)?(?:(?:to|with)\s+)?(?:(?:and|so|now|finally|overall|altogether|again|indeed|clearly|on (?:reflection|closer inspection)|long story short|here(?:'s| is)|in (?:total|conclusion|summary|short|fact|other words|this case|(?:all|any|either) cases?|the end)|either way|to (?:conclude|summarize|sum up)|as a result|hence|that|by (?:symmetry|inspection|substitution)|from this|after (?:simplifying|simplification))\s+)*(?:(?:[\w\s']{0,80}\s)?(?:we|i)\s+(?:(?:can|may|now|then|thus|therefore|finally|also|will|must|do|clearly|have to|am able to|are able to)\s+)*(?:get|conclude|find|see|have|obtain|know|believe|think|say|deduce|infer|determine|derive|state|write|confirm|claim|note|understand|got|found|concluded|obtained|verified|am (?:(?:quite|very|fairly|pretty|absolutely|completely|about |[0-9]{1,3}(?:\.[0-9])?\s?\\?%)\s*)*(?:confident|certain|sure)|are (?:confident|certain|sure)|(?:have |'ve )?(?:shown|showed|proven|proved|established|derived|computed|calculated|determined)|arrive at)(?:\s+that)?\s+|it (?:is|becomes) (?:clear|evident|obvious|easy to see)(?:\s+that)?\s+|it (?:turns out|follows)(?:\s+that)?\s+|(?:is|are)\s+)?(?:(?:the|our|my|your|its|this|that|final|correct|right|required|desired|requested|numerical|numeric|exact|simplified|full|complete|overall|total|resulting|only|unique|short|boxed|closed[- ]form|problem's|question's|math|quiz|problem|question|actual|proper|true|best|corrected|revised|updated|amended|whole|single|first|second|third|part|(?:in\s)?simplest|form)\s*)*[*_\s({\[\\$]*$", RegexOptions.IgnoreCase);

    private static Regex SentenceEnd => field ??= Pattern.Of(@"(?<=[^\s.])[.!?][)\]""]?(?=[\s*$\\])|\n");

    private static Regex Concluding => field ??= Pattern.Of(@"\b(?:(?:so|therefore|thus|hence|consequently|but|yet|actually|then|which (?:means|gives|shows)(?: that)?)\b,?|;)", RegexOptions.IgnoreCase);

    private static Regex Doubted => field ??= Pattern.Of(@"\b(?:doubt\w*|untrue|false(?:ly)?|incorrect\w*|mistaken\w*|wrongly|erroneous\w*|den(?:y|ies|ied)|disprov\w+|refut\w+|unlikely|unclear|uncertain|unsure|unsound|tempt\w+|naive(?:ly)?|pretend\w*|no longer|hardly|not (?:true|sure|certain|clear|claim|say|think|believe|the case|possible)|(?:do|does|did|is|was|would|can)n't (?:true|sure|certain|clear|claim|say|think|believe|follow|mean)|reject(?!ing)\w*|neither|whether)\b", RegexOptions.IgnoreCase);

    // In the third person or of an earlier time; "I think", "we believe" and "the problem says" are the text's own.
    private static Regex Attributed => field ??= Pattern.Of(@"\b(?:says|said|claims|claimed|thinks|thought|believes|believed|guesses|guessed|argues|argued|insists|insisted|writes|wrote|(?:people|students|others|friends|books|sources|some|many|they|you) (?:say|claim|think|believe|answer|get|write)|previous(?:ly)?|formerly|originally|initially|at first|used to|earlier|according to (?!the (?:problem|question|formula|rule|law|theorem|given|data|table|graph)))\b(?<!\b(?:problem|question|statement|theorem|rule|law) says)", RegexOptions.IgnoreCase);

    // "Were the die fair, the answer would be 5."
    private static Regex Counterfactual => field ??= Pattern.Of(@"^\W*(?:were|had)\b|\bif\b[^,]*\bwere\b", RegexOptions.IgnoreCase);

    private static Regex Supposed => field ??= Pattern.Of(@"\b(?:might|may|could|would|some(?:one|body)?|perhaps|maybe|possibly|imagine|unless)\b", RegexOptions.IgnoreCase);
}
