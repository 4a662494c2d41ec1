namespace SafetyGate.Models.Families;

/// <summary>Kind of a parameter, which determines its initialization and weight decay.</summary>
public enum ParameterKind
{
    /// <summary>A matrix: projections, embeddings, the head.</summary>
    Matrix,

    /// <summary>The weight of a norm.</summary>
    Norm,

    /// <summary>An additive vector.</summary>
    Bias,
}
