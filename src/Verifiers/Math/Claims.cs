using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Math;

/// <summary>
/// Whether a text states an answer as its own. "My friend says the answer is 5", "it is false that it is 5", "one might conclude 5" and
/// "I doubt that it is 5" state another one, or none.
/// </summary>
internal static partial class Claims
{
    private const int LongestBefore = 200;

    /// <summary>Whether a text states what follows "the answer is" as its own: "so", "we get that", "therefore, the final" and the like before it.</summary>
    /// <param name="before">The text up to "answer is".</param>
    public static bool AreOwn(string before)
    {
        var near = before[System.Math.Max(0, before.Length - LongestBefore)..];
        var sentence = SentenceEnd().Matches(near) is { Count: > 0 } ends ? near[(ends[^1].Index + ends[^1].Length)..] : near;
        var clause = ClauseEnd().Split(sentence)[^1];
        return Owned().IsMatch(clause) && !Supposed().IsMatch(sentence[(sentence.LastIndexOf(',') + 1)..]) && !Counterfactual().IsMatch(sentence) && !AreDisowned(before);
    }

    /// <summary>Whether what stands before an answer in its sentence takes it from the text: somebody else's, an earlier one, a doubt.</summary>
    /// <param name="before">The text up to the answer, or up to "the answer is".</param>
    public static bool AreDisowned(string before)
    {
        var near = before[System.Math.Max(0, before.Length - LongestBefore)..];
        var sentence = SentenceEnd().Matches(near) is { Count: > 0 } ends ? near[(ends[^1].Index + ends[^1].Length)..] : near;
        // "She could buy 5 or 6, so the answer is": what is concluded is stated.
        var clause = Concluding().Matches(sentence) is { Count: > 0 } words ? sentence[(words[^1].Index + words[^1].Length)..] : sentence;
        return Doubted().IsMatch(clause) || Attributed().IsMatch(clause);
    }

    [GeneratedRegex(@"[,;:]|\$\s*|\\[)\]]|\b(?:so|therefore|thus|hence|consequently|then|but|which (?:means|gives|shows|implies|yields)|(?:this|that|it) (?:means|gives|shows|implies|yields|confirms|proves|follows)(?: us)?)\b|[\u2014\u2192]|\s-\s", RegexOptions.IgnoreCase)]
    private static partial Regex ClauseEnd();

    // "the final", "our answer", "we conclude that the correct", "Let me know the"
    [GeneratedRegex(@"^[\s*_#>(\[{\\$\-\u2022.]*(?:[0-9]{1,2}[.)]\s+)?(?:(?:and|so|now|finally|overall|altogether|again|indeed|clearly|in (?:total|conclusion|summary|short|fact|this case|(?:all|any|either) cases?|the end)|either way|to (?:conclude|summarize|sum up)|as a result|hence|that|by (?:symmetry|inspection|substitution)|from this|after (?:simplifying|simplification))\s+)*(?:(?:[\w\s']{0,80}\s)?(?:we|i)\s+(?:(?:can|may|now|then|thus|therefore|finally|also|will|must|do|clearly|have to|am able to|are able to)\s+)*(?:get|conclude|find|see|have|obtain|know|believe|think|say|deduce|infer|determine|derive|state|write|confirm|claim|note|understand|got|found|concluded|obtained|verified|am (?:confident|certain|sure)|are (?:confident|certain|sure)|arrive at)(?:\s+that)?\s+|it (?:is|becomes) (?:clear|evident|obvious|easy to see)(?:\s+that)?\s+|(?:is|are)\s+)?(?:(?:the|our|my|your|its|this|that|final|correct|right|required|desired|requested|numerical|numeric|exact|simplified|full|complete|overall|total|resulting|only|unique|short|boxed|closed[- ]form|problem's|question's|math|quiz|problem|question|actual|proper|true|best|whole|single|first|second|third|part|(?:in\s)?simplest|form)\s*)*[*_\s({\[\\$]*$", RegexOptions.IgnoreCase)]
    private static partial Regex Owned();

    [GeneratedRegex(@"(?<=[^\s.])[.!?](?=[\s*$\\])|\n")]
    private static partial Regex SentenceEnd();

    [GeneratedRegex(@"\b(?:so|therefore|thus|hence|consequently|but|actually|then|which (?:means|gives|shows)(?: that)?)\b,?", RegexOptions.IgnoreCase)]
    private static partial Regex Concluding();

    [GeneratedRegex(@"\b(?:doubt\w*|untrue|false(?:ly)?|incorrect\w*|mistaken\w*|wrongly|erroneous\w*|den(?:y|ies|ied)|disprov\w+|refut\w+|unlikely|unclear|uncertain|unsure|unsound|tempt\w+|naive(?:ly)?|pretend\w*|no longer|hardly|not (?:true|sure|certain|clear|claim|say|think|believe|the case|possible)|(?:do|does|did|is|was|would|can)n't (?:true|sure|certain|clear|claim|say|think|believe|follow|mean)|reject\w*|neither|whether)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Doubted();

    // In the third person or of an earlier time; "I think", "we believe" and "the problem says" are the text's own.
    [GeneratedRegex(@"\b(?:says|said|claims|claimed|thinks|thought|believes|believed|guesses|guessed|argues|argued|insists|insisted|writes|wrote|(?:people|students|others|friends|books|sources|some|many|they|you) (?:say|claim|think|believe|answer|get|write)|previous(?:ly)?|formerly|originally|initially|at first|used to|earlier|according to (?!the (?:problem|question|formula|rule|law|theorem|given|data|table|graph)))\b(?<!\b(?:problem|question|statement|theorem|rule|law) says)", RegexOptions.IgnoreCase)]
    private static partial Regex Attributed();

    // "Were the die fair, the answer would be 5."
    [GeneratedRegex(@"^\W*(?:were|had)\b|\bif\b[^,]*\bwere\b", RegexOptions.IgnoreCase)]
    private static partial Regex Counterfactual();

    [GeneratedRegex(@"\b(?:might|may|could|would|some(?:one|body)?|perhaps|maybe|possibly|imagine|unless)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Supposed();
}
