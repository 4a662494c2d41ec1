using SafetyGate.Harness.Xunit;

namespace SafetyGate.Harness.Tests.Xunit;

/// <summary>A start of a test program that runs tests begins a run, whatever a filter leaves of them; one that lists or tells something begins none.</summary>
public sealed class StartedRunSpecs
{
    [Theory]
    [InlineData(true)]
    [InlineData(true, "-class", "NoSuchSpec")]
    [InlineData(true, "-trait", "list=1")]
    [InlineData(true, "-automated", "sync", "-id", "1f")]
    [InlineData(true, "--filter-class", "NoSuchSpec")]
    [InlineData(false, "-list", "full")]
    [InlineData(false, "-automated", "sync", "-List", "discovery")]
    [InlineData(false, "-assemblyInfo")]
    [InlineData(false, "--list-tests")]
    [InlineData(false, "--server", "dotnettestcli")]
    [InlineData(false, "-?")]
    public void What_lists_tests_or_tells_something_is_no_run(bool runs, params string[] arguments) => Assert.Equal(runs, StartedRun.Runs(arguments));

    [Theory]
    [InlineData(true, "-automated\nsync\n-id\n1f\n")]
    [InlineData(false, "-automated\r\nsync\r\n-list\r\nfull\r\n")]
    public void Arguments_may_lie_in_a_file(bool runs, string written)
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(runs, StartedRun.Runs(["@@", folder.Write("arguments", written)]));
        Assert.True(StartedRun.Runs(["@@", folder.File("gone")]));
    }
}
