using SafetyGate.Core;

namespace SafetyGate.Harness.Tests.Runs;

/// <summary>This program as a child of its own tests is the one that was compiled, not the one that coverage rewrote.</summary>
public sealed class PlainProgramSpecs
{
    [Fact]
    public void A_child_runs_assemblies_that_coverage_left_alone()
    {
        var folder = Path.GetDirectoryName(PlainProgram.Assembly)!;
        Assert.Empty(MeasuredAssemblies.In(folder));
        Assert.Equal(Directory.GetFiles(AppContext.BaseDirectory).Select(Path.GetFileName).Order(StringComparer.Ordinal), Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(MeasuredAssemblies.Version(typeof(UserErrorException).Assembly.Location), MeasuredAssemblies.Version(Path.Combine(folder, "SafetyGate.Core.dll")));
    }
}
