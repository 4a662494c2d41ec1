using System.Diagnostics;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using SafetyGate.Harness.Runs;
using TorchSharp;

namespace SafetyGate.Models;

/// <summary>Says what computes: the engine, the device, the threads, and our own code.</summary>
public static class Engine
{
    private const string ProductPrefix = "SafetyGate.";
    private static readonly string[] ShimNames = ["libsafetygate", "LibTorchSharp"]; // our shim; the one of TorchSharp's package. Not "safetygate": a spec's own program file has that in its name, and runs would not be shared

    /// <summary>The environment of float32 work on the CPU.</summary>
    /// <param name="roots">Assemblies that take part; product assemblies they refer to are found from them.</param>
    public static RunEnvironment Describe(params Assembly[] roots) => Describe(torch.CPU, torch.ScalarType.Float32, roots);

    /// <summary>The environment of work on a device in a number type.</summary>
    /// <param name="device">Where it runs.</param>
    /// <param name="dtype">Number type of the arithmetic.</param>
    /// <param name="roots">Assemblies that take part; product assemblies they refer to are found from them.</param>
    public static RunEnvironment Describe(torch.Device device, torch.ScalarType dtype, params Assembly[] roots) => new()
    {
        Engine = "libtorch " + torch.__version__,
        Device = device.ToString(),
        Dtype = dtype.ToString().ToLowerInvariant(),
        Threads = torch.get_num_threads(),
        CodeDigest = CodeDigest(roots),
    };

    /// <summary>One digest of an environment; lower-case hex.</summary>
    public static string Digest(RunEnvironment environment) => Hex(Invariant(
        $"{environment.Engine}\n{environment.Device}\n{environment.Dtype}\n{environment.Threads}\n{environment.CodeDigest}"));

    /// <summary>
    /// SHA-256 over the names and module version ids of the product assemblies in reach, and the bytes of the native shim. A module's
    /// version id is a hash of its content, because the build is deterministic; unlike the file's bytes it survives a coverage tool.
    /// </summary>
    /// <param name="roots">Where to start. Test and spec assemblies are left out: a renamed test does not change a run.</param>
    public static string CodeDigest(params Assembly[] roots)
    {
        var text = new StringBuilder();
        foreach (var (name, assembly) in ProductAssemblies(roots.Append(typeof(Engine).Assembly)))
            text.Append(name).Append(' ').Append(assembly.ManifestModule.ModuleVersionId.ToString("N")).Append('\n');
        _ = torch.__version__; // loads the shim, if nothing has yet
        foreach (var (name, digest) in ShimDigests()) text.Append(name).Append(' ').Append(digest).Append('\n');
        return Hex(text.ToString());
    }

    private static SortedDictionary<string, Assembly> ProductAssemblies(IEnumerable<Assembly> roots)
    {
        var found = new SortedDictionary<string, Assembly>(StringComparer.Ordinal);
        var visited = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<Assembly>(roots);
        while (open.TryPop(out var assembly))
        {
            var name = assembly.GetName().Name ?? "";
            if (!visited.Add(name)) continue;
            if (IsProduct(name)) found.Add(name, assembly);
            foreach (var reference in assembly.GetReferencedAssemblies())
                if (reference.Name is { } referred && referred.StartsWith(ProductPrefix, StringComparison.Ordinal)) open.Push(Assembly.Load(reference));
        }
        return found;
    }

    private static bool IsProduct(string name) =>
        name.StartsWith(ProductPrefix, StringComparison.Ordinal)
        && !name.EndsWith(".Tests", StringComparison.Ordinal) && !name.EndsWith("Specs", StringComparison.Ordinal) && !name.EndsWith("Bench", StringComparison.Ordinal);

    private static SortedDictionary<string, string> ShimDigests()
    {
        var digests = new SortedDictionary<string, string>(StringComparer.Ordinal);
        using var process = Process.GetCurrentProcess();
        foreach (ProcessModule module in process.Modules)
        {
            using (module)
            {
                if (module.FileName is not { } path || module.ModuleName is not { } name || name.EndsWith(".dll", StringComparison.OrdinalIgnoreCase)) continue;
                if (!ShimNames.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase)) || !File.Exists(path)) continue;
                using var stream = File.OpenRead(path);
                digests[name] = Convert.ToHexStringLower(SHA256.HashData(stream));
            }
        }
        return digests;
    }

    private static string Hex(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
