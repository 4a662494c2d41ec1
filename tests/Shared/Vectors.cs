using System.Text.Json;
using static System.FormattableString;

namespace SafetyGate.Tests;

/// <summary>Cases by kind: each computes an object whose fields must be the expected ones, whatever the sizes and settings of its input.</summary>
internal static class Vectors
{
    private static readonly JsonSerializerOptions Options = new() { NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>Files and ids of a folder's cases.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="isOwn">Which kinds; all when left out.</param>
    public static TheoryData<string, string> Of(string folder, Func<string, bool>? isOwn = null)
    {
        var data = new TheoryData<string, string>();
        foreach (var file in ConformanceCases.Find(folder, "*.jsonl"))
            foreach (var line in ConformanceCases.Lines(file).Where(line => isOwn is null || isOwn(Kind(line)))) data.Add(file, line.GetProperty("id").GetString()!);
        if (!data.Any()) data.Add("", "");
        return data;
    }

    /// <summary>Runs one case; a kind that nobody computes fails by name, and so does an option of it.</summary>
    /// <param name="file">Its file.</param>
    /// <param name="id">Its id.</param>
    /// <param name="kinds">What computes each kind.</param>
    /// <param name="tolerance">Tolerance of a field where the case has none.</param>
    public static void Run(string file, string id, IReadOnlyDictionary<string, Func<VectorInput, object>> kinds, Func<string, double> tolerance)
    {
        var @case = ConformanceCases.Lines(file).Single(line => line.GetProperty("id").GetString() == id);
        ConformanceLog.Compared(file, id);
        Compare(@case, kinds, tolerance);
    }

    /// <summary>Compares one case.</summary>
    public static void Compare(JsonElement @case, IReadOnlyDictionary<string, Func<VectorInput, object>> kinds, Func<string, double> tolerance)
    {
        var (kind, id) = (Kind(@case), @case.GetProperty("id").GetString()!);
        Assert.True(kinds.TryGetValue(kind, out var compute), $"{id}: the kind '{kind}' is not computed by the product.");
        var input = new VectorInput(@case.GetProperty("input"));
        var actual = JsonSerializer.SerializeToElement(compute!(input), Options);
        Assert.True(input.Unread.Count == 0, $"{id}: of the kind '{kind}' the product does not compute {string.Join(", ", input.Unread.Select(name => $"'{name}'"))}.");
        var given = @case.TryGetProperty("tolerance", out var own) ? own.GetDouble() : (double?)null;
        Same(@case.GetProperty("expected"), actual, id, name => given ?? tolerance(name), "");
    }

    private static string Kind(JsonElement line) => line.GetProperty("kind").GetString()!;

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
