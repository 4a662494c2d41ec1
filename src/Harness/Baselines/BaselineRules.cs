using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Baselines;

/// <summary>The rules that a result received from a spec carries: those of its gated metrics and of its KL.</summary>
public static class BaselineRules
{
    /// <summary>The rules, as their verbs apply them.</summary>
    public static IReadOnlyList<ClaimRule> Of(ResultDocument document) =>
        [.. document.Metrics.Where(m => m.Gate is not null).Select(m => ClaimRule.OfBaseline(m.Measurement, m.Gate!)), .. document.Kl.Select(kl => kl.Rule)];
}
