using System.Text.Json.Serialization;
using SafetyGate.Core.Files;
using SafetyGate.Core.Language;
using SafetyGate.Trainers.Loop;

namespace SafetyGate.Trainers.Ppo;

/// <summary>
/// Settings of one run of proximal policy optimization, under TRL's keys. Immutable; vary it with <c>with</c>. A step is a rollout with
/// <see cref="NumPpoEpochs"/> · <see cref="NumMiniBatches"/> updates, which schedules span.
/// </summary>
[AbsentKeys("total_episodes num_total_batches", "give 'max_steps'")]
[AbsentKeys("batch_size local_batch_size mini_batch_size local_mini_batch_size micro_batch_size world_size", "it follows from 'per_device_train_batch_size', 'gradient_accumulation_steps' and 'num_mini_batches'")]
[AbsentKeys("stop_token stop_token_id", "the checkpoint's end tokens end a response")]
[AbsentKeys("reward_model_path value_model_path", "it stands beside 'options'")]
[AbsentKeys("sft_model_path", "it is the recipe's 'base'")]
[AbsentKeys("local_rollout_forward_batch_size", "give 'micro_batch_tokens', or leave it out")]
[AbsentKeys("num_sample_generations", "no samples are printed")]
[AbsentKeys("model_adapter_name ref_adapter_name", "the reference of an adapter's run is the base")]
public sealed record PpoOptions : TrainingOptions
{
    /// <summary>Settings with their defaults; a state is saved every 10 steps, for a rollout takes long.</summary>
    public PpoOptions() => SaveSteps = 10;

    /// <summary>Responses whose mean is a loss. Default 8, as in transformers.</summary>
    public int PerDeviceTrainBatchSize { get; init; } = 8;

    /// <summary>Batches whose mean makes one update. Default 1.</summary>
    public int GradientAccumulationSteps { get; init; } = 1;

    /// <summary>Updates that a rollout is divided into, in each epoch. Default 1.</summary>
    public int NumMiniBatches { get; init; } = 1;

    /// <summary>Passes over a rollout. Default 4, as in TRL.</summary>
    public int NumPpoEpochs { get; init; } = 4;

    /// <summary>Most tokens of a response, the end-of-sequence token included. Default 53, as in TRL.</summary>
    public int ResponseLength { get; init; } = 53;

    /// <summary>Divides the logits, in sampling and in the loss alike. Default 1; TRL's is 0.7.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>β, in reward per nat: weight of the KL in the reward; 0 is no KL and needs no reference. Default 0.05.</summary>
    public double KlCoef { get; init; } = 0.05;

    /// <summary>Estimate of the KL in the reward. Default k1.</summary>
    public PpoKlEstimator KlEstimator { get; init; } = PpoKlEstimator.K1;

    /// <summary>
    /// KL of a response, nats, to which the weight of the KL is steered from step to step (arXiv:1909.08593); <c>null</c>: the weight is fixed.
    /// </summary>
    public double? AdaptiveKlTarget { get; init; }

    /// <summary>Responses over which the steered weight moves by its error, which is at most a fifth. Default 10,000.</summary>
    public int AdaptiveKlHorizon { get; init; } = 10_000;

    /// <summary>
    /// The updates of a step end when the policy has moved from the one that sampled by more than 1.5 times this, mean ½(log ratio)² of an
    /// update's tokens; <c>null</c>: they do not.
    /// </summary>
    public double? TargetKl { get; init; }

    /// <summary>Half-width of the clip of ratios. Default 0.2.</summary>
    public double Cliprange { get; init; } = 0.2;

    /// <summary>Half-width of the clip of values around those at sampling. Default 0.2.</summary>
    public double CliprangeValue { get; init; } = 0.2;

    /// <summary>Weight of the value loss. Default 0.1.</summary>
    public double VfCoef { get; init; } = 0.1;

    /// <summary>Discount, in (0, 1]. Default 1.</summary>
    public double Gamma { get; init; } = 1;

    /// <summary>λ of the advantage estimate, in [0, 1]. Default 0.95.</summary>
    public double Lam { get; init; } = 0.95;

    /// <summary>Whether rewards are scaled to variance 1, their mean kept. Default: no.</summary>
    public bool WhitenRewards { get; init; }

    /// <summary>Subtracted from the score of a response that was cut at the limit; <c>null</c>: nothing.</summary>
    public double? MissingEosPenalty { get; init; }

    /// <summary>Where scores and values end. Default: the textbook's.</summary>
    [JsonPropertyName("form")]
    public PpoForm Form { get; init; } = PpoForm.Textbook;

    /// <inheritdoc/>
    protected override int UpdatesPerStep => NumPpoEpochs * NumMiniBatches;

