using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace SafetyGate.Models.Tokenization;

/// <summary>The decoders of tokenizer.json. Each is a function from the tokens' texts to texts that are joined in the end.</summary>
internal static class Decoders
{
    private const string Known = "Sequence, Replace, ByteFallback, Fuse, Strip, ByteLevel, Metaspace, WordPiece, BPEDecoder, CTC";

    /// <summary>Builds the decoder that the file describes; <c>null</c> describes one that joins tokens by spaces.</summary>
    public static Func<IReadOnlyList<string>, string> Create(JsonPart part)
    {
        if (part.IsNull) return tokens => string.Join(' ', tokens);
        var step = Step(part);
        return tokens => string.Concat(step(tokens));
    }

    private static Func<IReadOnlyList<string>, IReadOnlyList<string>> Step(JsonPart part)
    {
        switch (part.Type)
        {
            case "Sequence":
                var steps = part.Items("decoders").Select(Step).ToArray();
                return tokens => steps.Aggregate(tokens, (current, step) => Bounded(step(current)));
            case "Replace":
                var replace = Normalizers.Replacement(part);
                return tokens => [.. tokens.Select(replace)];
            case "ByteFallback":
                return ByteFallback;
            case "Fuse":
                return tokens => [string.Concat(tokens)];
            case "Strip":
                return Strip(part);
            case "ByteLevel":
                return ByteLevel;
            case "Metaspace":
                return Metaspace(part);
            case "WordPiece":
                return WordPiece(part);
            case "BPEDecoder":
                var suffix = part.Text("suffix");
                return tokens => [.. tokens.Select((token, index) => Between(token, suffix, index == tokens.Count - 1 ? "" : " "))];
            case "CTC":
                return Ctc(part);
            default:
                throw part.Unsupported("decoder", Known);
        }
    }

    private static IReadOnlyList<string> Bounded(IReadOnlyList<string> tokens)
    {
        TokenizerLimits.Require(tokens.Sum(token => (long)token.Length));
        return tokens;
    }

    // Tokens such as <0xE2> stand for bytes. A sequence of them that is UTF-8 becomes its text, any other sequence one U+FFFD a byte.
    private static List<string> ByteFallback(IReadOnlyList<string> tokens)
    {
        var texts = new List<string>(tokens.Count);
        var run = new List<byte>();
        foreach (var token in tokens)
        {
            if (TryByte(token, out var value))
            {
                run.Add(value);
                continue;
            }

            Flush();
            texts.Add(token);
        }

        Flush();
        return texts;

        void Flush()
        {
            if (run.Count == 0) return;
            var bytes = CollectionsMarshal.AsSpan(run);
            if (System.Text.Unicode.Utf8.IsValid(bytes)) texts.Add(Encoding.UTF8.GetString(bytes));
            else texts.AddRange(Enumerable.Repeat("\uFFFD", run.Count)); // each a token for the steps that follow
            run.Clear();
        }
    }

    private static bool TryByte(string token, out byte value)
    {
        value = 0;
        return token.Length == 6 && token.StartsWith("<0x", StringComparison.Ordinal) && token[5] == '>' &&
            byte.TryParse(token.AsSpan(token[3] == '+' ? 4 : 3, token[3] == '+' ? 1 : 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value); // Rust reads a sign
    }

    private static Func<IReadOnlyList<string>, IReadOnlyList<string>> Strip(JsonPart part)
    {
        var content = PreTokenizers.OneCharacter(part, "content").ToString();
        var (start, stop) = (part.Number("start"), part.Number("stop"));
        return tokens => [.. tokens.Select(token =>
        {
            var text = token.AsSpan();
            for (var i = 0; i < start && text.StartsWith(content, StringComparison.Ordinal); i++) text = text[content.Length..];
            for (var i = 0; i < stop && text.EndsWith(content, StringComparison.Ordinal); i++) text = text[..^content.Length];
            return text.ToString();
        })];
    }

    // Of equal tokens in a row one is kept.
    private static Func<IReadOnlyList<string>, IReadOnlyList<string>> Ctc(JsonPart part)
    {
        var (pad, delimiter, cleanUp) = (part.Text("pad_token"), part.Text("word_delimiter_token"), part.Flag("cleanup", true));
        return tokens => [.. tokens.Where((token, index) => index == 0 || token != tokens[index - 1])
            .Select(token => pad.Length == 0 ? token : token.Replace(pad, "", StringComparison.Ordinal))
            .Select(token => cleanUp ? Between(CleanedUp(token), delimiter, " ") : token).Where(token => token.Length > 0)];
    }

    private static Func<IReadOnlyList<string>, IReadOnlyList<string>> WordPiece(JsonPart part)
    {
        var (prefix, cleanUp) = (part.Text("prefix"), part.Flag("cleanup", true));
        return tokens => [.. tokens.Select((token, index) =>
        {
            if (index > 0) token = token.StartsWith(prefix, StringComparison.Ordinal) ? token[prefix.Length..] : " " + token;
            return cleanUp ? CleanedUp(token) : token;
        })];
    }

    // Spaces before punctuation and contractions go, in this order.
    private static string CleanedUp(string text)
    {
        foreach (var (old, by) in Spaced) text = text.Replace(old, by, StringComparison.Ordinal);
        return text;
    }

    private static readonly (string Old, string By)[] Spaced =
    [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"), (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ];

    // An empty text lies before and after every character.
    private static string Between(string token, string old, string by) =>
        old.Length > 0 ? Normalizers.Replaced(token, old, by) : by + string.Concat(token.EnumerateRunes().Select(rune => rune + by));

    // All bytes are put together before they are read, so a character may span tokens; broken UTF-8 is replaced as WHATWG specifies.
    private static List<string> ByteLevel(IReadOnlyList<string> tokens)
    {
        var bytes = new List<byte>();
        foreach (var token in tokens) ByteLetters.AppendBytes(token, bytes);
        return [Encoding.UTF8.GetString(CollectionsMarshal.AsSpan(bytes))];
    }

    private static Func<IReadOnlyList<string>, IReadOnlyList<string>> Metaspace(JsonPart part)
    {
        var replacement = PreTokenizers.MetaspaceReplacement(part);
        var dropFirst = PreTokenizers.MetaspaceScheme(part) != "never";
        return tokens =>
            [.. tokens.Select((token, index) => token.Replace(replacement, index == 0 && dropFirst ? "" : " ", StringComparison.Ordinal))];
    }
}
