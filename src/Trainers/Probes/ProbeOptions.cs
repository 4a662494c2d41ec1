namespace SafetyGate.Trainers.Probes;

/// <summary>Settings of a linear probe. Immutable; vary it with <c>with</c>.</summary>
public sealed record ProbeOptions
{
    /// <summary>Updates, each over all training questions. Default 200.</summary>
    public int Steps { get; init; } = 200;

    /// <summary>Learning rate. Default .05.</summary>
    public double LearningRate { get; init; } = 0.05;

    /// <summary>Weight of half the squared weights in the loss. Default .01: there are more features than questions.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Validation errors, one sentence each; empty if the options are valid.</summary>
    public IEnumerable<string> Problems()
    {
        if (Steps < 1) yield return Invariant($"{nameof(Steps)} is {Steps}; it must be 1 or more.");
        if (!(LearningRate > 0 && double.IsFinite(LearningRate))) yield return Invariant($"{nameof(LearningRate)} is {LearningRate}; it must be finite and above 0.");
        if (!(WeightDecay >= 0 && double.IsFinite(WeightDecay))) yield return Invariant($"{nameof(WeightDecay)} is {WeightDecay}; it must be finite and 0 or more.");
    }
}
