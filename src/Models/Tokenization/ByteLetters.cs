using System.Collections.Frozen;
using System.Text;

namespace SafetyGate.Models.Tokenization;

/// <summary>The byte-level alphabet: a printable letter for each byte (github.com/openai/gpt-2, bytes_to_unicode).</summary>
internal static class ByteLetters
{
    private static readonly char[] Letters = MakeLetters();
    private static readonly FrozenDictionary<char, byte> Bytes = Letters.Select((letter, value) => (letter, value))
        .ToFrozenDictionary(pair => pair.letter, pair => (byte)pair.value);

    /// <summary>The letters of a text's UTF-8 bytes.</summary>
    public static string FromText(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return string.Create(bytes.Length, bytes, static (letters, bytes) =>
        {
            for (var i = 0; i < bytes.Length; i++) letters[i] = Letters[bytes[i]];
        });
    }

    /// <summary>Appends the bytes a token stands for; a token with any other letter in it gives its own UTF-8.</summary>
    public static void AppendBytes(string token, List<byte> bytes)
    {
        var start = bytes.Count;
        foreach (var letter in token)
        {
            if (Bytes.TryGetValue(letter, out var value))
            {
                bytes.Add(value);
                continue;
            }

            bytes.RemoveRange(start, bytes.Count - start);
            bytes.AddRange(Encoding.UTF8.GetBytes(token));
            return;
        }
    }

    private static char[] MakeLetters()
    {
        var letters = new char[256];
        var next = 256;
        for (var value = 0; value < 256; value++)
        {
            var printable = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            letters[value] = printable ? (char)value : (char)next++;
        }

        return letters;
    }
}
