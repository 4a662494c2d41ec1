using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Math;

/// <summary>
/// Whether a sentence without "the answer is" gives a value as its outcome. "She has 5 left" and "we get 5" do; "now divide 5 by 2", "using 5,
/// we can go on", "5 is the radius" and "my classmate got 5" hold it and give none. Told by how the sentence is built, and by the few nouns
/// that say whose value it is; not by what it is about.
/// </summary>
internal static class Assertions
{
    private const int LongestLooked = 400;

    /// <summary>Whether the sentence gives the value.</summary>
    /// <param name="before">What stands before the value in its sentence.</param>
    /// <param name="after">What stands behind it.</param>
    public static bool Gives(string before, string after)
    {
        if (before.Length > LongestLooked) before = before[^LongestLooked..];
        if (after.Length > LongestLooked) after = after[..LongestLooked];
        if (Preposition.IsMatch(before) || Subject.IsMatch(after) || Clause.IsMatch(after)) return false;
        if (Label.IsMatch(before) || Foreign(before + after)) return false;
        if (Elsewhere.IsMatch(Concluded.Replace(before, "")) || Elsewhere.IsMatch(after)) return false;
        return !Claims.AreReported(before, after) && (!Author.IsMatch(before) || Governed.IsMatch(before));
    }

    /// <summary>Whether a sentence is in a language whose denials are not known here: another script, or words that English has not.</summary>
    public static bool Foreign(string sentence) => OtherScript.IsMatch(sentence) || OtherWords.IsMatch(Formulas.Replace(sentence, " "));

    // "from 5", "the square of 5", "unlike 5": a part of what is said, and not what is said. "A total of 5", "sold for 5", "in 5 days" are outcomes.
    private static Regex Preposition => field ??= Pattern.Of(@"(?:\b(?:twice|thrice|double|triple|half|quarter|(?:starts?|begins?|began|started|starting|beginning) at|off by|from|about|on|upon|against|than|like|unlike|into|onto|without|besides|beyond|towards?|via|per|since|because|given|using|substituting|considering|including|excluding|mentions?|mentioning|involving|containing|knowing|between|(?<!\b(?:end|ends|ended|are|is|left|up|us|me|remain|remains|finish|finishes) )with|to do with)|\b(?:multiple|factor|divisor|fraction|half|third|quarter|part|percentage|percent|%|power|root|square|cube|function|instead|inverse|reciprocal|opposite|digits?|multiples|use|case|presence|lack|view|spite|because|means|out|terms|one|some|none|any|all|each|most|many|both) of)[\s$*\\(]*$", RegexOptions.IgnoreCase);

    // "5 is the radius", "5 makes no sense"; not "5 is the answer".
    private static Regex Subject => field ??= Pattern.Of(@"^[\s$*_`)\]\\]*(?:is|are|was|were|makes?|fails?|cannot|can't|isn't|could|would|might|may|came|comes|does|doesn't|seems?|looks|appears?|remains? to|gives?|leads?)\b(?! what (?:we|you|they) (?:were|are|was|want|wanted|need|needed|seek|sought)\b)(?!(?: indeed| therefore| thus| then)? (?:the|our|my|his|her|their|your|its) (?:\w+ )?(?:answer|total|result|sum|solution|number|value|amount|cost|price|area|length|probability)\b)", RegexOptions.IgnoreCase);

    // "Using 5, we go on", "given 5, the answer is easy".
    private static Regex Clause => field ??= Pattern.Of(@"^[\s$*_`)\]\\]*(?:\w+ ){0,2},\s*(?:and |then |so )?(?:we|i|you|it|one|let|this|that|is|are|was|can|add|subtract|multiply|divide|continue|find|solve|the answer|the rest)\b|^[^.!?]{0,60}\bto (?:get|find|obtain|reach|compute|determine) (?:the|our|an?)\b|\band\s*$", RegexOptions.IgnoreCase);

    // "Answer 2: 5", "Step 1: 5", "So far: 5", "Hint: 5".
    private static Regex Label => field ??= Pattern.Of(@"^\W*(?:[A-Za-z]+ ){0,3}(?:(?:answer|step|option|case|attempt|candidate|guess|version|variant|scenario|possibility|question|problem|part|example|line|row|item|input|method|try|choice)\s*#?\s*[(]?(?:[0-9]{1,3}|[a-zA-Z]|[ivx]{1,4})[).]?|(?:so )?far|hint|note|input|given|question|guess|rejected|discarded|trap|estimate|bound|candidate|candidates|attempt|output format|format|template|sample|data)\s*[*_]*\s*:[^:]*$", RegexOptions.IgnoreCase);

