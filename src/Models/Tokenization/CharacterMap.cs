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
    public static CharacterMap Create(JsonPart part)
    {
        var member = part.Member("precompiled_charsmap");
        return Read(member, member.AsText());
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

    /// <summary>The text by the map.</summary>
    public string Normalize(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var (start, length, made) in Parts(text))
        {
            if (made is null) result.Append(text, start, length);
            else result.Append(made);
            TokenizerLimits.Require(result.Length);
        }

        return result.ToString();
    }

    /// <summary>
    /// What <see cref="Normalize"/> does, as the library counts it: characters of the result with the units of the text that each replaces.
    /// A part that becomes nothing is counted to the character before it, and at the start not at all.
    /// </summary>
    public IEnumerable<(int Made, int Taken)> Steps(string text)
    {
        var changes = new List<(int Made, int Change)>();
        foreach (var (start, length, made) in Parts(text))
        {
            var (old, count) = (Count(text.AsSpan(start, length)), 0);
            foreach (var rune in (made ?? text.Substring(start, length)).EnumerateRunes()) changes.Add((rune.Utf16SequenceLength, count++ < old ? 0 : 1));
            if (count < old && changes.Count > 0) changes[^1] = (changes[^1].Made, changes[^1].Change + count - old);
        }

        var at = 0;
        foreach (var (made, change) in changes)
        {
            var from = at;
            for (var i = change; i <= 0 && at < text.Length; i++) at += char.IsHighSurrogate(text[at]) ? 2 : 1;
            yield return (made, at - from);
        }
    }

    private static int Count(ReadOnlySpan<char> text)
    {
        var count = 0;
        foreach (var unused in text.EnumerateRunes()) count++;
        return count;
    }

    // Graphemes, or where a grapheme has no key or is long its characters, with what each becomes; null: itself.
    private IEnumerable<(int Start, int Length, string? Made)> Parts(string text)
    {
        for (int at = 0, length; at < text.Length; at += length)
        {
            length = StringInfo.GetNextTextElementLength(text, at);
            if (Encoding.UTF8.GetByteCount(text.AsSpan(at, length)) < WholeBytes && Find(text.AsSpan(at, length)) is { } whole)
            {
                yield return (at, length, whole);
                continue;
            }

            for (int inside = at, size; inside < at + length; inside += size)
            {
                size = char.IsHighSurrogate(text[inside]) ? 2 : 1;
                yield return (inside, size, Find(text.AsSpan(inside, size)));
            }
        }
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
