using System.Globalization;
using System.Text;
using System.Text.Json;

namespace SafetyGate.Models.Checkpoints;

/// <summary>
/// The part of <c>config.json</c> that decides what a model computes, in one spelling: keys sorted, no white space, numbers by value.
/// </summary>
internal static class ArchitectureText
{
    // Provenance and last use of the file; the dtype is in the tensors. Every other key counts, known or not.
    private static readonly HashSet<string> Ignored = new(StringComparer.Ordinal)
    {
        "_name_or_path", "_commit_hash", "transformers_version", "torch_dtype", "dtype", "use_cache", "output_attentions",
        "output_hidden_states", "return_dict", "_attn_implementation_autoset",
    };

    /// <summary>The canonical text.</summary>
    /// <param name="configJson">A JSON object.</param>
    public static string Of(string configJson)
    {
        using var document = JsonDocument.Parse(configJson);
        var text = new StringBuilder();
        Append(text, document.RootElement, name => !Ignored.Contains(name));
        return text.ToString();
    }

    private static void Append(StringBuilder text, JsonElement element, Func<string, bool> keep)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append('{');
                foreach (var property in element.EnumerateObject().Where(property => keep(property.Name)).OrderBy(property => property.Name, StringComparer.Ordinal))
                {
                    text.Append(JsonSerializer.Serialize(property.Name)).Append(':');
                    Append(text, property.Value, static _ => true);
                    text.Append(',');
                }

                text.Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('[');
                foreach (var item in element.EnumerateArray())
                {
                    Append(text, item, static _ => true);
                    text.Append(',');
                }

                text.Append(']');
                break;
            case JsonValueKind.Number:
                text.Append(element.GetDouble().ToString("R", CultureInfo.InvariantCulture)); // 1e-5 and 0.00001 are one number
                break;
            case JsonValueKind.String:
                text.Append(JsonSerializer.Serialize(element.GetString()));
                break;
            default:
                text.Append(element.GetRawText());
                break;
        }
    }
}
