namespace SafetyGate.Models.Tokenization;

/// <summary>The post-processors of tokenizer.json, as functions from the ids of a text to its ids with special tokens added.</summary>
internal static class PostProcessors
{
    private const string Known = "Sequence, TemplateProcessing, ByteLevel, BertProcessing, RobertaProcessing";

    /// <summary>Builds the post-processor that the file describes; <c>null</c> describes one that adds nothing.</summary>
    public static Func<int[], int[]> Create(JsonPart part)
    {
        if (part.IsNull) return ids => ids;
        switch (part.Type)
        {
            case "Sequence":
                var steps = part.Items("processors").Select(Create).ToArray();
                return ids => steps.Aggregate(ids, (current, step) => step(current));
            case "TemplateProcessing":
                return Template(part);
            case "ByteLevel":
                return ids => ids; // moves offsets only
            case "BertProcessing" or "RobertaProcessing":
                var (first, last) = (PairId(part.Member("cls")), PairId(part.Member("sep")));
                return ids => [first, .. ids, last];
            default:
                throw part.Unsupported("post-processor", Known);
        }
    }

    private static Func<int[], int[]> Template(JsonPart part)
    {
        var special = part.Member("special_tokens");
        var before = new List<int>();
        var after = new List<int>();
        var seen = false;
        foreach (var item in part.Items("single"))
        {
            var token = item.Member("SpecialToken");
            if (token.IsNull)
            {
                var id = item.Member("Sequence").Text("id");
                if (id != "A" || seen) throw item.Wrong("must hold the sequence A, once");
                seen = true;
                continue;
            }

            var name = token.Text("id");
            var entry = special.Member(name);
            if (entry.IsNull) throw token.Wrong($"names '{name}', which 'special_tokens' lacks");
            (seen ? after : before).AddRange(entry.Items("ids").Select(id => id.AsNumber()));
        }

        return seen ? ids => [.. before, .. ids, .. after] : throw part.Wrong("has no sequence A in 'single'");
    }

    private static int PairId(JsonPart pair) =>
        pair.Json.ValueKind == System.Text.Json.JsonValueKind.Array && pair.Json.GetArrayLength() == 2
            ? pair.Elements().Last().AsNumber()
            : throw pair.Wrong("is not a pair of a token and its id");
}
