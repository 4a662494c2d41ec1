using System.Text;

namespace SafetyGate.Models.Tokenization;

/// <summary>BERT's normalizer: control characters out, white space to spaces, ideographs apart, accents off, lower case.</summary>
internal static class BertNormalization
{
    /// <summary>Builds the normalizer that the file describes.</summary>
    public static Func<string, string> Create(JsonPart part)
    {
        var (clean, apart, lower) = (part.Flag("clean_text", true), part.Flag("handle_chinese_chars", true), part.Flag("lowercase", true));
        var bare = part.Flag("strip_accents", lower);
        return text =>
        {
            if (clean) text = Mapped(text, rune => IsDropped(rune) ? "" : Rune.IsWhiteSpace(rune) ? " " : null);
            if (apart) text = Mapped(text, rune => IsIdeograph(rune.Value) ? $" {rune} " : null);
            TokenizerLimits.Require(text.Length);
            if (bare) text = Mapped(LibraryUnicode.Normalize(text, NormalizationForm.FormD), rune => CharacterClasses.IsNonSpacingMark(rune) ? "" : null);
            return lower ? Normalizers.Lower(text) : text;
        };
    }

    /// <summary>The text with some code points replaced; <c>null</c> keeps one.</summary>
    public static string Mapped(string text, Func<Rune, string?> map)
    {
        var mapped = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (map(rune) is { } other) mapped.Append(other);
            else mapped.Append(rune.ToString());
        }

        return mapped.ToString();
    }

    private static bool IsDropped(Rune rune) =>
        rune.Value is 0 or 0xFFFD || (rune.Value is not ('\t' or '\n' or '\r') && CharacterClasses.IsOther(rune));

    // The blocks of CJK ideographs, as BERT's own code lists them; kana and hangul are written with spaces or none of their own.
    private static bool IsIdeograph(int code) => code is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF)
        or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F) or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B920 and <= 0x2CEAF)
        or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);
}
