namespace SafetyGate.Models.Decoders;

/// <summary>What a parameter is, which decides how it starts and whether it is decayed.</summary>
public enum ParameterKind
{
    /// <summary>A matrix: projections, embeddings, the head.</summary>
    Matrix,

    /// <summary>The weight of a norm.</summary>
    Norm,

    /// <summary>An additive vector.</summary>
    Bias,
}
