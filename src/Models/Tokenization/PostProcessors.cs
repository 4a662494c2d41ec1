using System.Text.Json;

namespace SafetyGate.Models.Tokenization;

/// <summary>
/// The post-processors of tokenizer.json, as functions from the ids of a text to its ids with special tokens added. In a sequence each sees
/// the parts that the one before it made, and takes the second for the second text of a pair.
/// </summary>
internal static class PostProcessors
{
    private const string Known = "Sequence, TemplateProcessing, ByteLevel, BertProcessing, RobertaProcessing";

    /// <summary>Builds the post-processor that the file describes; <c>null</c> describes one that adds nothing.</summary>
    public static Func<int[], int[]> Create(JsonPart part)
    {
        if (part.IsNull) return ids => ids;
        var step = Step(part);
        return ids => [.. step([ids]).SelectMany(some => some)];
    }

    /// <summary>The special tokens that a post-processor names, each with the id it writes for it.</summary>
    public static IEnumerable<(string Content, int Id)> Named(JsonPart part)
    {
        switch (part.IsNull ? "" : part.Type)
        {
            case "Sequence":
                return part.Items("processors").SelectMany(Named);
            case "TemplateProcessing":
                return part.Member("special_tokens").Json is { ValueKind: JsonValueKind.Object } tokens ? tokens.EnumerateObject().SelectMany(token => OfTemplate(part.Member("special_tokens") with { Json = token.Value })) : [];
            case "BertProcessing" or "RobertaProcessing":
                return new[] { "cls", "sep" }.Select(name => (part.Member(name).Elements().First().AsText(), PairId(part.Member(name))));
            default:
                return [];
        }
    }

    private static IEnumerable<(string Content, int Id)> OfTemplate(JsonPart token) =>
        token.Member("tokens").IsNull ? [] : token.Items("tokens").Select(content => content.AsText()).Zip(token.Items("ids").Select(id => id.AsNumber()));

    private static Func<IReadOnlyList<int[]>, IReadOnlyList<int[]>> Step(JsonPart part)
    {
        switch (part.Type)
        {
            case "Sequence":
                var steps = part.Items("processors").Select(Step).ToArray();
                return parts => steps.Aggregate(parts, (current, step) => step(current));
            case "TemplateProcessing":
                return Template(part);
            case "ByteLevel":
                return parts => parts; // moves offsets only
            case "BertProcessing" or "RobertaProcessing":
                var (first, last, before) = (PairId(part.Member("cls")), PairId(part.Member("sep")), part.Type == "RobertaProcessing");
                return parts => [.. parts.Select((ids, index) => (int[])(index == 0 ? [first, .. ids, last] : before ? [last, .. ids, last] : [.. ids, last]))];
            default:
                throw part.Unsupported("post-processor", Known);
        }
    }

    private static Func<IReadOnlyList<int[]>, IReadOnlyList<int[]>> Template(JsonPart part)
    {
        var single = Pieces(part, "single");
        if (single.Count(piece => piece.Text == 0) != 1 || single.Exists(piece => piece.Text == 1)) throw part.Member("single").Wrong("must hold the sequence A, once");
        var pair = part.Member("pair").IsNull ? null : Pieces(part, "pair");
        return parts => parts.Count switch
        {
            1 => [.. single.Select(piece => piece.Text is { } text ? parts[text] : piece.Ids)],
            2 when pair is not null => [.. pair.Select(piece => piece.Text is { } text ? parts[text] : piece.Ids)],
            _ => throw part.Wrong("follows a post-processor that makes more parts than a template takes, for which the tokenizers library has no answer"),
        };
    }

    // The text of a piece, 0 or 1, or else its ids.
    private static List<(int? Text, int[] Ids)> Pieces(JsonPart part, string name)
    {
        var special = part.Member("special_tokens");
        return [.. part.Items(name).Select(item =>
        {
            var token = item.Member("SpecialToken");
            if (token.IsNull) return (item.Member("Sequence").Text("id") switch { "A" => 0, "B" => 1, _ => throw item.Wrong("must hold the sequence A or B") }, []);
            var entry = special.Member(token.Text("id"));
            if (entry.IsNull) throw token.Wrong($"names '{token.Text("id")}', which 'special_tokens' lacks");
            return ((int?)null, entry.Items("ids").Select(id => id.AsNumber()).ToArray());
        })];
    }

    private static int PairId(JsonPart pair) =>
        pair.Json.ValueKind == JsonValueKind.Array && pair.Json.GetArrayLength() == 2
            ? pair.Elements().Last().AsNumber()
            : throw pair.Wrong("is not a pair of a token and its id");
}
