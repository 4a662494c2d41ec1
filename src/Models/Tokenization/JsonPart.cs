using System.Text.Json;

namespace SafetyGate.Models.Tokenization;

/// <summary>One component of tokenizer.json with its place in the file, for error messages.</summary>
/// <param name="Where">File and path of the element, such as <c>DIR/tokenizer.json: pre_tokenizer.pretokenizers[0]</c>.</param>
/// <param name="Json">The element.</param>
/// <param name="Limits">Limits of the file it is part of.</param>
internal readonly record struct JsonPart(string Where, JsonElement Json, TokenizerLimits Limits)
{
    /// <summary>The component's <c>type</c>.</summary>
    public string Type => Json.ValueKind == JsonValueKind.Object ? Text("type") : throw Wrong("is not an object");

    public bool IsNull => Json.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined;

    /// <summary>A member, which may be missing or null (see <see cref="IsNull"/>).</summary>
    public JsonPart Member(string name) =>
        new(Where.EndsWith(": ", StringComparison.Ordinal) ? Where + name : $"{Where}.{name}",
            Json.ValueKind == JsonValueKind.Object && Json.TryGetProperty(name, out var member) ? member : default, Limits);

    public string Text(string name) => TextOrNull(name) ?? throw Wrong($"has no '{name}'");

    public string? TextOrNull(string name)
    {
        var member = Member(name);
        return member.IsNull ? null : member.AsText();
    }

    public string AsText()
    {
        if (Json.ValueKind != JsonValueKind.String) throw Wrong("is not a string");
        try
        {
            return Json.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw new UserErrorException($"{Where} is not valid Unicode.", e);
        }
    }

    public bool Flag(string name, bool otherwise)
    {
        var member = Member(name);
        return member.Json.ValueKind switch
        {
            JsonValueKind.Undefined or JsonValueKind.Null => otherwise,
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw member.Wrong("is not true or false"),
        };
    }

    public int Number(string name)
    {
        var member = Member(name);
        return member.AsNumber();
    }

    public int AsNumber() =>
        Json.ValueKind == JsonValueKind.Number && Json.TryGetInt32(out var number) && number >= 0
            ? number
            : throw Wrong("is not a whole number of 0 or more");

    public IEnumerable<JsonPart> Items(string name)
    {
        var member = Member(name);
        return member.Json.ValueKind == JsonValueKind.Array ? member.Elements() : throw member.Wrong("is not an array");
    }

    public IEnumerable<JsonPart> Elements()
    {
        var index = 0;
        foreach (var element in Json.EnumerateArray()) yield return new(Invariant($"{Where}[{index++}]"), element, Limits);
    }

    /// <summary>A complaint about this element.</summary>
    public UserErrorException Wrong(string what) => new($"{Where.TrimEnd()} {what}.");

    /// <summary>A complaint about a component that this product does not have yet.</summary>
    public UserErrorException Unsupported(string kind, string known) =>
        new($"{Where}: the {kind} '{Type}' is not supported yet; supported: {known}.");
}
