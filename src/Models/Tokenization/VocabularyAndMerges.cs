using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using SafetyGate.Models.Checkpoints;

namespace SafetyGate.Models.Tokenization;

/// <summary>
/// The older layout of byte-level tokenizers: <c>vocab.json</c> and <c>merges.txt</c>, whose other components follow from the class of the
/// tokenizer. Those of GPT-2 and of Qwen2 are known; another class is refused.
/// </summary>
internal static class VocabularyAndMerges
{
    private const string VocabularyFileName = "vocab.json", MergesFileName = "merges.txt";

    // Qwen2's pattern (github.com/huggingface/transformers, models/qwen2/tokenization_qwen2.py).
    public const string QwenPattern = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private static readonly string[] Gpt2 = ["GPT2Tokenizer", "CodeGenTokenizer", "gpt2", "gpt_neo", "gptj", "codegen", "phi"];
    private const string QwenClass = "Qwen2Tokenizer", QwenType = "qwen2";

    /// <summary>Whether a directory has the two files, of a class of tokenizer that is known.</summary>
    public static bool CanBuild(string directory, TokenizerSettings settings) =>
        File.Exists(Path.Combine(directory, VocabularyFileName)) && File.Exists(Path.Combine(directory, MergesFileName)) && IsQwen(directory, settings) is not null;

    /// <summary>Builds the tokenizer of a directory for which <see cref="CanBuild"/> holds.</summary>
    /// <exception cref="UserErrorException">A file is malformed.</exception>
    public static ITokenizer Load(string directory, TokenizerSettings settings)
    {
        var isQwen = IsQwen(directory, settings) == true;
        var (vocabulary, merges) = (ModelFiles.ReadBytes(Path.Combine(directory, VocabularyFileName)), ModelFiles.ReadBytes(Path.Combine(directory, MergesFileName)));
        var (path, mergesPath) = (Path.Combine(directory, VocabularyFileName), Path.Combine(directory, MergesFileName));
        using var document = ModelFiles.ParseObject(path, ModelFiles.Decode(path, vocabulary));
        var byteLevel = new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = !isQwen && settings.AddPrefixSpace == true, ["use_regex"] = !isQwen };
        var file = new JsonObject
        {
            ["normalizer"] = isQwen ? new JsonObject { ["type"] = "NFC" } : null,
            ["pre_tokenizer"] = isQwen ? new JsonObject { ["type"] = "Sequence", ["pretokenizers"] = new JsonArray(Split(), byteLevel) } : byteLevel,
            ["decoder"] = new JsonObject { ["type"] = "ByteLevel" },
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["vocab"] = JsonObject.Create(document.RootElement),
                ["merges"] = Merges(ModelFiles.Decode(mergesPath, merges)),
            },
        };
        var limits = new TokenizerLimits();
        return new TokenizerPipeline(new JsonPart($"{directory}, {VocabularyFileName} and {MergesFileName}: ", file.Deserialize<JsonElement>(), limits),
            Convert.ToHexStringLower(SHA256.HashData([.. vocabulary, .. merges])), settings);
    }

    private static JsonObject Split() => new() { ["type"] = "Split", ["pattern"] = new JsonObject { ["Regex"] = QwenPattern }, ["behavior"] = "Isolated", ["invert"] = false };

    private static JsonArray Merges(string text)
    {
        var lines = text.Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0 && !line.StartsWith("#version", StringComparison.Ordinal));
        return new JsonArray([.. lines.Select(line => (JsonNode?)JsonValue.Create(line))]);
    }

    // By the tokenizer's class, or by the model's family where there is none; null: neither is known.
    private static bool? IsQwen(string directory, TokenizerSettings settings)
    {
        var type = settings.TokenizerClass ?? ModelType(directory);
        return type is QwenClass or QwenType ? true : Gpt2.Contains(type, StringComparer.Ordinal) ? false : null;
    }

    private static string ModelType(string directory)
    {
        var path = Path.Combine(directory, CheckpointReader.ConfigFileName);
        if (!File.Exists(path)) return "";
        using var document = ModelFiles.ParseObject(path, ModelFiles.ReadText(path));
        return new JsonPart($"{path}: ", document.RootElement, new TokenizerLimits()).TextOrNull("model_type") ?? "";
    }
}
