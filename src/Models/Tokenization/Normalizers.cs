using System.Text;

namespace SafetyGate.Models.Tokenization;

/// <summary>The normalizers of tokenizer.json. Each is a function from a piece of text to a piece of text.</summary>
internal static class Normalizers
{
    private const string Known = "Sequence, Prepend, Replace, NFC, NFD, NFKC, NFKD, Lowercase, Strip, StripAccents, BertNormalizer, Nmt, Precompiled, ByteLevel";

    /// <summary>Builds the normalizer that the file describes; <c>null</c> describes one that changes nothing.</summary>
    public static Func<TextPiece, TextPiece> Create(JsonPart part)
    {
        if (part.IsNull) return piece => piece;
        switch (part.Type)
        {
            case "Sequence":
                var steps = part.Items("normalizers").Select(Create).ToArray();
                return piece => steps.Aggregate(piece, (current, step) => Bounded(step(current)));
            case "Prepend":
                var prefix = part.Text("prepend");
                return piece => piece.Text.Length == 0 ? piece : Bounded(piece, prefix.Length).Prepended(prefix);
            case "Replace":
                return Replacing(part);
            case "NFC":
                return Form(NormalizationForm.FormC);
            case "NFD":
                return Form(NormalizationForm.FormD);
            case "NFKC":
                return Form(NormalizationForm.FormKC);
            case "NFKD":
                return Form(NormalizationForm.FormKD);
            case "Lowercase":
                return Lowercase;
            case "Strip":
                return Strip(part.Flag("strip_left", true), part.Flag("strip_right", true));
            case "StripAccents":
                return Mapping(rune => CharacterClasses.IsMark(rune) ? "" : null);
            case "BertNormalizer":
                return BertNormalization.Create(part);
            case "Nmt":
                return Mapping(Nmt);
            case "Precompiled":
                var map = CharacterMap.Create(part);
                return Each(map.Normalize, map.Steps);
            case "ByteLevel":
                return Mapping(rune => ByteLetters.FromText(rune.ToString()));
            default:
                throw part.Unsupported("normalizer", Known);
        }
    }

    /// <summary>Replaces every match of a pattern (a string or a regular expression) by a text; decoders have the same component.</summary>
    public static Func<string, string> Replacement(JsonPart part)
    {
        var replace = Replacing(part);
        return text => replace(TextPiece.Whole(text, asksForFront: false)).Text;
    }

    /// <summary>Replaces a text that is not empty; refused before it is done when the result would be too long.</summary>
    public static string Replaced(string text, string old, string by) => Replaced(TextPiece.Whole(text, asksForFront: false), old, by).Text;

    /// <summary>Replaces a text that is not empty; refused before it is done when the result would be too long.</summary>
    public static TextPiece Replaced(TextPiece piece, string old, string by)
    {
        if (by.Length > old.Length)
            TokenizerLimits.Require(piece.Text.Length + (long)piece.Text.AsSpan().Count(old) * (by.Length - old.Length));
        var matches = CodePointRegex.LiteralMatches(piece.Text, old);
        return piece.Rewritten(piece.Text.Replace(old, by, StringComparison.Ordinal), () => Around(piece.Text, matches, by.Length), Steps(piece.Text, matches, by.Length));
    }

    private static Func<TextPiece, TextPiece> Replacing(JsonPart part)
    {
        var content = part.Text("content");
        var pattern = CodePointRegex.Of(part.Member("pattern"));
        return piece =>
        {
            var text = piece.Text;
            var matches = text.Length == 0 ? [] : pattern(text);
            if (matches.Count == 0) return piece;
            TokenizerLimits.Require(text.Length + (long)matches.Count * content.Length - matches.Sum(match => (long)match.Length));
            var result = new StringBuilder(text.Length);
            var at = 0;
            foreach (var (start, length) in matches)
            {
                result.Append(text, at, start - at).Append(content);
                at = start + length;
            }

            return piece.Rewritten(result.Append(text, at, text.Length - at).ToString(), () => Around(text, matches, content.Length), Steps(text, matches, content.Length));
        };
    }

    // What stands between the matches is kept, each match becomes a text of one length.
    private static IEnumerable<(int Start, int Stop, int Length)> Around(string text, IEnumerable<(int Start, int Length)> matches, int length)
    {
        var at = 0;
        foreach (var (start, matched) in matches)
        {
            if (start > at) yield return (at, start, start - at);
            for (var unit = 0; unit < length; unit++) yield return (Math.Min(start, text.Length - 1), Math.Min(start + Math.Max(matched, 1), text.Length), 1);
            at = start + matched;
        }

        if (at < text.Length) yield return (at, text.Length, text.Length - at);
    }

