using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using SafetyGate.Core.Files;
using SafetyGate.Core.Language;
using SafetyGate.Trainers.Difficulty;
using SafetyGate.Trainers.Loop;

namespace SafetyGate.Trainers.Grpo;

/// <summary>
/// Settings of one reinforcement-learning run, under TRL's keys. Immutable; vary it with <c>with</c>. A step is a rollout with
/// <see cref="NumIterations"/> updates, which schedules span. Defaults are those of <see cref="GrpoMode.Rlvr"/>.
/// </summary>
[FormerKey("klWeight", "'beta'")]
[FormerKey("batch_size", "'prompts_per_step'")]
[FormerKey("reward_weights", "'weight' of each of the recipe's 'rewards',")]
[AbsentKeys("per_device_train_batch_size gradient_accumulation_steps generation_batch_size steps_per_generation", "a step draws 'num_generations' responses to each of 'prompts_per_step' prompts and makes 'num_iterations' updates on all of them, in passes of 'micro_batch_rows'")]
[AbsentKeys("use_vllm vllm_* use_transformers_* transformers_*", "what trains also draws")]
[AbsentKeys("generation_kwargs", "give 'top_k', 'top_p', 'min_p' and 'repetition_penalty'")]
[AbsentKeys("max_prompt_length", "a prompt that leaves no room for 'max_completion_length' tokens is left out and told")]
[AbsentKeys("max_tool_calling_iterations", "responses call no tools")]
public sealed record GrpoOptions : TrainingOptions
{
    /// <summary>Settings with their defaults; a state is saved every 10 steps, for a rollout takes long.</summary>
    public GrpoOptions() => SaveSteps = 10;

    /// <summary>
    /// The published method whose settings are taken where none is given; see <see cref="For"/>. The settings decide, not their name.
    /// </summary>
    [NotInKey]
    public GrpoMode Mode { get; init; } = GrpoMode.Rlvr;

    /// <summary>Prompts of one rollout.</summary>
    public int PromptsPerStep { get; init; } = 32;

    /// <summary>Responses to each prompt: a group.</summary>
    public int NumGenerations { get; init; } = 8;

    /// <summary>Most tokens of a response, the end-of-sequence token included.</summary>
    public int MaxCompletionLength { get; init; } = 256;

    /// <summary>Divides the logits, in sampling and in the loss alike.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>
    /// Tokens that a response is drawn from: the likeliest k; <c>null</c> or 0 for all. Log-probabilities are of the whole distribution, as in
    /// TRL.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? TopK { get; init; }

    /// <summary>The likeliest tokens whose mass reaches p, in (0, 1]; <c>null</c> for all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? TopP { get; init; }

    /// <summary>Tokens with at least this share of the likeliest one's probability, in [0, 1]; <c>null</c> for all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? MinP { get; init; }

    /// <summary>Penalty of tokens seen before, in drawing alone; <c>null</c> or 1 for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? RepetitionPenalty { get; init; }

    /// <summary>Most rows of one forward and backward pass; the passes of an update add up. <c>null</c>: all rows at once.</summary>
    public int? MicroBatchRows { get; init; }

    /// <summary>
    /// Updates on the same responses (μ, arXiv:2402.03300). Above 1 the later ones are off-policy and ratios are clipped.
    /// </summary>
    public int NumIterations { get; init; } = 1;

    /// <summary>The loss.</summary>
    public GrpoLossType LossType { get; init; } = GrpoLossType.DrGrpo;

    /// <summary>Level of the importance ratios.</summary>
    public ImportanceLevel ImportanceSamplingLevel { get; init; } = ImportanceLevel.Token;

    /// <summary>β, in reward per nat; 0 is no KL and needs no reference.</summary>
    public double Beta { get; init; } = 0.02;

    /// <summary>Where β·KL acts.</summary>
    public KlPlacement KlPlacement { get; init; } = KlPlacement.Reward;

    /// <summary>Multiplies k3 in the loss by the ratio, so that its gradient is unbiased off-policy (arXiv:2512.02556).</summary>
    public bool UseBiasCorrectionKl { get; init; }

    /// <summary>Ratios are clipped at 1 − ε; in log space at −ε for GMPO.</summary>
    public double Epsilon { get; init; } = 0.2;

