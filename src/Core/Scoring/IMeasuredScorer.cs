namespace SafetyGate.Core.Scoring;

/// <summary>A scorer whose errors were measured on responses labeled by people, so that a rate can be corrected for them.</summary>
public interface IMeasuredScorer : IScorer
{
    /// <summary>How it did on the labeled responses.</summary>
    ScorerValidation Validation { get; }
}
