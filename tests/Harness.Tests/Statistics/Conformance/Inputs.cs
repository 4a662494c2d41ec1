using System.Text.Json;

namespace SafetyGate.Harness.Tests.Statistics.Conformance;

/// <summary>Reads the input of a case.</summary>
internal static class Inputs
{
    public static double Number(this JsonElement input, string name) => input.GetProperty(name).AsNumber();

    public static double AsNumber(this JsonElement element) =>
        Agreement.IsNumber(element, out var value) ? value : throw new InvalidDataException($"{element} is no number.");

    /// <summary>The number in a name, such as a level.</summary>
    public static double Decimal(string name) => double.Parse(name, System.Globalization.CultureInfo.InvariantCulture);

    public static int Whole(this JsonElement input, string name) => input.GetProperty(name).GetInt32();

    public static double[] Numbers(this JsonElement input, string name) => [.. input.GetProperty(name).EnumerateArray().Select(AsNumber)];

    public static double[][] Rows(this JsonElement input, string name) => [.. input.GetProperty(name).EnumerateArray().Select(r => r.EnumerateArray().Select(AsNumber).ToArray())];

    public static Dictionary<string, object?> Fields(params (string Name, object? Value)[] fields) => fields.ToDictionary(f => f.Name, f => f.Value, StringComparer.Ordinal);
}
