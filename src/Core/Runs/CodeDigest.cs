using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace SafetyGate.Core.Runs;

/// <summary>A digest of the product's own code, so that a changed line of a loss trains again.</summary>
public static class CodeDigest
{
    /// <summary>SHA-256 over names and module version ids of the product assemblies that the given ones reach, themselves included; lower-case hex.</summary>
    /// <param name="roots">Assemblies to start from.</param>
    /// <remarks>
    /// The compiler makes the module version id of a deterministic build from the source and the references; coverage tools rewrite
    /// a file and keep the id. Assemblies are of the product when their name starts with <c>SafetyGate.</c>.
    /// </remarks>
    public static string Of(params IReadOnlyList<Assembly> roots)
    {
        var found = new SortedDictionary<string, Guid>(StringComparer.Ordinal);
        var open = new Stack<Assembly>(roots);
        while (open.TryPop(out var assembly))
        {
            var name = assembly.GetName().Name ?? "";
            if (!found.TryAdd(name, assembly.ManifestModule.ModuleVersionId)) continue;
            foreach (var reference in assembly.GetReferencedAssemblies())
                if (reference.Name!.StartsWith("SafetyGate.", StringComparison.Ordinal)) open.Push(Assembly.Load(reference));
        }

        var text = string.Concat(found.Select(f => $"{f.Key} {f.Value:N}\n"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
