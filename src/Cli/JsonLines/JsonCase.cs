using System.Text;
using System.Text.Json;

namespace SafetyGate.Cli.JsonLines;

/// <summary>Reads fields of a case with messages that name the field, and writes numbers as the protocol has them.</summary>
internal static class JsonCase
{
    public static string? Text(this JsonElement @case, string name) =>
        !@case.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw Wrong(name, value, "a string");

    public static string RequiredText(this JsonElement @case, string name) =>
        @case.Text(name) ?? throw new UserErrorException($"\"{name}\" is missing; it must be a string.");

    public static bool Flag(this JsonElement @case, string name, bool otherwise = false) =>
        !@case.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? otherwise
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw Wrong(name, value, "true or false");

    public static double? Number(this JsonElement @case, string name) =>
        !@case.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.Number ? value.GetDouble()
        : throw Wrong(name, value, "a number");

    public static int? Integer(this JsonElement @case, string name) =>
        !@case.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number
        : throw Wrong(name, value, "a whole number");

    /// <summary>A seed: any whole number of 64 bits.</summary>
    public static ulong? Seed(this JsonElement @case, string name) =>
        !@case.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetUInt64(out var seed) ? seed
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var negative) ? (ulong)negative
        : throw Wrong(name, value, "a whole number of at most 64 bits");

    public static int[]? Integers(this JsonElement @case, string name)
    {
        if (!@case.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind != JsonValueKind.Array) throw Wrong(name, value, "a list of whole numbers");
        var numbers = new int[value.GetArrayLength()];
        var i = 0;
        foreach (var element in value.EnumerateArray())
            numbers[i++] = element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var number)
                ? number
                : throw Wrong(name, element, "a list of whole numbers");
        return numbers;
    }

    /// <summary>The text of <c>text</c>, or of <c>utf16</c>: code units, for texts that are not valid Unicode.</summary>
    public static string? TextOrUtf16(this JsonElement @case)
    {
        if (@case.Text("text") is { } text) return text;
        if (@case.Integers("utf16") is not { } units) return null;
        var builder = new StringBuilder(units.Length);
        foreach (var unit in units) builder.Append(unit is >= 0 and <= 0xFFFF ? (char)unit : throw new UserErrorException($"\"utf16\" holds {unit}; each code unit must be between 0 and 65535."));
        return builder.ToString();
    }

    /// <summary>A double that reads back as itself; NaN and the infinities as the strings of the protocol.</summary>
    public static void WriteRoundTrip(this Utf8JsonWriter writer, double value)
    {
        if (double.IsFinite(value)) writer.WriteNumberValue(value);
        else writer.WriteStringValue(double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
    }

    public static void WriteIntegers(this Utf8JsonWriter writer, string name, IEnumerable<int> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values) writer.WriteNumberValue(value);
        writer.WriteEndArray();
    }

    private static UserErrorException Wrong(string name, JsonElement value, string allowed)
    {
        var raw = value.GetRawText();
        return new($"\"{name}\" holds {(raw.Length > 40 ? raw[..40] + "…" : raw)}; it must be {allowed}.");
    }
}
