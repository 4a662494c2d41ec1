namespace SafetyGate.Analysis.Text;

/// <summary>Overlap of a candidate with a reference (ROUGE, without stemming).</summary>
/// <param name="Precision">Share of the candidate that the reference has.</param>
/// <param name="Recall">Share of the reference that the candidate has.</param>
public sealed record Rouge(double Precision, double Recall)
{
    /// <summary>Harmonic mean of both; 0 where both are.</summary>
    public double F => Precision + Recall > 0 ? 2 * Precision * Recall / (Precision + Recall) : 0;

    /// <summary>By n-grams of words.</summary>
    public static Rouge OfGrams(string reference, string candidate, int n)
    {
        var (wanted, found) = (Tokens.Grams(Tokens.Alphanumeric(reference), n), Tokens.Grams(Tokens.Alphanumeric(candidate), n));
        return Of(Tokens.Shared(wanted, found), found.Values.Sum(), wanted.Values.Sum());
    }

    /// <summary>By the longest common subsequence of words.</summary>
    public static Rouge OfSubsequence(string reference, string candidate)
    {
        var (wanted, found) = (Tokens.Alphanumeric(reference), Tokens.Alphanumeric(candidate));
        var lengths = new int[found.Count + 1];
        foreach (var word in wanted)
        {
            var diagonal = 0;
            for (var j = 1; j <= found.Count; j++)
            {
                var above = lengths[j];
                lengths[j] = word == found[j - 1] ? diagonal + 1 : Math.Max(lengths[j], lengths[j - 1]);
                diagonal = above;
            }
        }

        return Of(lengths[^1], found.Count, wanted.Count);
    }

    private static Rouge Of(int shared, int found, int wanted) => new((double)shared / Math.Max(1, found), (double)shared / Math.Max(1, wanted));
}
