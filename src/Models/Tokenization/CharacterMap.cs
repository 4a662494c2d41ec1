using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace SafetyGate.Models.Tokenization;

/// <summary>
/// The compiled character map of a sentencepiece model (<c>Precompiled</c>): a double-array trie over UTF-8 whose leaves are places in a
/// list of texts (github.com/google/sentencepiece, normalizer.cc; the array is Darts-clone's).
/// </summary>
internal sealed class CharacterMap
{
    // A grapheme of fewer bytes is looked up as a whole, a longer one character by character.
    private const int WholeBytes = 6;

    // nmt_nfkc, the largest map in use, has 250 kB.
    private const int LargestMap = 1 << 24;

    private readonly uint[] units;
    private readonly byte[] texts;

    private CharacterMap(uint[] units, byte[] texts) => (this.units, this.texts) = (units, texts);

    /// <summary>Builds the normalizer that the file describes.</summary>
    /// <exception cref="UserErrorException">The map is not Base64, or its trie is longer than it.</exception>
    public static Func<string, string> Create(JsonPart part)
    {
        var member = part.Member("precompiled_charsmap");
        var map = Read(member, member.AsText());
        return text => map.Normalize(text);
    }

    private static CharacterMap Read(JsonPart part, string encoded)
    {
        if (encoded.Length > LargestMap) throw part.Wrong(Invariant($"has {encoded.Length} characters; at most {LargestMap} are read"));
        byte[] bytes;
        try
        {
            bytes = Convert.FromBase64String(encoded);
        }
        catch (FormatException)
        {
            throw part.Wrong("is not Base64");
        }

        if (bytes.Length < 4 || BinaryPrimitives.ReadUInt32LittleEndian(bytes) is var size && (size > bytes.Length - 4 || size % 4 != 0 || size == 0))
            throw part.Wrong("does not hold a trie of the length it says");
        var units = new uint[BinaryPrimitives.ReadUInt32LittleEndian(bytes) / 4];
        for (var i = 0; i < units.Length; i++) units[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(4 + (4 * i)));
        return new(units, bytes[(4 + (4 * units.Length))..]);
    }

    private string Normalize(string text)
    {
        var result = new StringBuilder(text.Length);
        for (int at = 0, length; at < text.Length; at += length)
        {
            length = StringInfo.GetNextTextElementLength(text, at);
            var grapheme = text.AsSpan(at, length);
            if (Encoding.UTF8.GetByteCount(grapheme) < WholeBytes && Find(grapheme) is { } whole)
            {
                result.Append(whole);
            }
            else
            {
                foreach (var rune in grapheme.EnumerateRunes())
                {
                    var character = rune.ToString();
                    result.Append(Find(character) ?? character);
                }
            }

            TokenizerLimits.Require(result.Length);
        }

        return result.ToString();
    }

    // The text of the shortest key that the characters begin with, as the tokenizers library takes it.
    private string? Find(ReadOnlySpan<char> characters)
    {
        Span<byte> bytes = stackalloc byte[Encoding.UTF8.GetMaxByteCount(characters.Length)];
        bytes = bytes[..Encoding.UTF8.GetBytes(characters, bytes)];
        var node = Offset(units[0]);
        foreach (var value in bytes)
        {
            if (value == 0) return null;
            node ^= value;
            if (node >= units.Length) return null;
            var unit = units[node];
            if ((unit & 0x8000_00FF) != value) return null;
            node ^= Offset(unit);
            if ((unit >> 8 & 1) == 0) continue;
            return node < units.Length ? Text(units[node] & 0x7FFF_FFFF) : null;
        }

        return null;
    }

    private string? Text(uint start)
    {
        if (start >= texts.Length) return null;
        var rest = texts.AsSpan((int)start);
        var end = rest.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? rest : rest[..end]);
    }

    private static uint Offset(uint unit) => unit >> 10 << (int)((unit & 0x200) >> 6);
}
