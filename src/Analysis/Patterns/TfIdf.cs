using SafetyGate.Analysis.Text;

namespace SafetyGate.Analysis.Patterns;

/// <summary>Texts as points: how often a word occurs, weighed by how rare it is; smoothing and norm as scikit-learn has them.</summary>
/// <param name="Vocabulary">All words, in order of code points: runs of word characters in lower case.</param>
/// <param name="InverseDocumentFrequency">ln((1 + n)/(1 + texts with the word)) + 1 of each word.</param>
/// <param name="Rows">[text][word], of length 1; a text without words is all 0.</param>
public sealed record TfIdf(IReadOnlyList<string> Vocabulary, IReadOnlyList<double> InverseDocumentFrequency, IReadOnlyList<double[]> Rows)
{
    /// <summary>Computes it.</summary>
    /// <param name="documents">The texts; at least one.</param>
    /// <exception cref="ArgumentException">There is no text.</exception>
    public static TfIdf Of(IReadOnlyList<string> documents)
    {
        if (documents.Count == 0) throw new ArgumentException("There is no text; give at least one.", nameof(documents));
        var counts = documents.Select(text => Tokens.Grams(Tokens.WordCharacters(text), 1)).ToList();
        string[] vocabulary = [.. counts.SelectMany(count => count.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        double[] rarity = [.. vocabulary.Select(word => Math.Log((1.0 + documents.Count) / (1 + counts.Count(count => count.ContainsKey(word)))) + 1)];
        return new(vocabulary, rarity, [.. counts.Select(count => Normalized([.. vocabulary.Select((word, i) => count.GetValueOrDefault(word) * rarity[i])]))]);
    }

    /// <summary>Cosine of two texts.</summary>
    public double Cosine(int a, int b) => Rows[a].Zip(Rows[b], (x, y) => x * y).Sum();

    private static double[] Normalized(double[] row)
    {
        var length = Math.Sqrt(row.Sum(value => value * value));
        return length == 0 ? row : [.. row.Select(value => value / length)];
    }
}
