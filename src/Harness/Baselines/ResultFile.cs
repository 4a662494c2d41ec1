using System.Text;
using SafetyGate.Core.Files;

namespace SafetyGate.Harness.Baselines;

/// <summary>Reads and writes result files. Reading and writing a file gives the same bytes.</summary>
public static class ResultFile
{
    /// <summary>The format that every result file names at its beginning.</summary>
    public const string Format = ResultReader.Format;

    /// <summary>Reads a file, without forgiveness.</summary>
    /// <exception cref="UserErrorException">It cannot be read, is not strict JSON, or holds an impossible value; the message names the line
    /// and the field (exit code 65).</exception>
    public static ResultDocument Read(string path) => ResultReader.Document(StrictJson.ReadFile(path));

    /// <summary>Reads a file that holds a shard of an evaluation, or a whole one; <see cref="Read(string)"/> refuses shards.</summary>
    /// <exception cref="UserErrorException">As for <see cref="Read(string)"/>.</exception>
    public static ResultDocument ReadShard(string path) => ResultReader.Document(StrictJson.ReadFile(path), allowsShard: true);

    /// <summary>Reads the bytes of a file.</summary>
    /// <param name="utf8">The bytes.</param>
    /// <param name="name">How to call the file in messages.</param>
    /// <exception cref="UserErrorException">As for <see cref="Read(string)"/>.</exception>
    public static ResultDocument Read(ReadOnlySpan<byte> utf8, string name) => ResultReader.Document(StrictJson.Read(utf8, name));

    /// <summary>The bytes of the file: strict JSON, UTF-8, <c>\n</c>, keys in a fixed order, one item a line.</summary>
    /// <exception cref="UserErrorException">The result is no evidence: no metrics, duplicate names or ids, scores outside [0,1], metrics of
    /// different models.</exception>
    public static byte[] Bytes(ResultDocument document) => Encoding.UTF8.GetBytes(ResultWriter.Text(document));

    /// <summary>Writes the file: to a temporary name first, then renamed, so that nothing half-written is ever read.</summary>
    /// <exception cref="UserErrorException">It cannot be written (exit code 74), or as for <see cref="Bytes"/>.</exception>
    public static void Write(ResultDocument document, string path) => WholeFile.Write(path, Bytes(document));
}
