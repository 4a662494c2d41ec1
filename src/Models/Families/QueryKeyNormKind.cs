namespace SafetyGate.Models.Families;

/// <summary>How queries and keys are normalized before they are rotated.</summary>
public enum QueryKeyNormKind
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Each head on its own, all heads with the same weights (Qwen3, Gemma 3).</summary>
    PerHead,

    /// <summary>All heads together (OLMo 2).</summary>
    WholeProjection,
}
