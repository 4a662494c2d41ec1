using System.Text.Json.Nodes;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Models.Adapters;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models;

/// <summary>
/// A model that scores whole texts, one number a label: transformers' <c>…ForSequenceClassification</c> of every family. A reward model has one
/// label.
/// </summary>
/// <remarks>B texts, L labels. Not thread-safe.</remarks>
public sealed class SequenceClassifier : IDisposable
{
    private const string ClassifierTask = "SEQ_CLS", HeadInFile = LoraTarget.Prefix + "score.weight";
    private ParameterSet? _ownHead; // where the layers are another model's

    private SequenceClassifier(DecoderConfig config, IDecoder decoder, string weightsDigest) => (Config, Decoder, WeightsDigest) = (config, decoder, weightsDigest);

    /// <summary>The architecture; its <see cref="DecoderConfig.Raw"/> is what a checkpoint of it is saved with.</summary>
    public DecoderConfig Config { get; }

    /// <summary>
    /// The layers and the head: its parameters include <c>score.weight</c>, its projections <c>score</c>. Owned by this object.
    /// </summary>
    public IDecoder Decoder { get; private set; }

    /// <summary>
    /// SHA-256 over the weights it was made of as they are stored, and an adapter on them; lower-case hex. Of a classifier over a language model
    /// it is that model's.
    /// </summary>
    public string WeightsDigest { get; }

    /// <summary>L.</summary>
    public int Labels => Config.Labels!.Value;

    /// <summary>Whether a directory's <c>config.json</c> describes a classifier, or it is the adapter of one, with its head.</summary>
    /// <param name="directory">Any directory; one without these files has none.</param>
    /// <exception cref="UserErrorException">The file cannot be read, or describes nothing that is supported.</exception>
    public static bool IsAt(string directory)
    {
        var path = Path.Combine(directory, CheckpointReader.ConfigFileName);
        if (!File.Exists(path) && AdapterFile.IsIn(directory))
        {
            using var adapter = AdapterFile.Open(directory);
            return adapter.Names.Find(HeadInFile) is not null;
        }

        return File.Exists(path) && DecoderConfig.ParseText(ModelFiles.ReadText(path), path).Labels is not null;
    }

    /// <summary>Which classifier lies in a directory.</summary>
    /// <param name="directory">As for <see cref="Load"/>, with a tokenizer.</param>
    /// <param name="name">Its name for people.</param>
    /// <param name="environment">Where it computes.</param>
    /// <exception cref="UserErrorException">As for <see cref="Load"/>.</exception>
    public static ModelIdentity Identify(string directory, string name, RunEnvironment environment)
    {
        using var model = Load(directory);
        var text = ModelText.Open(directory);
        return LocalLanguageModel.IdentityOf(directory, ModelFolders.Find(directory, null), name, model.WeightsDigest, hasTokenizer: true, text.GenerationConfig, text.Chat?.Digest, environment);
    }

    /// <summary>The architecture of the classifier in a directory, or of a language model as it is.</summary>
    /// <param name="directory">Holds <c>config.json</c>, or an adapter of a classifier whose base is a directory here.</param>
    /// <exception cref="UserErrorException">A file is missing, malformed or not supported.</exception>
    public static DecoderConfig ConfigOf(string directory)
    {
        var folders = ModelFolders.Find(directory, null);
        using var file = folders.Adapter is { } adapter ? AdapterFile.Open(adapter) : null;
        using var checkpoint = CheckpointReader.Open(folders.Base);
        return ConfigOf(checkpoint, file);
    }

