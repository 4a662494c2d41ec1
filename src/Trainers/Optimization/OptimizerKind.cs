using System.Text.Json.Serialization;

namespace SafetyGate.Trainers.Optimization;

/// <summary>Ways of updating parameters.</summary>
public enum OptimizerKind
{
    /// <summary>Adam with decoupled weight decay (arXiv:1711.05101).</summary>
    [JsonStringEnumMemberName("adamw_torch")]
    AdamW,

    /// <summary>The same, transformers' name for it where one operator updates all weights; the device decides that here.</summary>
    [JsonStringEnumMemberName("adamw_torch_fused")]
    AdamWFused,

    /// <summary>Adam (arXiv:1412.6980); weight decay is added to the gradient.</summary>
    Adam,

    /// <summary>Gradient descent with momentum, dampening and Nesterov's variant, as in torch.</summary>
    Sgd,
}
