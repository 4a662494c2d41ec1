using System.Text.Json;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Tokenization;

namespace SafetyGate.Models.Diagnosis;

/// <summary>
/// Tokenizers that versions of transformers 5 make anew by their class, without the pre-tokenizer that tokenizer.json has: the gate reads the
/// file, as transformers 4 and the tokenizers library do, and what is trained or served with such a version sees other ids.
/// </summary>
/// <remarks>Reported as huggingface/transformers#45488, #45920, #44254 and allenai/open-instruct#1896.</remarks>
internal static class TokenizerRebuilds
{
    private const string PreTokenizer = "pre_tokenizer", Normalizer = "normalizer", ByteLevel = "ByteLevel", Split = "Split";

    /// <summary>Warns where the file's components are not those of the class, and where Mistral's pattern is not Mistral's.</summary>
    /// <param name="settings">The files beside it.</param>
    /// <param name="tokens">Tokens of the tokenizer.</param>
    /// <param name="findings">Receives them.</param>
    public static void Run(TokenizerSettings settings, int tokens, Findings findings)
    {
        var path = Path.Combine(settings.Directory, TokenizerFile.FileName);
        if (!File.Exists(path)) return;
        using var file = ModelFiles.ParseObject(path, ModelFiles.ReadText(path));
        if (findings.Try("tokenizer", TokenizerFile.FileName, () => MistralPattern.IsWrong(new JsonPart($"{path}: ", file.RootElement, new TokenizerLimits()).Member(PreTokenizer), settings, tokens) ? "" : null) is not null)
            findings.Warn("tokenizer", $"its pattern is not that of Mistral's tokenizers, of which transformers warns; the gate reads {TokenizerFile.FileName}, as transformers does", TokenizerFile.FileName, $"say {MistralPattern.Key} true in {TokenizerSettings.ConfigFileName}: the right pattern is put in its place then, here too");
        if (settings.Class is not { } name) return;
        var (pre, normalizer) = (Parts(file.RootElement, PreTokenizer, "pretokenizers"), Parts(file.RootElement, Normalizer, "normalizers"));
        var other = name switch
        {
            TokenizerClasses.Llama or TokenizerClasses.CodeLlama when pre.Any(part => Type(part) is ByteLevel or Split) => $"a Metaspace in place of its {Types(pre)}",
            TokenizerClasses.Gpt2 when pre.Select(Type) is var types && !(types.Count() == 1 && types.First() == ByteLevel) => $"a ByteLevel in place of its {Types(pre)}",
            TokenizerClasses.Gpt2 when normalizer.Count > 0 => $"no normalizer in place of its {Types(normalizer)}",
            TokenizerClasses.Qwen2 when !pre.Exists(part => Type(part) == Split && Pattern(part) == VocabularyAndMerges.QwenPattern) => $"Qwen2's Split in place of its {Types(pre)}",
            _ => null,
        };
        if (other is not null)
            findings.Warn("tokenizer", $"versions of transformers 5 give a {name} {other}; the gate reads {TokenizerFile.FileName}, as transformers 4 does", TokenizerSettings.ConfigFileName, "say tokenizer_class PreTrainedTokenizerFast, with which every version reads the file");
    }

    // The components, those of a sequence one by one.
    private static List<JsonElement> Parts(JsonElement file, string name, string members)
    {
        if (!file.TryGetProperty(name, out var part) || part.ValueKind != JsonValueKind.Object) return [];
        return part.TryGetProperty(members, out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray()] : [part];
    }

    private static string Type(JsonElement part) => Text(part, "type") ?? "";

    private static string Types(List<JsonElement> parts) => parts.Count == 0 ? "none" : string.Join(" and ", parts.Select(Type));

    private static string? Pattern(JsonElement split) => split.TryGetProperty("pattern", out var pattern) ? Text(pattern, "Regex") : null;

    private static string? Text(JsonElement part, string name) =>
        part.ValueKind == JsonValueKind.Object && part.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
