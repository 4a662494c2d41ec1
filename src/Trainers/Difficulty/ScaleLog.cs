using System.Text.Json;
using SafetyGate.Core.Runs;

namespace SafetyGate.Trainers.Difficulty;

/// <summary>The file <c>scales.jsonl</c> of a run: every factor of an advantage, one prompt of a step a line.</summary>
/// <param name="directory">The run's directory.</param>
internal sealed class ScaleLog(string directory)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
    private readonly string _path = Path.Combine(directory, RunLayout.Scales);
    private bool _isOpen;

    /// <summary>Appends the factors of a step. A resumed run first drops what an interrupted one wrote of this step and later ones.</summary>
    public void Append(IReadOnlyList<PromptScale> scales)
    {
        var lines = scales.Select(scale => JsonSerializer.Serialize(scale, Json));
        if (!_isOpen) File.WriteAllLines(_path, [.. Earlier(scales[0].Step)]);
        File.AppendAllText(_path, string.Concat(lines.Select(line => line + "\n")));
        _isOpen = true;
    }

    private List<string> Earlier(long step)
    {
        if (!File.Exists(_path)) return [];
        using var file = Core.Files.BoundedFile.Open(_path);
        using var reader = new StreamReader(file);
        List<string> kept = [];
        while (reader.ReadLine() is { } line)
        {
            try
            {
                if (JsonSerializer.Deserialize<PromptScale>(line, Json) is not { } scale || scale.Step >= step) break;
            }
            catch (JsonException)
            {
                break; // a line that was cut when the process was killed
            }

            kept.Add(line);
        }

        return kept;
    }
}
