using SafetyGate.Models.Checkpoints;

namespace SafetyGate.Models.Adapters;

/// <summary>An adapter directory as PEFT saves it, opened: <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>.</summary>
public sealed class AdapterFile : IDisposable
{
    /// <summary>The configuration's file.</summary>
    public const string ConfigFileName = "adapter_config.json";

    /// <summary>The tensors' file.</summary>
    public const string WeightsFileName = "adapter_model.safetensors";

    /// <summary>Where our own adapters note the digest of the base they were trained on, in the header of the tensors.</summary>
    internal const string BaseWeightsKey = "base_weights";

    private AdapterFile(string directory, LoraConfig config, SafetensorsFile tensors, AdapterNames names) => (Directory, Config, Tensors, Names) = (directory, config, tensors, names);

    /// <summary>The directory.</summary>
    public string Directory { get; }

    /// <summary>The configuration.</summary>
    public LoraConfig Config { get; }

    /// <summary>Path of the configuration.</summary>
    public string ConfigPath => Path.Combine(Directory, ConfigFileName);

    /// <summary>The tensors. Owned by this object.</summary>
    internal SafetensorsFile Tensors { get; }

    /// <summary>The names of the tensors, as PEFT saves them.</summary>
    internal AdapterNames Names { get; }

    /// <summary>Whether a directory holds an adapter.</summary>
    public static bool IsIn(string directory) => File.Exists(Path.Combine(directory, ConfigFileName));

    /// <summary>Opens a directory.</summary>
    /// <exception cref="UserErrorException">It is missing or holds no adapter, a file is malformed, or the configuration is of a kind that is
    /// not supported.</exception>
    public static AdapterFile Open(string directory)
    {
        if (!System.IO.Directory.Exists(directory)) throw new UserErrorException($"{directory}: there is no such adapter directory.");
        var path = Path.Combine(directory, ConfigFileName);
        if (!File.Exists(path)) throw new UserErrorException($"{directory}: has no {ConfigFileName}; an adapter is a directory with {ConfigFileName} and {WeightsFileName}, as PEFT saves it.{Within(directory)}");
        var config = LoraConfig.ParseText(ModelFiles.ReadText(path), path);
        var weights = Path.Combine(directory, WeightsFileName);
        if (!File.Exists(weights))
            throw new UserErrorException(System.IO.Directory.EnumerateFiles(directory, "adapter_model.*").Any()
                ? $"{directory}: has the adapter's tensors in another format than safetensors, which can run code and is never read; save the adapter with safe_serialization first."
                : $"{directory}: has {ConfigFileName} but no {WeightsFileName}.");
        var tensors = SafetensorsFile.Open(weights);
        try
        {
            return new(directory, config, tensors, new AdapterNames([.. tensors.Entries], weights));
        }
        catch
        {
            tensors.Dispose();
            throw;
        }
    }

    // PEFT saves adapters with other names than "default" in folders of their names, a trainer in checkpoint-NUMBER.
    private static string Within(string directory)
    {
        var folders = System.IO.Directory.EnumerateDirectories(directory).Take(1000).Where(IsIn).Order(StringComparer.Ordinal).ToArray();
        return folders.Length == 0 ? "" : Invariant($" There is one in {string.Join(", ", folders.TakeLast(3))}{(folders.Length > 3 ? Invariant($" and {folders.Length - 3} more") : "")}: name that directory.");
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => Tensors.Dispose();
}
