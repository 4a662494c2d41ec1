using System.Globalization;

namespace SafetyGate.Harness.Gates;

/// <summary>Whether another value of a term is known to make a gate easier to pass.</summary>
public static class RuleLoosening
{
    /// <summary>True if it is; false if it is not, or if the term has no order, such as another benchmark.</summary>
    /// <param name="claim">Kind of the claim.</param>
    /// <param name="term">Name of the term.</param>
    /// <param name="before">Its approved value; <c>null</c> if the rule did not have it.</param>
    /// <param name="now">Its value now; <c>null</c> if the rule does not have it.</param>
    public static bool Of(ClaimKind claim, string term, string? before, string? now) => term switch
    {
        Comparability.MarginField when claim == ClaimKind.RegressedFromReference => Number(now) < Number(before), // a bad run must be caught
        Comparability.MarginField or Comparability.AlphaField or Comparability.CategoryField or Comparability.AnchorField
            or RuleTerms.Nats or RuleTerms.Drop or RuleTerms.Largest or RuleTerms.AtMost => Number(now) > Number(before),
        Comparability.CoverageField or RuleTerms.AtLeast => Number(now) < Number(before),
        Comparability.FloorField => (Number(now) ?? 0) < (Number(before) ?? 0),
        Comparability.PolicyField => now == nameof(InconclusivePolicy.Warn),
        Comparability.UntunedField => now == "allowed",
        RuleTerms.Required => now == "no",
        RuleTerms.Suites => RuleTerms.Names(before).Except(RuleTerms.Names(now), StringComparer.Ordinal).Any(),
        _ => false,
    };

    private static double? Number(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;
}
