using System.Text.Json;

namespace SafetyGate.Tests;

/// <summary>The input of a case. Reading a field marks it as computed; a field that nobody reads is an option that is not computed.</summary>
internal sealed class VectorInput(JsonElement json)
{
    private readonly HashSet<string> _read = new(StringComparer.Ordinal) { "note" };

    /// <summary>A field.</summary>
    public JsonElement this[string name]
    {
        get
        {
            _read.Add(name);
            Assert.True(json.TryGetProperty(name, out var value), $"The input has no '{name}'.");
            return value;
        }
    }

    /// <summary>Fields that nobody read.</summary>
    public IReadOnlyList<string> Unread => [.. json.EnumerateObject().Select(one => one.Name).Where(name => !_read.Contains(name))];

    public double Number(string name) => this[name].GetDouble();

    public double Number(string name, double otherwise) => json.TryGetProperty(name, out _) ? Number(name) : otherwise;

    public int Whole(string name) => this[name].GetInt32();

    public string Text(string name) => this[name].GetString()!;

    public string[] Texts(string name) => [.. this[name].EnumerateArray().Select(text => text.GetString()!)];

    public double[] Doubles(string name) => Doubles(this[name]);

    public int[] Ints(string name) => [.. this[name].EnumerateArray().Select(value => value.GetInt32())];

    public double[][] Table(string name) => [.. this[name].EnumerateArray().Select(Doubles)];

    /// <summary>A setting of which one value is computed; another one fails by name.</summary>
    public void Only(string name, string value)
    {
        if (json.TryGetProperty(name, out _)) Assert.True(Text(name) == value, $"The {name} '{Text(name)}' are not computed by the product; it computes '{value}'.");
    }

    public static double[] Doubles(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetDouble())];
}
