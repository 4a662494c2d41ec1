using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using SafetyGate.Core.Runs;
using TorchSharp;

namespace SafetyGate.Models.Engine;

/// <summary>Loads the engine, and identifies the compute environment: engine, device, threads, and our own code.</summary>
public static class TensorEngine
{
    private const string ProductPrefix = "SafetyGate.";
    private static readonly Lazy<StartedEngine> Engine = new(EngineStart.Run);

    /// <summary>Whether the engine's digests are computed anew instead of taken from the cache. Set before the engine is used.</summary>
    public static bool Verify { get; set; }

    /// <summary>The engine of this process; loaded at first use.</summary>
    /// <exception cref="UserErrorException">It cannot be loaded (exit code 69).</exception>
    internal static StartedEngine Started => Engine.Value;

    /// <summary>Loads the engine, if nothing has yet. Whoever touches a tensor first calls it, or is an assembly with <see cref="EngineModule"/>.</summary>
    /// <exception cref="UserErrorException">It cannot be loaded (exit code 69).</exception>
    public static void Start() => _ = Started;

    /// <summary>Folder of the libtorch that is loaded.</summary>
    public static string Folder => Started.Origin;

    /// <summary>Whether the libtorch that is loaded has the version that TorchSharp is built for. With another one, that every call works is not guaranteed.</summary>
    public static bool IsExpectedVersion => torch.__version__.StartsWith(Started.Version.Split('+')[0] + ".", StringComparison.Ordinal);

    /// <summary>Makes the engine load before TorchSharp's own loader looks for it, whatever touches TorchSharp first.</summary>
    public static void Attach() => TorchSharpLoader.Attach();

    /// <summary>The environment of float32 work on the CPU.</summary>
    /// <param name="roots">Assemblies that take part; product assemblies they refer to are found from them.</param>
    public static RunEnvironment Describe(params Assembly[] roots) => Describe(torch.CPU, torch.ScalarType.Float32, roots);

    /// <summary>The environment of work on a device in a number type.</summary>
    /// <param name="device">Where it runs.</param>
    /// <param name="dtype">Number type of the arithmetic.</param>
    /// <param name="roots">Assemblies that take part; product assemblies they refer to are found from them.</param>
    /// <exception cref="UserErrorException">The engine cannot be loaded (exit code 69).</exception>
    public static RunEnvironment Describe(torch.Device device, torch.ScalarType dtype, params Assembly[] roots) => new()
    {
        Engine = Started.Name,
        Device = device.ToString(),
        Dtype = dtype.ToString().ToLowerInvariant(),
        Threads = torch.get_num_threads(),
        CodeDigest = CodeDigest(roots),
        Natives = Started.Natives,
    };

    /// <summary>One digest of an environment; lower-case hex.</summary>
    public static string Digest(RunEnvironment environment) => Hex(Invariant(
        $"{environment.Engine}\n{environment.Device}\n{environment.Dtype}\n{environment.Threads}\n{environment.CodeDigest}"));

    /// <summary>
    /// SHA-256 over the names and module version ids of the product assemblies in reach, and the engine's native files. A module's
    /// version id is a hash of its content, because the build is deterministic; unlike the file's bytes it survives a coverage tool.
    /// </summary>
    /// <param name="roots">Where to start. Test and spec assemblies are left out: a renamed test does not change a run.</param>
    public static string CodeDigest(params Assembly[] roots)
    {
        var text = new StringBuilder();
        foreach (var (name, assembly) in ProductAssemblies(roots.Append(typeof(TensorEngine).Assembly)))
            text.Append(name).Append(' ').Append(assembly.ManifestModule.ModuleVersionId.ToString("N")).Append('\n');
        foreach (var file in Started.Natives) text.Append(file.Name).Append(' ').Append(file.Sha256).Append(' ').Append(file.Change).Append('\n');
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

    private static string Hex(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
