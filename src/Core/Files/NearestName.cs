namespace SafetyGate.Core.Files;

/// <summary>Finds the known name closest to a mistyped one.</summary>
internal static class NearestName
{
    // Longer than any key; the distance takes time in proportion.
    private const int LongestName = 200;

    /// <summary>
    /// The known name with the fewest edits, the first among equals; one that begins as the other is written counts as one edit away.
    /// </summary>
    public static string Of(string written, IEnumerable<string> known) =>
        known.MinBy(name => IsBeginning(written, name) || IsBeginning(name, written) ? 1 : Distance(written, name)) ?? "";

    /// <summary>
    /// Insertions, deletions and replacements of characters that turn one text into the other (Levenshtein 1966), letter case aside.
    /// </summary>
    public static int Distance(string from, string to)
    {
        if (from.Length > LongestName) return int.MaxValue;
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = diagonal + (char.ToUpperInvariant(from[i - 1]) == char.ToUpperInvariant(to[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[^1];
    }

    private static bool IsBeginning(string part, string whole) =>
        part.Length > 2 && whole.Length > part.Length && whole.StartsWith(part, StringComparison.OrdinalIgnoreCase);
}
