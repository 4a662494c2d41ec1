namespace SafetyGate.Models.Tokenization;

/// <summary>Finds the tokens of a vocabulary that a text has at a place.</summary>
internal sealed class PrefixTree
{
    // Child node by (node, UTF-16 unit); the token that ends at a node, or -1.
    private readonly Dictionary<(int Node, char Unit), int> children = [];
    private readonly List<int> ends = [-1];

    /// <summary>Adds a token; an empty one, or one that is there already, is left out.</summary>
    /// <returns>Whether it was added.</returns>
    public bool Add(string token, int id)
    {
        var node = 0;
        foreach (var unit in token)
        {
            if (!children.TryGetValue((node, unit), out var next))
            {
                next = ends.Count;
                ends.Add(-1);
                children.Add((node, unit), next);
            }

            node = next;
        }

        if (node == 0 || ends[node] >= 0) return false;
        ends[node] = id;
        return true;
    }

    /// <summary>The longest token that the text has at a place and its length in UTF-16 units; -1 and 0 when there is none.</summary>
    public (int Id, int Length) LongestAt(string text, int at)
    {
        var (node, longest) = (0, (-1, 0));
        for (var i = at; i < text.Length && children.TryGetValue((node, text[i]), out node); i++)
        {
            if (ends[node] >= 0) longest = (ends[node], i - at + 1);
        }

        return longest;
    }

    /// <summary>Every token that the text has at a place, shortest first, with its length in UTF-16 units.</summary>
    public IEnumerable<(int Id, int Length)> At(string text, int at)
    {
        var node = 0;
        for (var i = at; i < text.Length && children.TryGetValue((node, text[i]), out node); i++)
        {
            if (ends[node] >= 0) yield return (ends[node], i - at + 1);
        }
    }
}
