using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Math;

/// <summary>
/// Sentences about the problem behind an answer. A remark says that it is one ("note that", "since", "alternatively"), and what follows it
/// belongs to it. What is no remark and states no value tells how the answer came about, and may be what is wrong with it.
/// </summary>
internal static class Remarks
{
    /// <summary>What a text behind an answer is about.</summary>
    public enum Kind
    {
        /// <summary>Not known.</summary>
        None,

        /// <summary>A note, a proof, another way: it may deny and suppose what it likes.</summary>
        Note,

        /// <summary>A check, whose outcome must not contradict.</summary>
        Check,
    }

    /// <summary>What a sentence begins; <see cref="Kind.None"/> where it goes on with what there was.</summary>
    /// <param name="sentence">In lower case, □ for each formula.</param>
    public static Kind Begun(string sentence)
    {
        sentence = sentence.TrimStart(' ', ';', '\n', '\t', '(', '[', '"', '\'', ':', ',', '.', '\\', '{', '}', '\u2022', '\u25a1');
        return Check.IsMatch(sentence) ? Kind.Check : Note.IsMatch(sentence) ? Kind.Note : Kind.None;
    }

    /// <summary>Whether a sentence begins another problem, which the text does not answer with what stands before.</summary>
    /// <param name="sentence">In lower case, □ for each formula.</param>
    public static bool AreOver(string sentence) => Exercise.IsMatch(sentence.Trim());

    /// <summary>Whether a sentence states a value of the problem: "the minimum is at □", "each child gets □".</summary>
    /// <param name="sentence">In lower case, □ for each formula.</param>
    public static bool State(string sentence) =>
        sentence.Contains('\u25a1', StringComparison.Ordinal) && (Present.IsMatch(sentence) || sentence.Count(c => c == '\u25a1') > 1) && !Narrated.IsMatch(sentence);

    /// <summary>Whether a sentence about the problem contradicts the answer before it.</summary>
    /// <param name="sentence">In lower case, □ for each formula.</param>
    /// <param name="remarks">What the sentence belongs to.</param>
    public static bool Contradict(string sentence, Kind remarks) => remarks switch
    {
        Kind.None => Contrary.IsMatch(sentence),
        Kind.Check => Contrary.IsMatch(sentence) || Blamed.IsMatch(sentence) || Unmet.IsMatch(sentence),
        _ => Blamed.IsMatch(sentence),
    };

    private static Regex Check => field ??= Pattern.Of(@"^(?:and |so |now |also |finally |then )*(?:(?:quick |sanity |final |let us |let's |let me |we |you |one |i |can |may |could |will |also |easily |quickly |now )*(?:checks?|checking|double-check\w*|verif\w+|confirm\w*|substitut\w+|plug\w*|test\w*)\b|(?:in order )?to (?:verify|check|confirm|test|double-check)\b|as an? (?:\w+ )?check\b)");

    private static Regex Note => field ??= Pattern.Of(@"^(?:and |so |now |also |finally |but |then |\(?[a-d1-9]\)\s*)*(?:(?:the |our |an? |one |side |key |important |final |quick |brief |short |general )*(?:notes?|notice|recall|remember|remarks?|observe|observations?|explanations?|reason(?:s|ing)?|justification|proofs?|solutions?|steps?|methods?|approach|tips?|hints?|takeaways?|idea|concepts?|facts?|summary|conclusion|breakdown|details?|interpretation|background|references?|challenge|bonus)\b|(?:in order )?to (?:see|prove|show|understand|explain|summari[sz]e|recap|be complete)\b|(?:we|you|one|i|let us|let's|let me)\s+(?:(?:can|may|could|might|should|also|then|now|first|quickly|easily|just)\s+)*(?:see|show|prove|note|observe|explain|recall|look|go|walk|return)\b|(?:we|you|one|i) (?:could|can|may|might) (?:also|have also|equally|alternatively|instead)\b|(?:now )?(?:we|it) (?:just |only |now )*(?:needs? to|remains to) (?:prove|show|verify) that\b|it(?:'s| is) (?:\w+ly |also |always )*(?:important|worth|good|helpful|useful|easy|interesting|essential|instructive|well known|known) (?:to|that|noting|mentioning)\b|(?:those|students|people|anyone|everyone) who\b|many (?:students|people)\b|an? (?:common|typical|frequent|classic)\b|confidence\b|if (?:we|you|one)\b|if \u25a1(?=.*\bthen\b)|(?:because|since|as|for|given|where|here|by|using|from|with)\b|(?:e\.g|i\.e)\b|that is\b|equivalently|alternatively|another (?:way|method|approach|solution|proof|option)\b|instead of\b|similarly|likewise|indeed|also\b|moreover|furthermore|additionally|specifically|intuitively|(?:more )?generally|in (?:this|the|our) (?:diagram|figure|picture|graph|drawing|table|plot)\b|in (?:fact|general|particular|other words|short|summary|conclusion|addition|this case|each case)\b|geometrically|algebraically|graphically|(?:adding|subtracting|multiplying|dividing|solving|simplifying|applying|taking|setting|letting|writing|expanding|factoring|combining|noting|noticing|recalling|observing|graphing|drawing|looking at)\b|no(?:thing)? (?:other|else|further)\b|none of the other\b|(?:so|thus|therefore|hence)\b|(?:once|when|whenever) (?:we|you|one)\b|as an? (?:extra |final |quick |sanity )*(?:challenge|bonus|note|aside|remark)|or\s*$|p\.?s\b|always\b|never forget\b|remember\b|look at\b|draw\b|use\b|consider\b|(?:the |this )?[a-z]+ (?:will |would )?looks? like\b|(?:the |this |see the )?(?:picture|diagram|figure|graph|drawing|table)\b)");

