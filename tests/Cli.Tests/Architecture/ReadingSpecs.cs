using System.Reflection;

namespace SafetyGate.Cli.Tests.Architecture;

/// <summary>Files of others are opened in one place, which refuses pipes and devices and stops at a limit.</summary>
public sealed class ReadingSpecs
{
    // The system's own files, git's, and files that the same program wrote in its own folder.
    private static readonly string[] Exempt =
    [
        "SafetyGate.Core.Files.BoundedFile", "SafetyGate.Core.Files.DigestCache", "SafetyGate.Core.Runs.StoreTrust", "SafetyGate.Models.Checkpoints.SafetensorsFile",
        "SafetyGate.Models.Engine.MappedFiles", "SafetyGate.Models.Engine.SystemVersions", "SafetyGate.Models.Engine.WeakenedLibrary",
        "SafetyGate.Harness.Baselines.SourceState", "SafetyGate.Harness.Reports.TestRunId", "SafetyGate.Harness.Runs.StoreLock",
        "SafetyGate.Harness.Runs.ExternalRunProcess", "SafetyGate.Harness.Xunit.Conclusion",
        "SafetyGate.Harness.Xunit.SpecSession", "SafetyGate.Pocket.Building.PocketBuilder",
    ];

    private static readonly string[] Unbounded =
    [
        "ReadAllText", "ReadAllTextAsync", "ReadAllBytes", "ReadAllBytesAsync", "ReadAllLines", "ReadAllLinesAsync", "ReadLines", "ReadLinesAsync", "OpenRead",
        "OpenText", "OpenHandle",
    ];

    [Theory, MemberData(nameof(ConsoleSpecs.Rooms), MemberType = typeof(ConsoleSpecs))]
    public void Nobody_else_reads_a_file_without_a_limit(string room)
    {
        var users = MetadataUses.Of(Assembly.Load(room))
            .Where(use => (use.Used.DeclaringType == typeof(File) && Unbounded.Contains(use.Used.Name))
                || (use.Used is ConstructorInfo opens && opens.DeclaringType == typeof(StreamReader) && opens.GetParameters()[0].ParameterType == typeof(string)))
            .Select(use => Outermost(use.User).FullName!).Distinct().Except(Exempt).Order(StringComparer.Ordinal);
        Assert.Empty(users);
    }

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;
}
