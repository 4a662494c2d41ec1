using System.Globalization;
using System.Text;

namespace SafetyGate.Models.Tokenization;

/// <summary>
/// For code points beyond U+FFFF a unit of the same category that a pattern does not name, so that the pattern's classes see the one as they
/// would see the other.
/// </summary>
/// <param name="named">Ranges of characters that the pattern names.</param>
/// <param name="tellsWords">Whether the pattern tells circled letters, which are words, from other symbols.</param>
internal sealed class StandIns(IReadOnlyList<(int First, int Last)> named, bool tellsWords)
{
    // Words are told by category, but for circled letters and for the numbers of Latin-1, which are words only to some.
    private const char FirstCandidate = '\u0180', LastCandidate = '\uFFFD';

    // Joiners are words to some, and case is folded where the pattern says so: the letters are such that no other folds to them.
    private static readonly Dictionary<UnicodeCategory, char> Usual = new()
    {
        [UnicodeCategory.UppercaseLetter] = '\u03D2', [UnicodeCategory.LowercaseLetter] = '\u018D', [UnicodeCategory.TitlecaseLetter] = '\u1F88', [UnicodeCategory.ModifierLetter] = '\u02B0',
        [UnicodeCategory.OtherLetter] = '\u01BB', [UnicodeCategory.Format] = '\u061C', [UnicodeCategory.PrivateUse] = '\uE000', [UnicodeCategory.OtherSymbol] = '\u0482',
    };

    private readonly Dictionary<(UnicodeCategory, bool), char?> chosen = [];
    private readonly Lock choosing = new();

    /// <summary>The unit for a code point; <c>null</c>: the pattern names every one that there is.</summary>
    public char? For(Rune rune)
    {
        var kind = (Rune.GetUnicodeCategory(rune), tellsWords && Rune.GetUnicodeCategory(rune) == UnicodeCategory.OtherSymbol && CharacterClasses.IsWord(rune));
        lock (choosing)
        {
            if (!chosen.TryGetValue(kind, out var unit)) chosen.Add(kind, unit = Choose(kind.Item1, kind.Item2));
            return unit;
        }
    }

    private char? Choose(UnicodeCategory category, bool isWord)
    {
        if (isWord) return Candidates('\u24B6', '\u24E9').Select(unit => (char?)unit).FirstOrDefault();
        if (Usual.TryGetValue(category, out var usual) && IsFree(usual)) return usual;
        return Candidates(FirstCandidate, LastCandidate).Where(unit => CharUnicodeInfo.GetUnicodeCategory(unit) == category && unit is not ((>= '\u24B6' and <= '\u24E9') or '\u200C' or '\u200D'))
            .Select(unit => (char?)unit).FirstOrDefault();
    }

    private IEnumerable<char> Candidates(char first, char last) => Enumerable.Range(first, last - first + 1).Select(code => (char)code).Where(IsFree);

    private bool IsFree(char unit) => named.All(range => !(range.First <= unit && unit <= range.Last));
}
