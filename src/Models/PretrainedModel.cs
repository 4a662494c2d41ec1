using SafetyGate.Models.Chat;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Generation;
using SafetyGate.Models.Tokenization;
using TorchSharp;

namespace SafetyGate.Models;

/// <summary>A model directory in Hugging Face layout, loaded: weights, tokenizer, chat template and special tokens.</summary>
public sealed class PretrainedModel : IDisposable
{
    private readonly ITokenizer? _tokenizer;

    private PretrainedModel(string directory, DecoderConfig config, IDecoder decoder, ITokenizer? tokenizer, ChatRenderer? chat,
        GenerationDefaults generation, string weightsDigest)
    {
        (Directory, Config, Decoder, _tokenizer, Chat) = (directory, config, decoder, tokenizer, chat);
        (GenerationConfig, WeightsDigest) = (generation, weightsDigest);
    }

    /// <summary>Where it was read from.</summary>
    public string Directory { get; }

    /// <summary>The architecture.</summary>
    public DecoderConfig Config { get; }

    /// <summary>The decoder. Owned by this object.</summary>
    public IDecoder Decoder { get; }

    /// <summary>Whether the directory has a tokenizer; without one the model reads token ids only.</summary>
    public bool HasTokenizer => _tokenizer is not null;

    /// <summary>The tokenizer.</summary>
    /// <exception cref="UserErrorException">The directory has none.</exception>
    public ITokenizer Tokenizer => _tokenizer ?? throw new UserErrorException($"{Directory} has no tokenizer.json, so text cannot be read or written with this model. Put the model's tokenizer.json beside its weights.");

    /// <summary>Renders conversations; <c>null</c> when the directory has no chat template.</summary>
    public ChatRenderer? Chat { get; }

    /// <summary>End, padding and beginning tokens.</summary>
    public GenerationDefaults GenerationConfig { get; }

    /// <summary>
    /// SHA-256 over the weights as they are stored and the architecture; lower-case hex. See <see cref="Checkpoints.WeightsDigest"/>.
    /// </summary>
    public string WeightsDigest { get; }

    /// <summary>Loads a model directory.</summary>
    /// <param name="directory">Holds <c>config.json</c>, the weights in safetensors files, and usually a tokenizer.</param>
    /// <param name="device">Where to put the weights; <see cref="DefaultDevice"/> when <c>null</c>.</param>
    /// <param name="dtype">Number type to compute with; float32 when <c>null</c>, whatever the stored type.</param>
    /// <returns>The model; the caller disposes it.</returns>
    /// <exception cref="UserErrorException">The directory, or a file in it, is missing, malformed or of a kind that is not supported; or a
    /// GPU is required and there is none.</exception>
    public static PretrainedModel Load(string directory, torch.Device? device = null, torch.ScalarType? dtype = null)
    {
        TensorEngine.Start();
        using var checkpoint = CheckpointReader.Open(directory);
        var config = DecoderConfig.ParseText(checkpoint.ConfigJson, Path.Combine(directory, CheckpointReader.ConfigFileName));
        var generation = GenerationDefaults.From(config, checkpoint.GenerationConfigJson,
            Path.Combine(directory, CheckpointReader.GenerationConfigFileName));
        var tokenizer = File.Exists(Path.Combine(directory, TokenizerFile.FileName)) ? TokenizerFile.Load(directory) : null;
        var chat = ChatRenderers.For(directory);
        var decoder = DecoderFactory.Load(checkpoint, config, device ?? DefaultDevice.Open(), dtype);
        try
        {
            return new PretrainedModel(directory, config, decoder, tokenizer, chat, generation, checkpoint.WeightsDigest());
        }
        catch
        {
            decoder.Dispose();
            throw;
        }
    }

    /// <summary>A generator over the decoder with the model's own special tokens.</summary>
    public TokenGenerator CreateGenerator(GenerationBudget? budget = null) =>
        new(Decoder, GenerationConfig.EosIds, GenerationConfig.PadId, budget);

    /// <summary>Frees the weights.</summary>
    public void Dispose() => Decoder.Dispose();
}