    /// <summary>Loads a classifier's directory.</summary>
    /// <param name="directory">Holds <c>config.json</c> and the weights; or an adapter of a classifier (<c>SEQ_CLS</c>) whose base, a language
    /// model or a classifier, is a directory here.</param>
    /// <param name="device">Where to put it; the CPU when <c>null</c>.</param>
    /// <param name="dtype">Number type to compute with; float32 when <c>null</c>.</param>
    /// <returns>The classifier; the caller disposes it.</returns>
    /// <exception cref="UserErrorException">It is a language model, a file is missing, malformed or not supported, or an adapter does not fit.</exception>
    public static SequenceClassifier Load(string directory, Device? device = null, ScalarType? dtype = null)
    {
        TensorEngine.Start();
        var folders = ModelFolders.Find(directory, null);
        using var file = folders.Adapter is { } adapter ? AdapterFile.Open(adapter) : null;
        using var checkpoint = CheckpointReader.Open(folders.Base);
        var config = ConfigOf(checkpoint, file);
        if (config.Labels is null)
            throw new UserErrorException($"{directory}: is a language model ({config.ModelType}), not a classifier; its architecture in {CheckpointReader.ConfigFileName} must end in ForSequenceClassification.");
        var digest = checkpoint.WeightsDigest();
        if (file is not null && !AdapterBase.Require(file, folders.Base, digest) && !folders.IsChosen)
            throw new UserErrorException($"{directory} has an adapter beside its weights ({AdapterFile.ConfigFileName}), which does not say that these weights are its base. Move it away, or give the adapter's own directory.");
        var stored = DecoderConfig.ParseText(checkpoint.ConfigJson, Path.Combine(folders.Base, CheckpointReader.ConfigFileName));
        var decoder = DecoderFactory.Over(config, stored.Labels is null ? WithHead(checkpoint, stored, config, shape => zeros([.. shape.Shape], dtype ?? ScalarType.Float32, device), device, dtype) : ParameterReader.Read(checkpoint, config, device, dtype));
        try
        {
            if (file is null) return new SequenceClassifier(config, decoder, digest);
            var loaded = Adapters.Adapter.Load(file, decoder, config);
            digest = AdapterDigest.Of(digest, file, loaded);
            var adapted = new AdaptedDecoder(decoder, config);
            adapted.Add(AdaptedDecoder.DefaultName, loaded);
            adapted.Activate(AdaptedDecoder.DefaultName);
            var (used, architecture) = adapted.CanMergeExactly ? adapted.MergeAndUnload() : (adapted, adapted.Architecture);
            return new SequenceClassifier(architecture, used, digest);
        }
        catch
        {
            decoder.Dispose();
            throw;
        }
    }

    /// <summary>The architecture of a classifier over a language model's layers.</summary>
    /// <param name="language">The language model's.</param>
    /// <param name="labels">L.</param>
    /// <param name="padId">As for <see cref="FromLanguageModel"/>.</param>
    public static DecoderConfig Architecture(DecoderConfig language, int labels, int? padId = null) =>
        DecoderConfig.Parse(Described(language, labels, padId), CheckpointReader.ConfigFileName);

    /// <summary>A classifier over a language model's layers, with a random head.</summary>
    /// <param name="directory">The language model.</param>
    /// <param name="labels">L.</param>
    /// <param name="seed">Decides the head (stream <c>init/score.weight</c>).</param>
    /// <param name="padId">Token that rows are padded with and that no score is taken at; the model's own when <c>null</c>.</param>
    /// <param name="device">Where to put it; the CPU when <c>null</c>.</param>
    /// <param name="dtype">Number type; float32 when <c>null</c>.</param>
    /// <returns>The classifier; the caller disposes it.</returns>
    /// <exception cref="UserErrorException">The directory is not a supported language model.</exception>
    public static SequenceClassifier FromLanguageModel(string directory, int labels, ulong seed, int? padId = null, Device? device = null, ScalarType? dtype = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(labels, 1);
        TensorEngine.Start();
        using var checkpoint = CheckpointReader.Open(directory);
        var source = Path.Combine(directory, CheckpointReader.ConfigFileName);
        var language = DecoderConfig.ParseText(checkpoint.ConfigJson, source);
        var config = Architecture(language, labels, padId);
        return new SequenceClassifier(config, DecoderFactory.Over(config, WithHead(checkpoint, language, config, shape => DecoderFactory.Random(config, shape, seed, device, dtype), device, dtype)), checkpoint.WeightsDigest());
    }

