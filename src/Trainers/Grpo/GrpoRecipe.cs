using System.Text.Json;
using System.Text.Json.Nodes;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Files;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Core.Scoring;
using SafetyGate.Models;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Trainers.Batches;
using SafetyGate.Trainers.Kl;
using SafetyGate.Trainers.Runs;
using SafetyGate.Verifiers;
using SafetyGate.Verifiers.Math;

namespace SafetyGate.Trainers.Grpo;

/// <summary>Reinforcement learning of a checkpoint from verifiable rewards. Immutable; vary it with <c>with</c>.</summary>
public sealed record GrpoRecipe : IRewardedRecipe
{
    private static readonly JsonSerializerOptions ReportJson = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    /// <inheritdoc/>
    public required string Name { get; init; }

    /// <summary>Directory of the checkpoint to start from, in Hugging Face layout with a tokenizer; the reference of the KL too.</summary>
    public required string Base { get; init; }

    /// <summary>The prompts.</summary>
    public required GrpoData Data { get; init; }

    /// <summary>How prompts become what the model reads.</summary>
    public required PromptTemplate Template { get; init; }

    /// <summary>Settings of the run.</summary>
    public required GrpoOptions Options { get; init; }

    /// <summary>What is rewarded. Default: the <c>#### n</c> verifier.</summary>
    public IReadOnlyList<WeightedReward> Rewards { get; init; } = [new(new MathVerifier())];

    /// <summary>Where the target accuracy of <see cref="GrpoOptions.Target"/> is measured; required with it, and only with it.</summary>
    public RecipeSelection? Selection { get; init; }

    /// <summary>Device and number type. Default: float32 on the processor, threads as they are.</summary>
    public ComputeOptions Compute { get; init; } = new();

    /// <inheritdoc/>
    public ulong Seed => Options.Seed;

    /// <summary>Reads a recipe of kind <c>grpo</c> from a JSON file; relative paths are relative to the file.</summary>
    /// <exception cref="UserErrorException">The file is not sound; an unknown key is refused and the nearest known one named.</exception>
    public static GrpoRecipe FromJson(string path) => RecipeFile.Load(path) as GrpoRecipe ?? throw new UserErrorException($"{path}: is not a recipe of kind \"grpo\".");

    /// <inheritdoc/>
    public JsonObject Describe()
    {
        RequireSound();
        return new JsonObject
        {
            ["kind"] = "grpo",
            ["options"] = GrpoOptionsJson.Write(Options),
            ["data"] = Data.Describe(),
            ["rewards"] = new JsonArray([.. Rewards.Select(reward => new JsonObject
            {
                ["name"] = reward.Reward.Name,
                ["version"] = reward.Reward.Version,
                ["weight"] = reward.Weight,
            })]),
            ["selection"] = Selection?.Describe(),
            ["template"] = EnumNames.Of(Template),
            ["base"] = BaseModel.Describe(Base),
        };
    }

    /// <inheritdoc/>
    public RunEnvironment Environment()
    {
        Compute.UseThreads();
        return TensorEngine.Describe(Compute.OpenDevice(), Compute.ScalarType, typeof(GrpoRecipe).Assembly);
    }

