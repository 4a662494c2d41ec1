using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SafetyGate.Core.Files;

namespace SafetyGate.Trainers.Runs;

/// <summary>Reads a JSON object field by field and refuses what nobody asked for.</summary>
/// <param name="json">The object.</param>
/// <param name="where">What it is, for messages, such as <c>recipe.json: options</c>.</param>
internal sealed class JsonFields(JsonObject json, string where)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly List<string> _known = [];

    /// <summary>What the object is, for messages.</summary>
    public string Where => where;

    /// <summary>Reads a file that must be one JSON object.</summary>
    /// <exception cref="UserErrorException">It cannot be read, is not UTF-8 or not an object, or a key occurs twice.</exception>
    public static JsonFields Read(string path)
    {
        try
        {
            return Parse(StrictUtf8.GetString(File.ReadAllBytes(path)).TrimStart('\uFEFF'), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path}: cannot be read: {e.Message}", e);
        }
        catch (DecoderFallbackException e)
        {
            throw new UserErrorException($"{path}: is not UTF-8. Save the file as UTF-8.", e);
        }
    }

    /// <summary>Parses a text that must be one JSON object.</summary>
    /// <exception cref="UserErrorException">It is not, or a key occurs twice.</exception>
    public static JsonFields Parse(string text, string where)
    {
        try
        {
            var node = JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false, CommentHandling = JsonCommentHandling.Disallow });
            return new JsonFields(node as JsonObject ?? throw new UserErrorException($"{where}: holds {Shown(node)}; it must be a JSON object."), where);
        }
        catch (JsonException e)
        {
            throw new UserErrorException($"{where}: is not sound JSON: {e.Message}", e);
        }
    }

    /// <summary>Whether the key stands there with a value.</summary>
    public bool Has(string key) => Take(key) is not null;

    /// <summary>Whatever stands under a key, or <c>null</c>.</summary>
    public JsonNode? Node(string key) => Take(key);

    /// <summary>A text, or <c>null</c> when absent.</summary>
    public string? Text(string key) => Take(key) switch
    {
        null => null,
        JsonValue value when value.TryGetValue<string>(out var read) => read,
        var other => throw Wrong(key, other, "a text"),
    };

    /// <summary>A text that must be there.</summary>
    public string RequiredText(string key) => Text(key) ?? throw Missing(key);

    /// <summary>A whole number, or <c>null</c> when absent.</summary>
    public int? Whole(string key) => Value<int>(key, "a whole number");

    /// <summary>A whole number that must be there.</summary>
    public int RequiredWhole(string key) => Whole(key) ?? throw Missing(key);

    /// <summary>A number, or <c>null</c> when absent.</summary>
    public double? Number(string key) => Value<double>(key, "a number");

    /// <summary>A number that must be there.</summary>
    public double RequiredNumber(string key) => Number(key) ?? throw Missing(key);

    /// <summary>A seed that must be there.</summary>
    public ulong RequiredSeed(string key) => Value<ulong>(key, "a whole number of 0 or more") ?? throw Missing(key);

    /// <summary>True or false, or <c>null</c> when absent.</summary>
    public bool? Flag(string key) => Value<bool>(key, "true or false");

    /// <summary>One of an enumeration's names, or <c>null</c> when absent.</summary>
    public T? Choice<T>(string key) where T : struct, Enum
    {
        if (Text(key) is not { } text) return null;
        return EnumNames.Find<T>(text) ?? throw new UserErrorException($"{where}: \"{key}\" is \"{text}\"; it must be one of {string.Join(", ", EnumNames.All<T>())}. Did you mean \"{NearestName.Of(text, EnumNames.All<T>())}\"?");
    }

    /// <summary>An object in the object, or <c>null</c> when absent.</summary>
    public JsonFields? Child(string key) => Take(key) switch
    {
        null => null,
        JsonObject child => new JsonFields(child, $"{where}: {key}"),
        var other => throw Wrong(key, other, "an object"),
    };

    /// <summary>A list of objects; one object counts as a list of one.</summary>
    public IReadOnlyList<JsonFields> Children(string key) => Take(key) switch
    {
        null => throw Missing(key),
        JsonObject child => [new JsonFields(child, $"{where}: {key}")],
        JsonArray list => [.. list.Select((item, i) => new JsonFields(item as JsonObject ?? throw Wrong(Invariant($"{key}[{i}]"), item, "an object"), Invariant($"{where}: {key}[{i}]")))],
        var other => throw Wrong(key, other, "an object or a list of objects"),
    };

    /// <summary>To be called when all fields have been asked for.</summary>
    /// <exception cref="UserErrorException">A key is there that was not; the message names the nearest known one.</exception>
    public void RefuseOthers()
    {
        foreach (var (key, _) in json)
            if (!_known.Contains(key, StringComparer.Ordinal))
                throw new UserErrorException($"{where}: unknown key \"{key}\". Did you mean \"{NearestName.Of(key, _known)}\"? Known keys: {string.Join(", ", _known.Order(StringComparer.Ordinal))}.");
    }

    private JsonNode? Take(string key)
    {
        if (!_known.Contains(key, StringComparer.Ordinal)) _known.Add(key);
        return json[key];
    }

    private UserErrorException Missing(string key) =>
        // A misspelt key is the likelier mistake; it is named when no key of this name is there.
        json.Select(pair => pair.Key).Where(other => NearestName.Distance(other, key) <= 2 && !_known.Contains(other, StringComparer.Ordinal)).FirstOrDefault() is { } misspelt
            ? new($"{where}: unknown key \"{misspelt}\". Did you mean \"{key}\"?")
            : new($"{where}: \"{key}\" is missing; it is required.");

    private UserErrorException Wrong(string key, JsonNode? node, string allowed) => new($"{where}: \"{key}\" is {Shown(node)}; it must be {allowed}.");

    private static string Shown(JsonNode? node)
    {
        var text = node?.ToJsonString() ?? "null";
        return text.Length <= 60 ? text : text[..57] + "…";
    }

    private T? Value<T>(string key, string allowed) where T : struct => Take(key) switch
    {
        null => null,
        JsonValue value when value.TryGetValue<T>(out var read) => read,
        var other => throw Wrong(key, other, allowed),
    };
}
