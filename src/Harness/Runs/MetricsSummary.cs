using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using SafetyGate.Core.Files;
using SafetyGate.Core.Runs;

namespace SafetyGate.Harness.Runs;

/// <summary>The last value of each metric of a <c>metrics.jsonl</c>.</summary>
/// <param name="Steps">The largest <c>step</c>; 0 when no row has one.</param>
/// <param name="Last">The last value of each metric, in ordinal order of their names.</param>
internal sealed partial record MetricsSummary(long Steps, IReadOnlyDictionary<string, double> Last)
{
    private const int LongestRow = 1 << 20, MostMetrics = 10_000;

    /// <summary>Reads the file a trainer left.</summary>
    /// <exception cref="TrainingFailedException">A line is not a JSON object.</exception>
    public static MetricsSummary Read(string path, CancellationToken cancellationToken)
    {
        var last = new SortedDictionary<string, double>(StringComparer.Ordinal);
        var steps = 0L;
        using var file = BoundedFile.Open(path);
        foreach (var line in BoundedLines.Read(file, LongestRow))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (line.IsBlank) continue;
            try
            {
                if (line.IsTooLong) throw new JsonException(Invariant($"it has more than {LongestRow:N0} bytes."));
                using var row = Row(Encoding.UTF8.GetString(line.Utf8.Span));
                foreach (var member in row.RootElement.EnumerateObject())
                    if (NumberIn(member.Value) is { } value) last[member.Name] = value;
                if (last.Count > MostMetrics) throw new JsonException(Invariant($"the file has more than {MostMetrics:N0} metrics."));
                if (row.RootElement.TryGetProperty("step", out var step) && step.TryGetInt64(out var at)) steps = Math.Max(steps, at);
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                throw new TrainingFailedException(Invariant($"The trainer wrote {path}, whose line {line.Number} is not a JSON object: {e.Message}"), e);
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
