using System.Text.Json.Nodes;
using SafetyGate.Models;
using SafetyGate.Trainers.Runs;

namespace SafetyGate.Trainers.Batches;

/// <summary>The one token a model is taught to end a plain completion with.</summary>
public static class EndToken
{
    /// <summary>The tokenizer's own end token (<c>eos_token</c> of <c>tokenizer_config.json</c>), else the first of <c>config.json</c>, else of <c>generation_config.json</c>; <c>null</c> when none is named.</summary>
    /// <remarks>A generation may stop at several tokens, of which some begin a text or end a turn; the tokenizer names the one that ends a text.</remarks>
    public static int? Of(PretrainedModel model)
    {
        var path = Path.Combine(model.Directory, "tokenizer_config.json");
        if (File.Exists(path))
        {
            var token = JsonFields.Read(path).Node("eos_token");
            if (Spelling(token) is { } spelling && model.Tokenizer.TokenId(spelling) is { } id) return id;
        }

        return model.Config.EosIds.Concat(model.GenerationConfig.EosIds).Select(id => (int?)id).FirstOrDefault();
    }

    // Older files write {"content": "</s>", "lstrip": false, ...}.
    private static string? Spelling(JsonNode? token) => token switch
    {
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        JsonObject { } parts when parts["content"] is JsonValue content && content.TryGetValue<string>(out var text) => text,
        _ => null,
    };
}
