using SafetyGate.Core;
using SafetyGate.Core.Runs;

namespace SafetyGate.Core.Tests.Runs;

public sealed class StoreLocationSpecs
{
    private static readonly string Root = Path.GetPathRoot(Path.GetTempPath())!;

    [Fact]
    public void The_variable_wins() => Assert.Equal(Path.Combine(Root, "s"), Resolve(("SAFETYGATE_STORE", Path.Combine(Root, "s")), ("XDG_CACHE_HOME", Root), ("HOME", Root)));

    [Fact]
    public void Without_it_the_cache_folder_is_taken() => Assert.Equal(Path.Combine(Root, "c", "safetygate"), Resolve(("XDG_CACHE_HOME", Path.Combine(Root, "c")), ("HOME", Root)));

    [Fact]
    public void A_relative_cache_folder_is_ignored_as_its_standard_says() =>
        Assert.Equal(Path.Combine(Root, "h", ".cache", "safetygate"), Resolve(("XDG_CACHE_HOME", "relative"), ("HOME", Path.Combine(Root, "h"))));

    [Fact]
    public void With_nothing_set_the_message_names_the_variable()
    {
        var error = Assert.Throws<UserErrorException>(() => Resolve());
        Assert.Contains("SAFETYGATE_STORE", error.Message, StringComparison.Ordinal);
        Assert.Equal(74, error.ExitCode);
    }

    private static string Resolve(params (string Name, string Value)[] variables) =>
        StoreLocation.Resolve(name => variables.Where(v => v.Name == name).Select(v => v.Value).FirstOrDefault(), null);
}
