using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Core.Scoring;
using SafetyGate.Models;
using SafetyGate.Models.Adapters;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Recipes;
using SafetyGate.Trainers.Rewards;
using SafetyGate.Verifiers.Math;

namespace SafetyGate.Trainers.Grpo;

/// <summary>
/// Reinforcement learning of a checkpoint from verifiable rewards; the checkpoint is the reference of the KL too, in an adapter's run without
/// a second copy. Immutable; vary it with <c>with</c>.
/// </summary>
public sealed record GrpoRecipe : DecoderRecipe<GrpoOptions>, IRewardedRecipe
{
    /// <summary>The prompts.</summary>
    public required PromptFile Data { get; init; }

    /// <summary>The rewards. Default: the <c>#### n</c> verifier.</summary>
    public IReadOnlyList<WeightedReward> Rewards { get; init; } = [new(new MathVerifier())];

    /// <inheritdoc/>
    public double Beta => Options.Beta;

    /// <inheritdoc/>
    public Benchmark TrainingPrompts => new(Name, MetricDirection.Capability, Data.Load());

    /// <inheritdoc/>
    public PromptStyle Style => Template == PromptTemplate.Chat ? PromptStyle.Chat : PromptStyle.Plain;

    /// <inheritdoc/>
    public SamplingOptions Rollouts =>
        new() { MaxNewTokens = Options.MaxCompletionLength, Temperature = Options.Temperature, Seed = Options.Seed };

    /// <inheritdoc/>
    public IReadOnlyList<string> NonConformities => [.. Options.NonConformities()];

    /// <inheritdoc/>
    protected override string Kind => "grpo";

    /// <inheritdoc/>
    public IReadOnlyList<double> Reward(IReadOnlyList<(BenchmarkItem Item, Response Response)> batch) =>
        WeightedReward.Sums(Rewards, batch);

    /// <inheritdoc/>
    protected override void DescribeTask(JsonObject description)
    {
        description["data"] = Data.Describe();
        description["rewards"] = new JsonArray([.. Rewards.Select(reward => reward.Describe())]);
    }

    /// <inheritdoc/>
    protected override IEnumerable<string> TaskProblems()
    {
        if (Rewards.Count == 0) yield return "There is no reward; give at least one.";
        foreach (var problem in Rewards.Select(weighted => Scorers.VersionProblem(weighted.Reward)).OfType<string>()) yield return problem;
        if (Rewards.GroupBy(weighted => weighted.Reward.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
            yield return $"The reward '{twice.Key}' is there twice; give it once, with the sum of the weights.";
        if (Rewards.FirstOrDefault(weighted => !double.IsFinite(weighted.Weight)) is { } endless)
            yield return Invariant($"The weight of the reward '{endless.Reward.Name}' is {endless.Weight}; it must be finite.");
        foreach (var problem in Data.Problems()) yield return problem;
        if (PeftConfig is { LoraDropout: > 0 and var share })
            yield return Invariant($"peft_config: lora_dropout is {share}; a policy that drops numbers while it is updated is not the one that drew the responses. Leave it out.");
    }

    /// <inheritdoc/>
    protected override TrainingReport Train(PretrainedModel model, ExampleEncoder encoder, AccuracyProbe? probe, string directory,
        IProgress<RunProgress> progress, CancellationToken cancellationToken)
    {
        var items = Data.Load();
        if (Options.PromptsPerStep > items.Count)
            throw new UserErrorException(Invariant($"Recipe '{Name}': prompts_per_step is {Options.PromptsPerStep}, but {Data.Path} has {items.Count} prompts: some would be drawn twice in one step. Lower it, or give more prompts."));
        var adapted = model.Decoder as AdaptedDecoder;
        using var own = Options.Beta == 0 || adapted is not null ? null : LoadBase();
        var reference = Options.Beta == 0 ? null : adapted?.Base ?? own?.Decoder;
        var task = new GrpoTask
        {
            Prompts = [.. items.Select(item => new GrpoPrompt(item, encoder.Prompt(item)))],
            Rewards = Rewards,
            EosIds = model.GenerationConfig.EosIds,
            PadId = model.GenerationConfig.PadId,
            Decode = ids => model.Tokenizer.Decode(ids, skipSpecialTokens: true),
        };
        return new GrpoTrainer(model.Decoder, reference, task, Options, probe).Train(directory, progress, cancellationToken);
    }
}
