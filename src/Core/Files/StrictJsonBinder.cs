using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace SafetyGate.Core.Files;

/// <summary>
/// Makes a record of a strictly read JSON value by the contract that System.Text.Json has for the type. Every failure names file, line and
/// path.
/// </summary>
/// <remarks>
/// One object, name or number in the place of a list is a list of one. Paths marked with <see cref="RelativePathAttribute"/> become absolute.
/// </remarks>
internal static class StrictJsonBinder
{
    /// <summary>Makes a record.</summary>
    /// <typeparam name="T">Its type, a record with attributes of System.Text.Json and of this namespace.</typeparam>
    /// <param name="node">The value.</param>
    /// <param name="complete">Adds what the file leaves out, before the record is made; its input is checked.</param>
    /// <exception cref="UserErrorException">A key is unknown or missing, or a value is not allowed.</exception>
    public static T Bind<T>(StrictJsonNode node, Action<JsonObject>? complete = null)
    {
        var json = Checked(node, JsonFormat.File.GetTypeInfo(typeof(T)))!;
        complete?.Invoke(json.AsObject());
        try
        {
            return json.Deserialize<T>(JsonFormat.File)!;
        }
        catch (JsonException e)
        {
            throw At(node, e.Path ?? "").Error(e.Message);
        }
    }

    private static JsonNode? Checked(StrictJsonNode node, JsonTypeInfo type) => type.Kind switch
    {
        _ when type.Type == typeof(JsonObject) => node.Kind == JsonTokenType.StartObject ? node.ToJson() : throw node.Error($"is {node.Words}; it must be an object."),
        JsonTypeInfoKind.Object => Members(node, type),
        JsonTypeInfoKind.Enumerable => Elements(node, JsonFormat.File.GetTypeInfo(type.ElementType!)),
        _ when type.Type.IsDefined(typeof(ReadByItselfAttribute), inherit: false) => node.ToJson(),
        _ => Value(node, Nullable.GetUnderlyingType(type.Type) ?? type.Type),
    };

    private static JsonObject Members(StrictJsonNode node, JsonTypeInfo type)
    {
        if (node.Kind != JsonTokenType.StartObject) throw node.Error($"is {node.Words}; it must be an object.");
        var properties = type.Properties.Where(property => property.Set is not null || property.AssociatedParameter is not null)
            .ToDictionary(property => property.Name, StringComparer.Ordinal);
        var made = new JsonObject();
        foreach (var (name, value) in node.Members)
        {
            if (!properties.TryGetValue(name, out var property)) throw value.Error(Unknown(name, type.Type, [.. properties.Keys]));
            made[name] = Member(value, property);
        }

        return properties.Values.FirstOrDefault(property => property.IsRequired && !made.ContainsKey(property.Name)) is { } missing
            ? throw node.Error($"lacks the key '{missing.Name}'{Hint(missing.PropertyType)}.")
            : made;
    }

    private static JsonNode? Member(StrictJsonNode value, JsonPropertyInfo property)
    {
        if (value.IsNull && property is { IsSetNullable: true, IsRequired: false }) return null; // of a generic type every value may be null
        if (property.CustomConverter is not null) return Value(value, typeof(string));
        var made = Checked(value, JsonFormat.File.GetTypeInfo(property.PropertyType));
        if (!JsonFormat.Has<RelativePathAttribute>(property)) return made;
        return value.AsPath(Path.GetDirectoryName(Path.GetFullPath(value.File))!);
    }

    private static JsonArray Elements(StrictJsonNode node, JsonTypeInfo type) => node.Kind switch
    {
        JsonTokenType.StartArray => [.. node.Elements.Select(element => Checked(element, type))],
        JsonTokenType.StartObject => [Checked(node, type)],
        _ when type.Kind == JsonTypeInfoKind.None => [Checked(node, type)],
        _ => throw node.Error($"is {node.Words}; it must be an object or a list of objects."),
    };

    private static JsonNode Value(StrictJsonNode node, Type type)
    {
        if (type.IsEnum)
        {
            var names = JsonFormat.NamesOf(type);
            if (node.Kind is JsonTokenType.True or JsonTokenType.False && type.GetCustomAttribute<BooleanNamesAttribute>() is { } booleans)
                return JsonValue.Create(node.Kind == JsonTokenType.True ? booleans.Yes : booleans.No);
            var nearest = node.Kind == JsonTokenType.String ? $" Did you mean '{NearestName.Of(node.Text, names)}'?" : "";
            return names.Contains(node.Kind == JsonTokenType.String ? node.Text : "", StringComparer.Ordinal)
                ? JsonValue.Create(node.Text)
                : throw node.Error($"is {node.Words}; it must be one of {string.Join(", ", names)}.{nearest}");
        }

        if (type == typeof(string)) return JsonValue.Create(node.AsString());
        if (type == typeof(bool))
            return node.Kind is JsonTokenType.True or JsonTokenType.False
                ? JsonValue.Create(node.Kind == JsonTokenType.True)
                : throw node.Error($"is {node.Words}; it must be true or false.");
        if (type == typeof(int)) return JsonValue.Create(node.AsInt());
        if (type == typeof(double)) return JsonValue.Create(node.AsDouble());
        if (type == typeof(ulong))
            return node.Kind == JsonTokenType.Number
                && ulong.TryParse(node.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                ? JsonValue.Create(value)
                : throw node.Error($"is {node.Words}; it must be a whole number of 0 or more.");
        throw new NotSupportedException($"A member of type {type} cannot be read from JSON; known: text, true and false, whole numbers, numbers, enumerations, records, and lists of these.");
    }

    private static string Unknown(string name, Type type, IReadOnlyCollection<string> known) =>
        type.GetCustomAttributes<FormerKeyAttribute>(inherit: true).FirstOrDefault(key => key.Former == name) is { } former
            ? $"is not a known key; it is called {former.Now} now."
            : type.GetCustomAttributes<AbsentKeysAttribute>(inherit: true).FirstOrDefault(keys => keys.Has(name)) is { } absent
            ? $"is not a known key; {absent.Instead}."
            : $"is not a known key; did you mean '{NearestName.Of(name, known)}'? Known here: {string.Join(", ", known.Order(StringComparer.Ordinal))}.";

    private static string Hint(Type type) =>
        (Nullable.GetUnderlyingType(type) ?? type) is { IsEnum: true } choice
            ? $", one of {string.Join(", ", JsonFormat.NamesOf(choice))}"
            : "";

    // The value at a path such as $.rewards[0].name, or the nearest around it: a list of one may be an object in the file.
    private static StrictJsonNode At(StrictJsonNode node, string path)
    {
        foreach (var step in path.TrimStart('$').Split(['.', '[', ']'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (node.Members.FirstOrDefault(member => member.Name == step).Value is { } member) node = member;
            else if (int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < node.Elements.Count)
                node = node.Elements[index];
        }

        return node;
    }
}
