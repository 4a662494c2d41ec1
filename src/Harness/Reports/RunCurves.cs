using System.Text;
using System.Text.Json;
using SafetyGate.Core.Files;

namespace SafetyGate.Harness.Reports;

/// <summary>
/// Metrics logged by a trainer, for the plots. Read from <c>metrics.jsonl</c>, one JSON object a line with a <c>step</c>.
/// </summary>
public sealed record RunCurves
{
    // The curves a reviewer looks at first; the rest stays in metrics.jsonl.
    private static readonly string[] Wanted = ["reward", "kl", "loss", "eval_accuracy"];

    /// <summary>Name of the run.</summary>
    public required string Run { get; init; }

    /// <summary>Key of the run; lower-case hex.</summary>
    public required string Digest { get; init; }

    /// <summary>The curves of reward, KL, loss and accuracy that the file has, in that order.</summary>
    public required IReadOnlyList<RunCurve> Curves { get; init; }

    /// <summary>The last accuracy logged; <c>null</c> when none is.</summary>
    public double? LastAccuracy => Curves.FirstOrDefault(c => c.Metric == "eval_accuracy")?.Points is [.., var last] ? last.Value : null;

    /// <summary>Where a results folder keeps the metrics of a run, so that a downloaded artifact has the plots.</summary>
    public static string PathIn(string directory, string digest) =>
        Path.Combine(directory, $"metrics.{digest[..Math.Min(16, digest.Length)]}.jsonl");

    /// <summary>Reads the curves of a run.</summary>
    /// <param name="text">The file's text. A last line without its end is left out: a running trainer was writing it.</param>
    /// <param name="run">Name of the run.</param>
    /// <param name="digest">Key of the run.</param>
    /// <param name="where">How to call the file in messages.</param>
    /// <exception cref="UserErrorException">A line is not a JSON object (exit code 65).</exception>
    public static RunCurves Parse(string text, string run, string digest, string where)
    {
        var values = Wanted.ToDictionary(w => w, _ => new List<RunCurvePoint>());
        var notFinite = Wanted.ToDictionary(w => w, _ => 0);
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length - 1; i++)
        {
            if (string.IsNullOrWhiteSpace(lines[i])) continue;
            foreach (var (name, step, value) in Row(lines[i], Invariant($"{where}, line {i + 1}")))
            {
                if (double.IsFinite(value)) values[name].Add(new(step, value));
                else notFinite[name]++;
            }
        }

        return new()
        {
            Run = run,
            Digest = digest,
            Curves = [.. Wanted.Where(w => values[w].Count + notFinite[w] > 0).Select(w => new RunCurve(w, values[w], notFinite[w]))]
        };
    }

    private static List<(string Name, long Step, double Value)> Row(string line, string where)
    {
        try
        {
            var utf8 = Encoding.UTF8.GetBytes(line);
            if (JsonBounds.Small.TooLarge(utf8) is { } problem) throw new JsonException(problem);
            using var row = JsonDocument.Parse(utf8);
            if (!row.RootElement.TryGetProperty("step", out var at) || !at.TryGetInt64(out var step)) return [];
            return [.. from member in row.RootElement.EnumerateObject()
                       where Wanted.Contains(member.Name) && member.Value.ValueKind is JsonValueKind.Number or JsonValueKind.String
                       select (member.Name, step, member.Value.ValueKind == JsonValueKind.Number ? member.Value.GetDouble() : double.NaN)];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new UserErrorException($"{where}: this is not a JSON object: {e.Message}", e);
        }
    }
}
