using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SafetyGate.Trainers.Runs;

/// <summary>Names of an enumeration's values in JSON: snake case, unless the value says otherwise.</summary>
internal static class EnumNames
{
    /// <summary>The JSON name of a value.</summary>
    public static string Of<T>(T value) where T : struct, Enum =>
        typeof(T).GetField(value.ToString())?.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name
        ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <summary>The JSON names of all values, in order.</summary>
    public static IReadOnlyList<string> All<T>() where T : struct, Enum => [.. Enum.GetValues<T>().Select(Of)];

    /// <summary>The value of a JSON name, or <c>null</c>.</summary>
    public static T? Find<T>(string name) where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
            if (Of(value) == name) return value;
        return null;
    }
}
