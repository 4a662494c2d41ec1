using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace SafetyGate.Harness.Endpoints;

/// <summary>
/// Settings of sampling that a server takes from elsewhere where a request has none: vLLM and SGLang from the model's generation_config.json,
/// llama.cpp from its command line. A request to one of them says each of them, so that what was asked for is what is drawn from.
/// </summary>
internal static class ServerDefaults
{
    private const string MinP = "min_p", Penalty = "repetition_penalty";
    private const string LlamaCpp = "llamacpp", LlamaCppPenalty = "repeat_penalty";

    // All three take -1 for all tokens; 0 is refused by older versions of vLLM.
    private const int AllTokens = -1;

    // What servers state as owned_by of their models.
    private static readonly string[] Known = ["vllm", "sglang", LlamaCpp];

    /// <summary>Which of the servers whose defaults are known it is; <c>null</c> for another.</summary>
    /// <param name="entry">The model's entry in <c>/v1/models</c>.</param>
    public static string? ServerOf(JsonObject entry) =>
        entry["owned_by"] is JsonValue owner && owner.TryGetValue<string>(out var name) && Known.Contains(name, StringComparer.Ordinal) ? name : null;

    /// <summary>The options with what they leave open switched off, under the server's names.</summary>
    /// <param name="server">As of <see cref="ServerOf"/>; <c>null</c> leaves the options as they are: others refuse settings that they do not know.</param>
    /// <param name="options">The options of a request.</param>
    public static ChatOptions? Closed(string? server, ChatOptions? options)
    {
        if (server is null || options is null) return options;
        var closed = options.Clone();
        closed.TopP ??= 1;
        closed.TopK ??= AllTokens;
        var others = closed.AdditionalProperties ??= [];
        others.TryAdd(MinP, 0);
        others.TryAdd(Penalty, 1);
        if (server != LlamaCpp) return closed;
        others[LlamaCppPenalty] = others[Penalty];
        others.Remove(Penalty);
        return closed;
    }
}
