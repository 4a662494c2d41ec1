namespace SafetyGate.Analysis.Text;

/// <summary>Least number of insertions, deletions and replacements that turn one sequence into another.</summary>
public static class Levenshtein
{
    /// <summary>Distance of two sequences.</summary>
    /// <typeparam name="T">What is compared.</typeparam>
    public static int Distance<T>(IReadOnlyList<T> a, IReadOnlyList<T> b)
        where T : IEquatable<T>
    {
        var row = Enumerable.Range(0, b.Count + 1).ToArray();
        for (var i = 1; i <= a.Count; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Count; j++)
            {
                var replaced = diagonal + (a[i - 1].Equals(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }

    /// <summary>Distance of two texts in code points.</summary>
    public static int Characters(string a, string b) => Distance(CodePoints(a), CodePoints(b));

    /// <summary>Distance of two texts in words between white space.</summary>
    public static int Words(string a, string b) => Distance(Tokens.Words(a), Tokens.Words(b));

    /// <summary>1 − distance / longer length, in code points; 1 for two empty texts.</summary>
    public static double Similarity(string a, string b)
    {
        var longest = Math.Max(CodePoints(a).Count, CodePoints(b).Count);
        return longest == 0 ? 1 : 1 - ((double)Characters(a, b) / longest);
    }

    private static IReadOnlyList<int> CodePoints(string text) => [.. text.EnumerateRunes().Select(rune => rune.Value)];
}
