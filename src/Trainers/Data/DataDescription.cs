using System.Text.Json.Nodes;
using SafetyGate.Core.Files;

namespace SafetyGate.Trainers.Data;

/// <summary>What of a data file enters a run's key: its settings and the digest of its text, whatever its line endings, not its path.</summary>
internal static class DataDescription
{
    /// <summary>Describes a file.</summary>
    /// <param name="settings">Columns and limits, a record.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="UserErrorException">The file cannot be read.</exception>
    public static JsonObject Of(object settings, string path)
    {
        try
        {
            var description = JsonFormat.Describe(settings);
            description["sha256"] = LineEndings.Sha256(BoundedFile.Read(path, Array.MaxLength));
            return description;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path}: the data file cannot be read: {e.Message}", e);
        }
    }
}
