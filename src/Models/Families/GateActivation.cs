namespace SafetyGate.Models.Families;

/// <summary>The nonlinearity of the feed-forward block.</summary>
public enum GateActivation
{
    /// <summary>x · sigmoid(x).</summary>
    Silu,

    /// <summary>GELU by its tanh approximation.</summary>
    GeluTanh,

    /// <summary>GELU by the error function.</summary>
    Gelu,

    /// <summary>max(0, x).</summary>
    Relu,
}
