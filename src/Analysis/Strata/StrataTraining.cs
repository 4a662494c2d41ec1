namespace SafetyGate.Analysis.Strata;

/// <summary>How the arms of a result were trained; the same for each of them.</summary>
public sealed record StrataTraining
{
    /// <summary>Kind of training, such as <c>probe</c>, <c>in-context</c>, <c>lora</c> or <c>sft</c>; or who else trained.</summary>
    public required string Trainer { get; init; }

    /// <summary>Training items of each arm; 0 where it is not known.</summary>
    public int Examples { get; init; }

    /// <summary>Updates of each arm; 0 where there are none.</summary>
    public int Steps { get; init; }

    /// <summary>Digest of the weights that every arm starts from; empty where it is not known.</summary>
    public string Weights { get; init; } = "";

    /// <summary>Name of the model for people; empty where it is not known.</summary>
    public string Model { get; init; } = "";

    /// <summary>Digest of the training items; empty where it is not known.</summary>
    public string TrainDigest { get; init; } = "";

    /// <summary>How an answer is scored, with its version.</summary>
    public string Scorer { get; init; } = "";

    /// <summary>Other settings that decide, such as the learning rate; empty for none.</summary>
    public string Settings { get; init; } = "";

    /// <summary>Share of wrong labels put into easy training items, in [0, 1]; 0 without the label noise arm.</summary>
    public double EasyNoise { get; init; }

    /// <summary>Share of wrong labels put into hard training items: twice that of easy ones.</summary>
    public double HardNoise { get; init; }
}
