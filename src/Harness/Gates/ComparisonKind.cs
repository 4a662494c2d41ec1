namespace SafetyGate.Harness.Gates;

/// <summary>Control of a comparison.</summary>
public enum ComparisonKind
{
    /// <summary>The run a reviewer accepted: is this one as good?</summary>
    Baseline,

    /// <summary>The untuned model: measures the cost of the tuning itself.</summary>
    Reference,
}
