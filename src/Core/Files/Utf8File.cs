using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace SafetyGate.Core.Files;

/// <summary>Bytes of untrusted text files: size limit, byte-order mark, strict UTF-8 with the line of the first bad byte.</summary>
internal static class Utf8File
{
    /// <summary>Reads a whole file.</summary>
    /// <exception cref="UserErrorException">It cannot be read or is larger than the limit.</exception>
    public static byte[] Read(string path, long maximumBytes) => BoundedFile.Read(path, maximumBytes);

    /// <summary>The bytes after a byte-order mark, checked to be UTF-8.</summary>
    /// <exception cref="UserErrorException">Not UTF-8, and the message names the line; or a table or an archive, which it names.</exception>
    public static ReadOnlyMemory<byte> Check(byte[] bytes, string source)
    {
        if (PackedFile.Refusal(bytes) is { } packed) throw new UserErrorException($"{source} {packed}");
        var content = bytes.AsMemory(bytes is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0);
        if (Utf8.IsValid(content.Span)) return content;
        var at = 0;
        while (Rune.DecodeFromUtf8(content.Span[at..], out _, out var used) == OperationStatus.Done) at += used;
        var hint = bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..]
            ? " The file looks like UTF-16; save it as UTF-8."
            : " Save the file as UTF-8.";
        throw new UserErrorException(Invariant($"{source}, line {LineAt(content.Span, at)}: not UTF-8: byte 0x{content.Span[at]:X2} is not allowed here.{hint}"));
    }

    /// <summary>Line of a byte, from 1; lines end at <c>\n</c>.</summary>
    public static int LineAt(ReadOnlySpan<byte> bytes, int offset) => 1 + bytes[..offset].Count((byte)'\n');
}
