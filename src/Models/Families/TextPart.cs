using System.Text.Json.Nodes;

namespace SafetyGate.Models.Families;

/// <summary>
/// The language model in the configuration of a model that also sees or hears: its <c>text_config</c>, with what only the outer object says
/// of special tokens, number type and tied heads.
/// </summary>
internal static class TextPart
{
    private static readonly string[] Shared = ["bos_token_id", "eos_token_id", "pad_token_id", "dtype", "torch_dtype", "tie_word_embeddings"];

    /// <summary>The object itself where it has no such part.</summary>
    public static JsonObject Of(JsonObject raw, string source)
    {
        var whole = new ConfigReader(raw, source);
        if (!whole.Has("text_config") || ModelFamilies.ByModelType(whole.Text("model_type")) is not null || whole.Child("text_config") is not { } text) return raw;
        if (ModelFamilies.ByModelType(text.Text("model_type")) is not { } family)
            throw whole.Refused($"the language model in 'text_config' has the model_type '{text.Text("model_type") ?? "(none)"}', which is not supported; supported are {string.Join(", ", ModelFamilies.Architectures)}.");
        const string tied = "tie_word_embeddings";
        if (text.Has(tied) && whole.Has(tied) && text.Bool(tied, false) != whole.Bool(tied, false))
            throw whole.Refused($"'{tied}' is {raw[tied]!.ToJsonString()}, and {text.Json[tied]!.ToJsonString()} in 'text_config'; versions of transformers read different ones. Make them agree.");
        var part = (JsonObject)text.Json.DeepClone();
        foreach (var key in Shared)
            if (!text.Has(key) && whole.Has(key)) part[key] = raw[key]!.DeepClone();
        foreach (var (key, size) in family.Sizes)
            if (!text.Has(key)) part[key] = (double)size; // as numbers of a file are read
        part["architectures"] = new JsonArray(family.LanguageModel);
        return part;
    }
}
