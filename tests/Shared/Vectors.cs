using System.Text.Json;

namespace SafetyGate.Analysis.Tests.Conformance;

/// <summary>Cases by kind: each computes an object whose fields must be the expected ones.</summary>
internal static class Vectors
{
    public static TheoryData<string, string> Of(string folder)
    {
        var data = new TheoryData<string, string>();
        foreach (var file in ConformanceCases.Find(folder, "*.jsonl"))
            foreach (var line in ConformanceCases.Lines(file)) data.Add(file, line.GetProperty("id").GetString()!);
        if (!data.Any()) data.Add("", "");
        return data;
    }

    /// <summary>Runs one case; a kind that nobody computes fails by name.</summary>
    public static void Run(string file, string id, IReadOnlyDictionary<string, Func<JsonElement, object>> kinds, Func<string, double> tolerance)
    {
        var @case = ConformanceCases.Lines(file).Single(line => line.GetProperty("id").GetString() == id);
        ConformanceLog.Compared(file, id);
        var kind = @case.GetProperty("kind").GetString()!;
        Assert.True(kinds.TryGetValue(kind, out var compute), $"The kind '{kind}' is not computed by the product.");
        var actual = JsonSerializer.SerializeToElement(compute!(@case.GetProperty("input")), Options);
        var given = @case.TryGetProperty("tolerance", out var own) ? own.GetDouble() : (double?)null;
        Same(@case.GetProperty("expected"), actual, id, name => given ?? tolerance(name), "");
    }

    public static double[] Doubles(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetDouble())];

    public static int[] Ints(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetInt32())];

    public static double[][] Table(JsonElement array) => [.. array.EnumerateArray().Select(Doubles)];

    private static readonly JsonSerializerOptions Options = new() { NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private static void Same(JsonElement expected, JsonElement actual, string where, Func<string, double> tolerance, string name)
    {
        switch (expected.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var field in expected.EnumerateObject().Where(field => field.Name != "note"))
                {
                    Assert.True(actual.ValueKind == JsonValueKind.Object && actual.TryGetProperty(field.Name, out _), $"{where}: there is no '{field.Name}'.");
                    Same(field.Value, actual.GetProperty(field.Name), $"{where}.{field.Name}", tolerance, field.Name);
                }

                break;
            case JsonValueKind.Array:
                Assert.True(actual.ValueKind == JsonValueKind.Array && actual.GetArrayLength() == expected.GetArrayLength(), $"{where}: {actual}, expected {expected}");
                for (var i = 0; i < expected.GetArrayLength(); i++) Same(expected[i], actual[i], Invariant($"{where}[{i}]"), tolerance, name);
                break;
            case JsonValueKind.Number:
                Assert.True(actual.ValueKind == JsonValueKind.Number, $"{where}: {actual}, expected {expected}");
                Near.Equal(expected.GetDouble(), actual.GetDouble(), tolerance(name), where);
                break;
            default:
                Assert.True(expected.ToString() == actual.ToString() && expected.ValueKind == actual.ValueKind, $"{where}: {actual}, expected {expected}");
                break;
        }
    }
}
