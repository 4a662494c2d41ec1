using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Math;

/// <summary>
/// "Die Antwort ist 5", "La réponse finale est 5", "答案是5。": a final answer in another language. Only the whole sentence counts, from its
/// opening word ("also", "donc", "所以") to its end: whether a further word denies it is not known here.
/// </summary>
internal static class Languages
{
    private const string Begin = @"(?<=^|[\n.!?\u3002\uff01\uff1f]\s{0,8}|\*\*)[ \t]{0,8}[*_#>\-]{0,4}[ \t]{0,4}(?:(?:(?:also|somit|damit|daher|folglich) (?:gilt|folgt|erhalten wir)[ \t]{0,4}:?|also|daher|somit|folglich|deshalb|damit|donc|ainsi|alors|par cons\u00e9quent|por(?: lo)? tanto|entonces|as\u00ed(?: que)?|portanto|logo|assim|quindi|dunque|perci\u00f2|dus|zatem|\u0438\u0442\u0430\u043a|\u0437\u043d\u0430\u0447\u0438\u0442|\u0441\u043b\u0435\u0434\u043e\u0432\u0430\u0442\u0435\u043b\u044c\u043d\u043e|\u6240\u4ee5|\u56e0\u6b64|\u6545|\u4e8e\u662f|\u7efc\u4e0a(?:\u6240\u8ff0)?|\u3088\u3063\u3066|\u3057\u305f\u304c\u3063\u3066|\u3086\u3048\u306b|\ub530\ub77c\uc11c|\uadf8\ub7ec\ubbc0\ub85c)[ \t]{0,4}[,\uff0c\u3001]?[ \t]{0,4})?";

    // An answer with its verb, then an answer with a colon, in each language.
    private const string Frame = @"(?:(?:(?:die|meine)\s+(?:(?:richtige|endg\u00fcltige|finale|korrekte|gesuchte)\s+)?(?:antwort|l\u00f6sung)\s+(?:ist|lautet|betr\u00e4gt)|ist\s+die\s+(?:(?:richtige|endg\u00fcltige|korrekte)\s+)?antwort|(?:la|ma)\s+(?:bonne\s+)?r\u00e9ponse\s+(?:finale\s+|correcte\s+)?est|la\s+(?:bonne\s+)?solution\s+(?:finale\s+|correcte\s+)?est|la\s+soluci\u00f3n\s+(?:final\s+|correcta\s+)?es|la\s+respuesta\s+(?:final\s+|correcta\s+)?es|la\s+risposta\s+(?:finale\s+|corretta\s+|esatta\s+)?\u00e8|a\s+resposta\s+(?:final\s+|correta\s+)?\u00e9|het\s+(?:juiste\s+)?antwoord\s+is)\s*:?|(?:(?:die |endg\u00fcltige |finale |richtige )*(?:antwort|l\u00f6sung|ergebnis)|r\u00e9ponse(?: finale)?|respuesta(?: final)?|risposta(?: finale)?|resposta(?: final)?|antwoord|odpowied\u017a(?: ko\u0144cowa)?|cevap|\u0111\u00e1p (?:\u00e1n|s\u1ed1)|jawaban|svar|vastaus|odpov\u011b\u010f|\u043e\u0442\u0432\u0435\u0442)\s*[*_]*\s*:|(?:\u6700\u7ec8|\u6700\u5f8c\u7684?|\u6700\u540e\u7684?|\u6b63\u786e)?\u7b54\u6848(?:\u662f|\u4e3a|\u70ba)?[:\uff1a]?|(?:\u6700\u7d42\u7684\u306a)?(?:\u7b54\u3048|\u89e3\u7b54)(?:\u306f|[:\uff1a])|(?:\uc815\ub2f5|\ub2f5)(?:\uc740|:))[*_ \t]{0,6}";

    /// <summary>The last such answer of a text with where it begins and ends; null where there is none.</summary>
    public static (string Answer, int Start, int End)? Last(string text)
    {
        foreach (var match in Frames.Matches(text).Reverse())
        {
            var start = match.Index + match.Length;
            var stop = Stop.Match(text, start);
            var end = stop.Success ? stop.Index : text.Length;
            var said = Copula.Replace(text[start..end].Trim(), "").Trim().Trim('*', '_', '\u3002', '.').Trim();
            if (said.Length is 0 or > LongestAnswer || (stop.Success && stop.Value[0] is '?' or '\uff1f') || Assertions.Foreign(said)) continue;
            if (AnswerReader.Read(said) is not null) return (said, match.Index, end);
        }

        return null;
    }

    /// <summary>Whether a sentence is in such a language and begins as its conclusions do, or gives "the answer is" in it.</summary>
    public static bool Begins(string sentence) => Assertions.Foreign(sentence) && (Opening.IsMatch(sentence) || Frames.IsMatch(sentence));

    private const int LongestAnswer = 400;

    private static Regex Frames => field ??= Pattern.Of(Begin + Frame, RegexOptions.IgnoreCase);

    private static Regex Opening => field ??= Pattern.Of(@"^\W*(?:also|daher|somit|folglich|deshalb|damit|donc|ainsi|alors|par cons\u00e9quent|por(?: lo)? tanto|entonces|as\u00ed|portanto|logo|assim|quindi|dunque|perci\u00f2|dus|zatem|\u0438\u0442\u0430\u043a|\u0437\u043d\u0430\u0447\u0438\u0442|\u0441\u043b\u0435\u0434\u043e\u0432\u0430\u0442\u0435\u043b\u044c\u043d\u043e|\u6240\u4ee5|\u56e0\u6b64|\u6545|\u4e8e\u662f|\u7efc\u4e0a|\u3088\u3063\u3066|\u3057\u305f\u304c\u3063\u3066|\u3086\u3048\u306b|\ub530\ub77c\uc11c|\uadf8\ub7ec\ubbc0\ub85c)", RegexOptions.IgnoreCase);

    private static Regex Stop => field ??= Pattern.Of(@"\n|[\u3002\uff1f?]|[.!](?=\s|$)");

    // \u3067\u3059, \uc785\ub2c8\ub2e4: "it is", behind the value.
    private static Regex Copula => field ??= Pattern.Of(@"\s*(?:\u3067\u3059|\u3067\u3042\u308b|\u3060|\uc785\ub2c8\ub2e4|\uc774\ub2e4|\uc608\uc694|\uc774\uc5d0\uc694)$");
}
