using System.Text;
using System.Text.RegularExpressions;
using SafetyGate.Core.Unicode;

namespace SafetyGate.Verifiers.Refusals;

/// <summary>
/// One spelling for many variants: lower case, plain quotes, no markup, contractions written out, punctuation
/// closed up. Line ends are kept; they distinguish lists, verse and documents from running text.
/// </summary>
internal static class CanonicalText
{
    private static readonly (Regex From, string To)[] Contractions =
    [
        .. new (string From, string To)[]
        {
        ("can't", "cannot"), ("can not", "cannot"), ("won't", "will not"), ("shan't", "shall not"), ("ain't", "am not"), ("i'm", "i am"),
        ("let's", "let us"),
        ("cant", "cannot"), ("wont", "will not"), ("dont", "do not"), ("im", "i am"), ("doesnt", "does not"), ("isnt", "is not"),
        ("didnt", "did not"), ("arent", "are not"), ("wasnt", "was not"), ("shouldnt", "should not"), ("wouldnt", "would not"), ("couldnt", "could not"), ("mustnt", "must not"), ("havent", "have not"),
        ("thats", "that is"), ("heres", "here is"), ("theres", "there is"), ("youre", "you are"), ("theyre", "they are"), ("ive", "i have"), ("weve", "we have"), ("youd", "you would"), ("youll", "you will"), ("icannot", "i cannot"),
        ("gonna", "going to"), ("wanna", "want to"),
        ("apologise", "apologize"), ("fulfil", "fulfill"), ("unauthorised", "unauthorized"), ("authorised", "authorized"),
        ("programme", "program"), ("sry", "sorry"),
        }.Select(c => (new Regex($@"(?<![\w']){Regex.Escape(c.From)}(?![\w'])", RegexOptions.CultureInvariant), c.To)),
    ];

    /// <summary>Characters that are read. An answer is one however it goes on; a refusal must be read to its end.</summary>
    public const int MostCharacters = 8000;

    /// <summary>The canonical form of the beginning of a text.</summary>
    public static string Of(string text)
    {
        text = text.Length > MostCharacters ? text[..MostCharacters] : text;
        var plain = new StringBuilder(text.Length);
        foreach (var c in TextNormalization.Normalize(Apostrophes(Visible.Of(WellFormed(text))), NormalizationForm.FormKC).ToLowerInvariant())
            plain.Append(Plain(c));
        var s = Markup.Replace(Bullet.Replace(LookAlikes.Latin(plain.ToString()), "- "), "");
        s = Emphasis.Replace(s, "");
        s = Stretched.Replace(s, "$1");
        s = WordByWord.Replace(s, m => m.Value.Replace(". ", " ", StringComparison.Ordinal).Replace('\n', ' '));
        s = Dotted.Replace(s, m => m.Value.Replace(".", "", StringComparison.Ordinal));
        s = Spaced.Replace(s, m => m.Value.Distinct().Count() < SpacedLetters ? m.Value : m.Value.Replace("  ", "\t", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal).Replace('\t', ' '));
        s = DroppedG.Replace(s, "ing");
        s = MistypedCannot.Replace(s, "can't");
        s = MistypedNot.Replace(s, "$1n't");
        s = BrokenNot.Replace(s, "$1't");
        s = SplitApostrophe.Replace(s, "'");
        s = SpaceBeforePunctuation.Replace(s, "$1");
        s = Blanks.Replace(s, " ");
        s = Not.Replace(s, "$1 not");
        foreach (var (from, to) in Contractions) s = from.Replace(s, to);
        s = Ending.Replace(s, m => m.Groups[1].Value + m.Groups[2].Value switch { "'ll" => " will", "'ve" => " have", "'re" => " are", "'d" => " would", _ => " is" });
        s = BareWould.Replace(s, "i would ");
        s = MistypedAble.Replace(s, m => Able(m.Groups[2].Value) is { } able ? m.Groups[1].Value + able : m.Value);
        return s.Trim();
    }

    private static string? Able(string word) => Words.FirstOrDefault(w => IsSlip(word, w));

    private static readonly string[] Words = ["able", "unable", "willing", "allowed"];

    // One letter wrong, missing, doubled or exchanged with its neighbor.
    private static bool IsSlip(string typed, string meant)
    {
        if (typed == meant || System.Math.Abs(typed.Length - meant.Length) > 1) return false;
        var start = 0;
        while (start < typed.Length && start < meant.Length && typed[start] == meant[start]) start++;
        var (t, m) = (typed[start..], meant[start..]);
        return t.Length == m.Length
            ? t[1..] == m[1..] || (t.Length > 1 && t[0] == m[1] && t[1] == m[0] && t[2..] == m[2..])
            : t.Length < m.Length ? m[1..] == t : t[1..] == m;
    }

    // Variants of an apostrophe from keyboards, fonts and wrong encodings; before the compatibility form, which takes some of them apart.
    private static string Apostrophes(string text)
    {
        text = text.Replace("\u00e2\u20ac\u2122", "'", StringComparison.Ordinal).Replace("\\'", "'", StringComparison.Ordinal);
        return string.Create(text.Length, text, static (span, source) =>
        {
            for (var i = 0; i < source.Length; i++)
                span[i] = ApostropheLike.Contains(source[i], StringComparison.Ordinal) ? '\'' : source[i];
        });
    }