    /// <summary>
    /// Ratios are clipped at 1 + ε_high (arXiv:2503.14476); <c>null</c>: as <see cref="Epsilon"/>. For CISPO the cap itself.
    /// </summary>
    public double? EpsilonHigh { get; init; }

    /// <summary>
    /// Cap of the unclipped ratio, for two-sided clipping (arXiv:2505.07291); <c>null</c> for none. Only above 1 + ε_high does it bound the
    /// ratios of negative advantages; lower, it takes the place of ε_high for the positive ones.
    /// </summary>
    public double? Delta { get; init; }

    /// <summary>Scale by which advantages are divided.</summary>
    public RewardScale ScaleRewards { get; init; } = RewardScale.None;

    /// <summary>Baseline subtracted from a reward.</summary>
    public RewardBaseline Baseline { get; init; } = RewardBaseline.Group;

    /// <summary>Standardize the advantages over the batch after all else (TRL's RLOO option).</summary>
    public bool NormalizeAdvantages { get; init; }

    /// <summary>Multiplies the advantages of each prompt by its difficulty (GRPO-S, after arXiv:2503.18991); <c>null</c> for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DifficultyScaling? DifficultyScaling { get; init; }

    /// <summary>How several rewards become one.</summary>
    [JsonPropertyName("multi_objective_aggregation")]
    public RewardAggregation Aggregation { get; init; } = RewardAggregation.SumThenNormalize;

    /// <summary>Least and largest reward, before KL is subtracted; <c>null</c> for no clipping.</summary>
    [JsonPropertyName("reward_clip_range")]
    public RewardRange? RewardClip { get; init; }

    /// <summary>Share of the tokens, those of highest entropy, that carry the policy term (arXiv:2506.01939); 1 for all, 0 for the highest.</summary>
    public double TopEntropyQuantile { get; init; } = 1;

    /// <summary>
    /// Rows of negative advantage whose mean log ratio to the sampling policy is above this are left out (arXiv:2512.02556); <c>null</c>
    /// for none.
    /// </summary>
    public double? OffPolicyMaskThreshold { get; init; }

    /// <summary>Weight of the mean token entropy, which is maximized.</summary>
    [JsonPropertyName("entropy_coef")]
    public double EntropyCoefficient { get; init; }

    /// <summary>
    /// Whether that weight is steered from update to update (arXiv:2505.22312): raised by <see cref="EntropyCoefDelta"/> after an update whose
    /// entropy is at or below <see cref="EntropyTarget"/>, lowered after another, and 0 in the loss as long as the entropy of the update before
    /// was above the target.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool UseAdaptiveEntropy { get; init; }

    /// <summary>The steered weight is no smaller; <c>null</c>: 0.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? EntropyCoefMin { get; init; }

    /// <summary>The steered weight is no larger; <c>null</c>: 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? EntropyCoefMax { get; init; }

    /// <summary>By how much the steered weight moves; <c>null</c>: 0.005.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? EntropyCoefDelta { get; init; }

    /// <summary>Entropy of a token, nats, that steering keeps; <c>null</c>: 0.2.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? EntropyTarget { get; init; }

    /// <summary>
    /// Leave responses cut at the limit out of the loss (arXiv:2503.14476); they keep their place in baselines and row counts, without
    /// their KL.
    /// </summary>
    public bool MaskTruncatedCompletions { get; init; }

    /// <summary>
    /// Rounds in which groups of equal rewards are replaced by groups of other prompts (arXiv:2503.14476); 0 for none. What is still equal
    /// then is kept.
    /// </summary>
    public int DynamicSamplingRounds { get; init; }

    /// <summary>Divisor of <see cref="GrpoLossType.DrGrpo"/> besides the rows; <c>null</c>: <see cref="MaxCompletionLength"/>.</summary>
    public double? LossDivisor { get; init; }

    /// <summary>SAPO's temperature for positive advantages.</summary>
    [JsonPropertyName("sapo_temperature_pos")]
    public double SapoTemperaturePositive { get; init; } = 1.0;

    /// <summary>SAPO's temperature for the others.</summary>
    [JsonPropertyName("sapo_temperature_neg")]
    public double SapoTemperatureNegative { get; init; } = 1.05;

