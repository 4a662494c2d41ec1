using System.Buffers.Binary;
using System.Text;

namespace SafetyGate.Models.Tests.Tokenization.Oracle;

/// <summary>A compiled character map as sentencepiece writes it, of a few keys: a double-array trie and the texts its leaves point to.</summary>
internal static class CompiledMap
{
    public static readonly (string Key, string Text)[] Pairs =
    [
        ("\u00A0", " "), ("\u3000", " "), ("ﬁ", "fi"), ("①", "1"), ("½", "1⁄2"), ("e\u0301", "é"), ("Å", "Å"), ("\u212B", "Å"), ("Ａ", "A"), ("\t", " "), ("\n", " "), ("\r\n", " "), ("\u200B", ""), ("…", "..."), ("’", "'"), ("😀", ":)"), ("ヿ", "コト"), ("h", "H"), ("ll", "LL"),
    ];

    public static string Base64 { get; } = Of(Pairs);

    public static string Of(IEnumerable<(string Key, string Text)> pairs)
    {
        var texts = new List<byte>();
        var root = new Node();
        foreach (var (key, text) in pairs)
        {
            var node = root;
            foreach (var value in Encoding.UTF8.GetBytes(key))
            {
                if (!node.Children.TryGetValue(value, out var next)) node.Children.Add(value, next = new());
                node = next;
            }

            node.Leaf = texts.Count;
            texts.AddRange(Encoding.UTF8.GetBytes(text));
            texts.Add(0);
        }

        var units = new uint[1 << 16];
        var taken = new bool[units.Length];
        taken[0] = true;
        Place(root, 0, units, taken);
        var used = Array.FindLastIndex(taken, one => one) + 1;
        used = (used + 255) / 256 * 256;
        var bytes = new byte[4 + (4 * used) + texts.Count];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)(4 * used));
        for (var i = 0; i < used; i++) BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4 + (4 * i)), units[i]);
        texts.CopyTo(bytes, 4 + (4 * used));
        return Convert.ToBase64String(bytes);
    }

    // A node's children lie at its place xor its offset xor their label; a leaf is the child of label 0.
    private static void Place(Node node, int place, uint[] units, bool[] taken)
    {
        var labels = node.Children.Keys.Select(label => (int)label).Concat(node.Leaf >= 0 ? [0] : []).ToArray();
        for (var offset = 1; ; offset++)
        {
            if (!labels.All(label => (place ^ offset ^ label) is var at && at > 0 && at < taken.Length && !taken[at])) continue;
            foreach (var label in labels) taken[place ^ offset ^ label] = true;
            units[place] |= ((uint)offset << 10) | (node.Leaf >= 0 ? 0x100u : 0);
            if (node.Leaf >= 0) units[place ^ offset] = 0x8000_0000 | (uint)node.Leaf;
            foreach (var (label, child) in node.Children)
            {
                units[place ^ offset ^ label] = label;
                Place(child, place ^ offset ^ label, units, taken);
            }

            return;
        }
    }

    private sealed class Node
    {
        public SortedDictionary<byte, Node> Children { get; } = [];

        public int Leaf { get; set; } = -1;
    }
}
