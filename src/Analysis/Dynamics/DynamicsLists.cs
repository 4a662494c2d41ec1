using System.Text;
using System.Text.Json;
using SafetyGate.Core.Files;

namespace SafetyGate.Analysis.Dynamics;

/// <summary>Lists of items for people and for strata, as JSON Lines.</summary>
public static class DynamicsLists
{
    /// <summary>Writes the suspected items with an empty <c>label</c> for people to fill in (wrong or sound).</summary>
    /// <exception cref="UserErrorException">It cannot be written (exit code 74).</exception>
    public static void WriteSuspected(DynamicsResult result, string path) => Write(path, result.Suspected.Select(item => (object)new
    {
        id = item.Item.Id,
        confidence = Rounded(item.Dynamics.Confidence),
        variability = Rounded(item.Dynamics.Variability),
        correctness = item.Dynamics.Correctness,
        label = item.Item.Triage == Triage.None ? null : item.Item.Triage.ToString().ToLowerInvariant(),
    }));

    /// <summary>Writes the hardness of every item that was not found wrong.</summary>
    /// <exception cref="UserErrorException">It cannot be written (exit code 74).</exception>
    public static void WriteHardness(DynamicsResult result, string path) => Write(path, result.Dynamics.Where(item => item.Item.Triage != Triage.Wrong)
        .OrderBy(item => item.Item.Id, StringComparer.Ordinal).Select(item => (object)new { id = item.Item.Id, hardness = Rounded(item.Hardness) }));

    private static double Rounded(double value) => Math.Round(value, 6);

    private static void Write(string path, IEnumerable<object> rows) =>
        WholeFile.Write(path, Encoding.UTF8.GetBytes(string.Concat(rows.Select(row => JsonSerializer.Serialize(row) + "\n"))));
}
