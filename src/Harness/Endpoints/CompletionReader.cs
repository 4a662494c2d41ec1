using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using SafetyGate.Core.Language;
using Ai = Microsoft.Extensions.AI;

namespace SafetyGate.Harness.Endpoints;

/// <summary>Reads the JSON of answers. Nonconforming answers are refused, never guessed.</summary>
internal static class CompletionReader
{
    // parts of the types and codes of errors that may be over a little later
    private static readonly string[] PassingErrors = ["rate_limit", "too_many_requests", "overloaded", "server_error", "internal_error", "service_unavailable", "timeout", "unavailable", "resource_exhausted"];

    // where those who write no type of their error say which it is
    private static readonly string[] Kinds = ["code", "status", "statusCode", "status_code", "type"];

    // parts of a content that hold what the model thought
    private static readonly string[] Thoughts = ["thinking", "reasoning", "redacted_thinking"];

    // DeepSeek's word for an answer that its servers broke off
    private const string BrokenOff = "insufficient_system_resource";

    // created and permission of an entry change from call to call with some servers
    private static readonly string[] LastingFields = ["id", "root", "parent", "owned_by", "max_model_len", "meta"];

    /// <summary>Runs a reader and turns whatever it trips over into one message with the URL.</summary>
    /// <exception cref="EndpointException">The answer is an error under a status of success, or JSON that does not conform to the API.</exception>
    public static T Checked<T>(string url, JsonElement root, Func<JsonElement, T> read)
    {
        try
        {
            if (ErrorIn(root) is { } error)
                throw new EndpointException($"{url} answered with an error: {ErrorWords.OneLine(error.Words)}", error.Passes);
            return read(root);
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException or KeyNotFoundException) // a wrong kind of value, a string with half a surrogate pair, a member that is not there
        {
            var said = ErrorText(root);
            throw new EndpointException(
                $"{url} gave an answer that is no {(url.EndsWith("/models", StringComparison.Ordinal) ? "list of models" : url.EndsWith("/embeddings", StringComparison.Ordinal) ? "list of embeddings" : "completion")}: {ErrorWords.OneLine(e.Message)}{(said.Length > 0 ? $"; its error: {ErrorWords.OneLine(said)}" : "")}",
                isTransient: false, e);
        }
    }

    /// <summary>The one choice of a completion.</summary>
    public static ChatResponse Completion(JsonElement root, bool isChat)
    {
        var choices = Member(root, "choices", JsonValueKind.Array);
        if (choices.GetArrayLength() != 1)
            throw new FormatException(Invariant($"it has {choices.GetArrayLength()} choices; 1 was requested"));
        var choice = choices[0];
        var reason = Optional(choice, "finish_reason", JsonValueKind.String)?.GetString();
        var holder = isChat ? Member(choice, "message", JsonValueKind.Object) : choice;
        var name = isChat ? "content" : "text";
        var parts = isChat && holder.TryGetProperty(name, out var content) && content.ValueKind == JsonValueKind.Array ? content : (JsonElement?)null;
        var reasoning = isChat ? Reasoning(holder) ?? (parts is null ? null : Joined(parts.Value, ofThoughts: true)) : null;
        var said = parts is null ? Optional(holder, name, JsonValueKind.String)?.GetString() : Joined(parts.Value, ofThoughts: false);
        if (isChat && string.IsNullOrEmpty(said)) said = Refusal(holder) ?? said;
        var usage = OfKind(root, "usage", JsonValueKind.Object);
        if (string.IsNullOrWhiteSpace(said) && HiddenReasoning(usage)) reasoning ??= "hidden";
        var hasReasoned = !string.IsNullOrWhiteSpace(reasoning);
        var calls = isChat ? Calls(holder) : [];
        var text = said ?? (hasReasoned || calls.Count > 0 ? "" : throw new FormatException($"its choice has no text in '{name}' (finish_reason '{reason}')"));
        var tokens = Count(usage, "completion_tokens");
        List<AIContent> contents = [new TextContent(text), .. calls];
        if (hasReasoned) contents.Insert(0, new TextReasoningContent(reasoning));
        return new ChatResponse(new Ai.ChatMessage(ChatRole.Assistant, contents))
        {
            ModelId = Optional(root, "model", JsonValueKind.String)?.GetString(),
            ResponseId = OfKind(root, "id", JsonValueKind.String)?.GetString(),
            FinishReason = ErrorWords.OneLine(reason ?? "") is var ended && string.IsNullOrWhiteSpace(ended) ? null : new ChatFinishReason(EndOf(ended)),
            Usage = new UsageDetails { OutputTokenCount = tokens, InputTokenCount = Count(usage, "prompt_tokens"), CachedInputTokenCount = Cached(usage) },
            AdditionalProperties = OfKind(root, "system_fingerprint", JsonValueKind.String) is { } system ? new() { [SystemFingerprints.Property] = system.GetString() } : null,
        };
    }

