using System.Text.Json;
using System.Text.RegularExpressions;
using SafetyGate.Core;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Baselines;

namespace SafetyGate.Harness.Tests.Baselines;

/// <summary>The published schema and the reader say the same.</summary>
public sealed class SchemaSpecs
{
    private static readonly JsonElement Schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "docs", "result.schema.json"))).RootElement;

    [Fact]
    public void Every_file_we_write_satisfies_the_published_schema()
    {
        var random = new RandomStream(31, "schema");
        for (var trial = 0; trial < 100; trial++)
        {
            using var file = JsonDocument.Parse(ResultFile.Bytes(Documents.Random(random)));
            Assert.Empty(Problems(Schema, file.RootElement, "file"));
        }
    }

    [Fact]
    public void Every_key_of_the_schema_is_written_somewhere_and_no_other()
    {
        var declared = new SortedSet<string>(StringComparer.Ordinal);
        Declared(Schema, declared);
        var written = new SortedSet<string>(StringComparer.Ordinal);
        var random = new RandomStream(32, "schema keys");
        for (var trial = 0; trial < 50; trial++)
        {
            using var file = JsonDocument.Parse(ResultFile.Bytes(Documents.Random(random)));
            Written(file.RootElement, written);
        }

        using var shard = JsonDocument.Parse(ResultFile.Bytes(Documents.Steady with { Shard = new() { Part = new(2, 3), Items = [(3 * Documents.Steady.Metrics[0].Measurement.Items.Count) - 1] } }));
        Assert.Empty(Problems(Schema, shard.RootElement, "file"));
        Written(shard.RootElement, written);
        var set = Documents.Steady with { Recipe = Documents.Steady.Recipe! with { Settings = new Dictionary<string, string> { ["options.seed"] = "1" } } };
        using var settings = JsonDocument.Parse(ResultFile.Bytes(set));
        Assert.Empty(Problems(Schema, settings.RootElement, "file"));
        Written(settings.RootElement, written);
        Assert.True(written.Remove("options.seed")); // a name of the recipe's own
        Assert.Equal(declared, written);
    }

    [Theory]
    [InlineData("\"metric\":", "\"metrik\":")]
    [InlineData("\"margin\": 0.25", "\"margin\": 0")]
    [InlineData("\"alpha\": 0.05", "\"alpha\": 0.5")]
    [InlineData("\"largest\": 3", "\"largest\": 0")]
    [InlineData("\"largest\": 3, ", "")]
    [InlineData("\"template\":", "\"templates\":")]
    [InlineData("\"style\": \"", "\"style\": \"un")]
    [InlineData("\"kl\": 0.125", "\"kl\": -0.125")]
    [InlineData("\"kl\": [", "\"kl\": null, \"x\": [")]
    public void What_the_schema_refuses_of_a_KL_the_reader_refuses(string from, string to)
    {
        var kl = Documents.Kl(new RandomStream(33, "kl")) with { Margin = 0.25, Largest = 3, Prompts = [.. Enumerable.Range(0, 100).Select(i => KeyValuePair.Create(Invariant($"p{i}"), 0.125))] };
        var text = System.Text.Encoding.UTF8.GetString(ResultFile.Bytes(Documents.Steady with { Metrics = [], Kl = [kl] }));
        Assert.Contains(from, text, StringComparison.Ordinal);
        text = text.Replace(from, to, StringComparison.Ordinal);
        using var file = JsonDocument.Parse(text);
        Assert.NotEmpty(Problems(Schema, file.RootElement, "file"));
        Assert.Throws<UserErrorException>(() => ResultFile.Read(System.Text.Encoding.UTF8.GetBytes(text), "file"));
    }

    [Theory]
    [InlineData("\"format\": \"safetygate-result/1\"", "\"format\": \"other\"")]
    [InlineData("\"direction\": \"safety\"", "\"direction\": \"unsafety\"")]
    [InlineData("\"scores\": [1]", "\"scores\": [2]")]
    [InlineData("\"scores\": [1]", "\"scores\": []")]
    [InlineData("\"margin\": 0.02", "\"margin\": 0")]
    [InlineData("\"seed\": \"1\"", "\"seed\": 1")]
    [InlineData("\"samplesPerPrompt\": 1", "\"samplesPerPrompt\": 0")]
    [InlineData("\"metric\":", "\"metrik\":")]
    public void What_the_schema_refuses_the_reader_refuses(string from, string to)
    {
        var text = System.Text.Encoding.UTF8.GetString(ResultFile.Bytes(Documents.Of("110"))).Replace(from, to, StringComparison.Ordinal);
        using var file = JsonDocument.Parse(text);
        Assert.NotEmpty(Problems(Schema, file.RootElement, "file"));
        Assert.Throws<UserErrorException>(() => ResultFile.Read(System.Text.Encoding.UTF8.GetBytes(text), "file"));
    }

    /// <summary>The part of JSON Schema that the file uses; a keyword it does not know is an error of this test.</summary>
    private static IEnumerable<string> Problems(JsonElement schema, JsonElement value, string path)
    {
        foreach (var keyword in schema.EnumerateObject())
        {
            var rule = keyword.Value;
            switch (keyword.Name)
            {
                case "$schema" or "$defs" or "title" or "description": break;
                case "$ref":
                    foreach (var p in Problems(Schema.GetProperty("$defs").GetProperty(rule.GetString()!["#/$defs/".Length..]), value, path)) yield return p;
                    break;
                case "type":
                    var allowed = rule.ValueKind == JsonValueKind.Array ? rule.EnumerateArray().Select(t => t.GetString()!).ToArray() : [rule.GetString()!];
                    if (!allowed.Any(t => Is(value, t))) yield return $"{path} is not {string.Join(" or ", allowed)}";
                    break;
                case "const": if (value.ToString() != rule.GetString()) yield return $"{path} is not {rule}"; break;
                case "enum": if (rule.EnumerateArray().All(v => v.GetString() != value.ToString())) yield return $"{path} is not one of {rule}"; break;
                case "pattern": if (!Regex.IsMatch(value.GetString()!, rule.GetString()!)) yield return $"{path} does not match {rule}"; break;
                case "minLength": if (value.GetString()!.Length < rule.GetInt32()) yield return $"{path} is too short"; break;
                case "minimum": if (value.ValueKind == JsonValueKind.Number && value.GetDouble() < rule.GetDouble()) yield return $"{path} is below {rule}"; break;
                case "maximum": if (value.ValueKind == JsonValueKind.Number && value.GetDouble() > rule.GetDouble()) yield return $"{path} is above {rule}"; break;
                case "exclusiveMinimum": if (value.ValueKind == JsonValueKind.Number && value.GetDouble() <= rule.GetDouble()) yield return $"{path} is not above {rule}"; break;
                case "exclusiveMaximum": if (value.ValueKind == JsonValueKind.Number && value.GetDouble() >= rule.GetDouble()) yield return $"{path} is not below {rule}"; break;
                case "minItems": if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() < rule.GetInt32()) yield return $"{path} is too short"; break;
                case "maxItems": if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > rule.GetInt32()) yield return $"{path} is too long"; break;
                case "required": foreach (var name in rule.EnumerateArray()) if (value.ValueKind == JsonValueKind.Object && !value.TryGetProperty(name.GetString()!, out _)) yield return $"{path} lacks {name}"; break;
                case "dependentRequired":
                    foreach (var pair in rule.EnumerateObject())
                        if (value.TryGetProperty(pair.Name, out _))
                            foreach (var name in pair.Value.EnumerateArray()) if (!value.TryGetProperty(name.GetString()!, out _)) yield return $"{path} has {pair.Name} without {name}";
                    break;
                case "maxProperties": if (value.ValueKind == JsonValueKind.Object && value.EnumerateObject().Count() > rule.GetInt32()) yield return $"{path} has more keys than {rule}"; break;
                case "additionalProperties" when rule.ValueKind == JsonValueKind.Object:
                    if (value.ValueKind == JsonValueKind.Object) foreach (var member in value.EnumerateObject()) foreach (var p in Problems(rule, member.Value, path + "." + member.Name)) yield return p;
                    break;
                case "additionalProperties":
                    if (value.ValueKind == JsonValueKind.Object) foreach (var member in value.EnumerateObject()) if (!schema.GetProperty("properties").TryGetProperty(member.Name, out _)) yield return $"{path} has the unknown key {member.Name}";
                    break;
                case "properties":
                    if (value.ValueKind == JsonValueKind.Object)
                        foreach (var member in value.EnumerateObject())
                            if (rule.TryGetProperty(member.Name, out var inner)) foreach (var p in Problems(inner, member.Value, path + "." + member.Name)) yield return p;
                    break;
                case "anyOf": if (rule.EnumerateArray().All(one => Problems(one, value, path).Any())) yield return $"{path} fits none of the alternatives"; break;
                case "items":
                    if (value.ValueKind == JsonValueKind.Array) foreach (var element in value.EnumerateArray()) foreach (var p in Problems(rule, element, path + "[]")) yield return p;
                    break;
                default: yield return $"the schema uses '{keyword.Name}', which this test does not know"; break;
            }
        }
    }

    private static bool Is(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "null" => value.ValueKind == JsonValueKind.Null,
        _ => false,
    };

    private static void Declared(JsonElement schema, SortedSet<string> names)
    {
        if (schema.ValueKind != JsonValueKind.Object) return;
        foreach (var member in schema.EnumerateObject())
        {
            if (member.Name == "properties") foreach (var property in member.Value.EnumerateObject()) names.Add(property.Name);
            if (member.Value.ValueKind == JsonValueKind.Object) Declared(member.Value, names);
        }
    }

    private static void Written(JsonElement value, SortedSet<string> names)
    {
        if (value.ValueKind == JsonValueKind.Array) foreach (var element in value.EnumerateArray()) Written(element, names);
        if (value.ValueKind != JsonValueKind.Object) return;
        foreach (var member in value.EnumerateObject())
        {
            names.Add(member.Name);
            Written(member.Value, names);
        }
    }
}
