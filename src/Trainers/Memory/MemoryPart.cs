namespace SafetyGate.Trainers.Memory;

/// <summary>A part of the memory a training run takes.</summary>
public enum MemoryPart
{
    /// <summary>The model's weights.</summary>
    Weights,

    /// <summary>float32 masters of narrower weights.</summary>
    Masters,

    /// <summary>Gradients, and their float32 sums where there are masters.</summary>
    Gradients,

    /// <summary>The optimizer's moments.</summary>
    Moments,

    /// <summary>Frozen models: the reference, a reward model.</summary>
    Reference,

    /// <summary>What a pass keeps of its layers for the way back.</summary>
    Activations,

    /// <summary>Distributions over the vocabulary that exist at once, with the gradient of the head.</summary>
    Logits,

    /// <summary>Keys and values of responses being drawn, with their logits.</summary>
    KeyValueCache,

    /// <summary>The data, the runtime's heap, and workspaces.</summary>
    Other,
}
