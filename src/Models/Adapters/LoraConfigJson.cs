using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace SafetyGate.Models.Adapters;

/// <summary>An adapter's settings in a recipe: an object under PEFT's names.</summary>
internal sealed class LoraConfigJson : JsonConverter<LoraConfig>
{
    private const string Source = "peft_config";

    public override LoraConfig Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (JsonNode.Parse(ref reader) is not JsonObject json) throw new JsonException("must be an object under the names of PEFT's LoraConfig.");
        try
        {
            return LoraConfig.Parse(json, Source, isRecipe: true);
        }
        catch (UserErrorException problem)
        {
            var message = problem.Message; // whoever reads the recipe names the place
            throw new JsonException(message.StartsWith(Source + ": ", StringComparison.Ordinal) ? message[(Source.Length + 2)..] : message, problem);
        }
    }

    public override void Write(Utf8JsonWriter writer, LoraConfig value, JsonSerializerOptions options) => value.Describe().WriteTo(writer);
}
