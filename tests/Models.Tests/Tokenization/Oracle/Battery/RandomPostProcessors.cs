using System.Text.Json.Nodes;

namespace SafetyGate.Models.Tests.Tokenization.Oracle.Battery;

/// <summary>Post-processors at random.</summary>
internal static class RandomPostProcessors
{
    /// <summary>One.</summary>
    /// <param name="draw">Choices.</param>
    /// <param name="ids">Ids are below it.</param>
    /// <param name="depth">Sequences it is in.</param>
    public static JsonNode Of(Draw draw, int ids, int depth)
    {
        switch (draw.Below(depth > 0 ? 8 : 10))
        {
            case < 4 when depth == 0 || draw.OneIn(2):
                return Template(draw, ids);
            case 4:
                return new JsonObject { ["type"] = "BertProcessing", ["sep"] = new JsonArray("s", draw.Below(ids)), ["cls"] = new JsonArray("c", draw.Below(ids)) };
            case 5:
                return new JsonObject { ["type"] = "RobertaProcessing", ["sep"] = new JsonArray("s", draw.Below(ids)), ["cls"] = new JsonArray("c", draw.Below(ids)), ["trim_offsets"] = draw.Either(), ["add_prefix_space"] = draw.Either() };
            case < 8:
                return new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = draw.Either(), ["trim_offsets"] = draw.Either(), ["use_regex"] = draw.Either() };
            default:
                return new JsonObject { ["type"] = "Sequence", ["processors"] = new JsonArray([.. Enumerable.Range(0, 1 + draw.Below(3)).Select(_ => Of(draw, ids, depth + 1))]) };
        }
    }

    private static JsonObject Template(Draw draw, int ids)
    {
        var special = new JsonObject();
        foreach (var name in (string[])["B", "E", "S"])
        {
            var many = draw.OneIn(4) ? 2 : 1;
            special[name] = new JsonObject { ["id"] = name, ["ids"] = new JsonArray([.. Enumerable.Range(0, many).Select(_ => (JsonNode)draw.Below(ids))]), ["tokens"] = new JsonArray([.. Enumerable.Range(0, many).Select(_ => (JsonNode)name)]) };
        }

        return new() { ["type"] = "TemplateProcessing", ["single"] = new JsonArray([.. Some(), Text("A"), .. Some()]), ["pair"] = new JsonArray([.. Some(), Text("A"), .. Some(), Text("B"), .. Some()]), ["special_tokens"] = special };

        IEnumerable<JsonNode> Some() => Enumerable.Range(0, draw.Below(3)).Select(_ => (JsonNode)new JsonObject { ["SpecialToken"] = new JsonObject { ["id"] = draw.Of("B", "E", "S"), ["type_id"] = 0 } }).ToList();
        static JsonNode Text(string name) => new JsonObject { ["Sequence"] = new JsonObject { ["id"] = name, ["type_id"] = 0 } };
    }
}
