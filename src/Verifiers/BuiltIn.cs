using SafetyGate.Core.Scoring;
using SafetyGate.Verifiers.Math;
using SafetyGate.Verifiers.Refusals;

namespace SafetyGate.Verifiers;

/// <summary>The scorers and rewards that come with the product.</summary>
public static class BuiltIn
{
    /// <summary>Registers them in <see cref="Scorers"/>; as often as one likes.</summary>
    public static void Register()
    {
        Scorers.Register(() => new MathVerifier());
        Scorers.Register(() => new MathAnswerScorer());
        Scorers.Register(() => new RefusalScorer());
        Scorers.Register(() => new ComplianceScorer());
    }
}
