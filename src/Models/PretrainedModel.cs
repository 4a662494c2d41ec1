using SafetyGate.Core.Language;
using SafetyGate.Models.Adapters;
using SafetyGate.Models.Chat;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using SafetyGate.Models.Generation;
using SafetyGate.Models.Tokenization;
using TorchSharp;

namespace SafetyGate.Models;

/// <summary>A model directory in Hugging Face layout, loaded: weights, tokenizer, chat template and special tokens.</summary>
public sealed class PretrainedModel : IDisposable
{
    private readonly ITokenizer? _tokenizer;

    private PretrainedModel(string directory, ModelFolders folders, (IDecoder Decoder, DecoderConfig Config) weights, ITokenizer? tokenizer,
        GenerationDefaults generation, string weightsDigest)
    {
        (Directory, Folders, _tokenizer, Chat) = (directory, folders, tokenizer, folders.Chat());
        (Decoder, Config) = weights;
        (GenerationConfig, WeightsDigest) = (generation, weightsDigest);
    }

    /// <summary>Where it was read from.</summary>
    public string Directory { get; }

    /// <summary>The architecture.</summary>
    public DecoderConfig Config { get; }

    /// <summary>The decoder. Owned by this object.</summary>
    public IDecoder Decoder { get; private set; }

    /// <summary>Directory of the adapter that is on it; <c>null</c> for none.</summary>
    public string? AdapterDirectory => Folders.Adapter;

    /// <summary>The files beside its weights, an adapter's in place of the base's where it brings them: what a copy needs.</summary>
    /// <exception cref="UserErrorException">A file cannot be read.</exception>
    public CheckpointFiles Files() => HasOwnConfig ? Folders.Files() with { ConfigJson = Config.Raw.ToJsonString() } : Folders.Files();

    /// <summary>Directory of its weights.</summary>
    public string BaseDirectory => Folders.Base;

    /// <summary>What people should know of its adapter; <c>null</c> for nothing.</summary>
    public string? AdapterNote { get; private init; }

    /// <summary>Whether the directory has a tokenizer; without one the model reads token ids only.</summary>
    public bool HasTokenizer => _tokenizer is not null;

    /// <summary>The tokenizer.</summary>
    /// <exception cref="UserErrorException">The directory has none.</exception>
    public ITokenizer Tokenizer => _tokenizer ?? throw TokenizerFile.Missing(Folders.Tokenizer);

    /// <summary>
    /// The token that ends a text by the tokenizer's files (<c>eos_token</c>); <c>null</c> when they name none that the tokenizer has.
    /// </summary>
    public int? TokenizerEosId => _tokenizer is null ? null : TokenizerFile.EosIdOf(Folders.Tokenizer, _tokenizer);

    /// <summary>Renders conversations; <c>null</c> when the directory has no chat template.</summary>
    public ChatRenderer? Chat { get; }

    /// <summary>End, padding and beginning tokens.</summary>
    public GenerationDefaults GenerationConfig { get; }

    /// <summary>
    /// SHA-256 over the weights as they are stored and the architecture, and an adapter on them; lower-case hex. See
    /// <see cref="Checkpoints.WeightsDigest"/>.
    /// </summary>
    public string WeightsDigest { get; }

    // An adapter gave the head other weights than the embedding, or both other numbers of rows.
    private bool HasOwnConfig { get; init; }

    /// <summary>Where its parts lie.</summary>
    internal ModelFolders Folders { get; }

