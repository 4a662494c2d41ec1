using System.Text.Json.Nodes;

namespace SafetyGate.Models.Tests.Tokenization.Oracle.Battery;

/// <summary>Decoders at random.</summary>
internal static class RandomDecoders
{
    public static JsonNode Of(Draw draw, int depth)
    {
        switch (draw.Below(depth > 1 ? 12 : 17))
        {
            case 0 or 1:
                return new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = draw.Either(), ["trim_offsets"] = draw.Either(), ["use_regex"] = draw.Either() };
            case 2 or 3:
                return new JsonObject { ["type"] = "Metaspace", ["replacement"] = draw.OneIn(5) ? draw.Of("_", "é", "😀") : "▁", ["prepend_scheme"] = draw.Of("always", "first", "never"), ["split"] = draw.Either() };
            case 4:
                return new JsonObject { ["type"] = "WordPiece", ["prefix"] = draw.Of("##", "##", "", "@@", "é"), ["cleanup"] = draw.Either() };
            case 5:
                return new JsonObject { ["type"] = "BPEDecoder", ["suffix"] = draw.Of("</w>", "</w>", "", "e", "E") };
            case 6:
                return new JsonObject { ["type"] = "CTC", ["pad_token"] = draw.Of("<pad>", "<unk>", "", "a"), ["word_delimiter_token"] = draw.Of("|", "▁", "", "e"), ["cleanup"] = draw.Either() };
            case 7 or 8:
                return new JsonObject { ["type"] = draw.Of("Fuse", "ByteFallback") };
            case 9:
                return new JsonObject { ["type"] = "Strip", ["content"] = draw.Of(" ", "▁", "e", "😀"), ["start"] = draw.Below(3), ["stop"] = draw.OneIn(8) ? 1 + draw.Below(2) : 0 };
            case 10:
                return new JsonObject { ["type"] = "Replace", ["pattern"] = new JsonObject { ["String"] = draw.Of("▁", "▁", " ", "e", "Ġ", "", "</w>", "##") }, ["content"] = draw.Of(" ", "", "x", "▁", "é") };
            case 11:
                return draw.OneIn(3) ? new JsonObject { ["type"] = "Replace", ["pattern"] = new JsonObject { ["Regex"] = draw.Of(RandomPreTokenizers.Patterns) }, ["content"] = draw.Of(" ", "", "x") } : new JsonObject { ["type"] = "ByteFallback" };
            case 12:
                return JsonNode.Parse("""{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},{"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]}""")!;
            default:
                return new JsonObject { ["type"] = "Sequence", ["decoders"] = new JsonArray([.. Enumerable.Range(0, 1 + draw.Below(4)).Select(_ => Of(draw, depth + 1))]) };
        }
    }
}
