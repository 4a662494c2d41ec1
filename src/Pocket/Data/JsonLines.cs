using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SafetyGate.Pocket.Data;

/// <summary>Rows as JSON Lines: absent fields are left out, and signs stay readable.</summary>
internal static class JsonLines
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // #### and + stay readable
    };

    /// <summary>One object a line, each line ending in <c>\n</c>.</summary>
    public static string Of<T>(IEnumerable<T> rows) => string.Concat(rows.Select(row => JsonSerializer.Serialize(row, Options) + "\n"));
}
