using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace SafetyGate.Core.Runs;

/// <summary>
/// Digest of the product's own code that decides a result, so that a changed line of a loss trains again and a changed report does not.
/// </summary>
public static class CodeDigest
{
    /// <summary>Key of the attribute that holds the digest of what an assembly was compiled from; every assembly of the product has it.</summary>
    internal const string SourcesKey = "SafetyGate.Sources";

    /// <summary>SHA-256 over names and sources of exactly these assemblies, in any order and each counted once; lower-case hex.</summary>
    /// <param name="assemblies">The assemblies whose code determines the result; their references are not added.</param>
    /// <remarks>
    /// The build writes a digest of an assembly's sources, resources, packages, constants and compiler into it; coverage tools rewrite a
    /// file and keep it. An assembly without one counts by its module version id, which in a deterministic build follows from the source
    /// and from the members of what is referred to. Verifiers and rewards are not among the assemblies: they enter a key by their name and
    /// version.
    /// </remarks>
    public static string Of(params IEnumerable<Assembly> assemblies) =>
        OfSources(assemblies.Select(assembly => KeyValuePair.Create(assembly.GetName().Name ?? "", SourcesOf(assembly))));

    /// <summary>As <see cref="Of(IEnumerable{Assembly})"/>, of assemblies given by name and sources.</summary>
    internal static string OfSources(params IEnumerable<KeyValuePair<string, string>> assemblies)
    {
        var lines = assemblies.Select(assembly => $"{assembly.Key} {assembly.Value}\n").Distinct().Order(StringComparer.Ordinal);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines))));
    }

    private static string SourcesOf(Assembly assembly) =>
        assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(attribute => attribute.Key == SourcesKey)?.Value is { Length: > 0 } sources
            ? sources
            : assembly.ManifestModule.ModuleVersionId.ToString("N");
}
