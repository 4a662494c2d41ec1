using System.Text;

namespace SafetyGate.Models.Tokenization;

/// <summary>
/// The pre-tokenizers of tokenizer.json. Each cuts a piece of text into pieces that the model of the tokenizer sees one by one.
/// </summary>
internal static class PreTokenizers
{
    private const string Known = "Sequence, WhitespaceSplit, Whitespace, BertPreTokenizer, Punctuation, Digits, CharDelimiterSplit, FixedLength, Split, ByteLevel, Metaspace, UnicodeScripts";

    // GPT-2's pattern (github.com/openai/gpt-2, src/encoder.py).
    private const string ByteLevelPattern = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    /// <summary>Builds the pre-tokenizer that the file describes; <c>null</c> describes one that cuts nothing.</summary>
    public static Func<TextPiece, IEnumerable<TextPiece>> Create(JsonPart part)
    {
        if (part.IsNull) return piece => [piece];
        switch (part.Type)
        {
            case "Sequence":
                var steps = part.Items("pretokenizers").Select(Create).ToArray();
                return piece => steps.Aggregate((IEnumerable<TextPiece>)[piece], (pieces, step) => pieces.SelectMany(step));
            case "WhitespaceSplit":
                return piece => Cut(piece, Runs(piece.Text, rune => Rune.IsWhiteSpace(rune)), SplitBehavior.Removed);
            case "BertPreTokenizer":
                return piece => Cut(piece, Runs(piece.Text, Rune.IsWhiteSpace), SplitBehavior.Removed)
                    .SelectMany(word => Cut(word, Each(word.Text, CharacterClasses.IsPunctuation), SplitBehavior.Isolated));
            case "CharDelimiterSplit":
                var delimiter = OneCharacter(part, "delimiter");
                return piece => Cut(piece, Each(piece.Text, rune => rune == delimiter), SplitBehavior.Removed);
            case "FixedLength":
                return FixedLength(part);
            case "UnicodeScripts":
                return piece => ScriptSplit.Spans(piece.Text).Select(span => piece.Slice(span.Start, span.Stop));
            case "Whitespace":
                return piece => Cut(piece, WordsAndRest(piece.Text), SplitBehavior.Removed, invert: true);
            case "Punctuation":
                var punctuation = Behavior(part, "Isolated");
                return piece => Cut(piece, Each(piece.Text, CharacterClasses.IsPunctuation), punctuation);
            case "Digits":
                return part.Flag("individual_digits", false)
                    ? piece => Cut(piece, Each(piece.Text, CharacterClasses.IsNumeric), SplitBehavior.Isolated)
                    : piece => Cut(piece, Each(piece.Text, CharacterClasses.IsNumeric), SplitBehavior.Contiguous);
            case "Split":
                return Split(part);
            case "ByteLevel":
                return ByteLevel(part);
            case "Metaspace":
                return Metaspace(part);
            default:
                throw part.Unsupported("pre-tokenizer", Known);
        }
    }

    /// <summary>Whether the pre-tokenizer that the file describes asks which piece is at the start of the text.</summary>
    public static bool AsksForFront(JsonPart part)
    {
        if (part.Json.ValueKind != System.Text.Json.JsonValueKind.Object) return false;
        return part.Type == "Sequence" ? part.Items("pretokenizers").Any(AsksForFront) : part.Type == "Metaspace" && MetaspaceScheme(part) == "first";
    }

    private static Func<TextPiece, IEnumerable<TextPiece>> FixedLength(JsonPart part)
    {
        var length = part.Member("length").IsNull ? 5 : part.Number("length");
        if (length == 0) throw part.Member("length").Wrong("is 0; a piece has at least one character");
        return piece =>
        {
            var cuts = Each(piece.Text, _ => true).Chunk(length).Select(chunk => (chunk[0].Start, chunk[^1].Start + chunk[^1].Length - chunk[0].Start));
            return Cut(piece, [.. cuts], SplitBehavior.Isolated);
        };
    }

