using System.Text.Json;

namespace SafetyGate.Harness.Tests.Statistics.Conformance;

internal static class SequentialOperating
{
    public static void Judge(JsonElement @case, Agreement agreement) => agreement.Problems.Add("The kind 'operating' of a sequential test is not computed by the product.");
}
