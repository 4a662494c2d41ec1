using System.Text.Json.Nodes;
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
    private const string ClassifierTask = "SEQ_CLS";
    private ParameterSet? _ownHead; // where the layers are another model's

    private SequenceClassifier(DecoderConfig config, IDecoder decoder) => (Config, Decoder) = (config, decoder);

    /// <summary>The architecture; its <see cref="DecoderConfig.Raw"/> is what a checkpoint of it is saved with.</summary>
    public DecoderConfig Config { get; }

    /// <summary>
    /// The layers and the head: its parameters include <c>score.weight</c>, its projections <c>score</c>. Owned by this object.
    /// </summary>
    public IDecoder Decoder { get; private set; }

    /// <summary>L.</summary>
    public int Labels => Config.Labels!.Value;

    /// <summary>Whether a directory's <c>config.json</c> describes a classifier.</summary>
    /// <param name="directory">Any directory; one without that file has none.</param>
    /// <exception cref="UserErrorException">The file cannot be read, or describes nothing that is supported.</exception>
    public static bool IsAt(string directory)
    {
        var path = Path.Combine(directory, CheckpointReader.ConfigFileName);
        return File.Exists(path) && DecoderConfig.ParseText(ModelFiles.ReadText(path), path).Labels is not null;
    }

    /// <summary>Loads a classifier's directory.</summary>
    /// <param name="directory">Holds <c>config.json</c> and the weights.</param>
    /// <param name="device">Where to put it; the CPU when <c>null</c>.</param>
    /// <param name="dtype">Number type to compute with; float32 when <c>null</c>.</param>
    /// <returns>The classifier; the caller disposes it.</returns>
    /// <exception cref="UserErrorException">It is a language model, or a file is missing, malformed or not supported.</exception>
    public static SequenceClassifier Load(string directory, Device? device = null, ScalarType? dtype = null)
    {
        TensorEngine.Start();
        using var checkpoint = CheckpointReader.Open(directory);
        var config = DecoderConfig.ParseText(checkpoint.ConfigJson, Path.Combine(directory, CheckpointReader.ConfigFileName));
        if (config.Labels is null)
            throw new UserErrorException($"{directory}: is a language model ({config.ModelType}), not a classifier; its architecture in {CheckpointReader.ConfigFileName} must end in ForSequenceClassification.");
        return new SequenceClassifier(config, DecoderFactory.Over(config, ParameterReader.Read(checkpoint, config, device, dtype)));
    }

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
        var parameters = ParameterReader.Read(checkpoint, language, device, dtype);
        try
        {
            var config = DecoderConfig.Parse(Described(language, labels, padId), source);
            foreach (var shape in DecoderFactory.Shapes(config))
                if (!parameters.ContainsKey(shape.Name)) parameters.Add(shape.Name, DecoderFactory.Random(config, shape, seed, device, dtype));
            if (!language.HeadIsEmbedding) parameters.Remove(language.HeadWeight);
            return new SequenceClassifier(config, DecoderFactory.Over(config, parameters));
        }
        catch
        {
            parameters.Dispose();
            throw;
        }
    }

    /// <summary>A classifier over the layers of a language model that is loaded: they are shared, and the head scores 0 until it is trained.</summary>
    /// <param name="language">The language model, without adapters. Borrowed, as long as the classifier lives.</param>
    /// <param name="architecture">Its architecture.</param>
    /// <param name="labels">L.</param>
    /// <returns>The classifier; the caller disposes it.</returns>
    public static SequenceClassifier Sharing(IDecoder language, DecoderConfig architecture, int labels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(labels, 1);
        var config = DecoderConfig.Parse(Described(architecture, labels, padId: null), CheckpointReader.ConfigFileName);
        var (own, weights) = (new ParameterSet(), ParameterSet.Borrowing());
        foreach (var shape in DecoderFactory.Shapes(config))
        {
            if (!language.Parameters.TryGetValue(shape.Name, out var weight)) own.Add(shape.Name, weight = zeros([.. shape.Shape], language.Dtype, language.Device));
            weights.Add(shape.Name, weight);
        }

        return new SequenceClassifier(config, DecoderFactory.Over(config, weights)) { _ownHead = own };
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
        using var scope = NewDisposeScope();
        var hiddenBTD = Decoder.Hidden(new DecoderInput
        {
            IdsBT = tensor(ids, [rows.Count, width], ScalarType.Int64, Decoder.Device),
            KeepMaskBT = tensor(keep, [rows.Count, width], ScalarType.Bool, Decoder.Device),
        });
        var pooledBD = hiddenBTD.reshape(-1, hiddenBTD.shape[2]).index_select(0, tensor(pooled, ScalarType.Int64, Decoder.Device));
        return Decoder.Logits(pooledBD).MoveToOuterDisposeScope();
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
