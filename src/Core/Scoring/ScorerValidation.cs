namespace SafetyGate.Core.Scoring;

/// <summary>
/// How a scorer did on responses labeled by people: the counts behind its sensitivity and specificity. Positive is a score of 1.
/// </summary>
/// <param name="TruePositives">Responses labeled positive that the scorer scored 1.</param>
/// <param name="Positives">Responses labeled positive.</param>
/// <param name="TrueNegatives">Responses labeled negative that the scorer scored 0.</param>
/// <param name="Negatives">Responses labeled negative.</param>
public sealed record ScorerValidation(int TruePositives, int Positives, int TrueNegatives, int Negatives)
{
    /// <summary>Validation errors, one sentence each; empty if the counts are possible.</summary>
    public IEnumerable<string> Problems()
    {
        if (Positives < 1 || TruePositives < 0 || TruePositives > Positives) yield return Invariant($"a scorer's validation has {TruePositives} of {Positives} positives; there must be 1 or more, and no more found than there are.");
        if (Negatives < 1 || TrueNegatives < 0 || TrueNegatives > Negatives) yield return Invariant($"a scorer's validation has {TrueNegatives} of {Negatives} negatives; there must be 1 or more, and no more found than there are.");
    }

    /// <summary>The validation of the scorer that scores the opposite.</summary>
    public ScorerValidation Opposite => new(TrueNegatives, Negatives, TruePositives, Positives);
}
