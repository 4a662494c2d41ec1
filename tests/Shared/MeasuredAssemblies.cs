using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace SafetyGate.Tests;

/// <summary>Assemblies that coverage has rewritten: each has a counter of coverlet's in it.</summary>
internal static class MeasuredAssemblies
{
    private const string Counter = "Coverlet.Core.Instrumentation.Tracker";

    /// <summary>Names of those in a folder.</summary>
    public static IReadOnlyList<string> In(string folder) => [.. Directory.EnumerateFiles(folder, "*.dll").Where(IsMeasured).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    /// <summary>The module version id that the compiler made of an assembly's sources; coverage keeps it.</summary>
    public static Guid Version(string file) => Read(file, metadata => metadata.GetGuid(metadata.GetModuleDefinition().Mvid));

    private static bool IsMeasured(string file) =>
        Read(file, metadata => metadata.TypeDefinitions.Any(type => metadata.GetString(metadata.GetTypeDefinition(type).Namespace) == Counter));

    private static T? Read<T>(string file, Func<MetadataReader, T> ask)
    {
        using var image = new PEReader(File.OpenRead(file));
        return image.HasMetadata ? ask(image.GetMetadataReader()) : default;
    }
}