    /// <summary>VESPO's k for advantages of 0 or more.</summary>
    [JsonPropertyName("vespo_k_pos")]
    public double VespoKPositive { get; init; } = 2;

    /// <summary>VESPO's λ for advantages of 0 or more.</summary>
    [JsonPropertyName("vespo_lambda_pos")]
    public double VespoLambdaPositive { get; init; } = 3;

    /// <summary>VESPO's k for negative advantages.</summary>
    [JsonPropertyName("vespo_k_neg")]
    public double VespoKNegative { get; init; } = 3;

    /// <summary>VESPO's λ for negative advantages.</summary>
    [JsonPropertyName("vespo_lambda_neg")]
    public double VespoLambdaNegative { get; init; } = 2;

    /// <summary>
    /// Steps from the start after which a run fails when in none of them any two responses to a prompt earned a different reward, for then
    /// there is nothing to learn from; 0 for never. Default 20. It decides no weight.
    /// </summary>
    [NotInKey]
    public int MaxStepsWithoutSignal { get; init; } = 20;

    /// <inheritdoc/>
    protected override int UpdatesPerStep => NumIterations;

    /// <summary>The upper clip in use.</summary>
    internal double UpperEpsilon => EpsilonHigh ?? Epsilon;

    /// <summary>Whether the loss needs the log-probabilities of the policy that sampled; else those of the same pass are used.</summary>
    internal bool NeedsSamplingPolicy => NumIterations > 1 || (Beta != 0 && KlPlacement == KlPlacement.Reward);

    /// <summary>Whether passes over parts of an update add up to its objective: no mean or quantile is taken over the tokens of a pass.</summary>
    internal bool IsDivisible => LossType != GrpoLossType.Bnpo && TopEntropyQuantile == 1 && !TrainsEntropies;

    /// <summary>Whether gradients may flow through entropies.</summary>
    internal bool TrainsEntropies => EntropyCoefficient != 0 || UseAdaptiveEntropy;

    private bool HasKlInLoss => Beta > 0 && KlPlacement == KlPlacement.Loss;

    private bool IsClipped =>
        LossType is GrpoLossType.Grpo or GrpoLossType.Bnpo or GrpoLossType.DrGrpo or GrpoLossType.Dapo or GrpoLossType.Luspo;

