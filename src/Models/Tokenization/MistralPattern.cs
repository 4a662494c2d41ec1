using System.Text.Json;
using System.Text.Json.Nodes;
using SafetyGate.Models.Checkpoints;

namespace SafetyGate.Models.Tokenization;

/// <summary>
/// Mistral's larger tokenizers were given out with the pattern of another. transformers puts the right one in where tokenizer_config.json has
/// <c>fix_mistral_regex</c>, and warns where it does not (TokenizersBackend._patch_mistral_regex).
/// </summary>
internal static class MistralPattern
{
    public const string Key = "fix_mistral_regex";

    // From there on it is one of theirs.
    private const int Large = 100_000;

    private const string Right = @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private static readonly string[] Families = ["mistral", "mistral3", "voxtral", "ministral", "pixtral"];

    /// <summary>The pre-tokenizer with the right pattern where the key asks for it.</summary>
    /// <param name="preTokenizer">tokenizer.json's.</param>
    /// <param name="settings">What the files beside it say.</param>
    /// <param name="tokens">Tokens of the tokenizer.</param>
    public static JsonPart Of(JsonPart preTokenizer, TokenizerSettings settings, int tokens)
    {
        if (!settings.FixesMistralPattern || preTokenizer.IsNull || tokens <= Large || !IsMistrals(settings.Directory)) return preTokenizer;
        var split = new JsonObject { ["type"] = "Split", ["pattern"] = new JsonObject { ["Regex"] = Right }, ["behavior"] = "Isolated", ["invert"] = false };
        var rest = preTokenizer.Type == "Sequence" ? preTokenizer.Items("pretokenizers").Skip(1).Select(part => JsonNode.Parse(part.Json.GetRawText()))
            : preTokenizer.Type == "Metaspace" ? [new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["use_regex"] = false }]
            : [JsonNode.Parse(preTokenizer.Json.GetRawText())];
        return preTokenizer with { Json = new JsonObject { ["type"] = "Sequence", ["pretokenizers"] = new JsonArray([split, .. rest]) }.Deserialize<JsonElement>() };
    }

    /// <summary>Whether a tokenizer is one that transformers warns of, and has another pattern than Mistral's.</summary>
    public static bool IsWrong(JsonPart preTokenizer, TokenizerSettings settings, int tokens)
    {
        if (settings.FixesMistralPattern || preTokenizer.IsNull || tokens <= Large || !IsMistrals(settings.Directory)) return false;
        var first = preTokenizer.Type == "Sequence" ? preTokenizer.Items("pretokenizers").FirstOrDefault() : preTokenizer;
        return first.IsNull || first.Type != "Split" || first.Member("pattern").TextOrNull("Regex") != Right;
    }

    // By config.json: of a mistral model that was saved before transformers 5; a file without a version is one whatever its family.
    private static bool IsMistrals(string directory)
    {
        var path = Path.Combine(directory, CheckpointReader.ConfigFileName);
        if (!File.Exists(path)) return false;
        using var document = ModelFiles.ParseObject(path, ModelFiles.ReadText(path));
        var config = new JsonPart($"{path}: ", document.RootElement, new TokenizerLimits());
        var version = config.TextOrNull("transformers_version");
        if (string.IsNullOrEmpty(version)) return true;
        var isOlder = version[0] is >= '0' and <= '4' && version.IndexOf('.', StringComparison.Ordinal) == 1 || version.StartsWith("5.0.0.dev", StringComparison.Ordinal) || version.StartsWith("5.0.0rc", StringComparison.Ordinal);
        return isOlder && (config.TextOrNull("model_type") is not { } family || Families.Contains(family, StringComparer.Ordinal));
    }
}
