using System.Security.Cryptography;

namespace SafetyGate.Core.Files;

/// <summary>
/// Text files as they are where lines end in LF: a checkout that writes CRLF (git's <c>core.autocrlf</c>) has other bytes and the same text.
/// </summary>
internal static class LineEndings
{
    private const byte CarriageReturn = (byte)'\r', LineFeed = (byte)'\n';

    /// <summary>The bytes with each CRLF as LF; the array itself if it has none. A carriage return elsewhere is content and stays.</summary>
    public static byte[] Normalized(byte[] text)
    {
        if (text.AsSpan().IndexOf("\r\n"u8) < 0) return text;
        var kept = new byte[text.Length];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
            if (text[i] != CarriageReturn || i + 1 == text.Length || text[i + 1] != LineFeed) kept[length++] = text[i];
        return kept[..length];
    }

    /// <summary>SHA-256 of a text whatever its line endings; lower-case hex. For a text with LF, that of its bytes.</summary>
    public static string Sha256(byte[] text) => Convert.ToHexStringLower(SHA256.HashData(Normalized(text)));

    /// <summary>Whether a text has the digest of its bytes once its lines end otherwise, LF for CRLF or CRLF for LF.</summary>
    /// <param name="text">The bytes of the file.</param>
    /// <param name="sha256">SHA-256 of the wanted bytes; lower-case hex.</param>
    public static bool AloneDiffer(byte[] text, string sha256)
    {
        var normalized = Normalized(text);
        return Convert.ToHexStringLower(SHA256.HashData(text)) != sha256
            && (Convert.ToHexStringLower(SHA256.HashData(normalized)) == sha256 || Convert.ToHexStringLower(SHA256.HashData(WithCrLf(normalized))) == sha256);
    }

    private static byte[] WithCrLf(byte[] normalized)
    {
        var text = new List<byte>(normalized.Length);
        foreach (var b in normalized)
        {
            if (b == LineFeed) text.Add(CarriageReturn);
            text.Add(b);
        }

        return [.. text];
    }
}
