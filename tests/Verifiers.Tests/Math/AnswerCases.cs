using System.Text.Json;

namespace SafetyGate.Verifiers.Tests.Math;

/// <summary>Our own pairs of a gold answer and a response, one JSON object a line.</summary>
internal static class AnswerCases
{
    /// <summary>Id, gold answer and response of each line of a file of this folder.</summary>
    public static IEnumerable<TheoryDataRow<string, string, string>> Of(string file)
    {
        foreach (var line in File.ReadLines(Path.Combine(Repository.Root, "tests", "Verifiers.Tests", "Math", file)))
        {
            var c = JsonDocument.Parse(line).RootElement;
            yield return new(c.GetProperty("id").GetString()!, c.GetProperty("gold").GetString()!, c.GetProperty("answer").GetString()!);
        }
    }
}
