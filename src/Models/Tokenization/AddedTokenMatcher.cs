namespace SafetyGate.Models.Tokenization;

/// <summary>Finds added tokens in text: leftmost first, the longest of those that start there (as the tokenizers library does).</summary>
internal sealed class AddedTokenMatcher
{
    private readonly List<AddedToken> tokens = [];

    // A trie: child node by (node, UTF-16 unit); the token that ends at a node, or -1.
    private readonly Dictionary<(int Node, char Unit), int> children = [];
    private readonly List<int> ends = [-1];

    /// <summary>Builds the trie.</summary>
    /// <param name="tokens">The tokens to find, each with the spelling to look for.</param>
    public AddedTokenMatcher(IEnumerable<(AddedToken Token, string Spelling)> tokens)
    {
        foreach (var (token, spelling) in tokens)
        {
            if (spelling.Length == 0) continue;
            var node = 0;
            foreach (var unit in spelling)
            {
                if (!children.TryGetValue((node, unit), out var next))
                {
                    next = ends.Count;
                    ends.Add(-1);
                    children.Add((node, unit), next);
                }

                node = next;
            }

            if (ends[node] >= 0) continue; // two tokens of one spelling: the first counts
            ends[node] = this.tokens.Count;
            this.tokens.Add(token);
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
            var (token, length) = LongestAt(text, at);
            if (token is null)
            {
                at++;
                continue;
            }

            var (start, stop) = (at, at + length);
            at = stop;
            if (token.SingleWord && (CharacterClasses.EndsWithWord(text.AsSpan(0, start)) || CharacterClasses.StartsWithWord(text.AsSpan(stop)))) continue;
            if (token.LeftStrip)
            {
                while (start > done && char.IsWhiteSpace(text[start - 1])) start--;
            }

            if (token.RightStrip)
            {
                while (stop < text.Length && char.IsWhiteSpace(text[stop])) stop++;
            }

            if (done < start) yield return new(text[done..start], null, piece.AtStart && done == 0);
            yield return new(text[start..stop], token.Id, piece.AtStart && start == 0);
            done = stop;
        }

        if (done < text.Length) yield return new(text[done..], null, piece.AtStart && done == 0);
    }

    private (AddedToken? Token, int Length) LongestAt(string text, int at)
    {
        var (node, best, length) = (0, -1, 0);
        for (var i = at; i < text.Length && children.TryGetValue((node, text[i]), out node); i++)
        {
            if (ends[node] >= 0) (best, length) = (ends[node], i - at + 1);
        }

        return (best < 0 ? null : tokens[best], length);
    }
}