    /// <summary>Loads a model directory.</summary>
    /// <param name="directory">Holds <c>config.json</c>, the weights in safetensors files, and usually a tokenizer; or an adapter whose base is
    /// a directory here.</param>
    /// <param name="device">Where to put the weights; <see cref="DefaultDevice"/> when <c>null</c>.</param>
    /// <param name="dtype">Number type to compute with; float32 when <c>null</c>, whatever the stored type.</param>
    /// <param name="adapter">Directory of an adapter to put on it; <c>null</c> for none but the directory's own.</param>
    /// <returns>The model; the caller disposes it.</returns>
    /// <exception cref="UserErrorException">The directory, or a file in it, is missing, malformed or of a kind that is not supported; an adapter
    /// does not fit; or a GPU is required and there is none.</exception>
    public static PretrainedModel Load(string directory, torch.Device? device = null, torch.ScalarType? dtype = null, string? adapter = null)
    {
        TensorEngine.Start();
        var folders = ModelFolders.Find(directory, adapter);
        using var checkpoint = CheckpointReader.Open(folders.Base);
        var config = DecoderConfig.ParseText(checkpoint.ConfigJson, Path.Combine(folders.Base, CheckpointReader.ConfigFileName));
        var generation = GenerationDefaults.From(config, checkpoint.GenerationConfigJson,
            Path.Combine(folders.Base, CheckpointReader.GenerationConfigFileName));
        var tokenizer = TokenizerFile.IsIn(folders.Tokenizer) ? TokenizerFile.LoadForModel(folders.Tokenizer) : null;
        using var file = folders.Adapter is { } found ? AdapterFile.Open(found) : null;
        var digest = checkpoint.WeightsDigest();
        var note = file is null ? null : RequireBase(file, folders, digest);
        var weights = (Decoder: DecoderFactory.Load(checkpoint, config, device ?? DefaultDevice.Open(), dtype), Config: config);
        try
        {
            if (file is not null) (weights, digest) = WithAdapter(file, weights, digest);
            return new PretrainedModel(directory, folders, weights, tokenizer, generation, digest) { AdapterNote = note, HasOwnConfig = weights.Config.TieWordEmbeddings != config.TieWordEmbeddings || weights.Config.VocabularySize != config.VocabularySize };
        }
        catch
        {
            weights.Decoder.Dispose();
            throw;
        }
    }

    /// <summary>Refuses a directory that is an adapter or has one beside its weights, where only plain weights can be used.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="use">What it is used as, such as <c>the base of a recipe</c>.</param>
    /// <exception cref="UserErrorException">It has an adapter.</exception>
    public static void RequireNoAdapter(string directory, string use) => ModelFolders.RequirePlain(directory, use);

    /// <summary>Begins an adapter of its own for training; the decoder is then one of the base with it.</summary>
    /// <param name="config">What it is.</param>
    /// <param name="seed">Decides its first matrices and what dropout drops.</param>
    /// <returns>The decoder; owned by this object.</returns>
    /// <exception cref="UserErrorException">The configuration does not fit the base, or cannot be trained.</exception>
    public AdaptedDecoder BeginAdapter(LoraConfig config, ulong seed)
    {
        var adapter = Adapter.Create(config, Decoder, Config, seed);
        var adapted = new AdaptedDecoder(Decoder, Config);
        adapted.Add(AdaptedDecoder.DefaultName, adapter);
        adapted.Train(AdaptedDecoder.DefaultName, seed);
        Decoder = adapted;
        return adapted;
    }

    /// <summary>The renderer of conversations used in a certain way; <c>null</c> when the directory has no chat template.</summary>
    /// <exception cref="UserErrorException">There is no template, or none of the name, and something is set.</exception>
    public ChatRenderer? ChatWith(ChatSettings settings) => ChatRenderers.Used(Chat, settings, Directory);

    /// <summary>A generator over the decoder with the model's own special tokens.</summary>
    public TokenGenerator CreateGenerator(GenerationBudget? budget = null) =>
        new(Decoder, GenerationConfig.EosIds, GenerationConfig.PadId, budget);

    /// <summary>Frees the weights.</summary>
    public void Dispose() => Decoder.Dispose();

    private static string? RequireBase(AdapterFile file, ModelFolders folders, string digest)
    {
        if (AdapterBase.Require(file, folders.Base, digest)) return null;
        if (folders.IsChosen) return AdapterBase.Note(file, folders.Base);
        throw new UserErrorException($"{folders.Base} has an adapter beside its weights ({AdapterFile.ConfigFileName}), which does not say that these weights are its base (base_model_name_or_path is '{file.Config.BaseModel ?? ""}'); they may have it merged already. Say --adapter {folders.Base} to put it on, or move it away.");
    }

    // In the weights wherever no digit is lost by it: passes then cost what the base's do.
    private static ((IDecoder, DecoderConfig) Weights, string Digest) WithAdapter(AdapterFile file, (IDecoder Decoder, DecoderConfig Config) weights,
        string digest)
    {
        var adapter = Adapter.Load(file, weights.Decoder, weights.Config);
        var adapted = new AdaptedDecoder(weights.Decoder, weights.Config);
        adapted.Add(AdaptedDecoder.DefaultName, adapter);
        digest = AdapterDigest.Of(digest, file, adapter);
        adapted.Activate(AdaptedDecoder.DefaultName);
        return (adapted.CanMergeExactly ? adapted.MergeAndUnload() : (adapted, adapted.Architecture), digest);
    }
}
