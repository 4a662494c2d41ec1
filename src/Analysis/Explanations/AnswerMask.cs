namespace SafetyGate.Analysis.Explanations;

/// <summary>Hides an answer where it stands as words of its own, so that a reader cannot copy it.</summary>
public static class AnswerMask
{
    /// <summary>What stands in its place.</summary>
    public const string Mask = "_";

    /// <summary>The text with every occurrence of the answer hidden, whatever the letter case.</summary>
    /// <param name="text">The text; words are separated by white space.</param>
    /// <param name="answer">The answer: a word or several.</param>
    public static string Hide(string text, string answer)
    {
        var (words, hidden) = (Words(text), Words(answer));
        if (hidden.Length == 0) return string.Join(' ', words);
        var kept = new List<string>();
        for (var at = 0; at < words.Length;)
        {
            var isAnswer = at + hidden.Length <= words.Length && hidden.Select((word, i) => string.Equals(Bare(words[at + i]), Bare(word), StringComparison.OrdinalIgnoreCase)).All(same => same);
            kept.Add(isAnswer ? Mask : words[at]);
            at += isAnswer ? hidden.Length : 1;
        }

        return string.Join(' ', kept);
    }

    private static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    // A full stop behind a word is no part of it; one alone is.
    private static string Bare(string word) => word.Trim('.', ',', ';', ':', '!', '?', '(', ')', '"', '\'', '$') is { Length: > 0 } bare ? bare : word;
}
