using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace SafetyGate.Models.Tokenization;

/// <summary>
/// A regular expression over code points. .NET matches UTF-16 units, so that <c>\p{L}</c> misses letters beyond U+FFFF and a match
/// can cut one in two. The text is therefore matched through its shadow: every such code point becomes one unit of the same Unicode
/// category that no pattern names, and the matches are carried back.
/// </summary>
internal sealed class CodePointRegex
{
    // The longest pattern of a public tokenizer has some 300 characters.
    private const int LongestPattern = 1 << 14;

    // A pattern from a stranger's file may backtrack without end; ordinary text takes microseconds.
    private static readonly TimeSpan MatchLimit = TimeSpan.FromSeconds(10);

    private readonly Regex regex;
    private readonly string pattern;
    private readonly TokenizerLimits limits;
    private readonly TimeProvider time = TimeProvider.System;

    private CodePointRegex(string pattern, Regex regex, TokenizerLimits limits) => (this.pattern, this.regex, this.limits) = (pattern, regex, limits);

    /// <summary>Compiles a pattern in the syntax of tokenizer files (Oniguruma's).</summary>
    /// <exception cref="UserErrorException">.NET cannot express the pattern, or it names code points beyond U+FFFF.</exception>
    public static CodePointRegex Create(string pattern, JsonPart part)
    {
        var where = part.Where;
        if (pattern.Length > LongestPattern)
            throw new UserErrorException(Invariant($"{where}: the pattern has {pattern.Length:N0} characters; at most {LongestPattern:N0} are read."));
        if (pattern.Any(char.IsSurrogate))
            throw new UserErrorException($"{where}: the pattern '{pattern}' names characters beyond U+FFFF, which is not supported yet.");
        try
        {
            return new(pattern, new Regex(OnigurumaPattern.ToDotNet(pattern), RegexOptions.CultureInvariant | RegexOptions.Multiline, MatchLimit), part.Limits);
        }
        catch (ArgumentException e)
        {
            throw new UserErrorException($"{where}: the pattern '{pattern}' is not supported ({e.Message}).", e);
        }
    }

    /// <summary>A pattern that matches a text literally.</summary>
    public static CodePointRegex Literal(string text, JsonPart part) =>
        new(text, new Regex(Regex.Escape(text), RegexOptions.CultureInvariant, MatchLimit), part.Limits);

    /// <summary>
    /// Start and length in UTF-16 units of every match, in order. An empty one counts where it is not at the end of the match before.
    /// </summary>
    public List<(int Start, int Length)> Matches(string text)
    {
        var matches = new List<(int, int)>();
        if (limits.IsSpent) throw TooSlow(null);
        var (shadow, starts) = Shadow(text);
        var (began, end) = (time.GetTimestamp(), -1);
        try
        {
            foreach (var match in regex.EnumerateMatches(shadow))
            {
                if (time.GetElapsedTime(began) > MatchLimit) throw TooSlow(null);
                if (match.Length == 0 && match.Index == end) continue;
                end = match.Index + match.Length;
                if (starts is null) matches.Add((match.Index, match.Length));
                else matches.Add((starts[match.Index], starts[match.Index + match.Length] - starts[match.Index]));
            }
        }
        catch (RegexMatchTimeoutException e)
        {
            throw TooSlow(e);
        }
        finally
        {
            limits.Spend(time.GetElapsedTime(began));
        }

        return matches;
    }

    private UserErrorException TooSlow(Exception? cause) => new(Invariant($"The tokenizer's pattern '{pattern}' took more than {MatchLimit.TotalSeconds:0} seconds on a text, or the patterns of its file more than {TokenizerLimits.PatternTime.TotalSeconds:0} seconds in all; the tokenizer cannot be used on this text."), cause!);

    // The shadow has one unit for each code point; starts[i] is where code point i starts in the text. Null: text and shadow are the same.
    private static (string Shadow, int[]? Starts) Shadow(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF')) return (text, null);
        var shadow = new StringBuilder(text.Length);
        var starts = new List<int>(text.Length + 1);
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            starts.Add(at);
            shadow.Append(rune.IsBmp ? (char)rune.Value : Stand(rune));
            at += rune.Utf16SequenceLength;
        }

        starts.Add(at);
        return (shadow.ToString(), [.. starts]);
    }

    // One rare unit of each category that has members beyond U+FFFF.
    private static char Stand(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.OtherSymbol when CharacterClasses.IsWord(rune) => '\u24B6', // letters in squares
        UnicodeCategory.UppercaseLetter => '\u0182', // Ƃ
        UnicodeCategory.LowercaseLetter => '\u0183', // ƃ
        UnicodeCategory.TitlecaseLetter => '\u01C5',
        UnicodeCategory.ModifierLetter => '\u02B0',
        UnicodeCategory.OtherLetter => '\u01BB',
        UnicodeCategory.NonSpacingMark => '\u0300',
        UnicodeCategory.SpacingCombiningMark => '\u0903',
        UnicodeCategory.EnclosingMark => '\u0488',
        UnicodeCategory.DecimalDigitNumber => '\u0660',
        UnicodeCategory.LetterNumber => '\u2160',
        UnicodeCategory.OtherNumber => '\u3192',
        UnicodeCategory.ConnectorPunctuation => '\u203F',
        UnicodeCategory.DashPunctuation => '\u2010',
        UnicodeCategory.OpenPunctuation => '\u2045',
        UnicodeCategory.ClosePunctuation => '\u2046',
        UnicodeCategory.InitialQuotePunctuation => '\u00AB',
        UnicodeCategory.FinalQuotePunctuation => '\u00BB',
        UnicodeCategory.OtherPunctuation => '\u00B6',
        UnicodeCategory.MathSymbol => '\u00AC',
        UnicodeCategory.CurrencySymbol => '\u00A4',
        UnicodeCategory.ModifierSymbol => '\u00AF',
        UnicodeCategory.OtherSymbol => '\u00A6',
        UnicodeCategory.Format => '\u00AD',
        UnicodeCategory.PrivateUse => '\uE000',
        _ => '\u0378', // not assigned
    };
}