    /// <summary>Responses of one update.</summary>
    internal int ResponsesPerUpdate => PerDeviceTrainBatchSize * GradientAccumulationSteps;

    /// <summary>Prompts of one rollout, with a response to each.</summary>
    internal int ResponsesPerStep => ResponsesPerUpdate * NumMiniBatches;

    /// <summary>Updates of one step, at most.</summary>
    internal int Updates => UpdatesPerStep;

    /// <summary>
    /// Why the fixed point of this run is not the tilt q ∝ p·exp(g/β), one sentence each. There is always one: PPO's loss is a mean over the
    /// tokens of a batch, whose number depends on the responses, and its advantages are scaled by their deviation.
    /// </summary>
    public IEnumerable<string> NonConformities()
    {
        yield return "The loss is a mean over a batch's tokens, and advantages are divided by their standard deviation, which changes the objective.";
        if (KlCoef == 0) yield return "There is no KL (kl_coef is 0), so there is no tilt to converge to.";
        if (KlEstimator == PpoKlEstimator.K3) yield return "The KL in the reward is k3, which as a penalty descends another divergence than KL(policy‖reference).";
        if (AdaptiveKlTarget is not null) yield return "The weight of the KL is steered during the run, so there is no one tilt.";
        if (Updates > 1) yield return Invariant($"Each rollout is used for {Updates} updates; clipped off-policy updates are biased.");
        if (Gamma < 1) yield return Invariant($"Rewards are discounted (gamma is {Gamma}).");
        if (Lam < 1) yield return Invariant($"Advantages are biased by errors of the value model (lam is {Lam}).");
        if (WhitenRewards) yield return "Rewards are whitened, so score and KL change their weights from step to step.";
        if (Temperature != 1) yield return Invariant($"The temperature is {Temperature}; what converges is the policy at that temperature, not the policy itself.");
        if (MissingEosPenalty is not null) yield return "Responses that are cut lose a part of their reward (missing_eos_penalty).";
        if (Optimizer.WeightDecay != 0) yield return "Weight decay is part of the objective.";
    }

    /// <inheritdoc/>
    protected override IEnumerable<string> OwnProblems()
    {
        foreach (var (name, value) in new[] { (nameof(PerDeviceTrainBatchSize), PerDeviceTrainBatchSize), (nameof(GradientAccumulationSteps), GradientAccumulationSteps), (nameof(NumMiniBatches), NumMiniBatches), (nameof(NumPpoEpochs), NumPpoEpochs), (nameof(ResponseLength), ResponseLength), (nameof(AdaptiveKlHorizon), AdaptiveKlHorizon) })
            if (value < 1) yield return Invariant($"{name} is {value}; it must be 1 or more.");
        foreach (var (name, value) in new[] { (nameof(Temperature), Temperature), (nameof(AdaptiveKlTarget), AdaptiveKlTarget ?? 1), (nameof(TargetKl), TargetKl ?? 1), (nameof(CliprangeValue), CliprangeValue), (nameof(VfCoef), VfCoef) })
            if (!(value > 0 && double.IsFinite(value))) yield return Invariant($"{name} is {value}; it must be finite and above 0.");
        if (Temperature is > 0 and (< SamplingOptions.LowestTemperature or > SamplingOptions.HighestTemperature))
            yield return Invariant($"{nameof(Temperature)} is {Temperature}; it must lie in [{SamplingOptions.LowestTemperature}, {SamplingOptions.HighestTemperature}].");
        if (!(KlCoef >= 0 && double.IsFinite(KlCoef))) yield return Invariant($"{nameof(KlCoef)} is {KlCoef}; it must be finite and 0 or more.");
        if (AdaptiveKlTarget is not null && KlCoef == 0) yield return $"{nameof(KlCoef)} is 0; a weight that is steered to {nameof(AdaptiveKlTarget)} begins above 0.";
        if (!(Cliprange > 0 && Cliprange < 1)) yield return Invariant($"{nameof(Cliprange)} is {Cliprange}; it must lie in (0, 1).");
        if (!(Gamma > 0 && Gamma <= 1)) yield return Invariant($"{nameof(Gamma)} is {Gamma}; it must lie in (0, 1].");
        if (!(Lam >= 0 && Lam <= 1)) yield return Invariant($"{nameof(Lam)} is {Lam}; it must lie in [0, 1].");
        if (MissingEosPenalty is { } penalty && !(penalty > 0 && double.IsFinite(penalty))) yield return Invariant($"{nameof(MissingEosPenalty)} is {penalty}; it must be finite and above 0, or absent.");
        if (!Enum.IsDefined(KlEstimator) || !Enum.IsDefined(Form)) yield return "An option has a value that its enumeration does not have.";
    }
}
