using System.Text;
using System.Text.Json;
using SafetyGate.Core.Runs;

namespace SafetyGate.Cli.Tests.Fuzzing;

/// <summary>Spoils a file of any format: JSON by its values, JSON Lines by those of one line, whatever else by bytes and text.</summary>
internal sealed class Spoiler
{
    private readonly Damage _whole;
    private readonly byte[][] _lines;
    private readonly Damage?[] _ofLines;

    public Spoiler(byte[] whole)
    {
        _whole = new(whole);
        _lines = IsJson(whole) ? [] : [.. Encoding.Latin1.GetString(whole).Split('\n').Select(Encoding.Latin1.GetBytes)];
        _ofLines = [.. _lines.Select(line => IsJson(line) ? new Damage(line) : null)];
        if (_ofLines.All(line => line is null)) _ofLines = [];
    }

    /// <summary>One spoilt file; which, the stream decides.</summary>
    public byte[] Draw(RandomStream random)
    {
        if (_ofLines.Length == 0 || random.Next(4) == 0) return _whole.Draw(random);
        var at = random.Next(_lines.Length);
        return _ofLines[at] is { } damage
            ? [.. _lines[..at].SelectMany(line => (byte[])[.. line, (byte)'\n']), .. damage.Draw(random), .. _lines[(at + 1)..].SelectMany(line => (byte[])[(byte)'\n', .. line])]
            : _whole.Draw(random);
    }

    private static bool IsJson(byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return document.RootElement.ValueKind is JsonValueKind.Object or JsonValueKind.Array;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