    /// <summary>The named settings of a mode.</summary>
    /// <param name="mode">The mode; for its papers see <see cref="GrpoLossType"/> and the options.</param>
    /// <param name="steps">Rollouts.</param>
    /// <param name="learningRate">Full rate.</param>
    /// <param name="seed">Seed.</param>
    public static GrpoOptions For(GrpoMode mode, int steps, double learningRate, ulong seed)
    {
        var rlvr = new GrpoOptions { MaxSteps = steps, LearningRate = learningRate, Seed = seed };
        var stock = rlvr with { LossType = GrpoLossType.Grpo, KlPlacement = KlPlacement.Loss, ScaleRewards = RewardScale.Group, Beta = 0.04 };
        var free = stock with { Beta = 0 };
        var options = mode switch
        {
            GrpoMode.Rlvr => rlvr,
            GrpoMode.Grpo => stock,
            GrpoMode.DrGrpo => free with { LossType = GrpoLossType.DrGrpo, ScaleRewards = RewardScale.None },
            GrpoMode.Bnpo => stock with { LossType = GrpoLossType.Bnpo },
            GrpoMode.Dapo =>
                free with { LossType = GrpoLossType.Dapo, EpsilonHigh = 0.28, MaskTruncatedCompletions = true, DynamicSamplingRounds = 3 },
            GrpoMode.Cispo => free with { LossType = GrpoLossType.Cispo, EpsilonHigh = 5 },
            GrpoMode.Gspo => free with { ImportanceSamplingLevel = ImportanceLevel.Sequence, Epsilon = 3e-4, EpsilonHigh = 4e-4 },
            GrpoMode.Sapo => free with { LossType = GrpoLossType.Sapo },
            GrpoMode.Vespo => free with { LossType = GrpoLossType.Vespo },
            GrpoMode.Luspo => free with { LossType = GrpoLossType.Luspo, ImportanceSamplingLevel = ImportanceLevel.Sequence, Epsilon = 2e-3, EpsilonHigh = 2.5e-3 },
            GrpoMode.Gmpo => free with { LossType = GrpoLossType.Gmpo, Epsilon = 0.4 },
            GrpoMode.Rloo => rlvr with { LossType = GrpoLossType.Rloo, Baseline = RewardBaseline.LeaveOneOut },
            GrpoMode.Reinforce => rlvr with { LossType = GrpoLossType.Reinforce, Baseline = RewardBaseline.Batch },
            _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "No mode of that name."),
        };
        return options with { Mode = mode };
    }

    /// <summary>Adds to the JSON of options the settings of their mode that it leaves out.</summary>
    internal static void Complete(JsonObject options)
    {
        if (!options.TryGetPropertyValue("mode", out var name)) return;
        var mode = Enum.GetValues<GrpoMode>().Single(mode => JsonFormat.NameOf(mode) == (string)name!);
        foreach (var (key, value) in JsonFormat.Write(For(mode, steps: 1, learningRate: 1, seed: 0)))
            if (!options.ContainsKey(key)) options[key] = value?.DeepClone();
    }

    /// <summary>
    /// Why the fixed point of this run is not the tilt q ∝ p·exp(g/β), one sentence each; empty for a conforming run. No bound on
    /// the optimum holds for a run that does not conform.
    /// </summary>
    public IEnumerable<string> NonConformities()
    {
        if (Beta == 0) yield return "There is no KL (beta is 0), so there is no tilt to converge to.";
        else if (KlPlacement == KlPlacement.Loss)
            yield return "The KL is k3 in the loss, which in expectation descends another divergence than KL(policy‖reference).";
        if (ScaleRewards != RewardScale.None || NormalizeAdvantages || Aggregation == RewardAggregation.NormalizeThenSum)
            yield return "Advantages are divided by a standard deviation, which changes the objective.";
        if (DifficultyScaling is not null) yield return "Advantages are scaled by difficulty, so prompts do not count alike in the objective, and the scale follows the policy.";
        if (LossType is not (GrpoLossType.DrGrpo or GrpoLossType.Luspo or GrpoLossType.Rloo or GrpoLossType.Reinforce))
            yield return $"The loss {JsonFormat.NameOf(LossType)} does not sum over the whole response with one weight for all responses.";
        if (NumIterations > 1)
            yield return Invariant($"Each response is used {NumIterations} times; clipped off-policy updates are biased.");
        if (Temperature != 1) yield return Invariant($"The temperature is {Temperature}; what converges is the policy at that temperature, not the policy itself.");
        if (MaskTruncatedCompletions) yield return "Truncated responses are left out, so their rewards do not reach the policy.";
        if (TopEntropyQuantile < 1 || OffPolicyMaskThreshold is not null)
            yield return "Some tokens or responses are left out of the policy's term.";
        if (TopK is > 0 || TopP is < 1 || MinP is > 0 || RepetitionPenalty is not (null or 1))
            yield return "Responses are drawn by top_k, top_p, min_p or a repetition penalty, so not from the policy whose log-probabilities are read.";
        if (TrainsEntropies) yield return "An entropy bonus is part of the objective.";
        if (DynamicSamplingRounds > 0) yield return "Groups of equal rewards are replaced, so their KL is not counted.";
        if (RewardClip is not null) yield return "Rewards are clipped; the tilt is that of the clipped reward.";
        if (Optimizer.WeightDecay != 0) yield return "Weight decay is part of the objective.";
    }

    /// <summary>How responses are drawn.</summary>
    /// <param name="samples">For each prompt.</param>
    internal SamplingOptions Sampling(int samples) => new()
    {
        MaxNewTokens = MaxCompletionLength, Temperature = Temperature, TopK = TopK is 0 ? null : TopK, TopP = TopP, MinP = MinP,
        RepetitionPenalty = RepetitionPenalty ?? 1, SamplesPerPrompt = samples, Seed = Seed,
    };

    /// <inheritdoc/>
    public override IEnumerable<string> Unread()
    {
        var stock = new GrpoOptions { MaxSteps = 1, LearningRate = 1, Seed = 0 };
        var sapo = (SapoTemperaturePositive, SapoTemperatureNegative) != (stock.SapoTemperaturePositive, stock.SapoTemperatureNegative);
        if (sapo && LossType != GrpoLossType.Sapo) yield return NotRead("sapo_temperature_pos or sapo_temperature_neg", "the loss sapo");
        var vespo = (VespoKPositive, VespoLambdaPositive, VespoKNegative, VespoLambdaNegative) != (stock.VespoKPositive, stock.VespoLambdaPositive, stock.VespoKNegative, stock.VespoLambdaNegative);
        if (vespo && LossType != GrpoLossType.Vespo) yield return NotRead("a setting vespo_…", "the loss vespo");
        if (LossDivisor is not null && LossType != GrpoLossType.DrGrpo) yield return NotRead("loss_divisor", "the loss dr_grpo");
        if (EpsilonHigh is not null && LossType is GrpoLossType.Sapo or GrpoLossType.Vespo or GrpoLossType.Reinforce) yield return NotRead("epsilon_high", "a loss that clips ratios");
        if (Epsilon != stock.Epsilon && LossType is GrpoLossType.Sapo or GrpoLossType.Vespo or GrpoLossType.Reinforce or GrpoLossType.Cispo) yield return NotRead("epsilon", "a loss that clips ratios below");
        if (Delta is not null && !IsClipped) yield return NotRead("delta", "a loss that clips ratios");
        if (UseBiasCorrectionKl && !HasKlInLoss) yield return NotRead("use_bias_correction_kl", "the KL in the loss");
        if (LossType == GrpoLossType.Cispo && EpsilonHigh < 1)
            yield return Invariant($"epsilon_high is {EpsilonHigh}, in cispo the cap of the ratio itself and not of what exceeds 1: a token weighs no more than that, also where nothing has changed since it was drawn. ScaleRL (arXiv:2510.13786) takes 5.");
        if (ScaleRewards != RewardScale.None && Aggregation == RewardAggregation.NormalizeThenSum) yield return NotRead("scale_rewards", "multi_objective_aggregation sum_then_normalize");
        if (!UseAdaptiveEntropy && (EntropyCoefMin ?? EntropyCoefMax ?? EntropyCoefDelta ?? EntropyTarget) is not null)
            yield return NotRead("one of entropy_coef_min, entropy_coef_max, entropy_coef_delta and entropy_target", "a run with use_adaptive_entropy true");
        if (ImportanceSamplingLevel == ImportanceLevel.Sequence && LossType == GrpoLossType.Vespo && !UseBiasCorrectionKl) yield return NotRead("importance_sampling_level", "a loss whose weights are not of sequences anyhow");
        else if (ImportanceSamplingLevel == ImportanceLevel.Sequence && LossType is GrpoLossType.Bnpo or GrpoLossType.DrGrpo or GrpoLossType.Dapo or GrpoLossType.Cispo)
            yield return $"importance_sampling_level is sequence with the loss {JsonFormat.NameOf(LossType)}, which sums over tokens: a response weighs by its length. GSPO (mode gspo) is the loss grpo.";
        if (LossType == GrpoLossType.Luspo && ImportanceSamplingLevel == ImportanceLevel.Token) yield return "importance_sampling_level is token with the loss luspo, which is made for ratios of sequences (mode luspo).";
        if (NumIterations == 1 && string.Join(", ", OffPolicySettings()) is { Length: > 0 } idle)
            yield return $"num_iterations is 1, so a response is learnt from by the policy that drew it and every ratio is 1: what is given as {idle} changes nothing in this run.";
    }

    // Settings, other than the mode's own, that act on ratios unlike 1 alone.
    private IEnumerable<string> OffPolicySettings()
    {
        var own = For(Mode, steps: 1, learningRate: 1, seed: 0);
        var bounds = IsClipped || LossType is GrpoLossType.Rloo or GrpoLossType.Gmpo;
        if (bounds && Epsilon != own.Epsilon) yield return "epsilon";
        if (bounds && EpsilonHigh is not null && EpsilonHigh != own.EpsilonHigh) yield return "epsilon_high";
        if (IsClipped && Delta >= 1) yield return "delta";
        if (OffPolicyMaskThreshold is not null) yield return "off_policy_mask_threshold";
        if (LossType == GrpoLossType.Sapo && (SapoTemperaturePositive, SapoTemperatureNegative) != (own.SapoTemperaturePositive, own.SapoTemperatureNegative)) yield return "sapo_temperature_…";
        if (LossType == GrpoLossType.Vespo && (VespoKPositive, VespoLambdaPositive, VespoKNegative, VespoLambdaNegative) != (own.VespoKPositive, own.VespoLambdaPositive, own.VespoKNegative, own.VespoLambdaNegative)) yield return "vespo_…";
    }

    /// <inheritdoc/>
    protected override IEnumerable<string> OwnProblems()
    {
        foreach (var (name, value) in new[] { (nameof(PromptsPerStep), PromptsPerStep), (nameof(MaxCompletionLength), MaxCompletionLength), (nameof(NumIterations), NumIterations), (nameof(MicroBatchRows), MicroBatchRows ?? 1) })
            if (value < 1) yield return Invariant($"{name} is {value}; it must be 1 or more.");
        if (NumGenerations < 2 && Baseline is (RewardBaseline.Group or RewardBaseline.LeaveOneOut))
            yield return Invariant($"{nameof(NumGenerations)} is {NumGenerations}; a baseline from the group needs 2 or more.");
        if (NumGenerations < 1) yield return Invariant($"{nameof(NumGenerations)} is {NumGenerations}; it must be 1 or more.");
        foreach (var (name, value) in Positive())
            if (!(value > 0 && double.IsFinite(value))) yield return Invariant($"{name} is {value}; it must be finite and above 0.");
        if (Temperature is > 0 and (< SamplingOptions.LowestTemperature or > SamplingOptions.HighestTemperature))
            yield return Invariant($"{nameof(Temperature)} is {Temperature}; it must lie in [{SamplingOptions.LowestTemperature}, {SamplingOptions.HighestTemperature}].");
        if (!(Beta >= 0 && double.IsFinite(Beta))) yield return Invariant($"{nameof(Beta)} is {Beta}; it must be finite and 0 or more.");
        foreach (var (name, value) in new[] { (nameof(VespoKPositive), VespoKPositive), (nameof(VespoKNegative), VespoKNegative) })
            if (!(value >= 0 && double.IsFinite(value))) yield return Invariant($"{name} is {value}; it must be finite and 0 or more.");
        if (TopEntropyQuantile is not (>= 0 and <= 1)) yield return Invariant($"{nameof(TopEntropyQuantile)} is {TopEntropyQuantile}; it must lie in [0, 1].");
        if (OffPolicyMaskThreshold is not (null or (>= 0 and <= double.MaxValue))) yield return Invariant($"{nameof(OffPolicyMaskThreshold)} is {OffPolicyMaskThreshold}; it must be finite and 0 or more.");
        if (!double.IsFinite(EntropyCoefficient))
            yield return Invariant($"{nameof(EntropyCoefficient)} is {EntropyCoefficient}; it must be finite.");
        if (!((EntropyCoefMin ?? 0) <= (EntropyCoefMax ?? 1) && double.IsFinite(EntropyCoefMin ?? 0) && double.IsFinite(EntropyCoefMax ?? 1)))
            yield return Invariant($"{nameof(EntropyCoefMin)} is {EntropyCoefMin ?? 0} and {nameof(EntropyCoefMax)} {EntropyCoefMax ?? 1}; they must be finite and in order.");
        if (EntropyCoefDelta is { } by && !(by > 0 && double.IsFinite(by))) yield return Invariant($"{nameof(EntropyCoefDelta)} is {by}; it must be finite and above 0.");
        if (EntropyTarget is { } entropy && !(entropy >= 0 && double.IsFinite(entropy))) yield return Invariant($"{nameof(EntropyTarget)} is {entropy}; it must be finite and 0 or more.");
        foreach (var problem in (Sampling(1) with { MaxNewTokens = 1, Temperature = 1 }).Problems()) yield return problem; // these two have sentences of their own
        if (MaxStepsWithoutSignal < 0)
            yield return Invariant($"{nameof(MaxStepsWithoutSignal)} is {MaxStepsWithoutSignal}; it must be 1 or more, or 0 for never.");
        if (DynamicSamplingRounds < 0)
            yield return Invariant($"{nameof(DynamicSamplingRounds)} is {DynamicSamplingRounds}; it must be 0 or more.");
        if (RewardClip is { } clip && !(clip.Least < clip.Most))
            yield return Invariant($"{nameof(RewardClip)} is [{clip.Least}, {clip.Most}]; the least must be below the most.");
        foreach (var problem in DifficultyScaling?.Problems() ?? []) yield return problem;
        if (Delta is { } delta && !(delta > 0 && double.IsFinite(delta))) yield return Invariant($"{nameof(Delta)} is {delta}; it must be finite and above 0, or absent.");
        if (IsClipped && !(Epsilon < 1))
            yield return Invariant($"{nameof(Epsilon)} is {Epsilon}; ratios are clipped at 1 - epsilon, so it must be below 1.");
        if (LossType == GrpoLossType.Cispo && EpsilonHigh is null)
            yield return Invariant($"{nameof(EpsilonHigh)} is the cap of the ratio in cispo and must be given; mode cispo takes 5 (TRL takes {nameof(Epsilon)}, {Epsilon}, where it is not given).");
        if (HasKlInLoss && LossType is (GrpoLossType.Rloo or GrpoLossType.Reinforce))
            yield return $"{JsonFormat.NameOf(LossType)} takes the KL in the reward, not in the loss.";
        var isRowLoss = LossType is GrpoLossType.Rloo or GrpoLossType.Gmpo or GrpoLossType.Reinforce;
        if (isRowLoss && ImportanceSamplingLevel != ImportanceLevel.Token)
            yield return $"{nameof(ImportanceSamplingLevel)} has no meaning for {JsonFormat.NameOf(LossType)}.";
        if (isRowLoss && (OffPolicyMaskThreshold is not null || UseBiasCorrectionKl || (TopEntropyQuantile < 1 && LossType != GrpoLossType.Gmpo)))
            yield return $"{JsonFormat.NameOf(LossType)} has no {(LossType == GrpoLossType.Gmpo ? "" : "entropy mask, ")}off-policy mask or bias-corrected KL.";
        if (ImportanceSamplingLevel == ImportanceLevel.SequenceToken && !isRowLoss && (UseBiasCorrectionKl || !IsClipped || LossType == GrpoLossType.Luspo))
            yield return $"{nameof(ImportanceSamplingLevel)} is sequence_token, which goes with the losses grpo, bnpo, dr_grpo and dapo, and with a KL that is not bias-corrected.";
        if (LossType == GrpoLossType.Reinforce && NumIterations > 1)
            yield return "reinforce has no ratio, so each response can be used once only.";
        if (Aggregation == RewardAggregation.NormalizeThenSum && (Beta > 0 && KlPlacement == KlPlacement.Reward || Baseline != RewardBaseline.Group || RewardClip is not null || NormalizeAdvantages))
            yield return $"{nameof(RewardAggregation.NormalizeThenSum)} standardizes each reward in its group; it goes with no KL in the reward, other baseline, clip or standardisation.";
        if (!Enum.IsDefined(LossType) || !Enum.IsDefined(KlPlacement) || !Enum.IsDefined(ScaleRewards) || !Enum.IsDefined(Baseline) || !Enum.IsDefined(ImportanceSamplingLevel) || !Enum.IsDefined(Aggregation)) yield return "An option has a value its enumeration does not know.";
    }

    private IEnumerable<(string Name, double Value)> Positive() =>
    [
        (nameof(Temperature), Temperature), (nameof(Epsilon), Epsilon), (nameof(EpsilonHigh), EpsilonHigh ?? 1),
        (nameof(LossDivisor), LossDivisor ?? 1),
        (nameof(SapoTemperaturePositive), SapoTemperaturePositive),
        (nameof(SapoTemperatureNegative), SapoTemperatureNegative),
        (nameof(VespoLambdaPositive), VespoLambdaPositive), (nameof(VespoLambdaNegative), VespoLambdaNegative),
    ];
}
