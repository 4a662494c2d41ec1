using SafetyGate.Models.Checkpoints;

namespace SafetyGate.Models.Tokenization;

/// <summary>Classes of tokenizers in transformers, by their names without <c>Fast</c>.</summary>
internal static class TokenizerClasses
{
    public const string Llama = "LlamaTokenizer", CodeLlama = "CodeLlamaTokenizer", Gemma = "GemmaTokenizer", Cohere = "CohereTokenizer", Gpt2 = "GPT2Tokenizer", Qwen2 = "Qwen2Tokenizer";

    // The class that transformers takes where no file names one.
    private static readonly Dictionary<string, string> ByModelType = new(StringComparer.Ordinal)
    {
        ["llama"] = Llama, ["mistral"] = Llama, ["mixtral"] = Llama, ["phi3"] = Llama, ["code_llama"] = CodeLlama,
        ["gemma"] = Gemma, ["gemma2"] = Gemma, ["gemma3"] = Gemma, ["gemma3_text"] = Gemma, ["cohere"] = Cohere, ["cohere2"] = Cohere,
        ["gpt2"] = Gpt2, ["granite"] = Gpt2, ["qwen2"] = Qwen2, ["qwen3"] = Qwen2, ["qwen3_moe"] = Qwen2,
    };

    /// <summary>
    /// Whether transformers 4 made the post-processor of a class anew from <c>add_bos_token</c> (true where it is missing) and
    /// <c>add_eos_token</c> (false where it is missing), whatever tokenizer.json said.
    /// </summary>
    public static bool ReadKeys(string? name) => name is Llama or CodeLlama or Gemma or Cohere;

    /// <summary>The class of a directory: as tokenizer_config.json names it, else config.json, else by the model's family.</summary>
    public static string? Of(string directory, string? named)
    {
        if (named is not null) return named;
        var path = Path.Combine(directory, CheckpointReader.ConfigFileName);
        if (!File.Exists(path)) return null;
        using var document = ModelFiles.ParseObject(path, ModelFiles.ReadText(path));
        var config = new JsonPart($"{path}: ", document.RootElement, new TokenizerLimits());
        return config.TextOrNull("tokenizer_class") is { } name ? Plain(name) : ByModelType.GetValueOrDefault(config.TextOrNull("model_type") ?? "");
    }

    /// <summary>A class's name without <c>Fast</c> at its end.</summary>
    public static string Plain(string name) => name.EndsWith("Fast", StringComparison.Ordinal) && name != "PreTrainedTokenizerFast" ? name[..^4] : name;
}
