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
                return Each(text => LibraryUnicode.Normalize(text, NormalizationForm.FormC));
            case "NFD":
                return Each(text => LibraryUnicode.Normalize(text, NormalizationForm.FormD));
            case "NFKC":
                return Each(text => LibraryUnicode.Normalize(text, NormalizationForm.FormKC));
            case "NFKD":
                return Each(text => LibraryUnicode.Normalize(text, NormalizationForm.FormKD));
            case "Lowercase":
                return Each(Lower);
            case "Strip":
                return Strip(part.Flag("strip_left", true), part.Flag("strip_right", true));
            case "StripAccents":
                return Each(text => BertNormalization.Mapped(text, rune => CharacterClasses.IsMark(rune) ? "" : null));
            case "BertNormalizer":
                return Each(BertNormalization.Create(part));
            case "Nmt":
                return Each(text => BertNormalization.Mapped(text, Nmt));
            case "Precompiled":
                return Each(CharacterMap.Create(part));
            case "ByteLevel":
                return Each(text => Bounded(ByteLetters.FromText(text)));
            default:
                throw part.Unsupported("normalizer", Known);
        }
    }

    /// <summary>Replaces every match of a pattern (a string or a regular expression) by a text; decoders have the same component.</summary>
    public static Func<string, string> Replacement(JsonPart part)
    {
        var replace = Replacing(part);
        return text => replace(new TextPiece(text, null, AtStart: false)).Text;
    }

    /// <summary>Replaces a text that is not empty; refused before it is done when the result would be too long.</summary>
    public static string Replaced(string text, string old, string by) => Replaced(new TextPiece(text, null, AtStart: false), old, by).Text;

    /// <summary>Replaces a text that is not empty; refused before it is done when the result would be too long.</summary>
    public static TextPiece Replaced(TextPiece piece, string old, string by)
    {
        if (by.Length > old.Length)
            TokenizerLimits.Require(piece.Text.Length + (long)piece.Text.AsSpan().Count(old) * (by.Length - old.Length));
        return piece.Rewritten(piece.Text.Replace(old, by, StringComparison.Ordinal), () => Around(piece.Text, Matches(piece.Text, old), by.Length));
    }

    private static Func<TextPiece, TextPiece> Replacing(JsonPart part)
    {
        var content = part.Text("content");
        var pattern = part.Member("pattern");
        if (pattern.TextOrNull("String") is { } literal)
            return literal.Length == 0 ? piece => piece : piece => Begun(Replaced(piece, literal, content), content.Length > 0 || !piece.Text.StartsWith(literal, StringComparison.Ordinal));
        var regex = CodePointRegex.Create(pattern.Text("Regex"), pattern);
        return piece =>
        {
            var text = piece.Text;
            var matches = regex.Matches(text);
            if (matches.Count == 0) return piece;
            TokenizerLimits.Require(text.Length + (long)matches.Count * content.Length - matches.Sum(match => (long)match.Length));
            var result = new StringBuilder(text.Length);
            var at = 0;
            foreach (var (start, length) in matches)
            {
                result.Append(text, at, start - at).Append(content);
                at = start + length;
            }

            return Begun(piece.Rewritten(result.Append(text, at, text.Length - at).ToString(), () => Around(text, matches, content.Length)), content.Length > 0 || matches[0] is not { Start: 0, Length: > 0 });
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

    private static IEnumerable<(int Start, int Length)> Matches(string text, string old)
    {
        for (var at = text.IndexOf(old, StringComparison.Ordinal); at >= 0; at = text.IndexOf(old, at + old.Length, StringComparison.Ordinal))
            yield return (at, old.Length);
    }

    private static Func<TextPiece, TextPiece> Strip(bool left, bool right) => piece =>
    {
        var start = left ? piece.Text.Length - piece.Text.TrimStart().Length : 0;
        return piece.Slice(start, Math.Max(start, right ? piece.Text.TrimEnd().Length : piece.Text.Length));
    };

    // A function of the whole text that looks no farther than a character with its marks.
    private static Func<TextPiece, TextPiece> Each(Func<string, string> normalize) => piece =>
    {
        var text = normalize(piece.Text);
        return text == piece.Text ? piece : Begun(piece.Rewritten(text, () => Clusters(piece.Text, text, normalize)), !piece.AtStart || normalize(piece.Text[..Rune.GetRuneAt(piece.Text, 0).Utf16SequenceLength]).Length > 0);
    };

    // A piece whose first character a normalizer took begins later in the text as written, as in the tokenizers library.
    private static TextPiece Begun(TextPiece piece, bool keepsStart) => piece with { AtStart = piece.AtStart && keepsStart };

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

    private static string Bounded(string text)
    {
        TokenizerLimits.Require(text.Length);
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
