using System.Text.Json.Serialization;
using SafetyGate.Core.Files;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Loop;

namespace SafetyGate.Trainers.Dpo;

/// <summary>Settings of one run of direct preference optimization, under TRL's keys. Immutable; vary it with <c>with</c>.</summary>
[FormerKey("rpo_alpha", "a second loss 'sft' in 'loss_type', with its weight in 'loss_weights',")]
[AbsentKeys("precompute_ref_log_probs precompute_ref_batch_size", "the reference's log-probabilities are always computed once, before the first step")]
[AbsentKeys("reference_free", "every loss is relative to the base")]
[AbsentKeys("max_prompt_length max_completion_length", "give 'max_length' and 'truncation_mode'")]
public sealed record DpoOptions : TrainingOptions
{
    private const double DefaultAlpha = 0.5, DefaultTau = 0.05; // TRL's

    /// <summary>How much the reference holds the policy; IPO's τ. Default 0.1, as in TRL.</summary>
    public double Beta { get; init; } = 0.1;

    /// <summary>The minimized losses; their weighted sum. Default: the sigmoid loss.</summary>
    public IReadOnlyList<DpoLossType> LossType { get; init; } = [DpoLossType.Sigmoid];

    /// <summary>A weight for each loss; <c>null</c>: 1 each.</summary>
    public IReadOnlyList<double>? LossWeights { get; init; }

    /// <summary>Share of labels taken to be flipped (robust, AOT), or EXO's ε. Default 0.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>Divergence from the reference. Default: reverse KL, which is DPO; another one only with losses of the scores' difference.</summary>
    public FDivergenceType FDivergenceType { get; init; } = FDivergenceType.ReverseKl;

    /// <summary>α of the α-divergence. Default 0.5, as in TRL.</summary>
    public double FAlphaDivergenceCoef { get; init; } = DefaultAlpha;

    /// <summary>
    /// Weight, in [0, 1], of log-probabilities behind the shorter completion's length (LD-DPO, arXiv:2409.06411); <c>null</c>: all weigh the
    /// same.
    /// </summary>
    public double? LdAlpha { get; init; }

    /// <summary>Whether pairs weigh as the policy would produce them (WPO, arXiv:2406.11827). Default: no.</summary>
    public bool UseWeighting { get; init; }

    /// <summary>τ of the DiscoPOP loss. Default 0.05, as in TRL.</summary>
    public double DiscopopTau { get; init; } = DefaultTau;

    /// <summary>Pairs whose mean is a loss. Default 8, as in transformers.</summary>
    public int PerDeviceTrainBatchSize { get; init; } = 8;

    /// <summary>Batches whose mean makes one update. Default 1.</summary>
    public int GradientAccumulationSteps { get; init; } = 1;

    /// <summary>
    /// Most tokens of a prompt and one completion; <c>null</c> for the model's context. Pairs with a longer one are dropped and counted, or cut
    /// by <see cref="TruncationMode"/>.
    /// </summary>
    public int? MaxLength { get; init; }

    /// <summary>Whether longer completions are cut at their end instead; <c>null</c>: no. Only <see cref="TruncationMode.KeepStart"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TruncationMode? TruncationMode { get; init; }

    /// <summary>
    /// Whether an adapter's <c>lora_dropout</c> is left out while it is trained; <c>null</c>: yes, as in TRL: the reference drops nothing either.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? DisableDropout { get; init; }

    /// <summary>Pairs of one update.</summary>
    internal int PairsPerStep => PerDeviceTrainBatchSize * GradientAccumulationSteps;

    /// <summary>Whether the loss of a batch is no sum over its pairs, so that it takes all of them at once.</summary>
    internal bool CouplesPairs => LossType.Any(type => type is DpoLossType.Aot or DpoLossType.AotUnpaired || (type == DpoLossType.Sft && UseWeighting));

    // As TRL since 1.10: a difference of two scores, or none of them.
    private static bool TakesDivergences(DpoLossType type) => type is DpoLossType.Sigmoid or DpoLossType.Hinge or DpoLossType.Ipo or DpoLossType.ExoPair
        or DpoLossType.Robust or DpoLossType.Discopop or DpoLossType.Sft or DpoLossType.SigmoidNorm;

