using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace SafetyGate.Models.Checkpoints;

/// <summary>The files of a model directory, weights aside, that decide what the model reads and where its responses end.</summary>
/// <remarks>
/// A file counts by its bytes, whether or not today's loader reads every key of it: an <c>eos_token</c> that changes in
/// <c>tokenizer_config.json</c> is another model to whoever reads that file.
/// </remarks>
public static class DecidingFiles
{
    private static readonly string[] Names =
    [
        CheckpointReader.GenerationConfigFileName, Tokenization.TokenizerFile.FileName, "tokenizer_config.json", "tokenizer.model",
        "vocab.json", "vocab.txt", "merges.txt",
        "special_tokens_map.json", "added_tokens.json", Chat.ChatRenderers.TemplateFileName, Chat.ChatRenderers.TemplateJsonFileName,
        Chat.ChatRenderers.ProcessorFileName,
    ];

    /// <summary>
    /// SHA-256 of each file that is there, by name in ordinal order; lower-case hex. <c>config.json</c> and weights are not among them.
    /// </summary>
    /// <param name="directory">The model directory.</param>
    /// <exception cref="UserErrorException">A file cannot be read.</exception>
    public static JsonObject Digests(string directory)
    {
        var templates = Path.Combine(directory, Chat.ChatRenderers.NamedFolder);
        var named = Directory.Exists(templates)
            ? Directory.EnumerateFiles(templates, "*.jinja").Select(file => "additional_chat_templates/" + Path.GetFileName(file))
            : [];
        return new JsonObject(Names.Where(name => File.Exists(Path.Combine(directory, name))).Concat(named).Order(StringComparer.Ordinal)
            .Select(name => KeyValuePair.Create<string, JsonNode?>(name, Convert.ToHexStringLower(SHA256.HashData(ModelFiles.ReadBytes(Path.Combine(directory, name)))))));
    }
}
