using System.Text.Json;
using System.Text.Json.Nodes;
using SafetyGate.Core.Files;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Models;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Recipes;

namespace SafetyGate.Trainers.RewardModels;

/// <summary>
/// Reward modeling on files of preferences, from a language model with a new head of one score. What it leaves is a classifier in Hugging
/// Face layout: it answers nothing, so no gate compares it. Immutable; vary it with <c>with</c>.
/// </summary>
public sealed record RewardModelRecipe : IRecipe
{
    private static readonly JsonSerializerOptions ReportJson = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    /// <inheritdoc/>
    public required string Name { get; init; }

    /// <summary>Directory of the language model to start from, in Hugging Face layout with a tokenizer.</summary>
    [RelativePath]
    public required string Base { get; init; }

    /// <summary>How texts become the model's input.</summary>
    public required PromptTemplate Template { get; init; }

    /// <summary>Preferences; at least one file.</summary>
    public required IReadOnlyList<PreferenceFile> Data { get; init; }

    /// <summary>Settings of the run.</summary>
    public required RewardModelOptions Options { get; init; }

    /// <summary>Device and number type. Default: float32 on the processor, threads as they are.</summary>
    public ComputeOptions Compute { get; init; } = new();

    /// <inheritdoc/>
    public ulong Seed => Options.Seed;

    /// <inheritdoc/>
    public JsonObject Describe()
    {
        RequireValid();
        return new JsonObject
        {
            ["kind"] = "reward_model",
            ["options"] = JsonFormat.Describe(Options),
            ["template"] = JsonFormat.NameOf(Template),
            ["base"] = BaseModel.Describe(Base),
            ["data"] = new JsonArray([.. Data.Select(file => file.Describe())]),
        };
    }

    /// <inheritdoc/>
    public RunEnvironment Environment()
    {
        Compute.UseThreads();
        return TensorEngine.Describe(Compute.OpenDevice(), Compute.ScalarType, GetType().Assembly);
    }

    /// <inheritdoc/>
    public Task TrainAsync(string directory, IProgress<RunProgress> progress, CancellationToken cancellationToken) =>
        Task.Run(() => Train(directory, progress, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="UserErrorException">Always: a reward model answers nothing.</exception>
    public ILanguageModel Open(string checkpointDirectory) => throw AnswersNothing();

    /// <inheritdoc/>
    /// <exception cref="UserErrorException">Always.</exception>
    public ILanguageModel OpenReference() => throw AnswersNothing();

    /// <summary>Refuses a recipe that cannot be carried out.</summary>
    /// <exception cref="UserErrorException">The recipe has problems; all are listed.</exception>
    public void RequireValid()
    {
        var problems = Options.Problems().Concat(Data.Count == 0 ? ["There is no data file; give at least one."] : Data.SelectMany(file => file.Problems())).ToList();
        if (problems.Count > 0) throw new UserErrorException($"Recipe '{Name}': {string.Join(" ", problems)}");
        _ = Compute.ScalarType;
    }

    private void Train(string directory, IProgress<RunProgress> progress, CancellationToken cancellationToken)
    {
        RequireValid();
        Compute.UseThreads();
        PretrainedModel.RequireNoAdapter(Base, "the base of a recipe");
        var text = ModelText.Open(Base);
        var encoder = new ExampleEncoder(text.Tokenizer, text.Chat, Template, EndToken.Of(text));
        List<PreferencePair> pairs = [.. Data.SelectMany(file => file.Read(encoder))];
        using var model = SequenceClassifier.FromLanguageModel(Base, labels: 1, Seed, text.GenerationConfig.PadId, Compute.OpenDevice(), Compute.ScalarType);
        var report = new RewardModelTrainer(model, pairs, Options).Train(directory, progress, cancellationToken);
        var checkpoint = Path.Combine(directory, RunLayout.Checkpoint);
        if (Directory.Exists(checkpoint)) Directory.Delete(checkpoint, recursive: true); // of an attempt that was killed after it; the weights are the same
        model.Save(checkpoint, Base);
        File.WriteAllText(Path.Combine(directory, RunLayout.Report), JsonSerializer.Serialize(report, ReportJson) + "\n");
    }

    private UserErrorException AnswersNothing() => new($"'{Name}' is a reward model: it scores texts and answers nothing, so there are no responses to gate. Gate the model that is trained with it.");
}
