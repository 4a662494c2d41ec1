using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;

namespace SafetyGate.Core.Files;

/// <summary>
/// Sentences about a record, in which its members and the values of its enumerations are called as its users write them: <c>min_lr</c> in a
/// file, <c>--top-p</c> on a command line, where the code says <c>MinLr</c> and <c>TopP</c>.
/// </summary>
internal static partial class MemberNames
{
    private static readonly ConcurrentDictionary<Type, IReadOnlyDictionary<string, string>> Keys = new();

    /// <summary>A sentence with the names that a JSON file has.</summary>
    /// <param name="sentence">It calls members and values by their names in the code.</param>
    /// <param name="record">The record; those in it count too.</param>
    public static string AsKeys(string sentence, Type record) => As(sentence, Keys.GetOrAdd(record, static type => KeysOf(type)));

    /// <summary>A sentence with other names.</summary>
    /// <param name="sentence">It calls things by the keys of <paramref name="names"/>.</param>
    /// <param name="names">What each is called instead.</param>
    public static string As(string sentence, IReadOnlyDictionary<string, string> names) =>
        Word().Replace(sentence, word => names.GetValueOrDefault(word.Value, word.Value));

    /// <summary>Names of members and values of a record and of those in it, with their names in JSON. Of a name that has two the record's own counts; if neither is, it is left out.</summary>
    internal static IReadOnlyDictionary<string, string> KeysOf(Type record)
    {
        var found = new HashSet<(string Name, string Key)>();
        Collect(record, found, []);
        var names = found.GroupBy(one => one.Name, StringComparer.Ordinal).Where(group => group.Count() == 1).ToDictionary(group => group.Key, group => group.Single().Key, StringComparer.Ordinal);
        foreach (var property in JsonFormat.File.GetTypeInfo(record).Properties)
            if (property.AttributeProvider is MemberInfo { DeclaringType: { } owner } member && owner.IsAssignableFrom(record)) names[member.Name] = property.Name;
        return names;
    }

    private static void Collect(Type type, HashSet<(string Name, string Key)> found, HashSet<Type> seen)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (!seen.Add(type) || type.Assembly.GetName().Name?.StartsWith("System", StringComparison.Ordinal) == true && !type.IsGenericType) return;
        if (type.IsEnum)
        {
            foreach (var (value, key) in Enum.GetNames(type).Zip(JsonFormat.NamesOf(type))) found.Add((value, key));
            return;
        }

        var contract = JsonFormat.File.GetTypeInfo(type);
        if (contract.ElementType is { } element) Collect(element, found, seen);
        if (contract.Kind != JsonTypeInfoKind.Object) return;
        foreach (var property in contract.Properties)
        {
            if (property.AttributeProvider is MemberInfo member) found.Add((member.Name, property.Name));
            Collect(property.PropertyType, found, seen);
        }
    }

    [GeneratedRegex(@"(?<![\p{L}\p{N}_'\x22])[A-Z][A-Za-z0-9]*(?![\p{L}\p{N}_'\x22])", RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
