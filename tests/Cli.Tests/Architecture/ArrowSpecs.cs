using System.Reflection;

namespace SafetyGate.Cli.Tests.Architecture;

/// <summary>The arrows of the house point down only. Read from metadata, so that a reference nobody wrote in a project file shows too.</summary>
public sealed class ArrowSpecs
{
    // room → what it may use besides the base library. TorchSharp is the tensor engine.
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["SafetyGate.Core"] = [],
        ["SafetyGate.Verifiers"] = ["SafetyGate.Core"],
        ["SafetyGate.Harness"] = ["SafetyGate.Core", "SafetyGate.Verifiers", "SafetyGate.Analysis", "MathNet.Numerics", "Microsoft.Extensions.AI.Abstractions"],
        ["SafetyGate.Harness.Xunit"] = ["SafetyGate.Core", "SafetyGate.Verifiers", "SafetyGate.Analysis", "SafetyGate.Harness", "FluentAssertions", "xunit.v3.assert", "xunit.v3.core", "xunit.v3.common"],
        ["SafetyGate.Models"] = ["SafetyGate.Core", "TorchSharp"],
        ["SafetyGate.Trainers"] = ["SafetyGate.Core", "SafetyGate.Verifiers", "SafetyGate.Models", "TorchSharp"],
        ["SafetyGate.Analysis"] = ["SafetyGate.Core", "MathNet.Numerics", "Microsoft.Extensions.AI.Abstractions"],
        ["SafetyGate.Pocket"] = ["SafetyGate.Core", "SafetyGate.Verifiers", "SafetyGate.Harness", "SafetyGate.Analysis", "SafetyGate.Models", "SafetyGate.Trainers", "TorchSharp"],
        ["SafetyGate.Studies"] = ["SafetyGate.Core", "SafetyGate.Verifiers", "SafetyGate.Harness", "SafetyGate.Models", "SafetyGate.Trainers", "SafetyGate.Analysis", "SafetyGate.Pocket", "TorchSharp"],
    };

    // Wall clocks and unseeded randomness would make two runs of one recipe differ. Time comes in as a TimeProvider.
    private static readonly string[] Banned =
    [
        "System.DateTime.get_Now", "System.DateTime.get_UtcNow", "System.DateTime.get_Today", "System.DateTimeOffset.get_Now", "System.DateTimeOffset.get_UtcNow",
        "System.Environment.get_TickCount", "System.Environment.get_TickCount64", "System.Guid.NewGuid", "System.Random.get_Shared", "System.Random..ctor",
        "System.Diagnostics.Stopwatch.StartNew", "System.Diagnostics.Stopwatch.GetTimestamp", "System.Security.Cryptography.RandomNumberGenerator",
    ];

    public static TheoryData<string> Rooms => [.. Allowed.Keys];

    [Theory, MemberData(nameof(Rooms))]
    public void A_room_uses_only_what_lies_below_it(string room)
    {
        var foreign = MetadataUses.Of(Room(room)).Select(use => (use.User, Used: RoomOf(use.Used)))
            .Where(use => use.Used is not null && use.Used != room && !Allowed[room].Contains(use.Used))
            .Select(use => $"{use.User.FullName} uses {use.Used}").Distinct().Order().ToList();
        Assert.True(foreign.Count == 0, string.Join('\n', foreign));
    }

    [Theory, MemberData(nameof(Rooms))]
    public void A_room_reads_no_clock_and_draws_no_unseeded_numbers(string room)
    {
        var uses = MetadataUses.Of(Room(room)).Select(use => (use.User, Name: $"{use.Used.DeclaringType?.FullName}.{use.Used.Name}"))
            .Where(use => Banned.Any(banned => use.Name == banned || use.Name.StartsWith(banned + ".", StringComparison.Ordinal)))
            .Select(use => $"{use.User.FullName} uses {use.Name}").Distinct().Order().ToList();
        Assert.True(uses.Count == 0, string.Join('\n', uses));
    }

    [Fact]
    public void Algorithms_of_the_trainers_do_not_refer_to_one_another()
    {
        string[] shared = ["Loop", "Memory", "Optimization", "Data", "LogProbs", "Rewards", "Rollouts", "Recipes", "Difficulty"];
        string[] composed = ["ShadowRewards"]; // made of other algorithms, and used by none
        string? Algorithm(Type? type)
        {
            var parts = type?.Namespace?.Split('.');
            return parts is ["SafetyGate", "Trainers", var folder, ..] && !shared.Contains(folder) ? folder : null;
        }

        var crossings = MetadataUses.Of(Room("SafetyGate.Trainers"))
            .Select(use => (From: Algorithm(use.User), To: Algorithm(use.Used as Type ?? use.Used.DeclaringType), use.User))
            .Where(use => use.From is not null && use.To is not null && use.From != use.To && !composed.Contains(use.From))
            .Select(use => $"{use.User.FullName} of {use.From} uses {use.To}").Distinct().Order().ToList();
        Assert.True(crossings.Count == 0, string.Join('\n', crossings));
    }

    [Fact]
    public void The_reading_of_metadata_sees_types_members_and_generic_arguments()
    {
        var uses = MetadataUses.Of(typeof(ArrowSpecs).Assembly).Where(use => use.User == typeof(Planted)).Select(use => $"{use.Used.DeclaringType?.FullName}.{use.Used.Name}").ToHashSet();
        Assert.Contains("System.DateTime.get_UtcNow", uses);
        Assert.Contains("System.Random..ctor", uses);
        Assert.Contains(uses, use => use.EndsWith("TimeZoneInfo", StringComparison.Ordinal));
    }

    // What the rules above must find when a room does it.
    private sealed class Planted
    {
        public List<TimeZoneInfo> Zones { get; } = [];

        public override string ToString() => $"{DateTime.UtcNow:O} {new Random().Next()} {Zones.Count}";
    }

    private static Assembly Room(string name) => Assembly.Load(name);

    private static string? RoomOf(MemberInfo member)
    {
        var type = member as Type ?? member.DeclaringType;
        if (type is null || type.IsGenericParameter) return null;
        if (type.Namespace == "TorchSharp" || type.Namespace?.StartsWith("TorchSharp.", StringComparison.Ordinal) == true)
            return "TorchSharp";
        var assembly = type.Assembly.GetName().Name!;
        return assembly.StartsWith("System.", StringComparison.Ordinal) || assembly is "System" or "mscorlib" or "netstandard" or "Microsoft.Win32.Primitives" ? null : assembly;
    }
}
