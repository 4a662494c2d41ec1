using System.Text;

namespace SafetyGate.Models.Tokenization;

/// <summary>BERT's normalizer: control characters out, white space to spaces, ideographs apart, accents off, lower case.</summary>
internal static class BertNormalization
{
    /// <summary>Builds the normalizer that the file describes.</summary>
    public static Func<TextPiece, TextPiece> Create(JsonPart part)
    {
        var steps = new List<Func<TextPiece, TextPiece>>();
        var lower = part.Flag("lowercase", true);
        if (part.Flag("clean_text", true)) steps.Add(Normalizers.Mapping(rune => IsDropped(rune) ? "" : Rune.IsWhiteSpace(rune) ? " " : null));
        if (part.Flag("handle_chinese_chars", true)) steps.Add(Normalizers.Mapping(rune => IsIdeograph(rune.Value) ? $" {rune} " : null));
        if (part.Flag("strip_accents", lower))
        {
            steps.Add(Normalizers.Form(NormalizationForm.FormD));
            steps.Add(Normalizers.Mapping(rune => CharacterClasses.IsNonSpacingMark(rune) ? "" : null));
        }

        if (lower) steps.Add(Normalizers.Lowercase);
        return piece => steps.Aggregate(piece, (current, step) => step(current));
    }

    private static bool IsDropped(Rune rune) =>
        rune.Value is 0 or 0xFFFD || (rune.Value is not ('\t' or '\n' or '\r') && CharacterClasses.IsOther(rune));

    // The blocks of CJK ideographs, as BERT's own code lists them; kana and hangul are written with spaces or none of their own.
    private static bool IsIdeograph(int code) => code is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF)
        or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F) or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B920 and <= 0x2CEAF)
        or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);
}
