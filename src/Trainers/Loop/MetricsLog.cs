using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SafetyGate.Trainers.Loop;

/// <summary>The file <c>metrics.jsonl</c> of a run: one JSON object a step, flushed as it is written.</summary>
/// <remarks>On resume it is cut back to the length the saved state knows, so it equals that of an undisturbed run.</remarks>
public sealed class MetricsLog : IDisposable
{
    /// <summary>Name of the file in a run's directory.</summary>
    public const string FileName = "metrics.jsonl";

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly FileStream _file;

    private MetricsLog(FileStream file) => _file = file;

    /// <summary>Bytes written so far.</summary>
    public long Length => _file.Length;

    /// <summary>Opens the log and cuts off everything behind the first <paramref name="length"/> bytes.</summary>
    /// <param name="directory">The run's directory.</param>
    /// <param name="length">Bytes to keep: 0 for a fresh run.</param>
    /// <returns>The log, or <c>null</c> when the file is shorter than that and so cannot belong to the saved state.</returns>
    public static MetricsLog? Open(string directory, long length)
    {
        var file = new FileStream(Path.Combine(directory, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        if (file.Length < length)
        {
            file.Dispose();
            return null;
        }

        file.SetLength(length);
        file.Seek(0, SeekOrigin.End);
        return new MetricsLog(file);
    }

    /// <summary>Appends a row and hands it to the operating system.</summary>
    public void Append(JsonObject row)
    {
        _file.Write(Encoding.UTF8.GetBytes(row.ToJsonString(Plain) + "\n"));
        _file.Flush();
    }

    /// <summary>The values of one metric in the rows written so far, rows without it left out.</summary>
    public static IReadOnlyList<double> Values(string directory, string name)
    {
        // Readable while the run writes it.
        using var file = new FileStream(Path.Combine(directory, FileName), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        var values = new List<double>();
        while (reader.ReadLine() is { } line)
            if ((double?)JsonNode.Parse(line)?[name] is { } value) values.Add(value);
        return values;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();
}
