using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SafetyGate.Core.Files;

/// <summary>One value of a strictly read JSON file, with its line number.</summary>
internal sealed class StrictJsonNode
{
    private List<StrictJsonNode>? _elements;
    private List<(string Name, StrictJsonNode Value)>? _members;

    public required JsonTokenType Kind { get; init; }

    /// <summary>Text of a string, digits of a number.</summary>
    public required string Text { get; init; }

    public required int Line { get; init; }

    /// <summary>The object or array that holds the value; <c>null</c> for the file's value.</summary>
    public StrictJsonNode? Parent { get; init; }

    /// <summary>Key of the value in its object; empty in an array.</summary>
    public required string Step { get; init; }

    /// <summary>Path of the value, such as <c>metrics[0].items[3].id</c>.</summary>
    // Made on demand: a file has millions of values, and a message names one.
    public string Path => Parent is null ? "" : Parent.Kind == JsonTokenType.StartArray
        ? Invariant($"{Parent.Path}[{Parent._elements?.IndexOf(this) ?? 0}]")
        : Parent.Parent is null ? Step : Parent.Path + "." + Step;

    /// <summary>Name of the file it comes from.</summary>
    public required string File { get; init; }

    public IReadOnlyList<StrictJsonNode> Elements => _elements ?? [];

    public IReadOnlyList<(string Name, StrictJsonNode Value)> Members => _members ?? [];

    /// <summary>The value as plain JSON.</summary>
    public JsonNode? ToJson() => Kind switch
    {
        JsonTokenType.StartObject => new JsonObject(Members.Select(member => KeyValuePair.Create(member.Name, member.Value.ToJson()))),
        JsonTokenType.StartArray => new JsonArray([.. Elements.Select(element => element.ToJson())]),
        JsonTokenType.String => JsonValue.Create(Text),
        JsonTokenType.Number => double.IsFinite(double.Parse(Text, NumberStyles.Float, CultureInfo.InvariantCulture)) ? JsonNode.Parse(Text) : throw Error("is beyond a double's range."),
        JsonTokenType.True => JsonValue.Create(true),
        JsonTokenType.False => JsonValue.Create(false),
        _ => null,
    };

    public bool IsNull => Kind == JsonTokenType.Null;

    public void Add(StrictJsonNode element) => (_elements ??= []).Add(element);

    public void Add(string name, StrictJsonNode value) => (_members ??= []).Add((name, value));

    public void Remove(string name) => _members?.RemoveAll(member => member.Name == name);

    public UserErrorException Error(string problem) =>
        new(Invariant($"{File}, line {Line}, {(Path.Length == 0 ? "the file" : Path)}: {problem}"));

    public StrictJsonObject AsObject(params string[] known)
    {
        if (Kind != JsonTokenType.StartObject) throw Error($"is {Words}; it must be an object.");
        return new StrictJsonObject(this, known);
    }

    public IReadOnlyList<StrictJsonNode> AsArray() =>
        Kind == JsonTokenType.StartArray ? Elements : throw Error($"is {Words}; it must be an array.");

    public string AsString() => Kind == JsonTokenType.String ? Text : throw Error($"is {Words}; it must be a string.");

    /// <summary>A path, relative to a folder.</summary>
    public string AsPath(string folder) =>
        AsString().Contains('\0', StringComparison.Ordinal) ? throw Error("holds a null character, which no path has.") : System.IO.Path.GetFullPath(Text, folder);

    public double AsDouble()
    {
        if (Kind != JsonTokenType.Number) throw Error($"is {Words}; it must be a number.");
        var value = double.Parse(Text, NumberStyles.Float, CultureInfo.InvariantCulture);
        return double.IsFinite(value) ? value : throw Error("is too large for a number.");
    }

    public int AsInt() =>
        Kind == JsonTokenType.Number && int.TryParse(Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value : throw Error($"is {Words}; it must be a whole number of at most 2147483647.");

    /// <summary>A seed: a string of digits, because 64 bits do not survive as a number in every reader.</summary>
    public ulong AsSeed() =>
        ulong.TryParse(AsString(), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value : throw Error($"is '{Text}'; a seed is a string of digits, at most 18446744073709551615.");

    public string AsDigest() =>
        AsString() is { Length: 64 } text && text.All(char.IsAsciiHexDigitLower)
            ? text
            : throw Error($"is '{Shorten(Text)}'; it must be a SHA-256: 64 lower-case hexadecimal digits.");

    public T AsOneOf<T>(IReadOnlyDictionary<string, T> allowed) =>
        allowed.TryGetValue(AsString(), out var value)
            ? value
            : throw Error($"is '{Shorten(Text)}'; it must be one of: {string.Join(", ", allowed.Keys)}.");

    public string Words => Kind switch
    {
        JsonTokenType.String => $"the string '{Shorten(Text)}'",
        JsonTokenType.Number => $"the number {Shorten(Text)}",
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        _ => "null",
    };

    private static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