    /// <summary>A classifier over the layers of a language model that is loaded: they are shared, and the head scores 0 until it is trained.</summary>
    /// <param name="language">The language model, without adapters. Borrowed, as long as the classifier lives.</param>
    /// <param name="architecture">Its architecture.</param>
    /// <param name="labels">L.</param>
    /// <returns>The classifier; the caller disposes it.</returns>
    public static SequenceClassifier Sharing(IDecoder language, DecoderConfig architecture, int labels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(labels, 1);
        var config = Architecture(architecture, labels);
        var (own, weights) = (new ParameterSet(), ParameterSet.Borrowing());
        foreach (var shape in DecoderFactory.Shapes(config))
        {
            if (!language.Parameters.TryGetValue(shape.Name, out var weight)) own.Add(shape.Name, weight = zeros([.. shape.Shape], language.Dtype, language.Device));
            weights.Add(shape.Name, weight);
        }

        return new SequenceClassifier(config, DecoderFactory.Over(config, weights), "") { _ownHead = own };
    }

    /// <summary>Sets the head to zero, so that every text scores 0 until it is trained.</summary>
    public void ClearHead()
    {
        using var noGradients = no_grad();
        Decoder.Parameters[Config.HeadWeight].zero_();
    }

    /// <summary>
    /// Begins an adapter of its own for training; the decoder is then one of the base with it. The head is trained whole, as PEFT does for
    /// <c>SEQ_CLS</c>; a language model's head that the configuration names has no counterpart here.
    /// </summary>
    /// <param name="config">What it is.</param>
    /// <param name="seed">Decides its first matrices and what dropout drops.</param>
    /// <returns>The decoder; owned by this object.</returns>
    /// <exception cref="UserErrorException">The configuration does not fit the base, or cannot be trained.</exception>
    public AdaptedDecoder BeginAdapter(LoraConfig config, ulong seed)
    {
        var head = AdapterSite.ModuleOf(Config.HeadWeight);
        var selector = config.TargetModules is { Names.Count: > 0 } named ? ModuleSelector.Of([.. named.Names.Where(name => !IsLanguageHead(name))]) : config.TargetModules;
        var adapter = Adapter.Create(
            config with { TaskType = ClassifierTask, TargetModules = selector, ModulesToSave = [.. (config.ModulesToSave ?? []).Where(name => !IsLanguageHead(name)).Append(head).Distinct(StringComparer.Ordinal)] },
            Decoder, Config, seed);
        var adapted = new AdaptedDecoder(Decoder, Config);
        adapted.Add(AdaptedDecoder.DefaultName, adapter);
        adapted.Train(AdaptedDecoder.DefaultName, seed);
        Decoder = adapted;
        return adapted;

        bool IsLanguageHead(string name) => name != head && name == new ParameterNames().Head;
    }

    /// <summary>
    /// Scores of texts, taken at the last token of each that is not the padding token. Differentiable unless gradients are switched off.
    /// </summary>
    /// <param name="rows">Token ids of each text; at least one token each.</param>
    /// <returns>[B, L] of the decoder's number type. The caller disposes it.</returns>
    /// <exception cref="ArgumentException">There is no text, or one is empty.</exception>
    /// <exception cref="UserErrorException">A text is longer than the model's positions allow.</exception>
    public Tensor Scores(IReadOnlyList<IReadOnlyList<int>> rows)
    {
        using var scope = NewDisposeScope();
        var (input, pooledB) = Input(rows);
        return Pooled(Decoder.Hidden(input), pooledB).MoveToOuterDisposeScope();
    }

    /// <summary>The same as a pass that gradients take back, in training.</summary>
    /// <param name="rows">As for <see cref="Scores"/>.</param>
    /// <param name="recompute">Whether layers are computed again on the way back instead of being kept.</param>
    /// <returns>The pass; the caller disposes it.</returns>
    public ScoringPass Pass(IReadOnlyList<IReadOnlyList<int>> rows, bool recompute)
    {
        using var gradients = enable_grad();
        using var scope = NewDisposeScope();
        var (input, pooledB) = Input(rows);
        var pass = Decoder.TrainingPass(input, recompute);
        try
        {
            return new ScoringPass(pass, Pooled(pass.Hidden, pooledB), [input.IdsBT, input.KeepMaskBT!]);
        }
        catch
        {
            pass.Dispose();
            throw;
        }
    }

    /// <summary>Saves it in the layout of Hugging Face, with the tokenizer and the other files of a directory.</summary>
    /// <param name="directory">Where; it must not exist yet, or be empty.</param>
    /// <param name="others">The directory whose tokenizer, templates and special tokens it reads.</param>
    /// <exception cref="UserErrorException">The files cannot be read or written.</exception>
    public void Save(string directory, string others) =>
        CheckpointWriter.Write(directory, Decoder.Parameters, CheckpointFiles.CopiedFrom(others) with { ConfigJson = Config.Raw.ToJsonString() });

