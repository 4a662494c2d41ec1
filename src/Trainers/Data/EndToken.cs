using System.Text.Json;
using SafetyGate.Core.Files;
using SafetyGate.Models;

namespace SafetyGate.Trainers.Data;

/// <summary>The one token a model is taught to end a plain completion with.</summary>
public static class EndToken
{
    /// <summary>
    /// The tokenizer's own end token (<c>eos_token</c> of <c>tokenizer_config.json</c>), else the first of <c>config.json</c>, else of
    /// <c>generation_config.json</c>; <c>null</c> when none is named.
    /// </summary>
    /// <remarks>
    /// A generation may stop at several tokens, of which some begin a text or end a turn; the tokenizer names the one that ends a text.
    /// </remarks>
    public static int? Of(PretrainedModel model)
    {
        var path = Path.Combine(model.Directory, "tokenizer_config.json");
        if (File.Exists(path) && Spelling(Member(StrictJson.ReadFile(path), "eos_token")) is { } spelling && model.Tokenizer.TokenId(spelling) is { } id) return id;
        return model.Config.EosIds.Concat(model.GenerationConfig.EosIds).Select(id => (int?)id).FirstOrDefault();
    }

    // Older files write {"content": "</s>", "lstrip": false, ...}.
    private static string? Spelling(StrictJsonNode? token) => token?.Kind switch
    {
        JsonTokenType.String => token.Text,
        JsonTokenType.StartObject => Spelling(Member(token, "content")),
        _ => null,
    };

    private static StrictJsonNode? Member(StrictJsonNode node, string name) =>
        node.Members.FirstOrDefault(member => member.Name == name).Value;
}
