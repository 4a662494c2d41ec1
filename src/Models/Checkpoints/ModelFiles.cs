using System.Text;
using System.Text.Json;
using SafetyGate.Core.Files;

namespace SafetyGate.Models.Checkpoints;

/// <summary>Reads the text files of a model directory as untrusted data.</summary>
internal static class ModelFiles
{
    // The largest tokenizer.json of a public model (2026) has 33 MB.
    private const long MaxTextBytes = 128L * 1024 * 1024;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The bytes of a file that must be there.</summary>
    /// <exception cref="UserErrorException">Missing, unreadable or oversized.</exception>
    public static byte[] ReadBytes(string path)
    {
        if (!File.Exists(path) && !Directory.Exists(path)) throw new UserErrorException($"{path}: there is no such file.");
        var bytes = BoundedFile.Read(path, MaxTextBytes);
        LfsPointer.Refuse(path, bytes);
        return bytes;
    }

    /// <summary>The text of a file that must be there.</summary>
    /// <exception cref="UserErrorException">Missing, unreadable, oversized or not UTF-8.</exception>
    public static string ReadText(string path) => Decode(path, ReadBytes(path));

    /// <summary>The text of bytes read from a file; a byte order mark is dropped.</summary>
    /// <exception cref="UserErrorException">Not UTF-8.</exception>
    public static string Decode(string path, byte[] bytes)
    {
        try
        {
            var text = StrictUtf8.GetString(bytes);
            return text.StartsWith('\uFEFF') ? text[1..] : text;
        }
        catch (DecoderFallbackException e)
        {
            throw new UserErrorException(Invariant($"{path}: is not UTF-8 (byte {e.Index})."), e);
        }
    }

    /// <summary>A file's text as a JSON object. The caller disposes it.</summary>
    /// <exception cref="UserErrorException">Not JSON, or not an object.</exception>
    public static JsonDocument ParseObject(string path, string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        JsonBounds.Tokenizer.Require(utf8, path);
        try
        {
            var document = JsonDocument.Parse(utf8);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            document.Dispose();
        }
        catch (JsonException e)
        {
            if (JsonFault.Known(utf8, e) is { } known) throw new UserErrorException($"{path}: {known}.", e);
            throw new UserErrorException(Invariant($"{path}: is not valid JSON (line {(e.LineNumber ?? 0) + 1}, byte {(e.BytePositionInLine ?? 0) + 1} of the line)."), e);
        }

        throw new UserErrorException($"{path}: holds JSON, but not an object.");
    }
}
