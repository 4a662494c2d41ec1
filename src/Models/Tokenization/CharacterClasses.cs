using System.Globalization;
using System.Text;

namespace SafetyGate.Models.Tokenization;

/// <summary>Classes of code points as the tokenizers library's regular expressions have them (Unicode's own, not .NET's).</summary>
internal static class CharacterClasses
{
    /// <summary><c>\w</c> by Unicode's annex C of UTS 18: alphabetic, marks, decimal digits, connectors, join controls.</summary>
    public static bool IsWord(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter
            or UnicodeCategory.OtherLetter or UnicodeCategory.LetterNumber or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.ConnectorPunctuation
            or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => true,
        UnicodeCategory.OtherSymbol => rune.Value is (>= 0x24B6 and <= 0x24E9) or (>= 0x1F130 and <= 0x1F149) or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189),
        _ => rune.Value is 0x200C or 0x200D,
    };

    /// <summary>Whether the last code point is a word character.</summary>
    public static bool EndsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeLastFromUtf16(text, out var rune, out _) == System.Buffers.OperationStatus.Done && IsWord(rune);

    /// <summary>Whether the first code point is a word character.</summary>
    public static bool StartsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeFromUtf16(text, out var rune, out _) == System.Buffers.OperationStatus.Done && IsWord(rune);

    /// <summary>Punctuation: ASCII's own and Unicode's P classes.</summary>
    public static bool IsPunctuation(Rune rune) =>
        rune.IsAscii
            ? char.IsAscii((char)rune.Value) && (char.IsPunctuation((char)rune.Value) || char.IsSymbol((char)rune.Value))
            : Rune.IsPunctuation(rune) != LibraryUnicode.Punctuation.Contains(rune.Value);

    /// <summary>Digits and numbers of every kind.</summary>
    public static bool IsNumeric(Rune rune) => Rune.IsNumber(rune) != LibraryUnicode.Numeric.Contains(rune.Value);

    /// <summary>A mark that takes no place of its own.</summary>
    public static bool IsNonSpacingMark(Rune rune) =>
        Rune.GetUnicodeCategory(rune) == UnicodeCategory.NonSpacingMark != LibraryUnicode.NonSpacing.Contains(rune.Value);

    /// <summary>A combining mark of any kind.</summary>
    public static bool IsMark(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark
        != LibraryUnicode.Mark.Contains(rune.Value);

    /// <summary>Control and format characters and private use.</summary>
    public static bool IsOther(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse
        != LibraryUnicode.Other.Contains(rune.Value);

    /// <summary>Replaces each lone surrogate by U+FFFD; anything else stays as it is.</summary>
    public static string WithoutLoneSurrogates(string text)
    {
        StringBuilder? repaired = null;
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])) i++;
            else (repaired ??= new StringBuilder(text))[i] = '\uFFFD';
        }

        return repaired?.ToString() ?? text;
    }
}
