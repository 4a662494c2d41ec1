using SafetyGate.Trainers.Batches;
using SafetyGate.Trainers.Optimization;
using SafetyGate.Trainers.Runs;

namespace SafetyGate.Trainers.Sft;

/// <summary>Settings of one supervised run. Immutable; vary it with <c>with</c>.</summary>
public sealed record SftOptions
{
    /// <summary>Updates of the run; with a <see cref="Target"/> the most it makes. Schedules span them.</summary>
    public required int Steps { get; init; }

    /// <summary>Full learning rate; the <see cref="Schedule"/> scales it.</summary>
    public required double LearningRate { get; init; }

    /// <summary>The only source of randomness of the run.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Rows (examples, or packed rows) of one forward and backward pass. Default 8, as in transformers.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>Passes whose gradients make one update; each target of them all weighs the same. Default 1.</summary>
    public int GradientAccumulationSteps { get; init; } = 1;

    /// <summary>Shape of the learning rate. Default linear, as in transformers.</summary>
    public LearningRateSchedule Schedule { get; init; } = new();

    /// <summary>Optimizer and weight decay. Default AdamW without decay.</summary>
    public OptimizerOptions Optimizer { get; init; } = new();

    /// <summary>Ceiling of the gradient's 2-norm; <c>null</c> for none. Default 1, as in transformers.</summary>
    public double? MaxGradientNorm { get; init; } = 1.0;

    /// <summary>Which tokens are learnt. Default: the completion only.</summary>
    public TargetTokens Targets { get; init; } = TargetTokens.Completion;

    /// <summary>What is minimised. Default: negative log-likelihood.</summary>
    public SftObjective Objective { get; init; } = SftObjective.Nll;

    /// <summary>Share of the target distribution spread evenly over the vocabulary, in [0, 1). Default 0. Not with <see cref="SftObjective.Dft"/>.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>How sequences share rows. Default: not.</summary>
    public PackingStrategy Packing { get; init; } = PackingStrategy.None;

    /// <summary>Most tokens of a row; <c>null</c> for the model's context. Longer examples are dropped and counted, or cut up where the packing does so.</summary>
    public int? MaxLength { get; init; }

    /// <summary>Whether each epoch reads the rows in an order of its own. Default: yes.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>Ends the run at an accuracy; <c>null</c> for none.</summary>
    public TargetAccuracy? Target { get; init; }

    /// <summary>Steps between two saved states, from which an interrupted run goes on. Default 25. It decides no weight.</summary>
    public int SaveEverySteps { get; init; } = 25;

    /// <summary>All that is wrong with these options, one sentence each; empty when they are sound.</summary>
    public IEnumerable<string> Problems()
    {
        if (Steps < 1) yield return Invariant($"{nameof(Steps)} is {Steps}; it must be 1 or more.");
        if (!(LearningRate > 0 && double.IsFinite(LearningRate))) yield return Invariant($"{nameof(LearningRate)} is {LearningRate}; it must be finite and above 0.");
        if (BatchSize < 1) yield return Invariant($"{nameof(BatchSize)} is {BatchSize}; it must be 1 or more.");
        if (GradientAccumulationSteps < 1) yield return Invariant($"{nameof(GradientAccumulationSteps)} is {GradientAccumulationSteps}; it must be 1 or more.");
        if (MaxGradientNorm is { } norm && !(norm > 0)) yield return Invariant($"{nameof(MaxGradientNorm)} is {norm}; it must be above 0, or absent for no clipping.");
        if (LabelSmoothing is not (>= 0 and < 1)) yield return Invariant($"{nameof(LabelSmoothing)} is {LabelSmoothing}; it must lie in [0, 1).");
        if (LabelSmoothing > 0 && Objective == SftObjective.Dft) yield return Invariant($"{nameof(LabelSmoothing)} is {LabelSmoothing} with the DFT objective; the two are not combined.");
        if (MaxLength is < 2) yield return Invariant($"{nameof(MaxLength)} is {MaxLength}; it must be 2 or more, for a token is predicted from the one before.");
        if (SaveEverySteps < 1) yield return Invariant($"{nameof(SaveEverySteps)} is {SaveEverySteps}; it must be 1 or more.");
        foreach (var problem in Schedule.Problems(LearningRate).Concat(Optimizer.Problems()).Concat(Target?.Problems() ?? [])) yield return problem;
    }
}
