using System.Text.Json.Nodes;

namespace SafetyGate.Models.Tests.Tokenization.Oracle.Battery;

/// <summary>Added tokens at random, some of them in the vocabulary.</summary>
internal static class RandomAddedTokens
{
    private static readonly string[] Contents =
    [
        "<s>", "</s>", "<pad>", "<|im_start|>", "<|im_end|>", "<|x|>", "<|", "|>", "[INST]", "[MASK]", "<mask>", "The", "the", "he", " hello", "é", "e\u0301", "É", "  ", "   ", "\n", "\n\n", "\t", "▁the", "ab", "abc", "bc", "😀", "你好", "<0x0A>", "x ", "½", "İ", "don't", "12", "\u00A0", "ﬁ", "<unk>", "THE", "ı", "a\u0323",
    ];

    /// <summary>The tokens, and how many ids there are with them.</summary>
    public static (JsonArray Tokens, int Count) Of(Draw draw, JsonObject model)
    {
        var vocabulary = model["vocab"] is JsonArray pairs
            ? pairs.Select((pair, id) => (Token: pair![0]!.GetValue<string>(), Id: id)).GroupBy(pair => pair.Token).ToDictionary(same => same.Key, same => same.Last().Id)
            : model["vocab"]!.AsObject().ToDictionary(pair => pair.Key, pair => pair.Value!.GetValue<int>());
        var next = model["vocab"] is JsonArray all ? all.Count : vocabulary.Count;
        var tokens = new JsonArray();
        var contents = draw.Some(Contents, draw.Of(2, 4, 8, 20)).ToList();
        if (vocabulary.Count > 0) contents.AddRange(Enumerable.Range(0, draw.Below(3)).Select(_ => draw.Of<string>([.. vocabulary.Keys])));
        foreach (var content in contents.Where(content => content.Length > 0).Distinct().OrderBy(_ => draw.Below(1000)))
        {
            var special = draw.Either();
            tokens.Add(new JsonObject
            {
                ["id"] = vocabulary.TryGetValue(content, out var known) ? known : next++, ["content"] = content, ["single_word"] = draw.OneIn(4), ["lstrip"] = draw.OneIn(3), ["rstrip"] = draw.OneIn(3),
                ["normalized"] = draw.OneIn(3) ? special : !special, ["special"] = special,
            });
        }

        return (tokens, next);
    }
}