    private static Func<TextPiece, IEnumerable<TextPiece>> Split(JsonPart part)
    {
        var behavior = Behavior(part, null);
        var invert = part.Flag("invert", false);
        var pattern = CodePointRegex.Of(part.Member("pattern"));
        return piece => Cut(piece, pattern(piece.Text), behavior, invert);
    }

    private static Func<TextPiece, IEnumerable<TextPiece>> ByteLevel(JsonPart part)
    {
        var addPrefixSpace = part.Flag("add_prefix_space", true);
        var regex = part.Flag("use_regex", true) ? CodePointRegex.Create(ByteLevelPattern, part) : null;
        return piece =>
        {
            if (addPrefixSpace && !piece.Text.StartsWith(' ')) piece = piece.Prepended(" ");
            var pieces = regex is null ? [piece] : Cut(piece, regex.Matches(piece.Text), SplitBehavior.Isolated);
            return pieces.Select(cut => cut.Founded().Rewritten(Letters(cut.Text), () => BytesOf(cut.Text), BytesOf(cut.Text).Select(one => (one.Length, one.Stop - one.Start))));
        };
    }

    private static Func<TextPiece, IEnumerable<TextPiece>> Metaspace(JsonPart part)
    {
        var replacement = MetaspaceReplacement(part);
        var scheme = MetaspaceScheme(part);
        var split = part.Flag("split", true);
        return piece =>
        {
            piece = Normalizers.Replaced(piece, " ", replacement);
            if ((scheme == "always" || (scheme == "first" && piece.Front > 0)) && !piece.Text.StartsWith(replacement, StringComparison.Ordinal))
                piece = piece.Prepended(replacement);
            return split ? Cut(piece, CodePointRegex.LiteralMatches(piece.Text, replacement), SplitBehavior.MergedWithNext) : [piece];
        };
    }

    /// <summary>The mark that stands for a space.</summary>
    public static string MetaspaceReplacement(JsonPart part) => OneCharacter(part, "replacement").ToString();

    /// <summary>A member that is one character.</summary>
    public static Rune OneCharacter(JsonPart part, string name)
    {
        var text = part.Text(name);
        return Rune.DecodeFromUtf16(text, out var rune, out var used) == System.Buffers.OperationStatus.Done && used == text.Length
            ? rune
            : throw part.Wrong($"has a '{name}' that is not one character");
    }

    // Every byte becomes a letter, and a second such component would write the letters' bytes as letters again.
    private static string Letters(string text)
    {
        var letters = ByteLetters.FromText(text);
        TokenizerLimits.Require(letters.Length);
        return letters;
    }