    /// <summary>The entries of <c>/v1/models</c>, their lasting fields only.</summary>
    public static IReadOnlyList<JsonObject> Models(JsonElement root)
    {
        var models = new List<JsonObject>();
        foreach (var entry in Member(root, "data", JsonValueKind.Array).EnumerateArray())
        {
            _ = Member(entry, "id", JsonValueKind.String).GetString();
            var kept = new JsonObject();
            foreach (var field in LastingFields)
                if (entry.TryGetProperty(field, out var value)) kept[field] = JsonNode.Parse(value.GetRawText());
            models.Add(kept);
        }

        return models;
    }

    /// <summary>The embeddings of so many texts, in their order.</summary>
    public static IReadOnlyList<float[]> Embeddings(JsonElement root, int texts)
    {
        var made = new float[]?[texts];
        foreach (var entry in Member(root, "data", JsonValueKind.Array).EnumerateArray())
        {
            if (!Member(entry, "index", JsonValueKind.Number).TryGetInt32(out var index) || index < 0 || index >= texts || made[index] is not null)
                throw new FormatException(Invariant($"it has an embedding of no text, or two of one; {texts} texts were sent"));
            made[index] = [.. Member(entry, "embedding", JsonValueKind.Array).EnumerateArray().Select(value => value.GetSingle())];
            if (!made[index]!.All(float.IsFinite)) throw new FormatException(Invariant($"the embedding of text {index + 1} holds a number beyond a float's range"));
        }

        return Array.IndexOf(made, null) is >= 0 and var missing
            ? throw new FormatException(Invariant($"it has no embedding of text {missing + 1} of {texts}"))
            : [.. made.OfType<float[]>()];
    }

    /// <summary>The words of an error's body: its message when it is JSON, its title when it is a page, else its beginning.</summary>
    public static string ErrorText(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (ErrorText(document.RootElement) is { Length: > 0 } message) return message;
        }
        catch (JsonException)
        {
            // plain text, or HTML
        }

