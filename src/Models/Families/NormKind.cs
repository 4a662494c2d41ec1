namespace SafetyGate.Models.Families;

/// <summary>How hidden states are normalized.</summary>
public enum NormKind
{
    /// <summary>x / √(mean x² + ε) · w (arXiv:1910.07467).</summary>
    Rms,

    /// <summary>(x − mean x) / √(variance of x + ε) · w + b (arXiv:1607.06450).</summary>
    Layer,
}
