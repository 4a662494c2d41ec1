using System.Text.Json.Serialization;
using SafetyGate.Core.Files;
using SafetyGate.Trainers.Optimization;

namespace SafetyGate.Trainers.Loop;

/// <summary>
/// The settings every training run has, under the keys of TRL and transformers where they have them. Immutable; vary it with <c>with</c>.
/// </summary>
[FormerKey("steps", "'max_steps'")]
[FormerKey("schedule", "'lr_scheduler_type', 'warmup_steps' and 'lr_scheduler_kwargs'")]
[FormerKey("optimizer", "'optim', 'adam_beta1', 'adam_beta2', 'adam_epsilon', 'weight_decay', 'momentum', 'dampening' and 'nesterov'")]
[FormerKey("shuffle", "'shuffle_dataset'")]
[AbsentKeys("num_train_epochs", "give 'max_steps'")]
[AbsentKeys("bf16 fp16 tf32 use_cpu", "give 'device' and 'dtype' of the recipe's 'compute'")]
[AbsentKeys("model_init_kwargs trust_remote_code dtype", "the recipe's 'base' and 'compute' say what is loaded and how")]
[AbsentKeys("chat_template_kwargs peft_config", "it stands beside 'options'")]
[AbsentKeys("chat_template_path", "'chat_template' beside 'options' names one of the checkpoint's")]
[AbsentKeys("pad_token eos_token", "it is the checkpoint's")]
[AbsentKeys("padding_free pad_to_multiple_of use_liger_kernel liger_kernel_config activation_offloading cast_lm_head_to_fp32 gradient_checkpointing_kwargs torch_compile torch_empty_cache_steps dataset_num_proc dataloader_num_workers dataloader_pin_memory ds3_gather_for_generation cache_implementation remove_unused_columns", "it would change no number here, so leave it out")]
[AbsentKeys("logging_steps logging_strategy logging_first_step log_completions log_multimodal log_unique_prompts log_completions_hub_repo num_completions_to_print report_to", "every step is written to metrics.jsonl, so leave it out")]
[AbsentKeys("save_strategy save_total_limit output_dir run_name", "runs lie in the store, and 'save_steps' says how often a state is kept")]
[AbsentKeys("do_eval eval_strategy eval_steps per_device_eval_batch_size eval_on_start num_generations_eval eval_packing", "'target' measures while a run trains, gate eval after it")]
[AbsentKeys("optim_args", "give 'momentum', 'dampening' and 'nesterov'")]
[AbsentKeys("neftune_noise_alpha label_smoothing_factor", "only supervised fine-tuning has it")]
[AbsentKeys("router_aux_loss_coef", "mixtures of experts train without an auxiliary loss, which is its 0")]
[AbsentKeys("disable_dropout", "there is no dropout but an adapter's 'lora_dropout'")]
[AbsentKeys("sync_ref_model ref_model_mixup_alpha ref_model_sync_steps", "the reference is the base throughout, to which the gate compares")]
public abstract record TrainingOptions
{
    /// <summary>Steps of the run; with a <see cref="Target"/> the most it makes. Schedules span them.</summary>
    public required int MaxSteps { get; init; }

    /// <summary>Full learning rate; the <see cref="Schedule"/> scales it.</summary>
    public required double LearningRate { get; init; }

    /// <summary>The only source of randomness of the run.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Shape of the learning rate. Default linear, as in transformers.</summary>
    [Flatten]
    public LearningRateSchedule Schedule { get; init; } = new();

    /// <summary>Optimizer and weight decay. Default AdamW without decay.</summary>
    [Flatten]
    public OptimizerOptions Optimizer { get; init; } = new();

    /// <summary>Ceiling of the gradient's 2-norm; 0 for no clipping. Default 1, as in transformers.</summary>
    public double MaxGradNorm { get; init; } = 1;

    /// <summary>Whether each epoch shuffles the data. Default: yes.</summary>
    public bool ShuffleDataset { get; init; } = true;

