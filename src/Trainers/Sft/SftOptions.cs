using System.Text.Json.Serialization;
using SafetyGate.Core.Files;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Loop;

namespace SafetyGate.Trainers.Sft;

/// <summary>Settings of one supervised run. Immutable; vary it with <c>with</c>.</summary>
[FormerKey("batch_size", "'per_device_train_batch_size'")]
[FormerKey("targets", "'completion_only_loss'")]
[FormerKey("loss", "'loss_type'")]
[FormerKey("label_smoothing", "'label_smoothing_factor'")]
[AbsentKeys("dataset_text_field dataset_kwargs", "the recipe's 'data' names the columns")]
public sealed record SftOptions : TrainingOptions
{
    /// <summary>Rows (examples, or packed rows) of one forward and backward pass. Default 8, as in transformers.</summary>
    public int PerDeviceTrainBatchSize { get; init; } = 8;

    /// <summary>Passes whose gradients make one update; each target of them all weighs the same. Default 1.</summary>
    public int GradientAccumulationSteps { get; init; } = 1;

    /// <summary>Whether only the completion is trained on, not the prompt. Default: yes.</summary>
    public bool CompletionOnlyLoss { get; init; } = true;

    /// <summary>
    /// Whether only what the assistant wrote is trained on, as the chat template marks it with <c>{% generation %}</c>; of rows of messages
    /// every turn of the assistant, then. Default: no.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool AssistantOnlyLoss { get; init; }

    /// <summary>The minimized loss. Default: negative log-likelihood.</summary>
    public SftLossType LossType { get; init; } = SftLossType.Nll;

    /// <summary>
    /// Share of the target distribution spread evenly over the vocabulary, in [0, 1). Default 0. Not with <see cref="SftLossType.Dft"/>.
    /// </summary>
    public double LabelSmoothingFactor { get; init; }

    /// <summary>α of the noise on embeddings in training passes (NEFTune, arXiv:2310.05914), such as 5; <c>null</c> for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? NeftuneNoiseAlpha { get; init; }

    /// <summary>Whether sequences share rows. Default: no.</summary>
    public bool Packing { get; init; }

    /// <summary>How sequences share rows where they do. Default: best fit, as in TRL.</summary>
    public PackingStrategy PackingStrategy { get; init; } = PackingStrategy.Bfd;

    /// <summary>
    /// Most tokens of a row; <c>null</c> for the model's context. Longer examples are dropped and counted, cut by <see cref="TruncationMode"/>,
    /// or cut up where the packing does so.
    /// </summary>
    public int? MaxLength { get; init; }

    /// <summary>Which tokens of a longer example are kept; <c>null</c>: it is dropped. TRL's default is <see cref="TruncationMode.KeepStart"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TruncationMode? TruncationMode { get; init; }

    /// <summary>
    /// Whether the probability of each example's gold answer is recorded after every epoch, for <c>gate dynamics</c>, and what it is. It
    /// changes no weight. Default: none.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public DynamicsMeasure RecordDynamics { get; init; }

    /// <summary>Rows of one update.</summary>
    internal int RowsPerStep => PerDeviceTrainBatchSize * GradientAccumulationSteps;

    /// <summary>Whether the packing itself cuts longer examples up.</summary>
    internal bool PackingCutsUp => Packing && PackingStrategy is PackingStrategy.BfdSplit or PackingStrategy.Wrapped;

    /// <inheritdoc/>
    public override IEnumerable<string> Unread()
    {
        if (!Packing && PackingStrategy != PackingStrategy.Bfd) yield return NotRead("packing_strategy", "a run with packing true");
    }

    /// <inheritdoc/>
    protected override IEnumerable<string> OwnProblems()
    {
        if (PerDeviceTrainBatchSize < 1)
            yield return Invariant($"{nameof(PerDeviceTrainBatchSize)} is {PerDeviceTrainBatchSize}; it must be 1 or more.");
        if (GradientAccumulationSteps < 1)
            yield return Invariant($"{nameof(GradientAccumulationSteps)} is {GradientAccumulationSteps}; it must be 1 or more.");
        if (LabelSmoothingFactor is not (>= 0 and < 1))
            yield return Invariant($"{nameof(LabelSmoothingFactor)} is {LabelSmoothingFactor}; it must lie in [0, 1).");
        if (LabelSmoothingFactor > 0 && LossType == SftLossType.Dft) yield return Invariant($"{nameof(LabelSmoothingFactor)} is {LabelSmoothingFactor} with the loss {SftLossType.Dft}; the two are not combined.");
        if (NeftuneNoiseAlpha is { } alpha && !(alpha > 0 && double.IsFinite(alpha))) yield return Invariant($"{nameof(NeftuneNoiseAlpha)} is {alpha}; it must be finite and above 0, or absent.");
        if (MaxLength is < 2) yield return Invariant($"{nameof(MaxLength)} is {MaxLength}; it must be 2 or more, for a token is predicted from the one before.");
        if (TruncationMode is not null && PackingCutsUp) yield return $"{nameof(TruncationMode)} is {TruncationMode}, but the packing {PackingStrategy} cuts longer examples up and drops nothing; leave it out.";
        if (TruncationMode == Data.TruncationMode.KeepEnd && Packing) yield return $"{nameof(TruncationMode)} is {Data.TruncationMode.KeepEnd} with packing, which keeps the start; leave one out.";
        if (TruncationMode is { } mode && !Enum.IsDefined(mode)) yield return $"{nameof(TruncationMode)} has a value that its enumeration does not have.";
        if (!Enum.IsDefined(LossType) || !Enum.IsDefined(RecordDynamics) || !Enum.IsDefined(PackingStrategy))
            yield return "An option has a value that its enumeration does not have.";
    }
}
