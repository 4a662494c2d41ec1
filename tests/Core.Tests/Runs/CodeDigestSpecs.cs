using System.Reflection;
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
    public void An_assembly_of_the_product_counts_by_the_sources_it_was_built_from()
    {
        var core = typeof(RandomStream).Assembly;
        var sources = Assert.Single(core.GetCustomAttributes<AssemblyMetadataAttribute>(), attribute => attribute.Key == "SafetyGate.Sources").Value;
        Assert.Matches("^[0-9a-f]{40,64}$", sources);
        Assert.Equal(Digest($"SafetyGate.Core {sources}\n"), CodeDigest.Of(core));
    }

    [Fact]
    public void Another_assembly_counts_by_its_module_version_id()
    {
        var tests = typeof(CodeDigestSpecs).Assembly;
        Assert.Equal(Digest($"{tests.GetName().Name} {tests.ManifestModule.ModuleVersionId:N}\n"), CodeDigest.Of(tests));
    }

    [Fact]
    public void Other_sources_or_another_name_are_another_digest()
    {
        string[] digests =
        [
            CodeDigest.OfSources(Of("a", "1"), Of("b", "2")), CodeDigest.OfSources(Of("a", "2"), Of("b", "1")), CodeDigest.OfSources(Of("a", "1"), Of("b", "1")),
            CodeDigest.OfSources(Of("a", "1")), CodeDigest.OfSources(Of("b", "1")),
        ];
        Assert.Equal(digests.Length, digests.Distinct().Count());
    }

    private static KeyValuePair<string, string> Of(string name, string sources) => new(name, sources);

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
