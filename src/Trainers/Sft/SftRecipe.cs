using System.Text.Json;
using System.Text.Json.Nodes;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Models;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Trainers.Batches;
using SafetyGate.Trainers.Kl;
using SafetyGate.Trainers.Runs;

namespace SafetyGate.Trainers.Sft;

/// <summary>Supervised fine-tuning of a checkpoint on data files. Immutable; vary it with <c>with</c>.</summary>
public sealed record SftRecipe : IKlRecipe
{
    private static readonly JsonSerializerOptions ReportJson = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    /// <inheritdoc/>
    public required string Name { get; init; }

    /// <summary>Directory of the checkpoint to start from, in Hugging Face layout with a tokenizer.</summary>
    public required string Base { get; init; }

    /// <summary>What to learn from; at least one file.</summary>
    public required IReadOnlyList<DataFile> Data { get; init; }

    /// <summary>How texts become what the model reads.</summary>
    public required PromptTemplate Template { get; init; }

    /// <summary>Settings of the run.</summary>
    public required SftOptions Options { get; init; }

    /// <summary>Where the target accuracy of <see cref="SftOptions.Target"/> is measured; required with it, and only with it.</summary>
    public RecipeSelection? Selection { get; init; }

    /// <summary>Device and number type. Default: float32 on the processor, threads as they are.</summary>
    public ComputeOptions Compute { get; init; } = new();

    /// <inheritdoc/>
    public ulong Seed => Options.Seed;

    /// <summary>Reads a recipe of kind <c>sft</c> from a JSON file; relative paths are relative to the file.</summary>
    /// <exception cref="UserErrorException">The file is not sound; an unknown key is refused and the nearest known one named.</exception>
    public static SftRecipe FromJson(string path) => RecipeFile.Load(path) as SftRecipe ?? throw new UserErrorException($"{path}: is not a recipe of kind \"sft\".");

    /// <inheritdoc/>
    public JsonObject Describe()
    {
        RequireSound();
        return new JsonObject
        {
            ["kind"] = "sft",
            ["options"] = SftOptionsJson.Write(Options),
            ["data"] = new JsonArray([.. Data.Select(file => file.Describe())]),
            ["selection"] = Selection?.Describe(),
            ["template"] = EnumNames.Of(Template),
            ["base"] = BaseModel.Describe(Base),
        };
    }

    /// <inheritdoc/>
    public RunEnvironment Environment()
    {
        Compute.UseThreads();
        return TensorEngine.Describe(Compute.OpenDevice(), Compute.ScalarType, typeof(SftRecipe).Assembly);
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

    /// <summary>Reads the JSON form.</summary>
    internal static SftRecipe From(JsonFields fields, string name, string directory)
    {
        var (target, selection) = fields.Child("target") is { } found ? RecipeSelection.ReadTarget(found, directory) : (null, null);
        var recipe = new SftRecipe
        {
            Name = fields.Text("name") ?? name,
            Base = Path.GetFullPath(fields.RequiredText("base"), directory),
            Data = [.. fields.Children("data").Select(file => DataFile.From(file, directory))],
            Template = fields.Choice<PromptTemplate>("template") ?? throw new UserErrorException($"{fields.Where}: \"template\" is missing; it must be one of {string.Join(", ", EnumNames.All<PromptTemplate>())}."),
            Options = SftOptionsJson.Read(fields.Child("options") ?? throw new UserErrorException($"{fields.Where}: \"options\" is missing; it must be an object with at least steps, learning_rate and seed."), target),
            Selection = selection,
            Compute = fields.Child("compute") is { } compute ? ComputeOptions.From(compute) : new(),
        };
        fields.RefuseOthers();
        recipe.RequireSound();
        return recipe;
    }

    private LocalLanguageModel OpenTuned(string checkpointDirectory) => new(PretrainedModel.Load(checkpointDirectory, Compute.OpenDevice(), Compute.ScalarType), Name);

    private LocalLanguageModel OpenBase() => new(PretrainedModel.Load(Base, Compute.OpenDevice(), Compute.ScalarType));

    private void RequireSound()
    {
        var problems = Options.Problems().Concat(Data.SelectMany(file => file.Problems())).ToList();
        if (Data.Count == 0) problems.Add("There is no data file; give at least one.");
        if ((Options.Target is null) != (Selection is null)) problems.Add("A target accuracy and a selection split belong together; give both or neither.");
        if (Selection is { MaxNewTokens: < 1 }) problems.Add(Invariant($"The selection's {nameof(RecipeSelection.MaxNewTokens)} is {Selection.MaxNewTokens}; it must be 1 or more."));
        if (problems.Count > 0) throw new UserErrorException($"Recipe '{Name}': {string.Join(" ", problems)}");
    }

    private void Train(string directory, IProgress<RunProgress> progress, CancellationToken cancellationToken)
    {
        RequireSound();
        Compute.UseThreads();
        using var model = PretrainedModel.Load(Base, Compute.OpenDevice(), Compute.ScalarType);
        var encoder = new ExampleEncoder(model.Tokenizer, model.Chat, Template, EndToken.Of(model));
        var examples = Data.SelectMany(file => file.Read(encoder)).ToList();
        var trainer = new SftTrainer(model.Decoder, examples, Options, model.GenerationConfig.PadId, Selection?.ProbeOf(model, encoder, Seed));
        var report = trainer.Train(directory, progress, cancellationToken);
        var checkpoint = Path.Combine(directory, RunLayout.Checkpoint);
        if (Directory.Exists(checkpoint)) Directory.Delete(checkpoint, recursive: true); // of an attempt that was killed after it; the weights are the same
        CheckpointWriter.Write(checkpoint, model.Decoder.Parameters, CheckpointFiles.CopiedFrom(Base), Compute.ScalarType);
        File.WriteAllText(Path.Combine(directory, RunLayout.Report), JsonSerializer.Serialize(report, ReportJson) + "\n");
    }
}
