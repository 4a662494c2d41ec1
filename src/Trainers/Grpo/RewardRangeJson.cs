using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace SafetyGate.Trainers.Grpo;

/// <summary>Limits of a reward in a recipe: <c>[least, most]</c>, as in TRL, or an object of both.</summary>
internal sealed class RewardRangeJson : JsonConverter<RewardRange>
{
    public override RewardRange Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var given = JsonNode.Parse(ref reader);
        return given switch
        {
            JsonArray { Count: 2 } list when Number(list[0]) is { } least && Number(list[1]) is { } most => new(least, most),
            JsonObject { Count: 2 } range when Number(range["least"]) is { } least && Number(range["most"]) is { } most => new(least, most),
            _ => throw new JsonException($"is {given?.ToJsonString() ?? "null"}; it must be two numbers, [least, most] or {{\"least\": …, \"most\": …}}."),
        };
    }

    public override void Write(Utf8JsonWriter writer, RewardRange value, JsonSerializerOptions options) =>
        new JsonObject { ["least"] = value.Least, ["most"] = value.Most }.WriteTo(writer);

    private static double? Number(JsonNode? node) => node?.GetValueKind() == JsonValueKind.Number ? (double)node : null;
}
