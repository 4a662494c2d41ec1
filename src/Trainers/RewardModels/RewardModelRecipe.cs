using System.Text.Json.Nodes;
using SafetyGate.Core.Language;
using SafetyGate.Models;
using SafetyGate.Models.Adapters;
using SafetyGate.Models.Families;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Memory;
using SafetyGate.Trainers.Recipes;

namespace SafetyGate.Trainers.RewardModels;

/// <summary>
/// Reward modeling on files of preferences, from a language model with a new head of one score. What it leaves is a classifier in Hugging
/// Face layout, or an adapter of one: it answers nothing, so no gate compares it. Immutable; vary it with <c>with</c>.
/// </summary>
public sealed record RewardModelRecipe : ModelRecipe<RewardModelOptions, SequenceClassifier>
{
    /// <summary>Preferences; at least one file.</summary>
    public required IReadOnlyList<PreferenceFile> Data { get; init; }

    /// <inheritdoc/>
    protected override bool Drops => Options.DisableDropout == false;

    /// <inheritdoc/>
    protected override string Kind => "reward_model";

    /// <inheritdoc/>
    /// <exception cref="UserErrorException">Always: a reward model answers nothing.</exception>
    public override ILanguageModel Open(string checkpointDirectory) => throw AnswersNothing();

    /// <inheritdoc/>
    /// <exception cref="UserErrorException">Always.</exception>
    public override ILanguageModel OpenReference() => throw AnswersNothing();

    /// <inheritdoc/>
    public override ModelIdentity Identify(string checkpointDirectory) => SequenceClassifier.Identify(checkpointDirectory, Name, Environment());

    /// <inheritdoc/>
    protected override void DescribeTask(JsonObject description) => description["data"] = new JsonArray([.. Data.Select(file => file.Describe())]);

    /// <inheritdoc/>
    protected override IEnumerable<string> TaskProblems() =>
        Data.Count == 0 ? ["There is no data file; give at least one."] : Data.SelectMany(file => file.Problems());

    /// <inheritdoc/>
    protected override PreparedRun<RewardModelOptions, SequenceClassifier> Prepare(ExampleEncoder encoder, DecoderConfig config)
    {
        List<PreferencePair> pairs = [.. Data.SelectMany(file => file.Read(encoder))];
        return new(Shape(pairs, Options, config.MaxPositions), run => new RewardModelTrainer(run.Model, pairs, run.Options).Train(run.Directory, run.Progress, run.CancellationToken));
    }

    /// <summary>Sizes of pairs, at their largest: two rows, each with its prompt, of which one state is scored.</summary>
    internal static RunShape Shape(IReadOnlyList<PreferencePair> pairs, RewardModelOptions options, int maxPositions)
    {
        var fitting = pairs.Where(pair => pair.Length <= Math.Min(options.MaxLength ?? int.MaxValue, maxPositions)).ToList();
        return new()
        {
            Rows = 2 * options.PerDeviceTrainBatchSize,
            RowTokens = fitting.Count == 0 ? 1 : fitting.Max(pair => pair.Length),
            RowTargets = 1,
            DataBytes = pairs.Sum(pair => (4L * (pair.PromptIds.Count + pair.ChosenIds.Count + pair.RejectedIds.Count)) + 512),
        };
    }

    /// <inheritdoc/>
    protected override DecoderConfig Architecture(ModelText text) => SequenceClassifier.Architecture(text.Config, labels: 1, text.GenerationConfig.PadId);

    /// <inheritdoc/>
    protected override SequenceClassifier Load(ModelText text) =>
        SequenceClassifier.FromLanguageModel(Base, labels: 1, Seed, text.GenerationConfig.PadId, Compute.OpenDevice(), Compute.ScalarType);

    /// <inheritdoc/>
    protected override (AdaptedDecoder Decoder, string BaseWeights) BeginAdapter(SequenceClassifier model, LoraConfig adapter) =>
        (model.BeginAdapter(adapter, Seed), model.WeightsDigest);

    /// <inheritdoc/>
    protected override void Save(SequenceClassifier model, string directory) => model.Save(directory, Base);

    private UserErrorException AnswersNothing() => new($"'{Name}' is a reward model: it scores texts and answers nothing, so there are no responses to gate. Gate the model that is trained with it.");
}
