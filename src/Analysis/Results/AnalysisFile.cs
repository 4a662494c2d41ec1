using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using SafetyGate.Core.Files;

namespace SafetyGate.Analysis.Results;

/// <summary>
/// Result files of analyses: strict JSON with the kind of the file, a digest of its content, and neither dates nor machine names. Reading
/// and writing a file gives the same bytes, and a file that was edited is refused.
/// </summary>
public static class AnalysisFile
{
    private const string SchemaKey = "schema", DigestKey = "digest", SummaryKey = "summary";
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The bytes of a file: UTF-8, <c>\n</c>, one line a value and one line an element of a list.</summary>
    /// <exception cref="UserErrorException">The result is evidence of nothing; the message says why.</exception>
    public static byte[] Bytes<T>(T result) where T : class, IAnalysisResult
    {
        if (result.Problems().FirstOrDefault() is { } problem) throw new UserErrorException($"The result cannot be written: {problem}");
        var content = Content(result);
        var text = new StringBuilder("{\n");
        Append(text, SchemaKey, JsonValue.Create(T.Schema));
        Append(text.Append(",\n"), DigestKey, JsonValue.Create(CanonicalJson.Digest(content)));
        foreach (var (name, value) in content) Append(text.Append(",\n"), name, value);
        return Encoding.UTF8.GetBytes(text.Append("\n}\n").ToString());
    }

    /// <summary>Digest of a result's content, as its file has it; lower-case hex.</summary>
    public static string Digest<T>(T result) where T : class, IAnalysisResult => CanonicalJson.Digest(Content(result));

    /// <summary>Writes a file: to a temporary name first, then renamed.</summary>
    /// <exception cref="UserErrorException">As for <see cref="Bytes"/>, or it cannot be written (exit code 74).</exception>
    public static void Write<T>(T result, string path) where T : class, IAnalysisResult => WholeFile.Write(path, Bytes(result));

    /// <summary>Reads a file.</summary>
    /// <exception cref="UserErrorException">It cannot be read, is not strict JSON, is of another kind, was edited, or is evidence of nothing; the
    /// message names the line or the value (exit code 65).</exception>
    public static T Read<T>(string path) where T : class, IAnalysisResult => Bound<T>(StrictJson.ReadFile(path), path);

    /// <summary>Reads the bytes of a file.</summary>
    /// <param name="utf8">The bytes.</param>
    /// <param name="name">How to call it in messages.</param>
    /// <exception cref="UserErrorException">As for <see cref="Read{T}(string)"/>.</exception>
    public static T Read<T>(ReadOnlySpan<byte> utf8, string name) where T : class, IAnalysisResult => Bound<T>(StrictJson.Read(utf8, name), name);

    private static T Bound<T>(StrictJsonNode node, string name) where T : class, IAnalysisResult
    {
        if (node.Kind != JsonTokenType.StartObject) throw node.Error($"is {node.Words}; it must be an object.");
        var schema = node.Members.FirstOrDefault(member => member.Name == SchemaKey).Value ?? throw node.Error($"lacks the key '{SchemaKey}'; a file of the kind '{T.Schema}' is needed.");
        if (schema.AsString() != T.Schema) throw schema.Error($"is '{schema.Text}'; a file of the kind '{T.Schema}' is needed.");
        var digest = Member(node, DigestKey);
        _ = digest.AsDigest();
        var content = new JsonObject();
        foreach (var (key, value) in node.Members)
            if (key is not (SchemaKey or DigestKey)) content[key] = value.ToJson();
        if (CanonicalJson.Digest(content) != digest.Text) throw digest.Error("is not that of the content: the file was edited. Make it again by the command that wrote it.");
        foreach (var key in (string[])[SchemaKey, DigestKey, SummaryKey]) node.Remove(key);
        var result = StrictJsonBinder.Bind<T>(node);
        return result.Problems().FirstOrDefault() is { } problem ? throw new UserErrorException($"{name}: {problem}") : result;
    }

    private static StrictJsonNode Member(StrictJsonNode node, string key) =>
        node.Members.FirstOrDefault(member => member.Name == key).Value ?? throw node.Error($"lacks the key '{key}'.");

    private static JsonObject Content<T>(T result) where T : class, IAnalysisResult
    {
        var content = new JsonObject();
        if (result.Summary is { } summary) content[SummaryKey] = JsonFormat.Write(summary);
        foreach (var (name, value) in JsonFormat.Write(result)) content[name] = value?.DeepClone();
        return content;
    }

    private static void Append(StringBuilder text, string name, JsonNode? value)
    {
        text.Append("  ").Append(JsonSerializer.Serialize(name)).Append(": ");
        if (value is JsonArray { Count: > 0 } list && list.All(element => element is JsonObject))
            text.Append("[\n").AppendJoin(",\n", list.Select(element => "    " + Text(element))).Append("\n  ]");
        else text.Append(Text(value));
    }

    private static string Text(JsonNode? value) => value is null ? "null" : value.ToJsonString(Readable);
}