    private static Regex Exercise => field ??= Pattern.Of(@"^(?:(?:and |now,? )*(?:here(?:'s| is| are) (?:an?|another|some|one more) )?(?:(?:practice|follow-?up|similar|bonus|next|new|another|extra|further|more) )+(?:problems?|questions?|exercises?|examples?)\b|(?:question|problem|exercise|q)\s?(?:[0-9]{1,2}|\u25a1)?\s?:\s?\S)");

    private static Regex Present => field ??= Pattern.Of(@"\b(?:is|are|has|have|equals?|gives?|yields?|makes?|gets?|costs?|needs?|takes?|contains?|lies|holds?|satisf(?:y|ies)|works?|means|remains?|leaves?|follows|exists?|occurs?|becomes?|represents?|corresponds?|divides?|can|will)\b");

    // Told of the work, ordered, denied, or compared with what is right.
    private static Regex Narrated => field ??= Pattern.Of(@"\b(?:was|were|had|did|got|went|came|used|took|made|left|gave|found|wanted|meant|needed|counted|computed|calculated|assumed|we (?:still |only |now )*(?:need|want|must|have to)|thought|read|wrote|copied|lost|asked|wants?|(?<=^)(?:now )?(?:multiply|divide|subtract|add|double|halve|square|round|replace|change|correct|increase|decrease|reduce)|after|still|yet|try|instead|rather|if|remains? to|not|no|never|but|though|although|however|unless|(?:correct|true|real|actual|right|proper|intended|desired)(?! (?:side|hand|angle|triangle|end|numbers?|line|axis|half)\b)(?:-hand)? \w+)\b|n't\b");

    // "Since □ was left out, the count is one too small."
    private static Regex Blamed => field ??= Pattern.Of(@"\b(?:the|our|my|this|that) (?:final |above |whole )?(?:count|answer|result|total|value|sum|estimate|solution|formula|calculation|computation|argument|reasoning|proof)(?: above| here)? (?:is|was|comes out|turns out|ends up|becomes|looks|seems) (?:\w+ ){0,3}(?:too|off|wrong|incorrect|invalid|flawed|false|incomplete|inflated|smaller|larger|short|unreliable|questionable)\b|\b(?:went|got) (?:missing|lost|dropped|wrong|astray)\b|^counter-?examples?\b");

    // "… gives □, but there are □", "… □ instead of □": of a check.
    private static Regex Unmet => field ??= Pattern.Of(@"\b(?:but|instead|needed|wanted|(?<!as )expected|should|supposed|whereas|however|although|unlike|rather than|too)\b");

    private static Regex Contrary => field ??= Pattern.Of(@"^(?:counter-?examples?|but|however|unfortunately|yet|still|except|hmm+|wait|hold on|actually|then again|on second thought|oh|ah|well|although|though|instead|rather)\b|\b(?:differ|differs|mismatch\w*|unequal|disagree\w*|contradict\w*|absurd|false|wrong|impossible|inconsistent|nonsensical|fails?|failed|violat\w+|makes? no sense|do(?:es)?(?:n't| not) (?:match|agree|hold|satisfy|work|equal|add up|check|fit|make sense|follow|exist|balance)|(?:is|are)(?:n't| not) (?:equal|true|possible|allowed|valid|satisfied|met|what|the (?:same|case))|should be|must be (?:smaller|larger|bigger|less|more|greater|higher|lower|different)(?! than)|went (?:wrong|missing)|got lost)\b|^(?:[^,\u25a1]{1,40},\s*)?(?:the|its) (?:correct|true|real|actual|proper|intended) (?!(?:answer|value|result|solution|choice|option)s? (?:is|are) (?:therefore |thus |indeed )?\u25a1)");
}
