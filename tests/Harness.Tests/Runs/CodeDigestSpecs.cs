using SafetyGate.Harness.Runs;

namespace SafetyGate.Harness.Tests.Runs;

public sealed class CodeDigestSpecs
{
    [Fact]
    public void It_is_the_same_each_time_and_covers_what_the_root_reaches()
    {
        var harness = typeof(RunStore).Assembly;
        var tests = typeof(CodeDigestSpecs).Assembly; // reaches SafetyGate.Harness
        Assert.Equal(CodeDigest.Of(harness), CodeDigest.Of(harness));
        Assert.Equal(CodeDigest.Of(tests), CodeDigest.Of(tests, harness));
        Assert.NotEqual(CodeDigest.Of(harness), CodeDigest.Of(tests));
    }

    [Fact]
    public void It_is_made_of_names_and_module_version_ids()
    {
        var harness = typeof(RunStore).Assembly;
        var byHand = StubModel.Sha256($"SafetyGate.Harness {harness.ManifestModule.ModuleVersionId:N}\n"); // Harness refers to no other product assembly
        Assert.Equal(byHand, CodeDigest.Of(harness));
    }
}
