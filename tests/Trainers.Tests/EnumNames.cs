using SafetyGate.Core.Files;


namespace SafetyGate.Trainers.Tests;

/// <summary>Finds values of enumerations by the names that TRL's fixtures have for them.</summary>
internal static class EnumNames
{
    public static T? Find<T>(string name) where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
            if (JsonFormat.NameOf(value) == name) return value;
        return null;
    }
}
