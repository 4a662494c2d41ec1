using static TorchSharp.torch;

namespace SafetyGate.Trainers.Optimization;

/// <summary>State of an optimizer between updates.</summary>
public sealed record OptimizerState
{
    /// <summary>The optimizer's kind, such as <c>adamw</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Updates made.</summary>
    public required long Steps { get; init; }

    /// <summary>Named as torch names them, with the parameter's name behind: <c>exp_avg/lm_head.weight</c>. Borrowed.</summary>
    public required IReadOnlyList<KeyValuePair<string, Tensor>> Tensors { get; init; }
}
