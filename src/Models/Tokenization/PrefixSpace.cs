using System.Text.Json;
using System.Text.Json.Nodes;

namespace SafetyGate.Models.Tokenization;

/// <summary>
/// GPT-2's class of tokenizer puts a space before a text where its own <c>add_prefix_space</c> says so (false where it is missing), whatever
/// tokenizer.json says; other classes leave that to tokenizer.json.
/// </summary>
internal static class PrefixSpace
{
    private const string Key = "add_prefix_space";

    /// <summary>The pre-tokenizer with the class's option in it.</summary>
    public static JsonPart Of(JsonPart preTokenizer, TokenizerSettings? settings)
    {
        if (settings is null || preTokenizer.IsNull || preTokenizer.Type != "ByteLevel" || settings.Class != TokenizerClasses.Gpt2) return preTokenizer;
        var wanted = settings.AddPrefixSpace ?? false;
        if (preTokenizer.Flag(Key, true) == wanted) return preTokenizer;
        var changed = new JsonObject();
        foreach (var member in preTokenizer.Json.EnumerateObject()) changed[member.Name] = JsonNode.Parse(member.Value.GetRawText());
        changed[Key] = wanted;
        return preTokenizer with { Json = changed.Deserialize<JsonElement>() };
    }
}
