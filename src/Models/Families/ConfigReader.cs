using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SafetyGate.Core.Files;

namespace SafetyGate.Models.Families;

/// <summary>Reads typed values of one JSON object and describes in one sentence what is wrong with an invalid value.</summary>
internal sealed class ConfigReader(JsonObject json, string source)
{
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    public JsonObject Json => json;

    public static JsonObject Object(string text, string source)
    {
        JsonBounds.Small.Require(Encoding.UTF8.GetBytes(text), source);
        try
        {
            return JsonNode.Parse(text, documentOptions: new() { MaxDepth = 64, AllowDuplicateProperties = false }) as JsonObject
                ?? throw new UserErrorException($"{source} is not a JSON object; a model's configuration is one, in braces.");
        }
        catch (JsonException broken)
        {
            if (IsJson(text)) StrictJson.Read(Encoding.UTF8.GetBytes(text), source); // a duplicate key; says which, and where
            if (JsonFault.Known(Encoding.UTF8.GetBytes(text), broken) is { } known) throw new UserErrorException($"{source} {known}.", broken);
            throw new UserErrorException(Invariant($"{source} is not JSON: line {broken.LineNumber + 1}, byte {broken.BytePositionInLine + 1} cannot be read. Copy the file again from where the model came from."), broken);
        }
    }

    private static bool IsJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new() { MaxDepth = 64 });
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Whether the key is there with a value other than null.</summary>
    public bool Has(string key)
    {
        _read.Add(key);
        return json[key] is not null;
    }

    /// <summary>Whether the key is there and null, which differs from its absence where a family has a default.</summary>
    public bool IsNull(string key) => !Has(key) && json.ContainsKey(key);

    /// <summary>Whether somebody has asked for the key.</summary>
    public bool WasRead(string key) => _read.Contains(key);

    public int Int(string key, int? fallback = null, int minimum = 1, int maximum = int.MaxValue)
    {
        if (!Has(key)) return fallback ?? throw Missing(key, "a whole number");
        if (json[key] is not JsonValue value || !value.TryGetValue<double>(out var number) || number != Math.Floor(number) || number < minimum || number > maximum)
            throw Wrong(key, maximum == int.MaxValue ? Invariant($"a whole number of {minimum} or more") : Invariant($"a whole number from {minimum} to {maximum}"));
        return (int)number;
    }

    public int? OptionalInt(string key, int minimum = 0) => Has(key) ? Int(key, minimum: minimum) : null;

    public double Positive(string key, double? fallback = null)
    {
        if (!Has(key)) return fallback ?? throw Missing(key, "a positive number");
        if (json[key] is not JsonValue value || !value.TryGetValue<double>(out var number) || !(number > 0 && double.IsFinite(number)))
            throw Wrong(key, "a positive number");
        return number;
    }

    public double NotNegative(string key, double fallback)
    {
        if (!Has(key)) return fallback;
        return json[key] is JsonValue value && value.TryGetValue<double>(out var number) && number >= 0 && double.IsFinite(number)
            ? number
            : throw Wrong(key, "a number of 0 or more");
    }

    /// <summary>A list of so many positive numbers.</summary>
    public IReadOnlyList<double> PositiveNumbers(string key, int count)
    {
        var allowed = Invariant($"a list of {count} positive numbers");
        if (!Has(key)) throw Missing(key, allowed);
        if (json[key] is not JsonArray list || list.Count != count) throw Wrong(key, allowed);
        return [.. list.Select(item => item is JsonValue value && value.TryGetValue<double>(out var number) && number > 0 && double.IsFinite(number) ? number : throw Wrong(key, allowed))];
    }

    public bool Bool(string key, bool fallback)
    {
        if (!Has(key)) return fallback;
        return json[key] is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : throw Wrong(key, "true or false");
    }

    public string? Text(string key)
    {
        if (!Has(key)) return null;
        return json[key] is JsonValue value && value.TryGetValue<string>(out var text) ? text : throw Wrong(key, "a string");
    }

    /// <summary>A token id, a list of them, or nothing.</summary>
    public IReadOnlyList<int> Ids(string key)
    {
        if (!Has(key)) return [];
        if (json[key] is not JsonArray list) return [Int(key, minimum: 0)];
        return [.. list.Select(item => item is JsonValue value && value.TryGetValue<int>(out var id) && id >= 0 ? id : throw Wrong(key, "a token id or a list of token ids"))];
    }

    /// <summary>The objects or strings of a list, as strings.</summary>
    public IReadOnlyList<string>? Texts(string key)
    {
        if (!Has(key)) return null;
        if (json[key] is not JsonArray list) throw Wrong(key, "a list of strings");
        return [.. list.Select(item => item is JsonValue value && value.TryGetValue<string>(out var text) ? text : throw Wrong(key, "a list of strings"))];
    }

    public ConfigReader? Child(string key)
    {
        if (!Has(key)) return null;
        if (json[key] is not JsonObject child) throw Wrong(key, "an object in braces");
        var reader = new ConfigReader(child, $"{source}, {key}");
        reader.Has(""); // refuses duplicate keys before anything else looks into the object
        return reader;
    }

    /// <summary>A key of the file, for messages.</summary>
    public string Place(string key) => $"{source}: '{key}'";

    public UserErrorException Missing(string key, string allowed) =>
        new($"{source} has no '{key}'; it must be there, {allowed}.");

    public UserErrorException Wrong(string key, string allowed) =>
        new($"{source}: '{key}' is {Shown(json[key])}; it must be {allowed}.");

    public UserErrorException Refused(string sentence) => new($"{source}: {sentence}");

    // A file's list may be as long as the file.
    public static string Shown(JsonNode? value) => value?.ToJsonString() is not { } text ? "null" : text.Length > 200 ? text[..200] + "…" : text;
}
