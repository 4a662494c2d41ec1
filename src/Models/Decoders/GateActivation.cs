namespace SafetyGate.Models.Decoders;

/// <summary>The nonlinearity of the gated feed-forward block.</summary>
public enum GateActivation
{
    /// <summary>x · sigmoid(x).</summary>
    Silu,

    /// <summary>GELU by its tanh approximation.</summary>
    GeluTanh,
}