    /// <inheritdoc/>
    public override IEnumerable<string> Unread()
    {
        bool Reads(params DpoLossType[] types) => LossType.Any(types.Contains);
        if (LabelSmoothing != 0 && !Reads(DpoLossType.Robust, DpoLossType.ExoPair, DpoLossType.Aot, DpoLossType.AotUnpaired)) yield return NotRead("label_smoothing", "one of the losses robust, exo_pair, aot and aot_unpaired");
        if (DiscopopTau != DefaultTau && !Reads(DpoLossType.Discopop)) yield return NotRead("discopop_tau", "the loss discopop");
        if (FAlphaDivergenceCoef != DefaultAlpha && FDivergenceType != FDivergenceType.AlphaDivergence) yield return NotRead("f_alpha_divergence_coef", "the divergence alpha_divergence");
        if (FDivergenceType != FDivergenceType.ReverseKl && LossType.All(type => type == DpoLossType.Sft)) yield return NotRead("f_divergence_type", "a loss of scores (not sft)");
    }

    /// <inheritdoc/>
    protected override IEnumerable<string> OwnProblems()
    {
        if (!(Beta > 0 && double.IsFinite(Beta))) yield return Invariant($"{nameof(Beta)} is {Beta}; it must be finite and above 0.");
        if (LossType.Count == 0) yield return "There is no loss type; give at least one.";
        if (LossType.Any(type => !Enum.IsDefined(type)) || !Enum.IsDefined(FDivergenceType)) yield return "An option has a value that its enumeration does not have.";
        if (LossWeights is { } weights && (weights.Count != LossType.Count || weights.Any(weight => !double.IsFinite(weight))))
            yield return Invariant($"{nameof(LossWeights)} has {weights.Count} numbers for {LossType.Count} losses; it must have a finite one for each.");
        if (LossType.Contains(DpoLossType.Robust) && LabelSmoothing is not (>= 0 and < 0.5))
            yield return Invariant($"{nameof(LabelSmoothing)} is {LabelSmoothing}; with the robust loss it must lie in [0, 0.5).");
        else if (LossType.Contains(DpoLossType.ExoPair) && LabelSmoothing is not (> 0 and < 1))
            yield return Invariant($"{nameof(LabelSmoothing)} is {LabelSmoothing}; the EXO loss needs it in (0, 1), such as 0.001.");
        else if (LabelSmoothing is not (>= 0 and < 1)) yield return Invariant($"{nameof(LabelSmoothing)} is {LabelSmoothing}; it must lie in [0, 1).");
        if (FDivergenceType != FDivergenceType.ReverseKl && LossType.Where(type => !TakesDivergences(type)).ToList() is { Count: > 0 } alone)
            yield return $"f_divergence_type is {JsonFormat.NameOf(FDivergenceType)} with the loss {string.Join(", ", alone.Select(JsonFormat.NameOf))}; another divergence than reverse_kl leaves a term of the prompt in each score that only the difference of a pair's is free of, so it goes with {string.Join(", ", Enum.GetValues<DpoLossType>().Where(TakesDivergences).Select(JsonFormat.NameOf))}.";
        if (!double.IsFinite(FAlphaDivergenceCoef)) yield return Invariant($"{nameof(FAlphaDivergenceCoef)} is {FAlphaDivergenceCoef}; it must be finite.");
        if (LdAlpha is not (null or (>= 0 and <= 1))) yield return Invariant($"{nameof(LdAlpha)} is {LdAlpha}; it must lie in [0, 1].");
        if (!(DiscopopTau > 0 && double.IsFinite(DiscopopTau))) yield return Invariant($"{nameof(DiscopopTau)} is {DiscopopTau}; it must be finite and above 0.");
        if (PerDeviceTrainBatchSize < 1) yield return Invariant($"{nameof(PerDeviceTrainBatchSize)} is {PerDeviceTrainBatchSize}; it must be 1 or more.");
        if (GradientAccumulationSteps < 1) yield return Invariant($"{nameof(GradientAccumulationSteps)} is {GradientAccumulationSteps}; it must be 1 or more.");
        if (UseWeighting && LossType.Any(type => type is DpoLossType.Aot or DpoLossType.AotUnpaired))
            yield return $"{nameof(UseWeighting)} gives each pair a weight, but aot and aot_unpaired sort the pairs of a batch, so that a weight would meet another pair. Leave one out.";
        if (TruncationMode is not (null or Data.TruncationMode.KeepStart))
            yield return $"{nameof(TruncationMode)} is {TruncationMode}; of a pair it is keep_start, or absent: cut at the start, the two completions would continue different prompts.";
        if (MaxLength is < 2) yield return Invariant($"{nameof(MaxLength)} is {MaxLength}; it must be 2 or more.");
    }
}
