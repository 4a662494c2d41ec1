using System.Text.Json.Nodes;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Files;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Models;
using SafetyGate.Models.Adapters;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Engine;
using SafetyGate.Models.Families;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Memory;
using SafetyGate.Trainers.Recipes;
using SafetyGate.Trainers.Rewards;
using SafetyGate.Trainers.Rollouts;

namespace SafetyGate.Trainers.Ppo;

/// <summary>
/// Proximal policy optimization of a checkpoint, which is the reference too, on a reward model's scores or a verifier's rewards. Immutable;
/// vary it with <c>with</c>.
/// </summary>
/// <remarks>
/// The value model begins as the base with a head that gives 0, or as <see cref="ValueModelPath"/>. In an adapter's run the reference is the
/// base with the adapter off, and the value model an adapter of its own on the same weights: no second copy is loaded.
/// </remarks>
public sealed record PpoRecipe : DecoderRecipe<PpoOptions>, IRewardedRecipe
{
    /// <summary>The prompts.</summary>
    public required PromptFile Data { get; init; }

    /// <summary>Rewards by name, such as verifiers; they add up with the reward model's.</summary>
    public IReadOnlyList<WeightedReward> Rewards { get; init; } = [];

    /// <summary>Directory of a reward model with the base's tokenizer, as a recipe of kind <c>reward_model</c> leaves it; <c>null</c> for none.</summary>
    [RelativePath, NotInKey]
    public string? RewardModelPath { get; init; }

    /// <summary>Directory of a classifier of one label that the value model begins as; <c>null</c>: the base with a new head.</summary>
    [RelativePath, NotInKey]
    public string? ValueModelPath { get; init; }

    /// <inheritdoc/>
    public double Beta => Options.KlCoef;

    /// <inheritdoc/>
    public Benchmark TrainingPrompts => new(Name, MetricDirection.Capability, Data.Load());

    /// <inheritdoc/>
    public PromptStyle Style => Template == PromptTemplate.Chat ? PromptStyle.Chat : PromptStyle.Plain;

    /// <inheritdoc/>
    public SamplingOptions Rollouts => new() { MaxNewTokens = Options.ResponseLength, Temperature = Options.Temperature, Seed = Options.Seed };

    /// <inheritdoc/>
    public IReadOnlyList<string> NonConformities => [.. Options.NonConformities()];

    /// <inheritdoc/>
    protected override string Kind => "ppo";

    /// <inheritdoc/>
    public IReadOnlyList<double> Reward(IReadOnlyList<(BenchmarkItem Item, Response Response)> batch)
    {
        using var model = OpenRewardModel();
        return WeightedReward.Sums(With(model), batch);
    }

    /// <inheritdoc/>
    protected override void DescribeTask(JsonObject description)
    {
        description["data"] = Data.Describe();
        description["rewards"] = new JsonArray([.. Rewards.Select(reward => reward.Describe())]);
        if (RewardModelPath is not null) description["reward_model"] = BaseModel.DescribeClassifier(RewardModelPath);
        if (ValueModelPath is not null) description["value_model"] = BaseModel.DescribeClassifier(ValueModelPath);
    }

    /// <inheritdoc/>
    protected override IEnumerable<string> TaskProblems()
    {
        if (Rewards.Count == 0 && RewardModelPath is null) yield return "There is no reward; give reward_model_path, or rewards.";
        foreach (var problem in WeightedReward.Problems(Rewards).Concat(Data.Problems())) yield return problem;
        if (PeftConfig is { LoraDropout: > 0 and var share })
            yield return Invariant($"peft_config: lora_dropout is {share}; a policy that drops numbers while it is updated is not the one that drew the responses. Leave it out.");
    }

    /// <inheritdoc/>
    protected override PreparedRun<PpoOptions, PretrainedModel> Prepare(ExampleEncoder encoder, DecoderConfig config)
    {
        var items = Data.Load();
        if (Options.ResponsesPerStep > items.Count)
            throw new UserErrorException(Invariant($"Recipe '{Name}': a step answers {Options.ResponsesPerStep} prompts (per_device_train_batch_size {Options.PerDeviceTrainBatchSize}, gradient_accumulation_steps {Options.GradientAccumulationSteps}, num_mini_batches {Options.NumMiniBatches}), but {Data.Path} has {items.Count}: some would be drawn twice in one step. Lower them, or give more prompts."));
        List<RolloutPrompt> prompts = [.. items.Select(item => new RolloutPrompt(item, encoder.Prompt(item)))];
        var frozen = RewardModelPath is null ? 0 : RequireRewardModel(RewardModelPath, items, [.. prompts.Select(prompt => prompt.PromptIds.Count).Where(length => length <= config.MaxPositions - Options.ResponseLength)]);
        return new(Shape(prompts, Options, config.MaxPositions) with { HasReference = Options.KlCoef != 0 && PeftConfig is null, FrozenBytes = frozen }, run => Train(run, prompts));
    }

