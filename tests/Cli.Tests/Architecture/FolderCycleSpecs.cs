using ArchUnitNET.Fluent.Slices;
using ArchUnitNET.Loader;
using ArchUnitNET.xUnitV3;
using Assembly = System.Reflection.Assembly;

namespace SafetyGate.Cli.Tests.Architecture;

/// <summary>No folder of an assembly refers back to one that refers to it, over any number of steps: a folder can be read, and moved, without the rest.</summary>
public sealed class FolderCycleSpecs
{
    public static TheoryData<string> Rooms =>
    [
        "SafetyGate.Core", "SafetyGate.Verifiers", "SafetyGate.Harness", "SafetyGate.Harness.Xunit", "SafetyGate.Models",
        "SafetyGate.Trainers", "SafetyGate.Analysis", "SafetyGate.Pocket", "SafetyGate.Studies", "gate-cli",
    ];

    [Theory, MemberData(nameof(Rooms))]
    public void The_folders_of_an_assembly_form_no_cycle(string room)
    {
        var root = room == "gate-cli" ? "SafetyGate.Cli" : room;
        SliceRuleDefinition.Slices().Matching(root + ".(*)").Should().BeFreeOfCycles().Check(new ArchLoader().LoadAssembly(Assembly.Load(room)).Build());
    }

    [Fact]
    public void A_cycle_of_two_folders_is_found()
    {
        var architecture = new ArchLoader().LoadAssembly(typeof(FolderCycleSpecs).Assembly).Build();
        var rule = SliceRuleDefinition.Slices().Matching("SafetyGate.Cli.Tests.Architecture.Planted.(*)").Should().BeFreeOfCycles();
        Assert.False(rule.HasNoViolations(architecture));
    }
}