    // One stretch of letters a character: as many as it has bytes in UTF-8.
    private static IEnumerable<(int Start, int Stop, int Length)> BytesOf(string text)
    {
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            yield return (at, at + rune.Utf16SequenceLength, rune.Utf8SequenceLength);
            at += rune.Utf16SequenceLength;
        }
    }

    /// <summary>
    /// Whether a leading space is prepended: <c>always</c>, <c>first</c> or <c>never</c>. Older files have <c>add_prefix_space</c> instead.
    /// </summary>
    public static string MetaspaceScheme(JsonPart part)
    {
        var added = part.Flag("add_prefix_space", true);
        var scheme = part.TextOrNull("prepend_scheme") ?? (added ? "always" : "never");
        if (scheme is not ("always" or "first" or "never"))
            throw part.Wrong($"has the unknown prepend_scheme '{scheme}'; it must be always, first or never");
        return added || scheme == "never" ? scheme : throw part.Wrong($"has the prepend_scheme '{scheme}' and an 'add_prefix_space' of false, which contradict each other");
    }

    private static SplitBehavior Behavior(JsonPart part, string? otherwise)
    {
        var name = part.TextOrNull("behavior") ?? otherwise ?? throw part.Wrong("has no 'behavior'");
        return Enum.TryParse<SplitBehavior>(name, out var behavior) && Enum.GetName(behavior) == name ? behavior
            : throw part.Wrong($"has the unknown behavior '{name}'; it must be one of {string.Join(", ", Enum.GetNames<SplitBehavior>())}");
    }

    /// <summary>Cuts a piece at matches. Pieces without text vanish.</summary>
    private static IEnumerable<TextPiece> Cut(TextPiece piece, List<(int Start, int Length)> matches, SplitBehavior behavior,
        bool invert = false)
    {
        foreach (var (start, stop) in Spans(piece.Text.Length, matches, behavior, invert))
        {
            if (stop > start) yield return piece.Slice(start, stop);
        }
    }

    private static List<(int Start, int Stop)> Spans(int length, List<(int Start, int Length)> matches, SplitBehavior behavior, bool invert)
    {
        var parts = new List<(int Start, int Stop, bool IsMatch)>();
        var at = 0;
        foreach (var (start, matchLength) in matches)
        {
            if (start > at) parts.Add((at, start, invert));
            parts.Add((start, start + matchLength, !invert));
            at = start + matchLength;
        }

        if (at < length) parts.Add((at, length, invert));
        var spans = new List<(int Start, int Stop)>();
        var previousMatch = false;
        switch (behavior)
        {
            case SplitBehavior.Removed:
                spans.AddRange(parts.Where(part => !part.IsMatch).Select(part => (part.Start, part.Stop)));
                break;
            case SplitBehavior.Isolated:
                spans.AddRange(parts.Select(part => (part.Start, part.Stop)));
                break;
            case SplitBehavior.Contiguous:
                foreach (var (start, stop, isMatch) in parts)
                {
                    if (spans.Count > 0 && isMatch == previousMatch) spans[^1] = (spans[^1].Start, stop);
                    else spans.Add((start, stop));
                    previousMatch = isMatch;
                }

                break;
            case SplitBehavior.MergedWithPrevious:
                foreach (var (start, stop, isMatch) in parts)
                {
                    if (isMatch && !previousMatch && spans.Count > 0) spans[^1] = (spans[^1].Start, stop);
                    else spans.Add((start, stop));
                    previousMatch = isMatch;
                }

                break;
            default: // MergedWithNext: the same from the end
                foreach (var (start, stop, isMatch) in Enumerable.Reverse(parts))
                {
                    if (isMatch && !previousMatch && spans.Count > 0) spans[^1] = (start, spans[^1].Stop);
                    else spans.Add((start, stop));
                    previousMatch = isMatch;
                }

                spans.Reverse();
                break;
        }

        return spans;
    }

    // Every code point of a class, one match each.
    private static List<(int Start, int Length)> Each(string text, Func<Rune, bool> isOne)
    {
        var found = new List<(int, int)>();
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (isOne(rune)) found.Add((at, rune.Utf16SequenceLength));
            at += rune.Utf16SequenceLength;
        }

        return found;
    }

    // Runs of a class, one match each.
    private static List<(int Start, int Length)> Runs(string text, Func<Rune, bool> isOne) => RunsOf(text, rune => isOne(rune) ? 1 : 0);

    // \w+|[^\w\s]+
    private static List<(int Start, int Length)> WordsAndRest(string text) =>
        RunsOf(text, rune => CharacterClasses.IsWord(rune) ? 1 : Rune.IsWhiteSpace(rune) ? 0 : 2);

    private static List<(int Start, int Length)> RunsOf(string text, Func<Rune, int> classOf)
    {
        var found = new List<(int Start, int Length)>();
        var (at, previous) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            var current = classOf(rune);
            if (current != 0 && current == previous) found[^1] = (found[^1].Start, found[^1].Length + rune.Utf16SequenceLength);
            else if (current != 0) found.Add((at, rune.Utf16SequenceLength));
            previous = current;
            at += rune.Utf16SequenceLength;
        }

        return found;
    }
}
