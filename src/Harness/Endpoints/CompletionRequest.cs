using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.AI;
using SafetyGate.Core.Language;
using Ai = Microsoft.Extensions.AI;

namespace SafetyGate.Harness.Endpoints;

/// <summary>The JSON of requests, in a fixed order of members.</summary>
internal static class CompletionRequest
{
    public static byte[] Chat(IEnumerable<Ai.ChatMessage> messages, ChatOptions? options, string maxTokensField) => Write(options, maxTokensField, writer =>
    {
        writer.WriteStartArray("messages");
        foreach (var message in messages)
        {
            if (message.Contents.FirstOrDefault(c => c is not TextContent) is { } other)
                throw new NotSupportedException($"A message holds {other.GetType().Name}; only text can be sent.");
            if (message.RawRepresentation is JsonElement whole)
            {
                whole.WriteTo(writer);
                continue;
            }

            writer.WriteStartObject();
            writer.WriteString("role", message.Role.Value);
            writer.WriteString("content", message.Text);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });

    public static byte[] Text(string prompt, ChatOptions? options) =>
        Write(options, "max_tokens", writer => writer.WriteString("prompt", prompt));

    public static byte[] Embeddings(string model, IEnumerable<string> texts)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("model", model);
            writer.WriteStartArray("input");
            foreach (var text in texts) writer.WriteStringValue(text);
            writer.WriteEndArray();
            writer.WriteString("encoding_format", "float");
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteFormat(Utf8JsonWriter writer, ChatResponseFormatJson format)
    {
        writer.WriteStartObject("response_format");
        writer.WriteString("type", format.Schema is null ? "json_object" : "json_schema");
        if (format.Schema is { } schema)
        {
            writer.WriteStartObject("json_schema");
            writer.WriteString("name", format.SchemaName ?? "answer");
            writer.WritePropertyName("schema");
            schema.WriteTo(writer);
            writer.WriteBoolean("strict", true);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static byte[] Write(ChatOptions? options, string maxTokensField, Action<Utf8JsonWriter> writePrompt)
    {
        var model = options?.ModelId is { Length: > 0 } id ? id : throw new ArgumentException($"{nameof(ChatOptions)}.{nameof(ChatOptions.ModelId)} is missing; name the model as /v1/models lists it.", nameof(options));
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("model", model);
            writePrompt(writer);
            if (options.MaxOutputTokens is { } most) writer.WriteNumber(maxTokensField, most);
            if (options.Temperature is { } temperature) writer.WriteNumber("temperature", temperature);
            if (options.TopP is { } topP) writer.WriteNumber("top_p", topP);
            if (options.TopK is { } topK) writer.WriteNumber("top_k", topK);
            if (options.FrequencyPenalty is { } frequency) writer.WriteNumber("frequency_penalty", frequency);
            if (options.PresencePenalty is { } presence) writer.WriteNumber("presence_penalty", presence);
            if (options.Seed is { } seed) writer.WriteNumber("seed", seed);
            if (options.StopSequences is { Count: > 0 } stops)
            {
                writer.WriteStartArray("stop");
                foreach (var stop in stops) writer.WriteStringValue(stop);
                writer.WriteEndArray();
            }

            if (options.ResponseFormat is ChatResponseFormatJson format) WriteFormat(writer, format);
            foreach (var (name, value) in (options.AdditionalProperties ?? []).OrderBy(p => p.Key, StringComparer.Ordinal))
            {
                writer.WritePropertyName(name);
                JsonSerializer.Serialize(writer, value, value?.GetType() ?? typeof(object));
            }

            writer.WriteBoolean("stream", false);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
