using System.Text;

namespace SafetyGate.Models.Tokenization;

/// <summary>The tokens <c>&lt;0x00&gt;</c> to <c>&lt;0xFF&gt;</c> that stand for the bytes of text a vocabulary lacks.</summary>
internal static class ByteTokens
{
    /// <summary>Id of each byte's token; -1 where the vocabulary lacks it.</summary>
    public static int[] Ids(IReadOnlyDictionary<string, int> vocabulary) =>
        [.. Enumerable.Range(0, 256).Select(value => vocabulary.GetValueOrDefault(Invariant($"<0x{value:X2}>"), -1))];

    /// <summary>Appends the bytes of a text; a text falls back to bytes only if every one of its bytes has a token.</summary>
    /// <returns>Whether it did.</returns>
    public static bool TryAppend(string text, int[]? byteIds, List<int> ids)
    {
        if (byteIds is null) return false;
        var bytes = Encoding.UTF8.GetBytes(text);
        if (Array.Exists(bytes, value => byteIds[value] < 0)) return false;
        foreach (var value in bytes) ids.Add(byteIds[value]);
        return true;
    }
}
