using System.Text;

namespace SafetyGate.Models.Tokenization;

/// <summary>The normalizers of tokenizer.json. Each is a function from text to text.</summary>
internal static class Normalizers
{
    private const string Known = "Sequence, Prepend, Replace, NFC, NFD, NFKC, NFKD, Lowercase, Strip, StripAccents, BertNormalizer, Nmt, Precompiled, ByteLevel";

    /// <summary>Builds the normalizer that the file describes; <c>null</c> describes one that changes nothing.</summary>
    public static Func<string, string> Create(JsonPart part)
    {
        if (part.IsNull) return text => text;
        switch (part.Type)
        {
            case "Sequence":
                var steps = part.Items("normalizers").Select(Create).ToArray();
                return text => steps.Aggregate(text, (current, step) => Bounded(step(current)));
            case "Prepend":
                var prefix = part.Text("prepend");
                return text => text.Length == 0 ? text : prefix + Bounded(text, prefix.Length);
            case "Replace":
                return Replacement(part);
            case "NFC":
                return text => LibraryUnicode.Normalize(text, NormalizationForm.FormC);
            case "NFD":
                return text => LibraryUnicode.Normalize(text, NormalizationForm.FormD);
            case "NFKC":
                return text => LibraryUnicode.Normalize(text, NormalizationForm.FormKC);
            case "NFKD":
                return text => LibraryUnicode.Normalize(text, NormalizationForm.FormKD);
            case "Lowercase":
                return Lower;
            case "Strip":
                var (left, right) = (part.Flag("strip_left", true), part.Flag("strip_right", true));
                return text => (left, right) switch { (true, true) => text.Trim(), (true, false) => text.TrimStart(), (false, true) => text.TrimEnd(), _ => text };
            case "StripAccents":
                return text => BertNormalization.Mapped(text, rune => CharacterClasses.IsMark(rune) ? "" : null);
            case "BertNormalizer":
                return BertNormalization.Create(part);
            case "Nmt":
                return text => BertNormalization.Mapped(text, Nmt);
            case "Precompiled":
                return CharacterMap.Create(part);
            case "ByteLevel":
                return text => Bounded(ByteLetters.FromText(text));
            default:
                throw part.Unsupported("normalizer", Known);
        }
    }

    /// <summary>Replaces every match of a pattern (a string or a regular expression) by a text; decoders have the same component.</summary>
    public static Func<string, string> Replacement(JsonPart part)
    {
        var content = part.Text("content");
        var pattern = part.Member("pattern");
        if (pattern.TextOrNull("String") is { } literal)
            return literal.Length == 0 ? text => text : text => Replaced(text, literal, content);
        var regex = CodePointRegex.Create(pattern.Text("Regex"), pattern);
        return text =>
        {
            var matches = regex.Matches(text);
            if (matches.Count == 0) return text;
            TokenizerLimits.Require(text.Length + (long)matches.Count * content.Length - matches.Sum(match => (long)match.Length));
            var result = new StringBuilder(text.Length);
            var at = 0;
            foreach (var (start, length) in matches)
            {
                result.Append(text, at, start - at).Append(content);
                at = start + length;
            }

            return result.Append(text, at, text.Length - at).ToString();
        };
    }

    /// <summary>Replaces a text that is not empty; refused before it is done when the result would be too long.</summary>
    public static string Replaced(string text, string old, string by)
    {
        if (by.Length > old.Length)
            TokenizerLimits.Require(text.Length + (long)text.AsSpan().Count(old) * (by.Length - old.Length));
        return text.Replace(old, by, StringComparison.Ordinal);
    }

    private static string Bounded(string text, int more = 0)
    {
        TokenizerLimits.Require(text.Length + (long)more);
        return text;
    }

    // The characters that sentencepiece's nmt rules drop, and those that they read as spaces.
    private static string? Nmt(Rune rune) => rune.Value switch
    {
        (>= 0x01 and <= 0x08) or 0x0B or (>= 0x0E and <= 0x1F) or 0x7F or 0x8F or 0x9F => "",
        0x09 or 0x0A or 0x0C or 0x0D or 0x1680 or (>= 0x200B and <= 0x200F) or 0x2028 or 0x2029 or 0x2581 or 0xFEFF or 0xFFFD => " ",
        _ => null,
    };

    /// <summary>Full Unicode lower case: .NET's invariant one has no mapping for İ, which has two letters in lower case.</summary>
    public static string Lower(string text)
    {
        var lower = text.Replace("\u0130", "i\u0307", StringComparison.Ordinal).ToLowerInvariant();
        return lower.EnumerateRunes().Any(rune => LibraryUnicode.Lower(rune.Value) != rune.Value)
            ? BertNormalization.Mapped(lower, rune => char.ConvertFromUtf32(LibraryUnicode.Lower(rune.Value)))
            : lower;
    }
}
