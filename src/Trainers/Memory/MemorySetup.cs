using static TorchSharp.torch;

namespace SafetyGate.Trainers.Memory;

/// <summary>Settings of a run that decide its memory besides its data.</summary>
public sealed record MemorySetup
{
    /// <summary>Number type of the model.</summary>
    public required ScalarType Dtype { get; init; }

    /// <summary>Whether it computes on a GPU.</summary>
    public bool IsGpu { get; init; }

    /// <summary>Whether a narrow model has float32 masters.</summary>
    public bool MasterWeights { get; init; } = true;

    /// <summary>Moments of the optimizer for each weight: 2 for Adam and AdamW, 1 for momentum, else 0.</summary>
    public int Moments { get; init; } = 2;

    /// <summary>Weights that are trained; <c>null</c> for all.</summary>
    public long? Trained { get; init; }

    /// <summary>Rows a generator draws at once.</summary>
    public int GenerationRows { get; init; } = new Models.Generation.GenerationBudget().Rows;

    /// <summary>Bytes for each row and token of the vocabulary that a sampler takes besides the logits.</summary>
    public int DrawingBytes { get; init; } = 24;

    internal long TrainedParameters(long all) => Trained ?? all;
}
