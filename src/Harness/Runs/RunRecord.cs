using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using SafetyGate.Core.Files;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;

namespace SafetyGate.Harness.Runs;

/// <summary>Record of a finished run: the file <c>run.json</c>.</summary>
public sealed record RunRecord
{
    /// <summary>The version of this layout; part of the run's key.</summary>
    public const int CurrentFormat = 1;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.General)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        NewLine = "\n",
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Version of the layout.</summary>
    public required int Format { get; init; }

    /// <summary>The run's key: SHA-256 over recipe and environment; lower-case hex.</summary>
    public required string Digest { get; init; }

    /// <summary>Name of the recipe, for people.</summary>
    public required string Name { get; init; }

    /// <summary>The seed of the run.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Everything that decided the weights, as the recipe describes it.</summary>
    public required JsonObject Recipe { get; init; }

    /// <summary>The compute environment.</summary>
    public required RunEnvironment Environment { get; init; }

    /// <summary>The model that came out.</summary>
    public required ModelIdentity Model { get; init; }

    /// <summary>The largest <c>step</c> logged; 0 when none was.</summary>
    public required long Steps { get; init; }

    /// <summary>The last value of each metric logged, by name; NaN and infinities as such.</summary>
    public required IReadOnlyDictionary<string, double> Metrics { get; init; }

    /// <summary>Attempts the run took; more than 1 when it was interrupted and resumed.</summary>
    public required int Attempts { get; init; }

    /// <summary>Seconds the last attempt took.</summary>
    public required double Seconds { get; init; }

    /// <summary>The files of the run with their digests.</summary>
    public required IReadOnlyList<StoredFile> Files { get; init; }

    /// <summary>The record as strict JSON, keys in a fixed order.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Options) + "\n";

    /// <summary>Reads a record; every member must be there and no other.</summary>
    /// <exception cref="JsonException">The text is not such a record.</exception>
    public static RunRecord Parse(string json)
    {
        if (JsonBounds.Small.Problem(System.Text.Encoding.UTF8.GetBytes(json)) is { } problem) throw new JsonException(problem);
        var record = Deserialized(json);
        if (record.Format != CurrentFormat)
            throw new JsonException(Invariant($"its format is {record.Format}; this version reads {CurrentFormat}"));
        var key = KeyOf(record.Recipe, record.Environment);
        return key == record.Digest
            ? record
            : throw new JsonException($"its digest {record.Digest} is not that of its recipe and environment, {key}");
    }

    private static RunRecord Deserialized(string json)
    {
        try
        {
            var record = JsonSerializer.Deserialize<RunRecord>(json, Options) ?? throw new JsonException("it is null");
            return record.Files.Contains(null!) ? throw new JsonException("a file is null") : record;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException) // a key of the recipe occurs twice
        {
            throw new JsonException(e.Message, e);
        }
    }

    /// <summary>The key of a run: SHA-256 over the canonical JSON of its description and environment; lower-case hex.</summary>
    public static string KeyOf(JsonObject recipe, RunEnvironment environment) => CanonicalJson.Digest(new JsonObject
    {
        ["format"] = CurrentFormat,
        ["recipe"] = recipe.DeepClone(),
        ["environment"] = JsonSerializer.SerializeToNode(environment, Options),
    });
}