    /// <summary>Frees the weights.</summary>
    public void Dispose()
    {
        Decoder.Dispose();
        _ownHead?.Dispose();
    }

    private (DecoderInput Input, Tensor PooledB) Input(IReadOnlyList<IReadOnlyList<int>> rows)
    {
        if (rows.Count == 0 || rows.Any(row => row.Count == 0)) throw new ArgumentException("There are no texts, or one has no tokens; each needs at least one.", nameof(rows));
        var width = rows.Max(row => row.Count);
        var (ids, keep, pooled) = (new long[rows.Count * width], new bool[rows.Count * width], new long[rows.Count]);
        for (var row = 0; row < rows.Count; row++)
        {
            var last = 0; // of a text of padding alone, as in transformers
            for (var t = 0; t < rows[row].Count; t++)
            {
                (ids[(row * width) + t], keep[(row * width) + t]) = (rows[row][t], true);
                if (rows[row][t] != Config.PadId) last = t;
            }

            for (var t = rows[row].Count; t < width; t++) ids[(row * width) + t] = Config.PadId ?? 0;
            pooled[row] = (row * width) + last;
        }

        var input = new DecoderInput
        {
            IdsBT = tensor(ids, [rows.Count, width], ScalarType.Int64, Decoder.Device),
            KeepMaskBT = tensor(keep, [rows.Count, width], ScalarType.Bool, Decoder.Device),
        };
        return (input, tensor(pooled, ScalarType.Int64, Decoder.Device));
    }

    private Tensor Pooled(Tensor hiddenBTD, Tensor pooledB) => Decoder.Logits(hiddenBTD.reshape(-1, hiddenBTD.shape[2]).index_select(0, pooledB));

    private static DecoderConfig ConfigOf(CheckpointReader checkpoint, AdapterFile? adapter)
    {
        var source = Path.Combine(checkpoint.Directory, CheckpointReader.ConfigFileName);
        var config = DecoderConfig.ParseText(checkpoint.ConfigJson, source);
        if (adapter is null || config.Labels is not null) return config;
        // PEFT saves the head whole; a language model's adapter has none.
        var head = adapter.Names.Find(HeadInFile);
        return head is { Shape: [var labels, _] } ? Architecture(config, (int)labels, GenerationDefaults.From(config, checkpoint.GenerationConfigJson, Path.Combine(checkpoint.Directory, CheckpointReader.GenerationConfigFileName)).PadId) : config;
    }

    // A language model's layers with another head in the place of its own.
    private static ParameterSet WithHead(CheckpointReader checkpoint, DecoderConfig language, DecoderConfig config, Func<ParameterShape, Tensor> head, Device? device, ScalarType? dtype)
    {
        var parameters = ParameterReader.Read(checkpoint, language, device, dtype);
        try
        {
            foreach (var shape in DecoderFactory.Shapes(config))
                if (!parameters.ContainsKey(shape.Name)) parameters.Add(shape.Name, head(shape));
            if (!language.HeadIsEmbedding) parameters.Remove(language.HeadWeight);
            return parameters;
        }
        catch
        {
            parameters.Dispose();
            throw;
        }
    }

    private static JsonObject Described(DecoderConfig language, int labels, int? padId)
    {
        var raw = (JsonObject)language.Raw.DeepClone();
        raw["architectures"] = new JsonArray(ModelFamilies.ByModelType(language.ModelType)!.Classifier);
        raw["model_type"] = language.ModelType;
        raw["id2label"] = new JsonObject(Enumerable.Range(0, labels).Select(label => KeyValuePair.Create<string, JsonNode?>(Invariant($"{label}"), Invariant($"LABEL_{label}"))));
        raw["label2id"] = new JsonObject(Enumerable.Range(0, labels).Select(label => KeyValuePair.Create<string, JsonNode?>(Invariant($"LABEL_{label}"), label)));
        if ((padId ?? language.PadId) is { } pad) raw["pad_token_id"] = pad;
        return raw;
    }
}
