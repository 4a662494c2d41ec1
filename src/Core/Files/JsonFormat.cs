using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace SafetyGate.Core.Files;

/// <summary>
/// The JSON form of records: snake case, names for enumerations, no unknown members; <see cref="FlattenAttribute"/> and
/// <see cref="NotInKeyAttribute"/> apply.
/// </summary>
internal static class JsonFormat
{
    /// <summary>The form in which files are read.</summary>
    public static JsonSerializerOptions File { get; } = Create(static info => Flatten(info));

    /// <summary>The form that enters a key: everything that decides, nothing else.</summary>
    private static JsonSerializerOptions Key { get; } = Create(static info =>
    {
        for (var i = info.Properties.Count - 1; i >= 0; i--)
            if (Has<NotInKeyAttribute>(info.Properties[i])) info.Properties.RemoveAt(i);
        Flatten(info);
    });

    /// <summary>A record as JSON without what decides nothing.</summary>
    public static JsonObject Describe(object record) => JsonSerializer.SerializeToNode(record, record.GetType(), Key)!.AsObject();

    /// <summary>A record as JSON.</summary>
    public static JsonObject Write(object record) => JsonSerializer.SerializeToNode(record, record.GetType(), File)!.AsObject();

    /// <summary>The JSON name of an enumeration's value.</summary>
    public static string NameOf<T>(T value) where T : struct, Enum => JsonSerializer.SerializeToNode(value, File)!.GetValue<string>();

    /// <summary>The JSON names of all values of an enumeration, in order.</summary>
    internal static IReadOnlyList<string> NamesOf(Type enumeration) =>
        [.. Enum.GetValues(enumeration).Cast<object>().Select(value => JsonSerializer.SerializeToNode(value, enumeration, File)!.GetValue<string>())];

    internal static bool Has<T>(JsonPropertyInfo property) where T : Attribute =>
        property.AttributeProvider?.IsDefined(typeof(T), inherit: true) == true;

    private static JsonSerializerOptions Create(Action<JsonTypeInfo> modifier) => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        IgnoreReadOnlyProperties = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { modifier } },
    };

    private static void Flatten(JsonTypeInfo info)
    {
        if (info.Kind != JsonTypeInfoKind.Object) return;
        foreach (var part in info.Properties.Where(Has<FlattenAttribute>).ToList())
        {
            info.Properties.Remove(part);
            // The part is made by its owner's initializer, so there is one to set members of while the owner is read.
            foreach (var member in info.Options.GetTypeInfo(part.PropertyType).Properties.Where(member => member.Set is not null))
            {
                var lifted = info.CreateJsonPropertyInfo(member.PropertyType, member.Name);
                lifted.Get = owner => member.Get!(part.Get!(owner)!);
                lifted.Set = (owner, value) => member.Set!(part.Get!(owner)!, value);
                if (member.ShouldSerialize is { } isWritten) lifted.ShouldSerialize = (owner, value) => isWritten(part.Get!(owner)!, value);
                (lifted.CustomConverter, lifted.AttributeProvider, lifted.IsSetNullable) = (member.CustomConverter, member.AttributeProvider, member.IsSetNullable);
                info.Properties.Add(lifted);
            }
        }
    }
}