        return AnswerForms.Page(body) is { } page ? page : System.Text.Encoding.UTF8.GetString(body);
    }

    // The two ends of a response in the words of other servers: TGI, Together, Mistral, and gateways to Gemini and Anthropic.
    private static string EndOf(string reason) => reason switch
    {
        "eos_token" or "stop_sequence" or "eos" or "end" or "end_turn" or "STOP" => "stop",
        "model_length" or "max_tokens" or "MAX_TOKENS" => "length",
        _ => reason,
    };

    // Models whose thoughts are not shown say only how many tokens they took; where these were all, there is no answer.
    private static bool HiddenReasoning(JsonElement? usage) => OfKind(usage, "completion_tokens_details", JsonValueKind.Object) is { } details && Count(details, "reasoning_tokens") > 0;

    private static long? Count(JsonElement? parent, string name) => OfKind(parent, name, JsonValueKind.Number) is { } count && count.TryGetInt64(out var n) && n >= 0 ? n : null;

    // In OpenAI's place, and in those of gateways to Anthropic.
    private static long Cached(JsonElement? usage) =>
        new[] { Count(OfKind(usage, "prompt_tokens_details", JsonValueKind.Object), "cached_tokens"), Count(usage, "cache_read_input_tokens"), Count(usage, "cache_creation_input_tokens") }.Sum() ?? 0;

    // What decides nothing refuses no answer: gateways write ids as numbers and usage as they like.
    private static JsonElement? OfKind(JsonElement? parent, string name, JsonValueKind kind) =>
        parent is { ValueKind: JsonValueKind.Object } at && at.TryGetProperty(name, out var value) && value.ValueKind == kind ? value : null;

    // vLLM and SGLang write reasoning_content, newer versions and gateways reasoning, Ollama thinking; OpenRouter and LiteLLM lists of blocks,
    // whose texts may be encrypted.
    private static string? Reasoning(JsonElement message) =>
        new[] { "reasoning_content", "reasoning", "thinking" }.Select(name => OfKind(message, name, JsonValueKind.String)?.GetString()).FirstOrDefault(text => !string.IsNullOrWhiteSpace(text))
        ?? new[] { "reasoning_details", "thinking_blocks" }.FirstOrDefault(name => OfKind(message, name, JsonValueKind.Array)?.GetArrayLength() > 0);

    // Calls of tools, in the present field and in the one before it. Some servers write an empty list.
    private static List<FunctionCallContent> Calls(JsonElement message)
    {
        List<JsonElement> calls = OfKind(message, "tool_calls", JsonValueKind.Array) is { } list ? [.. list.EnumerateArray()] : [];
        if (OfKind(message, "function_call", JsonValueKind.Object) is { } old && old.EnumerateObject().Any()) calls.Add(old);
        return [.. calls.Select(call => new FunctionCallContent("", OfKind(OfKind(call, "function", JsonValueKind.Object) ?? call, "name", JsonValueKind.String)?.GetString() is { Length: > 0 } name ? name : "?"))];
    }

    // A refusal in a field of its own is what the model answered.
    private static string? Refusal(JsonElement message) =>
        message.TryGetProperty("refusal", out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;

    // A content in parts: its texts, or the kinds of its thoughts; null where there is none.
    private static string? Joined(JsonElement parts, bool ofThoughts)
    {
        var texts = new List<string>();
        foreach (var part in parts.EnumerateArray())
        {
            var type = Optional(part, "type", JsonValueKind.String)?.GetString() ?? "text";
            var isThought = Thoughts.Contains(type, StringComparer.Ordinal);
            if (!isThought && type is not ("text" or "output_text" or "refusal")) throw new FormatException($"its content has a part of type '{type}', which is no text");
            if (isThought == ofThoughts) texts.Add(isThought ? type : Member(part, type == "refusal" ? type : "text", JsonValueKind.String).GetString()!);
        }

        return texts.Count == 0 ? null : string.Concat(texts);
    }

    /// <summary>
    /// The error that an answer with a status of success holds instead of a completion, at its root or in its choice, and whether the same
    /// request may be answered later; <c>null</c> if there is none.
    /// </summary>
    private static (string Words, bool Passes)? ErrorIn(JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.Array && root.GetArrayLength() == 1 && root[0].ValueKind == JsonValueKind.Object && Given(root[0], "error", out _)) root = root[0];
        if (root.ValueKind != JsonValueKind.Object) return null;
        if (root.TryGetProperty("object", out var kind) && kind.ValueKind == JsonValueKind.String && kind.ValueEquals("error"))
            return ErrorOf(root);
        if (OfKind(root, "choices", JsonValueKind.Array) is { } made && made.GetArrayLength() > 0 && OfKind(made[0], "finish_reason", JsonValueKind.String) is { } end && end.ValueEquals(BrokenOff))
            return ($"the response was broken off ({BrokenOff})", true);
        if (!Given(root, "error", out var error)
            && !(root.TryGetProperty("choices", out var choices) && choices.ValueKind == JsonValueKind.Array && choices.GetArrayLength() > 0
                && choices[0].ValueKind == JsonValueKind.Object && Given(choices[0], "error", out error)))
            return root.TryGetProperty("choices", out _) || root.TryGetProperty("data", out _) || ErrorText(root).Length == 0 ? null : ErrorOf(root);
        return ErrorOf(error);
    }

    private static (string Words, bool Passes) ErrorOf(JsonElement error)
    {
        var kinds = error.ValueKind == JsonValueKind.Object ? Kinds.Select(name => Kind(error, name)).Where(kind => kind.Length > 0).ToList() : [];
        var words = error.ValueKind == JsonValueKind.String ? Raw(error) : ErrorText(error);
        return (words.Length > 0 ? $"{string.Join(' ', kinds)} {words}".TrimStart() : error.GetRawText(), kinds.Count > 0 ? kinds.Exists(Passes) : Passes(words));
    }

    private static bool Given(JsonElement parent, string name, out JsonElement value) =>
        parent.TryGetProperty(name, out value)
        && (value.ValueKind == JsonValueKind.Object || (value.ValueKind == JsonValueKind.String && !value.ValueEquals("")));

    private static string Kind(JsonElement error, string name) =>
        error.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String or JsonValueKind.Number ? Raw(value) : "";

    private static string Raw(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetRawText()[1..^1] : value.GetRawText();

    private static bool Passes(string kind) =>
        int.TryParse(kind, out var status)
            ? EndpointException.IsTransientStatus((System.Net.HttpStatusCode)status)
            : PassingErrors.Any(known => kind.Replace(' ', '_').Contains(known, StringComparison.OrdinalIgnoreCase));

    private static string ErrorText(JsonElement root)
    {
        try
        {
            if (root.ValueKind != JsonValueKind.Object) return "";
            if (root.TryGetProperty("error", out var error))
                return error.ValueKind == JsonValueKind.String ? error.GetString()! : ErrorText(error);
            foreach (var name in new[] { "message", "detail", "msg", "error_msg", "status_msg" })
                if (root.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String) return text.GetString()!;
            if (root.TryGetProperty("base_resp", out var inner)) return ErrorText(inner);
            return "";
        }
        catch (InvalidOperationException)
        {
            return ""; // not text
        }
    }

    private static JsonElement Member(JsonElement parent, string name, JsonValueKind kind) =>
        Optional(parent, name, kind) ?? throw new FormatException($"it has no '{name}'");

    private static JsonElement? Optional(JsonElement parent, string name, JsonValueKind kind)
    {
        if (parent.ValueKind != JsonValueKind.Object) throw new FormatException($"expected a JSON object, found {parent.ValueKind}");
        if (!parent.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        return value.ValueKind == kind ? value : throw new FormatException($"its '{name}' is a JSON {value.ValueKind}, not a {kind}");
    }
}