    /// <summary>Sizes of rollouts and updates, at their largest.</summary>
    internal static RunShape Shape(IReadOnlyList<RolloutPrompt> prompts, PpoOptions options, int maxPositions)
    {
        var fitting = prompts.Select(prompt => prompt.PromptIds.Count).Where(length => length <= maxPositions - options.ResponseLength).ToList();
        return new()
        {
            Rows = options.PerDeviceTrainBatchSize,
            RowTokens = options.ResponseLength,
            RowTargets = options.ResponseLength,
            SharedTokens = fitting.Count == 0 ? 1 : fitting.Max(),
            RowsSharing = 1,
            DrawnRows = options.ResponsesPerStep,
            HasReference = options.KlCoef != 0,
            HasValueModel = true,
            DataBytes = prompts.Sum(prompt => (4L * prompt.PromptIds.Count) + 1024),
        };
    }

    private TrainingReport Train(TrainingContext<PpoOptions, PretrainedModel> run, IReadOnlyList<RolloutPrompt> prompts)
    {
        var model = run.Model;
        var adapted = model.Decoder as AdaptedDecoder;
        using var own = Options.KlCoef == 0 || adapted is not null ? null : OutOfMemory.Guard("the reference", "use a narrower compute.dtype, or train an adapter (peft_config), whose reference is the base itself", LoadBase);
        var reference = Options.KlCoef == 0 ? null : adapted?.Base ?? own?.Decoder;
        using var value = OutOfMemory.Guard("the value model", "use a narrower compute.dtype, or train an adapter (peft_config), whose value model shares the base", () => OpenValueModel(model, adapted));
        if (PeftConfig is not null) value.BeginAdapter(PeftConfig, Seed);
        using var reward = OutOfMemory.Guard("the reward model", "use a narrower compute.dtype", OpenRewardModel);
        var task = RolloutTask.Of(model, prompts, With(reward));
        return new PpoTrainer(model.Decoder, value.Decoder, reference, task, run.Options, run.Probe).Train(run.Directory, run.Progress, run.CancellationToken);
    }

    private RewardModel? OpenRewardModel() =>
        RewardModelPath is null ? null : RewardModel.Load(RewardModelPath, Template, Compute.OpenDevice(), Compute.ScalarType, Chat);

    private IReadOnlyList<WeightedReward> With(RewardModel? model) => model is null ? Rewards : [.. Rewards, new(model)];

    private SequenceClassifier OpenValueModel(PretrainedModel model, AdaptedDecoder? adapted)
    {
        if (ValueModelPath is null && adapted is not null) return SequenceClassifier.Sharing(adapted.Base, model.Config, labels: 1);
        var value = ValueModelPath is null
            ? SequenceClassifier.FromLanguageModel(Base, labels: 1, Seed, model.GenerationConfig.PadId, Compute.OpenDevice(), Compute.ScalarType)
            : SequenceClassifier.Load(ValueModelPath, Compute.OpenDevice(), Compute.ScalarType);
        if (ValueModelPath is null) value.ClearHead();
        if (value.Labels == 1) return value;
        var labels = value.Labels;
        value.Dispose();
        throw new UserErrorException(Invariant($"Recipe '{Name}': value_model_path is {ValueModelPath}, a classifier of {labels} labels; a value model has one."));
    }

    // A reward model reads the same tokens, and room for all of a response.
    private long RequireRewardModel(string path, IReadOnlyList<BenchmarkItem> items, List<int> lengths)
    {
        var (own, text, scorer) = (ModelText.Open(Base), ModelText.Open(path), SequenceClassifier.ConfigOf(path));
        if (scorer.Labels != 1)
            throw new UserErrorException(Invariant($"Recipe '{Name}': reward_model_path is {path}, {(scorer.Labels is { } labels ? Invariant($"a classifier of {labels} labels") : "a language model")}; a reward model is a classifier of one label, as a recipe of kind reward_model leaves it."));
        if (own.Tokenizer.Digest != text.Tokenizer.Digest && (own.Tokenizer.VocabularySize != text.Tokenizer.VocabularySize || items.Any(item => !own.Tokenizer.Encode(item.Prompt).SequenceEqual(text.Tokenizer.Encode(item.Prompt)))))
            throw new UserErrorException($"Recipe '{Name}': the reward model {path} has another tokenizer than the base {Base}, so it would score other tokens than the policy draws. Train a reward model from this base, or one with its tokenizer.");
        var longest = (lengths.Count == 0 ? 1 : lengths.Max()) + Options.ResponseLength;
        if (longest > scorer.MaxPositions)
            throw new UserErrorException(Invariant($"Recipe '{Name}': the longest prompt and a response of {Options.ResponseLength} tokens are {longest}; the reward model {path} has {scorer.MaxPositions} positions. Lower response_length, shorten the prompts, or take a reward model with a longer context."));
        return MemoryEstimate.WeightBytes(scorer, Compute.ScalarType);
    }
}
