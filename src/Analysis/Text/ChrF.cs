namespace SafetyGate.Analysis.Text;

/// <summary>F score of character n-grams as sacreBLEU computes it: 1 to 6 characters, white space left out, recall weighs twice.</summary>
public static class ChrF
{
    private const int LongestGram = 6;
    private const double RecallWeight = 4; // β² with β = 2

    /// <summary>Computes it for one sentence.</summary>
    /// <returns>0 to 100.</returns>
    public static double Sentence(string reference, string candidate)
    {
        var (wanted, found) = (Characters(reference), Characters(candidate));
        var (precision, recall, orders) = (0.0, 0.0, 0);
        for (var n = 1; n <= LongestGram && n <= Math.Min(wanted.Count, found.Count); n++)
        {
            var shared = Tokens.Shared(Tokens.Grams(found, n), Tokens.Grams(wanted, n));
            precision += (double)shared / (found.Count - n + 1);
            recall += (double)shared / (wanted.Count - n + 1);
            orders++;
        }

        if (orders == 0 || precision + recall == 0) return 0;
        (precision, recall) = (precision / orders, recall / orders);
        return 100 * (1 + RecallWeight) * precision * recall / ((RecallWeight * precision) + recall);
    }

    private static IReadOnlyList<string> Characters(string text) => [.. string.Concat(Tokens.Words(text)).EnumerateRunes().Select(rune => rune.ToString())];
}
