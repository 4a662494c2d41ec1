using System.Text.Json;
using System.Text.Json.Serialization;
using SafetyGate.Core.Files;
using SafetyGate.Harness.Baselines;

namespace SafetyGate.Harness.Reports;

/// <summary>
/// Drift of a run: reward, safety by suite, KL on training and safety prompts, and each bound. The file <c>RUN.drift.json</c>.
/// </summary>
public sealed record RunDrift
{
    /// <summary>Pattern of the files in a results folder.</summary>
    public const string Pattern = "*.drift.json";

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        NewLine = "\n",
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
    };

    /// <summary>Name of the recipe.</summary>
    public required string Recipe { get; init; }

    /// <summary>Seed of the run.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Key of the run in the store.</summary>
    public required string Digest { get; init; }

    /// <summary>Steps it made.</summary>
    public required long Steps { get; init; }

    /// <summary>Accuracy on the selection split when it stopped; <c>null</c> when it was not measured.</summary>
    public double? SelectionAccuracy { get; init; }

    /// <summary>β of a run that maximizes a reward, in reward per nat; <c>null</c> for other runs.</summary>
    public double? Beta { get; init; }

    /// <summary>Why such a run does not conform to the theory; empty for a conforming one, <c>null</c> for other runs.</summary>
    public IReadOnlyList<string>? NonConformities { get; init; }

    /// <summary>Mean reward of the untuned reference on training prompts; <c>null</c> when not measured.</summary>
    public double? ReferenceReward { get; init; }

    /// <summary>Mean reward of the tuned model on training prompts; <c>null</c> when not measured.</summary>
    public double? Reward { get; init; }

    /// <summary>KL on training prompts, nats; <c>null</c> when not measured.</summary>
    public double? TrainingKl { get; init; }

    /// <summary>Training prompts measured on.</summary>
    public int TrainingPrompts { get; init; }

    /// <summary>The metrics.</summary>
    public required IReadOnlyList<DriftedMetric> Metrics { get; init; }

    /// <summary>The bounds.</summary>
    public required IReadOnlyList<DriftBound> Bounds { get; init; }

    /// <summary>Name of its file: recipe and seed, in a form that every file system takes.</summary>
    [JsonIgnore]
    public string FileName => PortableName.Of(Recipe, Invariant($"{Seed}")) + ".drift.json";

    /// <summary>The run as strict JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Options) + "\n";

    /// <summary>Writes the file into a folder, whole or not at all.</summary>
    /// <exception cref="UserErrorException">It cannot be written (exit code 74).</exception>
    public void Write(string directory) => WholeFile.Write(Path.Combine(directory, FileName), System.Text.Encoding.UTF8.GetBytes(ToJson()));

    /// <summary>Reads a file.</summary>
    /// <exception cref="UserErrorException">It is missing or damaged (exit code 65).</exception>
    public static RunDrift Read(string path)
    {
        try
        {
            var utf8 = BoundedFile.WithoutMark(BoundedFile.Read(path, BoundedFile.Small)).Span;
            if (JsonBounds.Record.Problem(utf8) is { } problem) throw new JsonException(problem);
            return JsonSerializer.Deserialize<RunDrift>(utf8, Options) ?? throw new JsonException("it is null");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new UserErrorException($"{path} cannot be read as the drift of a run: {e.Message}", e);
        }
    }
}
