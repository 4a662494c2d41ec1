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
    private readonly StandIns standIns;
    private readonly TokenizerLimits limits;
    private readonly TimeProvider time = TimeProvider.System;

    private CodePointRegex(string pattern, Regex regex, StandIns standIns, TokenizerLimits limits) =>
        (this.pattern, this.regex, this.standIns, this.limits) = (pattern, regex, standIns, limits);

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
            var (translated, named) = OnigurumaPattern.ToDotNet(pattern);
            return new(pattern, new Regex(translated, RegexOptions.CultureInvariant | RegexOptions.Multiline, MatchLimit), new StandIns(named, OnigurumaPattern.TellsWords(translated)), part.Limits);
        }
        catch (ArgumentException e)
        {
            throw new UserErrorException($"{where}: the pattern '{pattern}' is not supported ({e.Message}).", e);
        }
    }

    /// <summary>The matches of a <c>pattern</c> of the file: a <c>String</c> literally, or a <c>Regex</c>.</summary>
    /// <exception cref="UserErrorException">It is neither, or not supported.</exception>
    public static Func<string, List<(int Start, int Length)>> Of(JsonPart part) =>
        part.TextOrNull("String") is { } literal
            ? literal.Length > 0 ? text => LiteralMatches(text, literal) : Create("", part).Matches // nothing is everywhere
            : Create(part.Text("Regex"), part).Matches;

    /// <summary>Start and length of every occurrence of a text that is not empty.</summary>
    public static List<(int Start, int Length)> LiteralMatches(string text, string literal)
    {
        var matches = new List<(int, int)>();
        for (var at = text.IndexOf(literal, StringComparison.Ordinal); at >= 0; at = text.IndexOf(literal, at + literal.Length, StringComparison.Ordinal))
            matches.Add((at, literal.Length));
        return matches;
    }

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
    private (string Shadow, int[]? Starts) Shadow(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF')) return (text, null);
        var shadow = new StringBuilder(text.Length);
        var starts = new List<int>(text.Length + 1);
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            starts.Add(at);
            shadow.Append(rune.IsBmp ? (char)rune.Value
                : standIns.For(rune) ?? throw new UserErrorException(Invariant($"The tokenizer's pattern '{pattern}' names every character that could stand for U+{rune.Value:X}, so it is not used on this text.")));
            at += rune.Utf16SequenceLength;
        }

        starts.Add(at);
        return (shadow.ToString(), [.. starts]);
    }
}
