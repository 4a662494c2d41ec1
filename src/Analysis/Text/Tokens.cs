using System.Text.RegularExpressions;

namespace SafetyGate.Analysis.Text;

/// <summary>Texts in tokens, as measures of similarity want them.</summary>
internal static partial class Tokens
{
    /// <summary>What stands between white space.</summary>
    public static IReadOnlyList<string> Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Runs of word characters, in lower case.</summary>
    public static IReadOnlyList<string> WordCharacters(string text) => [.. WordRun().Matches(text.ToLowerInvariant()).Select(match => match.Value)];

    /// <summary>Runs of ASCII letters and digits, in lower case: what ROUGE counts.</summary>
    public static IReadOnlyList<string> Alphanumeric(string text) => [.. AsciiRun().Matches(text.ToLowerInvariant()).Select(match => match.Value)];

    /// <summary>How often each sequence of n neighbors occurs.</summary>
    public static Dictionary<string, int> Grams(IReadOnlyList<string> tokens, int n)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i + n <= tokens.Count; i++)
        {
            var gram = string.Join('\u0001', tokens.Skip(i).Take(n));
            counts[gram] = counts.GetValueOrDefault(gram) + 1;
        }

        return counts;
    }

    /// <summary>Occurrences that two counts share.</summary>
    public static int Shared(Dictionary<string, int> a, Dictionary<string, int> b) => a.Sum(gram => Math.Min(gram.Value, b.GetValueOrDefault(gram.Key)));

    [GeneratedRegex(@"\w+", RegexOptions.CultureInvariant)]
    private static partial Regex WordRun();

    [GeneratedRegex("[a-z0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex AsciiRun();
}
