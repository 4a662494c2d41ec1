using System.Text.Json;
using System.Text.Json.Serialization;
using SafetyGate.Core.Benchmarks;

namespace SafetyGate.Verifiers.Judges;

/// <summary>A direction under the names of the command line.</summary>
internal sealed class DirectionJson : JsonConverter<MetricDirection>
{
    private static readonly (string Name, MetricDirection Direction)[] Names =
        [("safety", MetricDirection.Safety), ("over-refusal", MetricDirection.OverRefusal), ("capability", MetricDirection.Capability)];

    /// <summary>The name of a direction.</summary>
    public static string NameOf(MetricDirection direction) => Array.Find(Names, n => n.Direction == direction).Name;

    /// <inheritdoc/>
    public override MetricDirection Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var name = reader.GetString();
        return Array.Find(Names, n => n.Name == name) is { Name: not null } found
            ? found.Direction
            : throw new JsonException($"is '{name}'; it must be one of {string.Join(", ", Names.Select(n => n.Name))}.");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, MetricDirection value, JsonSerializerOptions options) => writer.WriteStringValue(NameOf(value));
}
