using System.Text.Json.Nodes;
using SafetyGate.Core.Files;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Models;
using SafetyGate.Models.Adapters;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.LogProbs;
using SafetyGate.Trainers.Loop;

namespace SafetyGate.Trainers.Recipes;

/// <summary>Training of a language model: the part common to all algorithms. Immutable; vary it with <c>with</c>.</summary>
/// <typeparam name="TOptions">The algorithm's settings.</typeparam>
[FormerKey("target", "'options.target', with 'selection' beside 'options',")]
public abstract record DecoderRecipe<TOptions> : ModelRecipe<TOptions, PretrainedModel>, IKlRecipe where TOptions : TrainingOptions
{
    /// <summary>The split on which <see cref="TrainingOptions.Target"/> is measured; required with it, and only with it.</summary>
    public RecipeSelection? Selection { get; init; }

    /// <inheritdoc/>
    public override ILanguageModel Open(string checkpointDirectory) => OpenTuned(checkpointDirectory);

    /// <inheritdoc/>
    public override ILanguageModel OpenReference() => OpenBase();

    /// <inheritdoc/>
    public sealed override ModelIdentity Identify(string checkpointDirectory)
    {
        using var model = OpenTuned(checkpointDirectory);
        return model.Identity;
    }

    /// <inheritdoc/>
    public IKlMeter OpenKlMeter(string checkpointDirectory) => LocalKlMeter.Open(() => OpenTuned(checkpointDirectory), OpenBase);

    /// <inheritdoc/>
    public IKlMeter? KlMeterOver(ILanguageModel trained, ILanguageModel untuned) =>
        trained is LocalLanguageModel policy && untuned is LocalLanguageModel reference ? new LocalKlMeter(policy, reference, owns: false) : null;

    /// <inheritdoc/>
    protected sealed override void DescribeModel(JsonObject description) => description["selection"] = Selection?.Describe();

    /// <inheritdoc/>
    protected sealed override IEnumerable<string> ModelProblems()
    {
        foreach (var problem in Selection?.Problems() ?? []) yield return problem;
        if ((Options.Target is null) != (Selection is null))
            yield return "A target accuracy and a selection split belong together; give both or neither.";
    }

    /// <summary>Loads the model that the run starts from. The caller disposes it.</summary>
    protected PretrainedModel LoadBase()
    {
        PretrainedModel.RequireNoAdapter(Base, "the base of a recipe");
        return PretrainedModel.Load(Base, Compute.OpenDevice(), Compute.ScalarType);
    }

    /// <inheritdoc/>
    protected sealed override PretrainedModel Load(ModelText text) => LoadBase();

    /// <inheritdoc/>
    protected sealed override (AdaptedDecoder Decoder, string BaseWeights) BeginAdapter(PretrainedModel model, LoraConfig adapter) =>
        (model.BeginAdapter(adapter, Seed), model.WeightsDigest);

    /// <inheritdoc/>
    protected sealed override AccuracyProbe? ProbeOf(PretrainedModel model, ExampleEncoder encoder) => Selection?.ProbeOf(model, encoder, Seed);

    /// <inheritdoc/>
    protected sealed override void Save(PretrainedModel model, string directory) =>
        CheckpointWriter.Write(directory, model.Decoder.Parameters, CheckpointFiles.CopiedFrom(Base), Compute.ScalarType);

    private LocalLanguageModel OpenTuned(string checkpointDirectory) => LocalLanguageModel.Owning(Asked("the trained weights", () => PeftConfig is null
        ? PretrainedModel.Load(checkpointDirectory, Compute.OpenDevice(), Compute.ScalarType)
        : PretrainedModel.Load(Base, Compute.OpenDevice(), Compute.ScalarType, checkpointDirectory)), Name, Chat);

    private LocalLanguageModel OpenBase() => LocalLanguageModel.Owning(Asked("the untuned weights", LoadBase), chat: Chat);

    private static PretrainedModel Asked(string what, Func<PretrainedModel> load) =>
        OutOfMemory.Guard(what, "use a narrower compute.dtype", load, "The run in the store is intact; the same command takes it from there.");
}
