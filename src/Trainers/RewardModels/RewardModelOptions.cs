using System.Text.Json.Serialization;
using SafetyGate.Trainers.Loop;

namespace SafetyGate.Trainers.RewardModels;

/// <summary>Settings of one run of reward modeling, under TRL's keys. Immutable; vary it with <c>with</c>.</summary>
public sealed record RewardModelOptions : TrainingOptions
{
    /// <summary>Pairs whose mean is a loss. Default 8, as in transformers.</summary>
    public int PerDeviceTrainBatchSize { get; init; } = 8;

    /// <summary>Batches whose mean makes one update. Default 1.</summary>
    public int GradientAccumulationSteps { get; init; } = 1;

    /// <summary>Weight of the mean of (r⁺ + r⁻)², which keeps rewards around 0 (arXiv:2312.09244); <c>null</c>: none.</summary>
    public double? CenterRewardsCoefficient { get; init; }

    /// <summary>Most tokens of a prompt and one completion; <c>null</c> for the model's context. Pairs with a longer one are dropped and counted.</summary>
    public int? MaxLength { get; init; }

    /// <summary>Share of the pairs, in [0, 1), that are kept from training to measure accuracy and calibration. Default .1.</summary>
    public double HeldOut { get; init; } = 0.1;

    /// <summary>
    /// Whether an adapter's <c>lora_dropout</c> is left out while it is trained; <c>null</c>: yes, as in TRL.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? DisableDropout { get; init; }

    /// <summary>Pairs of one update.</summary>
    internal int PairsPerStep => PerDeviceTrainBatchSize * GradientAccumulationSteps;

    /// <inheritdoc/>
    protected override IEnumerable<string> OwnProblems()
    {
        if (PerDeviceTrainBatchSize < 1) yield return Invariant($"{nameof(PerDeviceTrainBatchSize)} is {PerDeviceTrainBatchSize}; it must be 1 or more.");
        if (GradientAccumulationSteps < 1) yield return Invariant($"{nameof(GradientAccumulationSteps)} is {GradientAccumulationSteps}; it must be 1 or more.");
        if (CenterRewardsCoefficient is { } weight && !(weight >= 0 && double.IsFinite(weight))) yield return Invariant($"{nameof(CenterRewardsCoefficient)} is {weight}; it must be finite, and 0 or more.");
        if (MaxLength is < 2) yield return Invariant($"{nameof(MaxLength)} is {MaxLength}; it must be 2 or more.");
        if (HeldOut is not (>= 0 and < 1)) yield return Invariant($"{nameof(HeldOut)} is {HeldOut}; it must lie in [0, 1).");
        if (Target is not null) yield return "A reward model does not answer, so it has no target accuracy; leave the target out.";
    }
}