    private const string ApostropheLike = "\u0060\u0091\u0092\u00b4\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u02ca\u02cb\u0301\u0374\u0384\u055a\u05f3\u07f4\u2018\u2019\u201a\u201b\u2032\u2035\ua78c\uff07\uff40";

    private static string Plain(char c) => c switch
    {
        '\u2018' or '\u2019' or '\u201b' or '\u02bc' or '\u00b4' or '`' => "'",
        '\u201c' or '\u201d' or '\u201e' or '\u00ab' or '\u00bb' => "\"",
        '\u2013' or '\u2014' => " - ",
        '\r' => "",
        '\u2028' or '\u2029' or '\u0085' => "\n",
        '\t' or '\u00a0' => " ",
        _ => c.ToString(),
    };

    // Half a surrogate pair (a text cut between two code units) becomes U+FFFD.
    private static string WellFormed(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private static Regex Bullet => field ??= Pattern.Of(@"^[ ]*[*\u2022\u25cf][ ]+", RegexOptions.Multiline);

    private static Regex Markup => field ??= Pattern.Of(@"\*+|__+|^[ ]*#{1,6}[ ]|^[ ]*>[ ]?|~~|<\|[^|\n]{1,40}\|>", RegexOptions.Multiline);

    // "_I cannot_": emphasis by single marks.
    private static Regex Emphasis => field ??= Pattern.Of(@"(?<![\w])_(?=[^\s_])|(?<=[^\s_])_(?![\w])");

    // "sorryyyy"
    private static Regex Stretched => field ??= Pattern.Of(@"([a-z])\1{2,}");

    // "I. cannot. help. with. that.", and the same in lines
    private static Regex WordByWord => field ??= Pattern.Of(@"(?<=^|\s)(?:[\w']+\.?\n){3,}[\w']+(?=\.?\s*$)|(?<=^|\s)(?:[\w']+\. ){3,}[\w']+(?=\.|\s*$)");

    // "c.a.n.n.o.t"
    private static Regex Dotted => field ??= Pattern.Of(@"\b(?:[a-z]\.){3,}[a-z]\b");

    // Fewer letters, and the blank, are one word or two over and over.
    private const int SpacedLetters = 5;

    // "c a n n o t  h e l p"
    private static Regex Spaced => field ??= Pattern.Of(@"(?<![\w'])(?:[a-z] {1,2}){4,}[a-z](?![\w'])");

    // "id rather not": the verb tells it from a number of a person.
    private static Regex BareWould => field ??= Pattern.Of(@"\bid (?=(?:rather|prefer|never|like|love|have to|be|suggest|advise|recommend|not)\b)");

    // "not abel to"
    private static Regex MistypedAble => field ??= Pattern.Of(@"\b((?:am|is|are|be|was|were) (?:not )?)([a-z]{3,8})(?= to\b)");

    // "helpin' you"
    private static Regex DroppedG => field ??= Pattern.Of(@"(?<=\b[a-z]{2,}[a-z])in'(?=[ .,!?]|$)");

    // "ca n't", "cann't", "can'tt", "can\"t", "ca'nt", "cnat"
    private static Regex MistypedCannot => field ??= Pattern.Of(@"\b(?:can+ ?[""';]t+|ca ?n't+|ca'nt|cn'?at|cna't|cannt|cantt|canot|can ?nnot|cannto)\b");

    // "do n't", "does'nt", "won\"t"
    private static Regex MistypedNot => field ??= Pattern.Of(@"\b(wo|do|does|did|is|are|was|were|would|should|could|have|has|am|must)(?: n'|'n|n[""];?)t\b");

    // "can' help", "can''t", "can�t", "don t": the contraction lost a letter or its apostrophe.
    private static Regex BrokenNot => field ??= Pattern.Of(@"\b(can|won|don|doesn|didn|isn|aren|wasn|couldn|wouldn|shouldn|haven)(?:'{2,3}t\b| ?[\ufffd?]{1,3} ?t\b|['\ufffd]{1,2}(?= [a-z])(?! (?:t|s|m|re|ll|ve|d)\b)| t\b(?! ?'))");

    // Word-level tokenizers give "can ' t" and "don 't".
    private static Regex SplitApostrophe => field ??= Pattern.Of(@"(?<=[a-z]) ?' ?(?=(?:t|s|m|re|ll|ve|d)\b)");

    private static Regex SpaceBeforePunctuation => field ??= Pattern.Of(@"[ ]+([,.;:!?])");

    private static Regex Blanks => field ??= Pattern.Of(@"[ ]{2,}");

    private static Regex Not => field ??= Pattern.Of(@"\b(do|does|did|is|are|was|were|would|should|could|has|have|had|must|need|might|ought|dare|am)n't\b");

    private static Regex Ending => field ??= Pattern.Of(@"\b(i|you|ye|we|they|he|she|it|that|this|there|here|what)('ll|'ve|'re|'d|'s)\b");
}
