using System.Security.Cryptography;
using System.Text;
using SafetyGate.Core.Runs;

namespace SafetyGate.Core.Tests.Runs;

public sealed class CodeDigestSpecs
{
    [Fact]
    public void It_covers_exactly_the_assemblies_named()
    {
        var (core, tests) = (typeof(RandomStream).Assembly, typeof(CodeDigestSpecs).Assembly); // the tests refer to Core
        Assert.Equal(CodeDigest.Of(core, tests), CodeDigest.Of(tests, core, core));
        Assert.NotEqual(CodeDigest.Of(core), CodeDigest.Of(core, tests));
        Assert.NotEqual(CodeDigest.Of(tests), CodeDigest.Of(core, tests));
    }

    [Fact]
    public void It_is_made_of_names_and_module_version_ids()
    {
        var core = typeof(RandomStream).Assembly;
        var byHand = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"SafetyGate.Core {core.ManifestModule.ModuleVersionId:N}\n")));
        Assert.Equal(byHand, CodeDigest.Of(core));
    }

    [Fact]
    public void Another_module_version_id_or_name_is_another_digest()
    {
        var (one, two) = (new Guid("00000000-0000-0000-0000-000000000001"), new Guid("00000000-0000-0000-0000-000000000002"));
        string[] digests =
        [
            CodeDigest.OfModules(Module("a", one), Module("b", two)), CodeDigest.OfModules(Module("a", two), Module("b", one)), CodeDigest.OfModules(Module("a", one), Module("b", one)),
            CodeDigest.OfModules(Module("a", one)), CodeDigest.OfModules(Module("b", one)),
        ];
        Assert.Equal(digests.Length, digests.Distinct().Count());
    }

    private static KeyValuePair<string, Guid> Module(string name, Guid version) => new(name, version);
}