    // Of an earlier step, of an example, of somebody else, or of nothing at all.
    private static Regex Elsewhere => field ??= Pattern.Of(@"\b(?:classmates?|textbooks?|chatgpt|calculator|chatbot|answer key|misprint|so far|half-?way|partial(?:ly)?|intermediate|interim|preliminary|provisional|tentative|extraneous|no sense|no solution|nobody|no one|no way|by no means|someone|somebody|not sure|given that|you are given|we are given|is given|was given|example|e\.g|for instance|placeholder|mentioned|previous(?:ly)?|formerly|incorrect|inconsistent|never mind|some say|others say|wrong|careless\w*|reckless\w*|hast(?:y|ily)|sloppy|too (?:early|late|soon|hastily|quickly)|second-best|runner-up|next-best|suboptimal|drafts?|trap(?:s|ped)?|typos?|bugs?|still (?:have|need) to|remains to|to get the answer|final answer will|once (?:i|we)|should (?:i|we|you)|the first term|first term|starting value|initial value|nothing|random|bet against|candidates?|closest|decoy|distractor|shot in the dark|wish|voted|unknowable|key (?:has|says|lists|states|gives|shows)|answers? (?:in|from|at) the (?:book|back|key|manual)|(?:wrong|incorrect|bad|rejected)_\w+|hypothetical(?:ly)?|errors? (?:is|was)|avoid\w*|omit\w*|last (?:time|year|week|month),? the answer|back then|by accident|by mistake|supposed to|[\u274c\u2717\u2718])(?!\w)|\bmy\b(?! (?:final |own )?(?:answer|result|solution|calculations?|total)\b)|\byour (?:\w+ )?(?:answer|result|solution|guess|attempt|claim)\b|\bhere\s*$|\u2260|\\neq?\b", RegexOptions.IgnoreCase);

    // "The first term is not needed, so": what is concluded stands for itself.
    private static Regex Concluded => field ??= Pattern.Of(@"^.*\b(?:so(?! far)|therefore|thus|hence),?\s+(?=\S)", RegexOptions.IgnoreCase);

    // The author's own doing: an order, a gerund, an infinitive, what "we" do.
    private static Regex Author => field ??= Pattern.Of(@"^\W*(?:(?:now|next|then|first|finally|so|also|and|therefore|thus|hence|please)\b\W*)*(?:to [a-z]+|[a-z]+ing|divide|multiply|add|subtract|double|halve|square|round|simplify|expand|factor|solve|compute|calculate|evaluate|convert|combine|continue|apply|set|write|choose|pick|remember|keep|we|i|you|one|let us|let's)\b", RegexOptions.IgnoreCase);

    // A verb of outcome right before the value, whoever its subject is.
    private static Regex Governed => field ??= Pattern.Of(@"(?:=|:|\b(?:is|are|was|were|be|been|equals?|get|gets|got|obtain|obtained|have(?! to)|has(?! to)|had(?! to)|find|found|gives?|giving|yields?|leaves?|leaving|makes?|making|conclude|deduce|infer|see|know|totals?|totall?ing|arrive|arrived|reach|reached|need(?! to)|needs(?! to)|(?:left|up|us|me) with|(?:simplif(?:y|ies|ied)|comes?|came|reduces?|leads?|evaluates?|adds? up|equal|equivalent|amounts?|works? out|sums?) to))(?:\s+(?!to\b|from\b|by\b|with\b|using\b)[\w'$\\()]+){0,8}[\s$*_\\(:=]*$", RegexOptions.IgnoreCase);

    private static Regex OtherScript => field ??= Pattern.Of(@"[\u0400-\u052f\u0590-\u06ff\u0900-\u0dff\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]");

    private static Regex OtherWords => field ??= Pattern.Of(@"\b(?:ist|nicht|eine[nmrs]?|und|oder|wir|antwort|ergebnis|l\u00f6sung|daher|also ist|est|donc|nous|sont|avec|une|r\u00e9ponse|serait|environ|respuesta|soluci\u00f3n|entonces|tanto|obtenemos|resultado|es|risposta|quindi|sono|\u00e8|risultato|resposta|portanto|\u00e9|het|een|antwoord|niet|zijn|dus|odpowied\u017a|wynosi|cevap|\u0111\u00e1p|svar|svaret|vastaus|jawaban|jawabannya|odpov\u011b\u010f)(?![\w])", RegexOptions.IgnoreCase);

    private static Regex Formulas => field ??= Pattern.Of(@"\$[^$]{0,400}\$|\\\(.{0,400}?\\\)|\\\[.{0,400}?\\\]");
}
