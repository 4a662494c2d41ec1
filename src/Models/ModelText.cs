using SafetyGate.Core.Language;
using SafetyGate.Models.Chat;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Families;
using SafetyGate.Models.Tokenization;

namespace SafetyGate.Models;

/// <summary>Everything of a model directory but its weights: enough to turn texts into tokens and to tell what a run will need.</summary>
/// <param name="Directory">Where it was read from.</param>
/// <param name="Config">The architecture.</param>
/// <param name="Tokenizer">The tokenizer.</param>
/// <param name="Chat">Renders conversations; <c>null</c> when the directory has no chat template.</param>
/// <param name="GenerationConfig">End, padding and beginning tokens.</param>
public sealed record ModelText(string Directory, DecoderConfig Config, ITokenizer Tokenizer, ChatRenderer? Chat, GenerationDefaults GenerationConfig)
{
    /// <inheritdoc cref="PretrainedModel.TokenizerEosId"/>
    public int? TokenizerEosId => TokenizerFile.EosIdOf(Directory, Tokenizer);

    /// <summary>Reads a model directory; of an adapter's, the base with the tokenizer and template that the adapter brings.</summary>
    /// <exception cref="UserErrorException">The directory, or a file in it, is missing, malformed or of a kind that is not
    /// supported.</exception>
    public static ModelText Open(string directory)
    {
        var folders = ModelFolders.Find(directory, null);
        using var checkpoint = CheckpointReader.Open(folders.Base);
        var config = DecoderConfig.ParseText(checkpoint.ConfigJson, Path.Combine(folders.Base, CheckpointReader.ConfigFileName));
        return new(folders.Tokenizer, config, TokenizerFile.LoadForModel(folders.Tokenizer), folders.Chat(),
            GenerationDefaults.From(config, checkpoint.GenerationConfigJson, Path.Combine(folders.Base, CheckpointReader.GenerationConfigFileName)));
    }

    /// <inheritdoc cref="PretrainedModel.ChatWith"/>
    public ChatRenderer? ChatWith(ChatSettings settings) => ChatRenderers.Used(Chat, settings, Directory);
}
