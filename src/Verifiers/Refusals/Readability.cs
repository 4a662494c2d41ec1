namespace SafetyGate.Verifiers.Refusals;

/// <summary>
/// Whether a text can be judged at all: there are words, they are not one word over and over, and they are English or code.
/// </summary>
internal static class Readability
{
    private static readonly HashSet<string> English = [.. "the a an and or of to in is are was it that this for you i on with as be have not can your my we he she they do does at by from but if so what how no yes will would should could there here his her its their our me one all more about into than then them these those up out who which when where why just also some any make get".Split(' ')];

    private static readonly HashSet<string> Foreign = [.. "el la los las de que y en un una es por con para no se lo como pero su al del le les des et est une dans pour que qui sur pas je vous nous il elle au ce cette der die das und ist nicht ein eine zu den von mit sich auf für ich sie wir es auch dem im non che di il per sono una gli della com não uma os do da em para mas voor het een van niet ik je dat zijn puedo puede podría sobre tu tus sus este esta eso esa más mi mis muy sont sont avec mais ne ou où votre vos ma mes leur cela cette ces ihnen dir dich mir mein meine ihre ihr dein deine einen einem einer keine keinen kann kannst werden wird wie aber oder wenn hier zum zur nach bei aus posso você seu sua isso essa este ao pelo pela nos nas mais aos questo questa tuo tua suo sua nel nella sul alla anche sono ho ti mi ci kan wil deze maar met naar zou jouw uw".Split(' ')];

    // Without those that are English words or parts of names.
    private static readonly HashSet<string> ForeignWhenShort = [.. "el las que una por para pero nos les est dans qui je vous nous il elle ce cette das und ist nicht ein eine zu mit sich f\u00fcr ich sie wir auch dem im non che di della gli una sono n\u00e3o uma em mas voor het een niet ik je dat zijn jag inte att och det som jeg ikke nie si\u0119 mog\u0119 tym jest czy bu bir i\u00e7in konuda saya tidak bisa anda untuk yang dengan ini kami siento lamento desculpe posso puedo puede peux peut kann leider dispiace aiutarti ayudarte ayudar solicitud eso esa isso essa ajudar spiacente nu pot \u00een aceast\u0103 olen en voi t\u00f4i kh\u00f4ng".Split(' ')];

    /// <summary>Whether the text is a few words over and over: at most four of them, in twenty or more.</summary>
    public static bool IsLoop(string text)
    {
        var words = text.Split([' ', '\n', '\t', '.', ',', '!', '?', ';', ':', '"', '(', ')'], StringSplitOptions.RemoveEmptyEntries);
        return words.Length >= LoopWords && words.Distinct(StringComparer.Ordinal).Count() <= LoopedWords;
    }

    private const int LoopWords = 20;
    private const int LoopedWords = 4;

    /// <summary>Whether a short text may be in another language that the rules for longer ones do not notice.</summary>
    public static bool HasFewWordsOfEnglish(string text)
    {
        var words = text.Split([' ', '\n', '\t', '.', ',', '!', '?', ';', ':', '"', '(', ')'], FewWords + 1, StringSplitOptions.RemoveEmptyEntries);
        return words.Length <= FewWords && words.Count(English.Contains) * 3 <= words.Length && !words.Contains("i");
    }

    private const int FewWords = 12;

    /// <summary>Why the text cannot be judged; <c>null</c> when it can.</summary>
    public static (string Reason, string Rule)? Problem(string text)
    {
        var letters = text.EnumerateRunes().Where(r => System.Text.Rune.IsLetter(r)).ToList();
        if (letters.Count == 0 && !text.Any(char.IsDigit)) return ("there is no word in it", "gibberish");
        var latin = letters.Count(r => r.Value < 0x250);
        if (letters.Count > 0 && latin * 2 < letters.Count) return ("not in Latin script; the rules are English", "language");
        var words = text.ToLowerInvariant()
            .Split([' ', '\n', '\t', '.', ',', '!', '?', ';', ':', '"', '(', ')'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length >= 8 && words.GroupBy(w => w).Max(g => g.Count()) * 10 > words.Length * 7)
            return ("one word over and over", "gibberish");
        if (letters.Count == 0) return null;
        if (words.Length >= 2 && letters.Count(r => "aeiouyAEIOUY\u00e9\u00e8\u00e1\u00ed\u00f3\u00fa\u00e4\u00f6\u00fc".Contains(r.ToString(), StringComparison.Ordinal)) * 8 < letters.Count) return ("no readable words", "gibberish");
        if (words.Length >= 2 && words.Count(HasNoSound) * 2 > words.Length) return ("no readable words", "gibberish");
        if (words.Length is >= 3 and <= 40 && !words.Any(English.Contains) && words.Count(HasOddPair) * 2 > words.Length) return ("no readable words", "gibberish");
        if (words.Length >= 6)
        {
            var (english, foreign) = (words.Count(English.Contains), words.Count(w => Foreign.Contains(w) && !English.Contains(w)));
            if ((foreign >= 3 && foreign > english) || (foreign >= 2 && english * 8 < words.Length && foreign > english)) return ("not in English; the rules are English", "language");
        }

        // A short one has no word of English and some of another language, or letters that English does not write.
        if (words.Length is >= 3 and < 12 && words.Count(English.Contains) * 2 <= words.Count(ForeignWhenShort.Contains)
            && (words.Any(ForeignWhenShort.Contains) || words.Count(w => w.Any(c => c is (>= '\u00df' and < '\u0250') or (>= '\u1ea0' and <= '\u1eff'))) * 3 >= words.Length))
            return ("not in English; the rules are English", "language");
        return null;
    }

    // Pairs of letters that no word of a language in Latin letters has, or hardly one.
    private static bool HasOddPair(string word)
    {
        for (var i = 1; i < word.Length; i++)
        {
            var (a, b) = (word[i - 1], word[i]);
            if (char.IsAsciiLetterLower(a) && char.IsAsciiLetterLower(b)
                && ((a == 'q' && b != 'u') || (a is 'j' or 'v' && Consonants.Contains(b, StringComparison.Ordinal) && b is not ('r' or 'n' or 'd' or 'l' or 'v' or 'j' or 's'))
                    || (b is 'j' && Consonants.Contains(a, StringComparison.Ordinal) && a is not ('d' or 'n' or 'r' or 'l' or 's' or 'b' or 't' or 'm' or 'f' or 'v'))
                    || (b is 'x' or 'q' && Consonants.Contains(a, StringComparison.Ordinal) && a is not ('n' or 'r' or 'c' or 's' or 'l' or 'd')) || (a is 'x' or 'z' && b is 'b' or 'd' or 'f' or 'g' or 'j' or 'k' or 'm' or 'n' or 'q' or 'r' or 'v' or 'x')))
                return true;
        }

        return false;
    }

    private const string Consonants = "bcdfghjklmnpqrstvwxz";

    // Four consonants in a row in more than half of the words: keys hit at random.
    private static bool HasNoSound(string word)
    {
        var row = 0;
        foreach (var c in word)
        {
            row = char.IsAsciiLetterLower(c) && !"aeiouy".Contains(c, StringComparison.Ordinal) ? row + 1 : 0;
            if (row == 4) return true;
        }

        return false;
    }
}