    /// <inheritdoc/>
    public Task TrainAsync(string directory, IProgress<RunProgress> progress, CancellationToken cancellationToken) =>
        Task.Run(() => Train(directory, progress, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ILanguageModel Open(string checkpointDirectory) => OpenTuned(checkpointDirectory);

    /// <inheritdoc/>
    public ILanguageModel OpenReference() => OpenBase();

    /// <inheritdoc/>
    public IKlMeter OpenKlMeter(string checkpointDirectory) => LocalKlMeter.Open(() => OpenTuned(checkpointDirectory), OpenBase);

    /// <inheritdoc/>
    public double Beta => Options.Beta;

    /// <inheritdoc/>
    public Benchmark TrainingPrompts => new(Name, MetricDirection.Capability, Data.Load());

    /// <inheritdoc/>
    public PromptStyle Style => Template == PromptTemplate.Chat ? PromptStyle.Chat : PromptStyle.Plain;

    /// <inheritdoc/>
    public SamplingOptions Rollouts => new() { MaxNewTokens = Options.MaxCompletionLength, Temperature = Options.Temperature, Seed = Options.Seed };

    /// <inheritdoc/>
    public IReadOnlyList<string> NonConformities => [.. Options.NonConformities()];

    /// <inheritdoc/>
    public IReadOnlyList<double> Reward(IReadOnlyList<(BenchmarkItem Item, Response Response)> batch) => WeightedReward.Sums(Rewards, batch);

    /// <summary>Reads the JSON form.</summary>
    internal static GrpoRecipe From(JsonFields fields, string name, string directory)
    {
        var (target, selection) = fields.Child("target") is { } found ? RecipeSelection.ReadTarget(found, directory) : (null, null);
        var recipe = new GrpoRecipe
        {
            Name = fields.Text("name") ?? name,
            Base = Path.GetFullPath(fields.RequiredText("base"), directory),
            Data = GrpoData.From(fields.Child("data") ?? throw new UserErrorException($"{fields.Where}: \"data\" is missing; it must be an object with the path of the prompts."), directory),
            Template = fields.Choice<PromptTemplate>("template") ?? throw new UserErrorException($"{fields.Where}: \"template\" is missing; it must be one of {string.Join(", ", EnumNames.All<PromptTemplate>())}."),
            Options = GrpoOptionsJson.Read(fields.Child("options") ?? throw new UserErrorException($"{fields.Where}: \"options\" is missing; it must be an object with at least steps, learning_rate and seed."), target),
            Rewards = fields.Has("rewards") ? [.. fields.Children("rewards").Select(RewardFrom)] : [new(new MathVerifier())],
            Selection = selection,
            Compute = fields.Child("compute") is { } compute ? ComputeOptions.From(compute) : new(),
        };
        fields.RefuseOthers();
        recipe.RequireSound();
        return recipe;
    }

    private static WeightedReward RewardFrom(JsonFields fields)
    {
        var name = fields.RequiredText("name");
        BuiltIn.Register();
        WeightedReward reward;
        try
        {
            reward = new WeightedReward(Scorers.Reward(name), fields.Number("weight") ?? 1);
        }
        catch (UserErrorException unknown)
        {
            throw new UserErrorException($"{fields.Where}: \"name\" is \"{name}\". {unknown.Message}");
        }

        fields.RefuseOthers();
        return reward;
    }

    private void RequireSound()
    {
        var problems = Options.Problems().ToList();
        if (Rewards.Count == 0) problems.Add("There is no reward; give at least one.");
        problems.AddRange(Rewards.Where(r => string.IsNullOrWhiteSpace(r.Reward.Version)).Select(r =>
            $"The reward '{r.Reward.Name}' ({r.Reward.GetType()}) has no {nameof(IReward.Version)}; give it one, such as \"1\", and change it whenever a reward may change: runs are told apart by it."));
        if ((Options.Target is null) != (Selection is null)) problems.Add("A target accuracy and a selection split belong together; give both or neither.");
        if (Selection is { MaxNewTokens: < 1 }) problems.Add(Invariant($"The selection's {nameof(RecipeSelection.MaxNewTokens)} is {Selection.MaxNewTokens}; it must be 1 or more."));
        if (problems.Count > 0) throw new UserErrorException($"Recipe '{Name}': {string.Join(" ", problems)}");
    }

    private LocalLanguageModel OpenTuned(string checkpointDirectory) => new(Load(checkpointDirectory), Name);

    private LocalLanguageModel OpenBase() => new(Load(Base));

    private PretrainedModel Load(string directory) => PretrainedModel.Load(directory, Compute.OpenDevice(), Compute.ScalarType);

    private void Train(string directory, IProgress<RunProgress> progress, CancellationToken cancellationToken)
    {
        RequireSound();
        Compute.UseThreads();
        using var model = Load(Base);
        using var reference = Options.Beta == 0 ? null : Load(Base);
        var encoder = new ExampleEncoder(model.Tokenizer, model.Chat, Template, EndToken.Of(model));
        var task = new GrpoTask
        {
            Prompts = [.. Data.Load().Select(item => new GrpoPrompt(item, encoder.Prompt(item.Prompt)))],
            Rewards = Rewards,
            EosIds = model.GenerationConfig.EosIds,
            PadId = model.GenerationConfig.PadId,
            Decode = ids => model.Tokenizer.Decode(ids, skipSpecialTokens: true),
        };
        var trainer = new GrpoTrainer(model.Decoder, reference?.Decoder, task, Options, Selection?.ProbeOf(model, encoder, Seed));
        var report = trainer.Train(directory, progress, cancellationToken);
        var checkpoint = Path.Combine(directory, RunLayout.Checkpoint);
        if (Directory.Exists(checkpoint)) Directory.Delete(checkpoint, recursive: true); // of an attempt that was killed after it; the weights are the same
        CheckpointWriter.Write(checkpoint, model.Decoder.Parameters, CheckpointFiles.CopiedFrom(Base), Compute.ScalarType);
        File.WriteAllText(Path.Combine(directory, RunLayout.Report), JsonSerializer.Serialize(report, ReportJson) + "\n");
    }
}
