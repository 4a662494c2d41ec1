namespace SafetyGate.Trainers.Probes;

/// <summary>Settings of a reader of word sequences. Immutable; vary it with <c>with</c>.</summary>
public sealed record NgramOptions
{
    /// <summary>Longest sequence of words that is a feature. Default 2.</summary>
    public int Order { get; init; } = 2;

    /// <summary>Updates. Default 200.</summary>
    public int Steps { get; init; } = 200;

    /// <summary>Texts of an update. Default 16.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>Learning rate of Adagrad. Default .5.</summary>
    public double LearningRate { get; init; } = 0.5;

    /// <summary>Places that features are hashed to. Default 65,536.</summary>
    public int Places { get; init; } = 1 << 16;

    /// <summary>The only source of randomness: the order of the texts.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Validation errors, one sentence each; empty if the options are valid.</summary>
    public IEnumerable<string> Problems()
    {
        if (Order is < 1 or > 8) yield return Invariant($"{nameof(Order)} is {Order}; it must lie in 1 to 8.");
        if (Steps < 1) yield return Invariant($"{nameof(Steps)} is {Steps}; it must be 1 or more.");
        if (BatchSize < 1) yield return Invariant($"{nameof(BatchSize)} is {BatchSize}; it must be 1 or more.");
        if (!(LearningRate > 0 && double.IsFinite(LearningRate))) yield return Invariant($"{nameof(LearningRate)} is {LearningRate}; it must be finite and above 0.");
        if (Places is < 2 or > 1 << 22) yield return Invariant($"{nameof(Places)} is {Places}; it must lie in 2 to 4194304.");
    }
}
