using System.Text.Json;
using System.Text.RegularExpressions;
using SafetyGate.Core.Runs;

namespace SafetyGate.Harness.Runs;

/// <summary>The last value of each metric of a <c>metrics.jsonl</c>.</summary>
/// <param name="Steps">The largest <c>step</c>; 0 when no row has one.</param>
/// <param name="Last">The last value of each metric, in ordinal order of their names.</param>
internal sealed partial record MetricsSummary(long Steps, IReadOnlyDictionary<string, double> Last)
{
    /// <summary>Reads the file a trainer left.</summary>
    /// <exception cref="TrainingFailedException">A line is not a JSON object.</exception>
    public static async Task<MetricsSummary> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var last = new SortedDictionary<string, double>(StringComparer.Ordinal);
        var steps = 0L;
        var number = 0;
        await foreach (var line in File.ReadLinesAsync(path, cancellationToken))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line)) continue;
            try
            {
                using var row = Row(line);
                foreach (var member in row.RootElement.EnumerateObject())
                    if (NumberIn(member.Value) is { } value) last[member.Name] = value;
                if (row.RootElement.TryGetProperty("step", out var step) && step.TryGetInt64(out var at)) steps = Math.Max(steps, at);
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                throw new TrainingFailedException(Invariant($"The trainer wrote {path}, whose line {number} is not a JSON object: {e.Message}"), e);
            }
        }

        return new MetricsSummary(steps, last);
    }

    // Python writes NaN and Infinity bare, which no JSON has.
    private static JsonDocument Row(string line)
    {
        try
        {
            return JsonDocument.Parse(line);
        }
        catch (JsonException) when (BareNumber().IsMatch(line))
        {
            return JsonDocument.Parse(BareNumber().Replace(line, "\"$0\""));
        }
    }

    [GeneratedRegex(@"(?<=[:\[,]\s*)(?:NaN|-?Infinity)(?=\s*[,\]}])", RegexOptions.CultureInvariant)]
    private static partial Regex BareNumber();

    private static double? NumberIn(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.String => value.GetString() switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            _ => null,
        },
        _ => null,
    };
}
