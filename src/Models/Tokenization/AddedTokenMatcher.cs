namespace SafetyGate.Models.Tokenization;

/// <summary>Finds added tokens in text: leftmost first, the longest of those that start there (as the tokenizers library does).</summary>
internal sealed class AddedTokenMatcher
{
    private readonly List<AddedToken> tokens = [];

    private readonly PrefixTree tree = new();

    /// <summary>Builds the trie.</summary>
    /// <param name="tokens">The tokens to find, each with the spelling to look for.</param>
    public AddedTokenMatcher(IEnumerable<(AddedToken Token, string Spelling)> tokens)
    {
        foreach (var (token, spelling) in tokens)
        {
            if (tree.Add(spelling, this.tokens.Count)) this.tokens.Add(token); // two tokens of one spelling: the first counts
        }
    }

    /// <summary>Cuts a piece at the added tokens in it. White space that a token strips becomes part of the token.</summary>
    public IEnumerable<TextPiece> Split(TextPiece piece)
    {
        var text = piece.Text;
        if (tokens.Count == 0 || text.Length == 0)
        {
            if (text.Length > 0) yield return piece;
            yield break;
        }

        var done = 0;
        for (var at = 0; at < text.Length;)
        {
            var (found, length) = tree.LongestAt(text, at);
            if (found < 0)
            {
                at++;
                continue;
            }

            var token = tokens[found];
            var (start, stop) = (at, at + length);
            at = stop;
            if (token.SingleWord && (CharacterClasses.EndsWithWord(text.AsSpan(0, start)) || CharacterClasses.StartsWithWord(text.AsSpan(stop)))) continue;
            if (token.LeftStrip)
            {
                start = Math.Max(start, done); // the match before may have taken white space that this one begins with
                while (start > done && char.IsWhiteSpace(text[start - 1])) start--;
            }

            if (token.RightStrip)
            {
                while (stop < text.Length && char.IsWhiteSpace(text[stop])) stop++;
            }

            if (done < start) yield return piece.Slice(done, start);
            if (stop > start) yield return piece.Slice(start, stop, token.Id);
            done = stop;
        }

        if (done < text.Length) yield return piece.Slice(done, text.Length);
    }
}
