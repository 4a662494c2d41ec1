using System.Text;
using System.Text.Json;

namespace SafetyGate.Core.Files;

/// <summary>Why a text is not JSON, in words of ours where the reason is a known one: no content, or a number that only Python writes.</summary>
internal static class JsonFault
{
    private static readonly string[] PythonNumbers = ["NaN", "Infinity", "-Infinity"];

    /// <summary>What is wrong, without a full stop; ends a sentence that begins with the file's name, such as <c>is empty</c>.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="fault">What the reader said.</param>
    /// <returns><c>null</c> for a reason that is not known.</returns>
    public static string? Known(ReadOnlySpan<byte> utf8, JsonException fault)
    {
        if (utf8.StartsWith(Encoding.UTF8.Preamble)) utf8 = utf8[3..];
        if (utf8.Trim(" \t\r\n"u8).IsEmpty) return "is empty; it must hold JSON";
        var line = utf8;
        for (var skipped = 0L; skipped < fault.LineNumber; skipped++)
        {
            if (line.IndexOf((byte)'\n') is not (>= 0 and var end)) return null;
            line = line[(end + 1)..];
        }

        var at = (int)Math.Min(fault.BytePositionInLine ?? 0, line.Length);
        foreach (var start in (int[])[at - 1, at]) // the sign was read
            foreach (var number in PythonNumbers)
                if (start >= 0 && line[start..].StartsWith(Encoding.ASCII.GetBytes(number)))
                    return Invariant($"has {number} in line {(fault.LineNumber ?? 0) + 1}, which Python writes and JSON does not have; write a number or null in its place");
        return null;
    }

    /// <summary>The same, or the reader's words without its position.</summary>
    public static string Sentence(ReadOnlySpan<byte> utf8, JsonException fault) => Known(utf8, fault) ?? $"is not JSON: {Plain(fault)}";

    /// <summary>The reader's words without its position, which counts from the beginning of what it was given.</summary>
    public static string Plain(JsonException fault)
    {
        var end = fault.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return (end < 0 ? fault.Message : fault.Message[..end]).TrimEnd('.');
    }
}
