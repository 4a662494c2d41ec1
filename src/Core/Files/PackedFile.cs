namespace SafetyGate.Core.Files;

/// <summary>Files of tables and archives, which hold no lines of text, by their first bytes.</summary>
internal static class PackedFile
{
    private static readonly (byte[] Beginning, string Words)[] Known =
    [
        ([.. "PAR1"u8, 0x15], "a Parquet file"), ([.. "ARROW1"u8, 0, 0], "an Arrow file"), ([0x1F, 0x8B], "compressed by gzip"),
        ([0x28, 0xB5, 0x2F, 0xFD], "compressed by Zstandard"), ([0xFD, .. "7zXZ"u8], "compressed by xz"), ([.. "BZh91AY&SY"u8], "compressed by bzip2"), ([.. "PK\u0003\u0004"u8], "a zip archive"),
    ];

    /// <summary>What is refused and what to do, behind the file's name and with a full stop; <c>null</c> for anything else.</summary>
    /// <param name="bytes">The file, or its first line.</param>
    public static string? Refusal(ReadOnlySpan<byte> bytes)
    {
        foreach (var (beginning, words) in Known)
            if (bytes.StartsWith(beginning)) return $"is {words}; only text is read. {(words.StartsWith("compressed", StringComparison.Ordinal) ? "Unpack it first" : "Write it as JSON Lines")}.";
        return null;
    }
}