    // What is put in belongs to the last character that it replaces.
    private static IEnumerable<(int Made, int Taken)> Steps(string text, IEnumerable<(int Start, int Length)> matches, int length)
    {
        var at = 0;
        foreach (var (start, matched) in matches)
        {
            if (start > at) yield return (start - at, start - at);
            if (matched > 0) yield return (0, matched);
            if (length > 0) yield return (length, 0);
            at = start + matched;
        }

        if (at < text.Length) yield return (text.Length - at, text.Length - at);
    }

    private static Func<TextPiece, TextPiece> Strip(bool left, bool right) => piece =>
    {
        var start = left ? piece.Text.Length - piece.Text.TrimStart().Length : 0;
        var stop = Math.Max(start, right ? piece.Text.TrimEnd().Length : piece.Text.Length);
        return stop - start == piece.Text.Length ? piece : piece.Founded().Stripped(start, stop);
    };

    /// <summary>Writes each character as another text; <c>null</c> keeps it.</summary>
    public static Func<TextPiece, TextPiece> Mapping(Func<Rune, string?> map) =>
        Each(text => Mapped(text, map), text => text.EnumerateRunes().SelectMany(rune => Steps(rune, map(rune))));

    /// <summary>Writes a text in a normalization form.</summary>
    public static Func<TextPiece, TextPiece> Form(NormalizationForm form) =>
        Each(text => LibraryUnicode.Normalize(text, form), text => LibraryUnicode.Steps(text, form));

    /// <summary>Writes a text in lower case.</summary>
    public static Func<TextPiece, TextPiece> Lowercase { get; } =
        Each(Lower, text => text.EnumerateRunes().SelectMany(rune => Steps(rune, Lower(rune.ToString()))));

    // The first character of what is made of one replaces it, the others are put in.
    private static IEnumerable<(int Made, int Taken)> Steps(Rune rune, string? made)
    {
        var taken = rune.Utf16SequenceLength;
        if (made is null || made.Length == 0) return [(made is null ? taken : 0, taken)];
        var first = Rune.GetRuneAt(made, 0).Utf16SequenceLength;
        return first == made.Length ? [(first, taken)] : [(first, taken), (made.Length - first, 0)];
    }

    private static string Mapped(string text, Func<Rune, string?> map)
    {
        var mapped = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (map(rune) is { } other) mapped.Append(other);
            else mapped.Append(rune.ToString());
            TokenizerLimits.Require(mapped.Length);
        }

        return mapped.ToString();
    }

    // A function of the whole text that looks no farther than a character with its marks.
    private static Func<TextPiece, TextPiece> Each(Func<string, string> normalize, Func<string, IEnumerable<(int Made, int Taken)>> steps) => piece =>
    {
        if (piece.Text.Length == 0) return piece;
        piece = piece.Founded();
        var text = normalize(piece.Text);
        return text == piece.Text ? piece : piece.Rewritten(text, () => Clusters(piece.Text, text, normalize), piece.Front > 0 ? steps(piece.Text) : [(text.Length, piece.Text.Length)]);
    };

    // Characters compose with those before them only when they are marks, or letters of Hangul syllables; so each stretch up to the next
    // other character is normalized by itself. Where that does not give the text, all of it is one stretch.
    private static IReadOnlyList<(int Start, int Stop, int Length)> Clusters(string text, string normalized, Func<string, string> normalize)
    {
        var parts = new List<(int Start, int Stop, int Length)>();
        var all = new StringBuilder(normalized.Length);
        for (var at = 0; at < text.Length;)
        {
            var start = at;
            do at += char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? 2 : 1;
            while (at < text.Length && Joins(text, at));
            var made = normalize(text[start..at]);
            all.Append(made);
            if (string.CompareOrdinal(text, start, made, 0, Math.Max(at - start, made.Length)) == 0) parts.Add((start, at, made.Length));
            else parts.AddRange(Enumerable.Repeat((start, at, 1), made.Length)); // its marks may have changed places: each unit is of all of it
        }

        return all.Equals(normalized.AsSpan()) ? parts : [.. Enumerable.Repeat((0, text.Length, 1), normalized.Length)];
    }

    private static bool Joins(string text, int at) => text[at] >= '\u0300'
        && (text[at] is (>= '\u1160' and <= '\u11FF') or (>= '\uD7B0' and <= '\uD7FF') or '\uFF9E' or '\uFF9F'
            || System.Globalization.CharUnicodeInfo.GetUnicodeCategory(text, at) is System.Globalization.UnicodeCategory.NonSpacingMark
                or System.Globalization.UnicodeCategory.SpacingCombiningMark or System.Globalization.UnicodeCategory.EnclosingMark);

    private static TextPiece Bounded(TextPiece piece, int more = 0)
    {
        TokenizerLimits.Require(piece.Text.Length + (long)more);
        return piece;
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
            ? Mapped(lower, rune => char.ConvertFromUtf32(LibraryUnicode.Lower(rune.Value)))
            : lower;
    }
}
