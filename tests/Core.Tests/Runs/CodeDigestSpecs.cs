using System.Security.Cryptography;
using System.Text;
using SafetyGate.Core.Runs;

namespace SafetyGate.Core.Tests.Runs;

public sealed class CodeDigestSpecs
{
    [Fact]
    public void It_is_the_same_each_time_and_covers_what_the_root_reaches()
    {
        var core = typeof(RandomStream).Assembly;
        var tests = typeof(CodeDigestSpecs).Assembly; // reaches SafetyGate.Core
        Assert.Equal(CodeDigest.Of(core), CodeDigest.Of(core));
        Assert.Equal(CodeDigest.Of(tests), CodeDigest.Of(tests, core));
        Assert.NotEqual(CodeDigest.Of(core), CodeDigest.Of(tests));
    }

    [Fact]
    public void It_is_made_of_names_and_module_version_ids()
    {
        var core = typeof(RandomStream).Assembly;
        var byHand = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"SafetyGate.Core {core.ManifestModule.ModuleVersionId:N}\n"))); // Core refers to no other product assembly
        Assert.Equal(byHand, CodeDigest.Of(core));
    }
}
