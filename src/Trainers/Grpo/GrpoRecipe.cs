using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Files;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Models;
using SafetyGate.Models.Adapters;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Difficulty;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Memory;
using SafetyGate.Trainers.Recipes;
using SafetyGate.Trainers.Rewards;
using SafetyGate.Trainers.Rollouts;
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

    /// <summary>File of factors by which the prompts are unlike the demonstrations (<see cref="HardnessFile"/>); <c>null</c>: 1 for all.</summary>
    [RelativePath]
    public string? Hardness { get; init; }

    /// <inheritdoc/>
    public double Beta => Options.Beta;

    /// <inheritdoc/>
    public Benchmark TrainingPrompts => new(Name, MetricDirection.Capability, Data.Load());

    /// <inheritdoc/>
    public PromptStyle Style => Template == PromptTemplate.Chat ? PromptStyle.Chat : PromptStyle.Plain;

    /// <inheritdoc/>
    public SamplingOptions Rollouts => Options.Sampling(1);

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
        if (Hardness is not null) description["hardness"] = HardnessFile.Describe(Hardness);
    }

    /// <inheritdoc/>
    protected override IEnumerable<string> TaskProblems()
    {
        if (Rewards.Count == 0) yield return "There is no reward; give at least one.";
        foreach (var problem in WeightedReward.Problems(Rewards)) yield return problem;
        foreach (var problem in Data.Problems()) yield return problem;
        if (Hardness is not null && Options.DifficultyScaling is null) yield return HardnessFile.WithoutScaling;
        if (PeftConfig is { LoraDropout: > 0 and var share })
            yield return Invariant($"peft_config: lora_dropout is {share}; a policy that drops numbers while it is updated is not the one that drew the responses. Leave it out.");
    }

    /// <inheritdoc/>
    protected override PreparedRun<GrpoOptions, PretrainedModel> Prepare(ExampleEncoder encoder, DecoderConfig config)
    {
        var items = Data.Load();
        if (Options.PromptsPerStep > items.Count)
            throw new UserErrorException(Invariant($"Recipe '{Name}': prompts_per_step is {Options.PromptsPerStep}, but {Data.Path} has {items.Count} prompts: some would be drawn twice in one step. Lower it, or give more prompts."));
        var hardness = Hardness is null ? null : HardnessFile.Read(Hardness);
        List<RolloutPrompt> prompts = [.. items.Select(item => new RolloutPrompt(item, encoder.Prompt(item)) { Hardness = hardness is null ? 1 : HardnessFile.FactorOf(hardness, item.Id, Hardness!, Data.Path) })];
        return new(Shape(prompts, Options, config.MaxPositions) with { HasReference = Options.Beta != 0 && PeftConfig is null }, run => Train(run, prompts));
    }

    /// <summary>Sizes of rollouts and updates, at their largest.</summary>
    internal static RunShape Shape(IReadOnlyList<RolloutPrompt> prompts, GrpoOptions options, int maxPositions)
    {
        var fitting = prompts.Select(prompt => prompt.PromptIds.Count).Where(length => length <= maxPositions - options.MaxCompletionLength).ToList();
        var rows = options.PromptsPerStep * options.NumGenerations;
        return new()
        {
            Rows = Math.Min(rows, options.MicroBatchRows ?? rows),
            RowTokens = options.MaxCompletionLength,
            RowTargets = options.MaxCompletionLength,
            SharedTokens = fitting.Count == 0 ? 1 : fitting.Max(),
            RowsSharing = options.NumGenerations,
            DrawnRows = rows,
            HasReference = options.Beta != 0,
            TrainsEntropies = options.TrainsEntropies,
            IsDivisible = options.IsDivisible,
            DataBytes = prompts.Sum(prompt => (4L * prompt.PromptIds.Count) + 1024),
        };
    }

    private TrainingReport Train(TrainingContext<GrpoOptions, PretrainedModel> run, IReadOnlyList<RolloutPrompt> prompts)
    {
        var model = run.Model;
        var adapted = model.Decoder as AdaptedDecoder;
        using var own = Options.Beta == 0 || adapted is not null ? null : OutOfMemory.Guard("the reference", "use a narrower compute.dtype, or train an adapter (peft_config), whose reference is the base itself", LoadBase);
        var reference = Options.Beta == 0 ? null : adapted?.Base ?? own?.Decoder;
        var task = RolloutTask.Of(model, prompts, Rewards);
        return new GrpoTrainer(model.Decoder, reference, task, run.Options, run.Probe).Train(run.Directory, run.Progress, run.CancellationToken);
    }
}
