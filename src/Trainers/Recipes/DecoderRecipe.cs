using System.Text.Json;
using System.Text.Json.Nodes;
using SafetyGate.Core.Files;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Models;
using SafetyGate.Models.Adapters;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.LogProbs;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Memory;
using SafetyGate.Trainers.Optimization;

namespace SafetyGate.Trainers.Recipes;

/// <summary>Training of a checkpoint: the part common to all algorithms. Immutable; vary it with <c>with</c>.</summary>
/// <typeparam name="TOptions">The algorithm's settings.</typeparam>
[FormerKey("target", "'options.target', with 'selection' beside 'options',")]
public abstract record DecoderRecipe<TOptions> : IKlRecipe where TOptions : TrainingOptions
{
    private static readonly JsonSerializerOptions ReportJson = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true
    };

    /// <inheritdoc/>
    public required string Name { get; init; }

    /// <summary>Directory of the checkpoint to start from, in Hugging Face layout with a tokenizer.</summary>
    [RelativePath]
    public required string Base { get; init; }

    /// <summary>How texts become the model's input.</summary>
    public required PromptTemplate Template { get; init; }

    /// <summary>Name of the chat template, for a model with several; <c>null</c> for its default.</summary>
    public string? ChatTemplate { get; init; }

    /// <summary>
    /// Variables of the chat template, such as <c>enable_thinking</c>: in training, and whenever the trained model or its reference is
    /// asked. <c>null</c> for none.
    /// </summary>
    public JsonObject? ChatTemplateKwargs { get; init; }

    /// <summary>Settings of the run.</summary>
    public required TOptions Options { get; init; }

    /// <summary>The split on which <see cref="TrainingOptions.Target"/> is measured; required with it, and only with it.</summary>
    public RecipeSelection? Selection { get; init; }

    /// <summary>
    /// The adapter to train in place of the model's weights, under the names of PEFT's <c>LoraConfig</c>; <c>null</c> trains the weights. The
    /// reference is then the base with the adapter off.
    /// </summary>
    public LoraConfig? PeftConfig { get; init; }

    /// <summary>Device and number type. Default: float32 on the processor, threads as they are.</summary>
    public ComputeOptions Compute { get; init; } = new();

    /// <inheritdoc/>
    public ulong Seed => Options.Seed;

    string? IRecipe.ReferenceDirectory => Base;

    /// <summary>How the chat template is used.</summary>
    protected ChatSettings Chat => ChatSettings.Of(ChatTemplate, ChatTemplateKwargs);

    /// <summary>Whether rows are encoded with marks of what the assistant wrote.</summary>
    protected virtual bool AssistantOnly => false;

    /// <summary>Name of the algorithm in recipe files and keys.</summary>
    protected abstract string Kind { get; }

    /// <inheritdoc/>
    public JsonObject Describe()
    {
        RequireValid();
        var description = new JsonObject
        {
            ["kind"] = Kind,
            ["options"] = JsonFormat.Describe(Options),
            ["selection"] = Selection?.Describe(),
            ["template"] = JsonFormat.NameOf(Template),
            ["base"] = BaseModel.Describe(Base),
        };
        if (PeftConfig is not null) description["peft_config"] = PeftConfig.Describe();
        if (!Chat.IsDefault) description["chat"] = new JsonObject { ["template"] = Chat.Template, ["arguments"] = Chat.Arguments };
        DescribeTask(description);
        return description;
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
    public ILanguageModel Open(string checkpointDirectory) => OpenTuned(checkpointDirectory);

    /// <inheritdoc/>
    public ILanguageModel OpenReference() => OpenBase();

    /// <inheritdoc/>
    public IKlMeter OpenKlMeter(string checkpointDirectory) => LocalKlMeter.Open(() => OpenTuned(checkpointDirectory), OpenBase);

    /// <inheritdoc/>
    public IKlMeter? KlMeterOver(ILanguageModel trained, ILanguageModel untuned) =>
        trained is LocalLanguageModel policy && untuned is LocalLanguageModel reference ? new LocalKlMeter(policy, reference, owns: false) : null;

    /// <summary>Refuses a recipe that cannot be carried out.</summary>
    /// <exception cref="UserErrorException">The recipe has problems; all are listed.</exception>
    public void RequireValid()
    {
        var problems = Options.Problems().Concat(TaskProblems()).Concat(Selection?.Problems() ?? [])
            .Concat(PeftConfig?.Problems().Select(problem => "peft_config: " + problem) ?? []).ToList();
        if ((Options.Target is null) != (Selection is null))
            problems.Add("A target accuracy and a selection split belong together; give both or neither.");
        if (Template == PromptTemplate.Plain && !Chat.IsDefault) problems.Add("chat_template and chat_template_kwargs act on the template \"chat\"; the template is \"plain\".");
        if (problems.Count > 0) throw new UserErrorException($"Recipe '{Name}': {string.Join(" ", problems)}");
        _ = Compute.ScalarType;
    }

    /// <summary>Adds to the key what the algorithm learns from, by digest.</summary>
    protected abstract void DescribeTask(JsonObject description);

    /// <summary>Validation errors of what the algorithm learns from.</summary>
    protected abstract IEnumerable<string> TaskProblems();

    /// <summary>Reads the data, before the model is loaded.</summary>
    /// <param name="encoder">Writes prompts and completions by the recipe's template.</param>
    /// <param name="config">The model's architecture.</param>
    /// <returns>Sizes of the data, and the training on them.</returns>
    /// <exception cref="UserErrorException">A file is bad; the message names the line.</exception>
    protected abstract PreparedRun<TOptions> Prepare(ExampleEncoder encoder, DecoderConfig config);

    /// <summary>Loads the model that the run starts from. The caller disposes it.</summary>
    protected PretrainedModel LoadBase()
    {
        PretrainedModel.RequireNoAdapter(Base, "the base of a recipe");
        return PretrainedModel.Load(Base, Compute.OpenDevice(), Compute.ScalarType);
    }

    private LocalLanguageModel OpenTuned(string checkpointDirectory) => LocalLanguageModel.Owning(PeftConfig is null
        ? PretrainedModel.Load(checkpointDirectory, Compute.OpenDevice(), Compute.ScalarType)
        : PretrainedModel.Load(Base, Compute.OpenDevice(), Compute.ScalarType, checkpointDirectory), Name, Chat);

    private LocalLanguageModel OpenBase() => LocalLanguageModel.Owning(LoadBase(), chat: Chat);

    private MemoryCheck Check(DecoderConfig config, RunShape shape)
    {
        var device = Compute.OpenDevice();
        var setup = new MemorySetup
        {
            Dtype = Compute.ScalarType,
            IsGpu = device.type != TorchSharp.DeviceType.CPU,
            MasterWeights = Options.MasterWeights ?? true,
            Moments = Options.Optimizer.Kind == OptimizerKind.Sgd ? 1 : 2,
            Trained = PeftConfig is null ? null : AdapterSize.Of(PeftConfig, config),
        };
        return new(Name, config, shape, Options, setup, FreeMemory.Of(device), Compute.Device);
    }

    private void Train(string directory, IProgress<RunProgress> progress, CancellationToken cancellationToken)
    {
        RequireValid();
        Compute.UseThreads();
        PretrainedModel.RequireNoAdapter(Base, "the base of a recipe");
        var text = ModelText.Open(Base);
        var encoder = new ExampleEncoder(text.Tokenizer, text.ChatWith(Chat), Template, EndToken.Of(text)) { AssistantOnly = AssistantOnly };
        var prepared = Prepare(encoder, text.Config);
        var options = Options with { Passes = Check(text.Config, prepared.Shape).Run(directory, progress).Passes };
        using var model = OutOfMemory.Guard("the weights", "use a narrower compute.dtype", LoadBase);
        var adapted = PeftConfig is null ? null : model.BeginAdapter(PeftConfig, Seed);
        var report = prepared.Train(new TrainingContext<TOptions>(model, options, Selection?.ProbeOf(model, encoder, Seed), directory, progress, cancellationToken));
        var checkpoint = Path.Combine(directory, RunLayout.Checkpoint);
        if (Directory.Exists(checkpoint)) Directory.Delete(checkpoint, recursive: true); // of an attempt that was killed after it; the weights are the same
        if (adapted is not null) AdapterWriter.Write(checkpoint, adapted[AdaptedDecoder.DefaultName], Base, model.WeightsDigest);
        else CheckpointWriter.Write(checkpoint, model.Decoder.Parameters, CheckpointFiles.CopiedFrom(Base), Compute.ScalarType);
        File.WriteAllText(Path.Combine(directory, RunLayout.Report), JsonSerializer.Serialize(report, report.GetType(), ReportJson) + "\n");
    }
}
