using System.Text.Json;
using System.Text.Json.Serialization;
using SafetyGate.Core.Files;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Reports;

namespace SafetyGate.Studies.Safety.Runs;

/// <summary>All that the page needs of one finished run; a study's machines exchange these files.</summary>
public sealed record StudyRun
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NewLine = "\n",
        WriteIndented = true,
        IndentSize = 1,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
    };

    /// <summary>Name of the arm.</summary>
    public required string Arm { get; init; }

    /// <summary>Seed of the training.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Digest of what decides the run and its measurements, wherever it is carried out.</summary>
    public required string Key { get; init; }

    /// <summary>Digest of the run in the store of the machine that made it.</summary>
    public required string Digest { get; init; }

    /// <summary>Where it was computed.</summary>
    public required RunEnvironment Environment { get; init; }

    /// <summary>Updates of the arm's own training.</summary>
    public required long Steps { get; init; }

    /// <summary>Seconds of its trainings when they were made, those it builds on included.</summary>
    public required double Seconds { get; init; }

    /// <summary>Accuracy on the validation split when it ended; <c>null</c> if it was not measured.</summary>
    public double? ValidationAccuracy { get; init; }

    /// <summary>Every metric before and after.</summary>
    public required IReadOnlyList<StudyRate> Rates { get; init; }

    /// <summary>KL, and each bound on the drift.</summary>
    public required RunDrift Drift { get; init; }

    /// <summary>
    /// Safety lost at temperature 1 by behavior, in the order of the suites: mean score of the reference less that of the tuned model.
    /// </summary>
    public required IReadOnlyList<double> Lost { get; init; }

    /// <summary>Accuracy gained at temperature 1 by item of the test split: score of the tuned model less that of the reference.</summary>
    public required IReadOnlyList<double> Gained { get; init; }

    /// <summary>Resident memory of the process after the run was measured and closed, MiB.</summary>
    public required long ResidentMebibytes { get; init; }

    /// <summary>The rates of a metric.</summary>
    /// <exception cref="KeyNotFoundException">It was not measured.</exception>
    public StudyRate this[string metric] => Rates.FirstOrDefault(rate => rate.Metric == metric) ?? throw new KeyNotFoundException($"'{metric}' was not measured on {Arm}.");

    /// <summary>The KL on a metric's prompts, nats; <c>null</c> where there is none.</summary>
    public double? KlOn(string metric) => Drift.Metrics.FirstOrDefault(drifted => drifted.Metric == metric)?.Kl;

    /// <summary>The run as strict JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Options) + "\n";

    /// <summary>Reads a file.</summary>
    /// <exception cref="UserErrorException">It is missing or damaged (exit code 65).</exception>
    public static StudyRun Read(string path)
    {
        try
        {
            var utf8 = BoundedFile.WithoutMark(BoundedFile.Read(path, BoundedFile.Small)).Span;
            if (JsonBounds.Record.Problem(utf8) is { } problem) throw new JsonException(problem);
            return JsonSerializer.Deserialize<StudyRun>(utf8, Options) ?? throw new JsonException("it is null");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new UserErrorException($"{path} cannot be read as a run of a study: {e.Message}", e);
        }
    }
}
