using System.Reflection;

namespace SafetyGate.Cli.Tests.Architecture;

/// <summary>One place of each program prints, and it escapes: names come from models, datasets, servers and pull requests.</summary>
public sealed class ConsoleSpecs
{
    private static readonly Dictionary<string, string[]> Printers = new()
    {
        ["gate-cli"] = ["SafetyGate.Cli.GateOutput"],
        ["SafetyGate.Harness.Xunit"] = ["SafetyGate.Harness.Xunit.RunnerConsole"],
    };

    public static TheoryData<string> Rooms =>
    [
        "SafetyGate.Core", "SafetyGate.Verifiers", "SafetyGate.Harness", "SafetyGate.Harness.Xunit", "SafetyGate.Models",
        "SafetyGate.Trainers", "SafetyGate.Analysis", "SafetyGate.Pocket", "SafetyGate.Studies", "gate-cli",
    ];

    [Theory, MemberData(nameof(Rooms))]
    public void Nobody_else_writes_to_the_console(string room)
    {
        var users = Users(room, used => used.FullName is "System.Console" or "System.Diagnostics.Debug" or "System.Diagnostics.Trace");
        Assert.Equal(Printers.GetValueOrDefault(room, []), users);
    }

    [Fact]
    public void Text_passes_unescaped_from_three_places_only()
    {
        // JSON, which is escaped as such; GitHub's commands, made by the report's writer; and bars, whose text is one escaped line.
        Assert.Equal(["SafetyGate.Cli.GateOutput"], Users("gate-cli", "SafetyGate.Cli.TerminalWriter.Unchanged"));
        Assert.Equal(["SafetyGate.Cli.Commands.ReportCommand"], Users("gate-cli", "SafetyGate.Cli.GateOutput.WriteAnnotations"));
        Assert.Equal(["SafetyGate.Cli.Console.ConsoleProgress", "SafetyGate.Cli.Console.DemoProgress"], Users("gate-cli", "SafetyGate.Cli.GateOutput.Redraw"));
        Assert.Equal(["SafetyGate.Cli.Console.Cell"], Users("gate-cli", "Spectre.Console.Markup.Escape"));
    }

    [Fact]
    public void Commands_of_GitHub_are_made_by_the_report_alone() =>
        Assert.Empty(((string[])["SafetyGate.Studies", "SafetyGate.Pocket", "SafetyGate.Trainers"]).SelectMany(room => Users(room, used => used.Name == "GitHubAnnotations")));

    private static List<string> Users(string room, Func<Type, bool> isMeant) =>
        Names(room, use => isMeant(use as Type ?? use.DeclaringType ?? typeof(object)));

    private static List<string> Users(string room, string member) =>
        Names(room, use => $"{use.DeclaringType?.FullName}.{use.Name}" == member);

    // A closure counts as the type it is written in.
    private static List<string> Names(string room, Func<MemberInfo, bool> isMeant) =>
        [.. MetadataUses.Of(Assembly.Load(room)).Where(use => isMeant(use.Used)).Select(use => Outermost(use.User).FullName!).Distinct().Order(StringComparer.Ordinal)];

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;
}
