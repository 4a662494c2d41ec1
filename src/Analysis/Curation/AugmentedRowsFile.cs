using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SafetyGate.Core.Files;

namespace SafetyGate.Analysis.Curation;

/// <summary>Writes rows as JSON Lines that a recipe can learn from (<c>prompt</c>, <c>completion</c>).</summary>
public static class AugmentedRowsFile
{
    private static readonly JsonSerializerOptions Line = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text of the rows' file.</summary>
    public static string Lines(IEnumerable<AugmentedRow> rows) => string.Concat(rows.Select(row => JsonFormat.Write(row).ToJsonString(Line) + "\n"));

    /// <summary>Writes the rows; the file appears whole or not at all.</summary>
    /// <exception cref="UserErrorException">It cannot be written (exit code 74).</exception>
    public static void Write(string path, IEnumerable<AugmentedRow> rows) => WholeFile.Write(path, Encoding.UTF8.GetBytes(Lines(rows)));
}
