using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SafetyGate.Core.Files;

/// <summary>
/// JSON with one spelling: keys in ordinal order, no white space, one form for a number. Equal values give equal text and so equal digests.
/// </summary>
/// <remarks>
/// Whole numbers keep all their digits (a seed has 64 bits), unlike RFC 8785, which passes every number through a double.
/// </remarks>
public static class CanonicalJson
{
    /// <summary>The canonical text of a value.</summary>
    /// <exception cref="ArgumentException">A number is NaN or infinite, which JSON cannot represent.</exception>
    public static string Write(JsonNode? node)
    {
        var text = new StringBuilder();
        try
        {
            Append(text, node);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException or JsonException)
        {
            throw new ArgumentException($"A value cannot be written as JSON: {e.Message} Numbers must be finite; write NaN and infinities as text.", nameof(node), e);
        }

        return text.ToString();
    }

    /// <summary>SHA-256 of the canonical text as UTF-8; lower-case hex.</summary>
    /// <exception cref="ArgumentException">A number is NaN or infinite.</exception>
    public static string Digest(JsonNode? node) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Write(node))));

    private static void Append(StringBuilder text, JsonNode? node)
    {
        switch (node)
        {
            case null:
                text.Append("null");
                break;
            case JsonObject members:
                text.Append('{');
                var first = true;
                foreach (var (key, value) in members.OrderBy(m => m.Key, StringComparer.Ordinal))
                {
                    if (!first) text.Append(',');
                    first = false;
                    text.Append(JsonSerializer.Serialize(key)).Append(':');
                    Append(text, value);
                }

                text.Append('}');
                break;
            case JsonArray items:
                text.Append('[');
                for (var i = 0; i < items.Count; i++)
                {
                    if (i > 0) text.Append(',');
                    Append(text, items[i]);
                }

                text.Append(']');
                break;
            default:
                text.Append(node.GetValueKind() switch
                {
                    JsonValueKind.Number => Number(node.ToJsonString()),
                    JsonValueKind.String => JsonSerializer.Serialize(node.GetValue<string>()),
                    _ => node.ToJsonString(),
                });
                break;
        }
    }

    private static string Number(string written)
    {
        var isWhole = written.AsSpan().IndexOfAny('.', 'e', 'E') < 0;
        if (isWhole) return written == "-0" ? "0" : written;
        var value = double.Parse(written, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (!double.IsFinite(value)) throw new ArgumentException(Invariant($"the number {written} is beyond a double's range."));
        return value == 0 ? "0" : value.ToString("R", CultureInfo.InvariantCulture);
    }
}
