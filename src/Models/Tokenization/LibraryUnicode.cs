using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using SafetyGate.Core.Unicode;

namespace SafetyGate.Models.Tokenization;

/// <summary>
/// Code points that the tokenizers library's tables, each of its own version of Unicode, have in another class than .NET's. They are rare,
/// but a model was trained on the ids the library gave.
/// </summary>
internal static class LibraryUnicode
{
    private static readonly Dictionary<string, FrozenSet<int>> Sets = Read();

    /// <summary>Digits and other numbers to one of the two.</summary>
    public static FrozenSet<int> Numeric { get; } = Sets["numeric"];

    /// <summary>Punctuation to one of the two.</summary>
    public static FrozenSet<int> Punctuation { get; } = Sets["punctuation"];

    /// <summary>Combining marks to one of the two.</summary>
    public static FrozenSet<int> Mark { get; } = Sets["mark"];

    /// <summary>Combining marks without a place of their own to one of BERT's normalizer and .NET.</summary>
    public static FrozenSet<int> NonSpacing { get; } = Sets["nonspacing"];

    /// <summary>Format characters to one of the two.</summary>
    public static FrozenSet<int> Other { get; } = Sets["other"];

    /// <summary>
    /// The text in a normalization form; code points that the library's tables (Unicode 9) lack neither decompose, compose nor move.
    /// </summary>
    public static string Normalize(string text, NormalizationForm form)
    {
        if (!text.AsSpan().ContainsAnyInRange('\u07FD', '\uFFFF')) return TextNormalization.Normalize(text, form);
        return string.Concat(Stretches(text).Select(stretch => stretch.IsKnown ? TextNormalization.Normalize(stretch.Text, form) : stretch.Text));
    }

    /// <summary>What <see cref="Normalize"/> does, as stretches of its result with the units of the text that each replaces.</summary>
    public static IEnumerable<(int Made, int Taken)> Steps(string text, NormalizationForm form)
    {
        foreach (var (stretch, known) in Stretches(text))
        {
            if (!known)
            {
                yield return (stretch.Length, stretch.Length);
                continue;
            }

            var at = 0;
            foreach (var (code, taken) in TextNormalization.Codes(stretch, form))
            {
                var start = at;
                for (var i = 0; i < taken; i++) at += char.IsHighSurrogate(stretch[at]) ? 2 : 1;
                yield return (code > char.MaxValue ? 2 : 1, at - start);
            }
        }
    }

    // Code points that the library's tables lack, one by one, and what is between them.
    private static IEnumerable<(string Text, bool IsKnown)> Stretches(string text)
    {
        var (at, done) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Sets["normalized"].Contains(rune.Value))
            {
                if (at > done) yield return (text[done..at], true);
                yield return (rune.ToString(), false);
                done = at + rune.Utf16SequenceLength;
            }

            at += rune.Utf16SequenceLength;
        }

        if (at > done) yield return (text[done..], true);
    }

    /// <summary>The lower case of a letter that got one in Unicode 17, which the library has and .NET 10 lacks; others as they are.</summary>
    public static int Lower(int code) => code switch
    {
        0xA7CE or 0xA7D2 or 0xA7D4 => code + 1,
        >= 0x16EA0 and <= 0x16EB8 => code + 0x1B,
        _ => code,
    };

    private static Dictionary<string, FrozenSet<int>> Read()
    {
        using var stream = typeof(LibraryUnicode).Assembly.GetManifestResourceStream("unicode-of-tokenizers.txt")
            ?? throw new InvalidOperationException("The assembly lacks its table of code points.");
        using var lines = new StreamReader(stream);
        var sets = new Dictionary<string, FrozenSet<int>>(StringComparer.Ordinal);
        while (lines.ReadLine() is { } line)
        {
            if (line.StartsWith('#')) continue;
            var fields = line.Split(' ');
            sets[fields[0]] = fields.Skip(1).SelectMany(Range).ToFrozenSet();
        }

        return sets;
    }

    private static IEnumerable<int> Range(string field)
    {
        var ends = field.Split('-');
        int first = int.Parse(ends[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture), last = int.Parse(ends[^1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        return Enumerable.Range(first, last - first + 1);
    }
}
