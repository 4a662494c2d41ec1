using System.Text.Json;
using System.Text.Json.Nodes;
using SafetyGate.Core.Files;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Models;
using SafetyGate.Models.Adapters;
using SafetyGate.Models.Families;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Memory;
using SafetyGate.Trainers.Optimization;

namespace SafetyGate.Trainers.Recipes;

/// <summary>
/// Training that starts from a checkpoint: the frame common to all algorithms and to whatever is trained. Immutable; vary it with <c>with</c>.
/// </summary>
/// <typeparam name="TOptions">The algorithm's settings.</typeparam>
/// <typeparam name="TModel">What is trained: a language model, a classifier.</typeparam>
public abstract record ModelRecipe<TOptions, TModel> : IRecipe where TOptions : TrainingOptions where TModel : class, IDisposable
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

    /// <summary>Whether an adapter's dropout acts while it is trained.</summary>
    protected virtual bool Drops => true;

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
            ["template"] = JsonFormat.NameOf(Template),
            ["base"] = BaseModel.Describe(Base),
        };
        DescribeModel(description);
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
    public abstract ILanguageModel Open(string checkpointDirectory);

    /// <inheritdoc/>
    public abstract ILanguageModel OpenReference();

    /// <inheritdoc/>
    public abstract ModelIdentity Identify(string checkpointDirectory);

    /// <summary>Refuses a recipe that cannot be carried out.</summary>
    /// <exception cref="UserErrorException">The recipe has problems; all are listed.</exception>
    public void RequireValid()
    {
        var problems = Options.Problems().Concat(TaskProblems()).Concat(ModelProblems())
            .Concat(PeftConfig?.Problems().Select(problem => "peft_config: " + problem) ?? []).ToList();
        if (Template == PromptTemplate.Plain && !Chat.IsDefault) problems.Add("chat_template and chat_template_kwargs act on the template \"chat\"; the template is \"plain\".");
        if (problems.Count > 0) throw new UserErrorException($"Recipe '{Name}': {string.Join(" ", problems)}");
        _ = Compute.ScalarType;
    }

    /// <summary>Adds to the key what the algorithm learns from, by digest.</summary>
    protected abstract void DescribeTask(JsonObject description);

    /// <summary>Adds to the key settings that belong to this kind of model.</summary>
    protected virtual void DescribeModel(JsonObject description)
    {
    }

    /// <summary>Validation errors of what the algorithm learns from.</summary>
    protected abstract IEnumerable<string> TaskProblems();

    /// <summary>Validation errors of settings that belong to this kind of model.</summary>
    protected virtual IEnumerable<string> ModelProblems() => [];

    /// <summary>Reads the data, before the model is loaded.</summary>
    /// <param name="encoder">Writes prompts and completions by the recipe's template.</param>
    /// <param name="config">The base's architecture.</param>
    /// <returns>Sizes of the data, and the training on them.</returns>
    /// <exception cref="UserErrorException">A file is bad; the message names the line.</exception>
    protected abstract PreparedRun<TOptions, TModel> Prepare(ExampleEncoder encoder, DecoderConfig config);

    /// <summary>The architecture that is trained, from the base's.</summary>
    /// <param name="text">The base without its weights.</param>
    protected virtual DecoderConfig Architecture(ModelText text) => text.Config;

    /// <summary>Loads the model that the run starts from. The caller disposes it.</summary>
    /// <param name="text">The base without its weights.</param>
    protected abstract TModel Load(ModelText text);

    /// <summary>Begins an adapter on it, which is trained in place of its weights.</summary>
    /// <param name="model">The model.</param>
    /// <param name="adapter">What it is.</param>
    /// <returns>The decoder with it, and the digest of the weights below it.</returns>
    protected abstract (AdaptedDecoder Decoder, string BaseWeights) BeginAdapter(TModel model, LoraConfig adapter);

    /// <summary>Measures a policy in training; <c>null</c> for what is not measured.</summary>
    /// <param name="model">The model. Borrowed.</param>
    /// <param name="encoder">Writes prompts by the recipe's template.</param>
    protected virtual AccuracyProbe? ProbeOf(TModel model, ExampleEncoder encoder) => null;

    /// <summary>Writes the trained weights in Hugging Face layout.</summary>
    /// <param name="model">The model. Borrowed.</param>
    /// <param name="directory">Where; it does not exist.</param>
    protected abstract void Save(TModel model, string directory);

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
        var options = Options with { Passes = Check(Architecture(text), prepared.Shape).Run(directory, progress).Passes };
        using var model = OutOfMemory.Guard("the weights", "use a narrower compute.dtype", () => Load(text));
        var adapted = PeftConfig is null ? default : BeginAdapter(model, PeftConfig);
        if (PeftConfig is { LoraDropout: > 0 and var share } && !Drops)
        {
            adapted.Decoder.Train(AdaptedDecoder.DefaultName, Seed, drops: false);
            progress.Report(new RunProgress("warning", 0, 0, Invariant($"peft_config.lora_dropout is {share}, but nothing is dropped: disable_dropout is true here unless it is given, as in TRL.")));
        }

        var report = OutOfMemory.Guard("what the run keeps beside its steps", "use a smaller model or a narrower compute.dtype", () => prepared.Train(new TrainingContext<TOptions, TModel>(model, options, ProbeOf(model, encoder), directory, progress, cancellationToken)));
        var checkpoint = Path.Combine(directory, RunLayout.Checkpoint);
        if (Directory.Exists(checkpoint)) Directory.Delete(checkpoint, recursive: true); // of an attempt that was killed after it; the weights are the same
        if (adapted.Decoder is not null) AdapterWriter.Write(checkpoint, adapted.Decoder[AdaptedDecoder.DefaultName], Base, adapted.BaseWeights);
        else Save(model, checkpoint);
        File.WriteAllText(Path.Combine(directory, RunLayout.Report), JsonSerializer.Serialize(report, report.GetType(), ReportJson) + "\n");
    }
}
