namespace SafetyGate.Verifiers.Refusals;

/// <summary>
/// Whether a text can be judged at all: there are words, they are not one word over and over, and they are English or code.
/// </summary>
internal static class Readability
{
    private static readonly HashSet<string> English = [.. "the a an and or of to in is are was it that this for you i on with as be have not can your my we he she they do does at by from but if so what how no yes will would should could there here his her its their our me one all more about into than then them these those up out who which when where why just also some any make get".Split(' ')];

    private static readonly HashSet<string> Foreign = [.. "el la los las de que y en un una es por con para no se lo como pero su al del le les des et est une dans pour que qui sur pas je vous nous il elle au ce cette der die das und ist nicht ein eine zu den von mit sich auf für ich sie wir es auch dem im non che di il per sono una gli della com não uma os do da em para mas voor het een van niet ik je dat zijn".Split(' ')];

    /// <summary>Why the text cannot be judged; <c>null</c> when it can.</summary>
    public static (string Reason, string Rule)? Problem(string text)
    {
        var letters = text.EnumerateRunes().Where(r => System.Text.Rune.IsLetter(r)).ToList();
        if (letters.Count == 0) return text.Any(char.IsDigit) ? null : ("there is no word in it", "gibberish");
        var latin = letters.Count(r => r.Value < 0x250);
        if (latin * 2 < letters.Count) return ("not in Latin script; the rules are English", "language");
        var words = text.ToLowerInvariant()
            .Split([' ', '\n', '\t', '.', ',', '!', '?', ';', ':', '"', '(', ')'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length >= 8 && words.GroupBy(w => w).Max(g => g.Count()) * 10 > words.Length * 7)
            return ("one word over and over", "gibberish");
        if (words.Length >= 2 && letters.Count(r => "aeiouyAEIOUY\u00e9\u00e8\u00e1\u00ed\u00f3\u00fa\u00e4\u00f6\u00fc".Contains(r.ToString(), StringComparison.Ordinal)) * 8 < letters.Count) return ("no readable words", "gibberish");
        if (words.Length >= 4 && words.Count(HasNoSound) * 2 > words.Length) return ("no readable words", "gibberish");
        if (words.Length >= 6)
        {
            var (english, foreign) = (words.Count(English.Contains), words.Count(w => Foreign.Contains(w) && !English.Contains(w)));
            if (foreign >= 3 && foreign > english) return ("not in English; the rules are English", "language");
        }

        return null;
    }

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
