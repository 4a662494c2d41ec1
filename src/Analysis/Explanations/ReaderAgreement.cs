namespace SafetyGate.Analysis.Explanations;

/// <summary>Cohen's κ of two readers' answers: agreement beyond chance.</summary>
public static class ReaderAgreement
{
    /// <summary>Below this, two readers do not read the same things and their scores are inconclusive.</summary>
    public const double Least = 0.4;

    /// <summary>Computes it.</summary>
    /// <param name="first">Answers of one reader; at least one.</param>
    /// <param name="second">Answers of the other.</param>
    /// <returns>κ, 1 for the same answers; <c>null</c> where both give one answer to everything, so that chance alone would agree.</returns>
    /// <exception cref="ArgumentException">There is no answer, or the lists have different lengths.</exception>
    /// <remarks>Source: Cohen (1960).</remarks>
    public static double? Kappa(IReadOnlyList<string> first, IReadOnlyList<string> second)
    {
        if (first.Count == 0 || first.Count != second.Count) throw new ArgumentException(Invariant($"One reader gave {first.Count} answers and the other {second.Count}; both need the same, and at least one."), nameof(second));
        double n = first.Count;
        var observed = first.Zip(second).Count(pair => pair.First == pair.Second) / n;
        var shares = second.GroupBy(answer => answer).ToDictionary(group => group.Key, group => group.Count() / n);
        var chance = first.GroupBy(answer => answer).Sum(group => group.Count() / n * shares.GetValueOrDefault(group.Key));
        return chance < 1 ? (observed - chance) / (1 - chance) : null;
    }
}