    /// <summary>
    /// Most tokens of one forward and backward pass, padding included, one row at least; the passes of an update add up. <c>null</c>: as many
    /// as fit the memory, which is all of a batch unless it is short.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MicroBatchTokens { get; init; }

    /// <summary>
    /// Whether layers are computed again on the way back instead of being kept, which takes a third more time and a fraction of the memory;
    /// <c>null</c>: where the run would not fit otherwise. It decides no weight.
    /// </summary>
    [NotInKey]
    public bool? GradientCheckpointing { get; init; }

    /// <summary>
    /// Whether weights, gradients' sums and moments are kept in float32 where the model computes in bfloat16. Default: yes; without them
    /// small updates are lost.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? MasterWeights { get; init; }

    /// <summary>Ends the run at an accuracy; <c>null</c> for none.</summary>
    public TargetAccuracy? Target { get; init; }

    /// <summary>Steps between two saved states, from which an interrupted run resumes. Default 25. It decides no weight.</summary>
    [NotInKey]
    public int SaveSteps { get; init; } = 25;

    /// <summary>How updates are divided; a recipe sets it from the memory there is.</summary>
    [JsonIgnore]
    public PassPlan Passes
    {
        get => field ?? new PassPlan(MicroBatchTokens, GradientCheckpointing ?? false);
        init;
    }
    /// <summary>
    /// Most of the examples, or of the prompts, that may be left out for their length or for having nothing to learn, in [0, 1]; a run that
    /// would leave out more is refused. Default .2. It decides no weight.
    /// </summary>
    [NotInKey]
    public double MaxDroppedShare { get; init; } = 0.2;

    /// <summary>Updates of one step; schedules count them.</summary>
    protected virtual int UpdatesPerStep => 1;

    /// <summary>Validation errors, one sentence each, in the names of recipe files; empty if the options are valid.</summary>
    public IEnumerable<string> Problems() => Found().Select(problem => MemberNames.AsKeys(problem, GetType()));

    private IEnumerable<string> Found()
    {
        if (MicroBatchTokens is < 1) yield return Invariant($"{nameof(MicroBatchTokens)} is {MicroBatchTokens}; it must be 1 or more.");
        if (MaxSteps < 1) yield return Invariant($"{nameof(MaxSteps)} is {MaxSteps}; it must be 1 or more.");
        if (!(LearningRate > 0 && double.IsFinite(LearningRate)))
            yield return Invariant($"{nameof(LearningRate)} is {LearningRate}; it must be finite and above 0.");
        if (!(MaxGradNorm >= 0))
            yield return Invariant($"{nameof(MaxGradNorm)} is {MaxGradNorm}; it must be above 0, or 0 for no clipping.");
        if (SaveSteps < 1) yield return Invariant($"{nameof(SaveSteps)} is {SaveSteps}; it must be 1 or more.");
        if (!(MaxDroppedShare is >= 0 and <= 1)) yield return Invariant($"{nameof(MaxDroppedShare)} is {MaxDroppedShare}; it must lie in [0, 1].");
        foreach (var problem in Schedule.LengthProblems((long)MaxSteps * UpdatesPerStep)) yield return problem;
        foreach (var problem in OwnProblems().Concat(Schedule.Problems(LearningRate)).Concat(Optimizer.Problems()).Concat(Target?.Problems() ?? []))
            yield return problem;
    }

    /// <summary>
    /// Settings that nothing in this run reads, or that do other things than it seems, one sentence each: they are told, not refused.
    /// </summary>
    public virtual IEnumerable<string> Unread() => [];

    /// <summary>The sentence about such a setting.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="reader">What would read it, such as <c>the loss sapo</c>.</param>
    protected static string NotRead(string key, string reader) => $"{key} is given, but only {reader} reads it: it changes nothing in this run.";

    /// <summary>Validation errors of the settings that the algorithm adds.</summary>
    protected abstract IEnumerable<string> OwnProblems();
}
