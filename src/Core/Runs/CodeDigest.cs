using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace SafetyGate.Core.Runs;

/// <summary>
/// Digest of the product's own code that decides a result, so that a changed line of a loss trains again and a changed report does not.
/// </summary>
public static class CodeDigest
{
    /// <summary>
    /// SHA-256 over names and module version ids of exactly these assemblies, in any order and each counted once; lower-case hex.
    /// </summary>
    /// <param name="assemblies">The assemblies whose code determines the result; their references are not added.</param>
    /// <remarks>
    /// The compiler makes the module version id of a deterministic build from the source; coverage tools rewrite a file and keep the id.
    /// Verifiers and rewards are not among the assemblies: they enter a key by their name and version.
    /// </remarks>
    public static string Of(params IEnumerable<Assembly> assemblies) =>
        OfModules(assemblies.Select(assembly => KeyValuePair.Create(assembly.GetName().Name ?? "", assembly.ManifestModule.ModuleVersionId)));

    /// <summary>As <see cref="Of(IEnumerable{Assembly})"/>, of modules given by name.</summary>
    internal static string OfModules(params IEnumerable<KeyValuePair<string, Guid>> modules)
    {
        var lines = modules.Select(module => $"{module.Key} {module.Value:N}\n").Distinct().Order(StringComparer.Ordinal);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines))));
    }
}
