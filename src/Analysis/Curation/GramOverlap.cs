using SafetyGate.Analysis.Text;

namespace SafetyGate.Analysis.Curation;

/// <summary>Whether one text repeats another: n-grams of words in lower case. A text shorter than n is its own only gram.</summary>
/// <param name="Shares">Whether they have a gram in common: what must not happen between training and validation data.</param>
/// <param name="Jaccard">Common grams over all grams; 0 for two empty texts.</param>
public sealed record GramOverlap(bool Shares, double Jaccard)
{
    /// <summary>Words of a gram, as in arXiv:2005.14165.</summary>
    public const int DefaultLength = 13;

    /// <summary>Compares two texts.</summary>
    /// <param name="a">One.</param>
    /// <param name="b">The other.</param>
    /// <param name="n">Words of a gram; 1 or more.</param>
    public static GramOverlap Of(string a, string b, int n = DefaultLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        var (first, second) = (Grams(a, n), Grams(b, n));
        var common = first.Count(second.Contains);
        var all = first.Count + second.Count - common;
        return new(common > 0, all == 0 ? 0 : (double)common / all);
    }

    /// <summary>The grams of a text.</summary>
    internal static HashSet<string> Grams(string text, int n)
    {
        var words = Tokens.Words(text.ToLowerInvariant());
        return words.Count == 0 ? [] : [.. Tokens.Grams(words, Math.Min(n, words.Count)).Keys];
    }
}
