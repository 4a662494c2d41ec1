using System.Text.Json.Nodes;
using SafetyGate.Models.Adapters;
using SafetyGate.Models.Chat;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Tokenization;

namespace SafetyGate.Models;

/// <summary>Where the parts of a model lie: its weights, and an adapter on them, which may bring a tokenizer and a template.</summary>
/// <param name="Base">Directory of the weights.</param>
/// <param name="Adapter">Directory of the adapter; <c>null</c> for none.</param>
/// <param name="IsChosen">Whether a person put the two together; an adapter that merely lies beside weights must show that it is theirs.</param>
internal sealed record ModelFolders(string Base, string? Adapter, bool IsChosen)
{
    /// <summary>Finds them.</summary>
    /// <param name="directory">What is given as the model: weights, weights with an adapter beside them, or an adapter that names its
    /// base.</param>
    /// <param name="adapter">An adapter to be put on it; <c>null</c> for none.</param>
    /// <exception cref="UserErrorException">An adapter's base is not to be found, or there are two adapters for one place.</exception>
    public static ModelFolders Find(string directory, string? adapter)
    {
        var hasWeights = File.Exists(Path.Combine(directory, CheckpointReader.ConfigFileName));
        if (!AdapterFile.IsIn(directory)) return new(directory, adapter, IsChosen: true);
        if (adapter is null && hasWeights) return new(directory, directory, IsChosen: false);
        if (adapter is null) return new(BaseOf(directory), directory, IsChosen: true);
        if (hasWeights && Path.GetFullPath(adapter) == Path.GetFullPath(directory)) return new(directory, adapter, IsChosen: true);
        throw new UserErrorException(hasWeights
            ? $"{directory} has an adapter of its own beside its weights ({AdapterFile.ConfigFileName}), and {adapter} is to be put on it too. Merge the first (gate model merge), or move it away."
            : $"{directory} is an adapter, not a model, and {adapter} is to be put on it. Give the base's directory, or merge the first adapter into it (gate model merge).");
    }

    /// <summary>Refuses a directory that is an adapter or has one beside its weights, where only plain weights can be used.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="use">What it is used as, such as <c>the base of a recipe</c>.</param>
    /// <exception cref="UserErrorException">It has an adapter.</exception>
    public static void RequirePlain(string directory, string use)
    {
        if (AdapterFile.IsIn(directory))
            throw new UserErrorException($"{directory} holds an adapter ({AdapterFile.ConfigFileName}); {use} must be a model without one. Merge it first: gate model merge {directory} --out DIR.");
    }

    /// <summary>Directory of the tokenizer: the adapter's, if it brings one.</summary>
    /// <exception cref="UserErrorException">It brings one in a format that is not read, and the base has not the same files.</exception>
    public string Tokenizer
    {
        get
        {
            if (Adapter is null || Adapter == Base) return Base;
            if (TokenizerFile.IsIn(Adapter)) return Adapter;
            if (TokenizerFile.OtherFormats.FirstOrDefault(name => File.Exists(Path.Combine(Adapter, name)) && !IsSame(Path.Combine(Adapter, name), Path.Combine(Base, name))) is { } other)
                throw new UserErrorException($"{Adapter}: the adapter brings a tokenizer in a format that is not read ({other}) and {Base} has not the same file, so it is not known which tokens it was trained with. Convert it with transformers: AutoTokenizer.from_pretrained(\"{Adapter}\").save_pretrained(\"{Adapter}\") writes {TokenizerFile.FileName}; or move it away if the base's tokenizer is meant.");
            return Base;
        }
    }

    /// <summary>The renderer of conversations: the adapter's, if it brings a template.</summary>
    public ChatRenderer? Chat() => (Adapter is null ? null : ChatRenderers.For(Adapter)) ?? ChatRenderers.For(Base);

    /// <summary>
    /// Digests of the files that decide, the adapter's in place of the base's where it brings them. Its <c>generation_config.json</c> decides
    /// nothing: the base's counts, as in PEFT.
    /// </summary>
    public JsonObject DecidingDigests()
    {
        var digests = DecidingFiles.Digests(Base);
        if (Adapter is null || Adapter == Base) return digests;
        foreach (var (name, digest) in DecidingFiles.Digests(Adapter))
            if (name != CheckpointReader.GenerationConfigFileName) digests[name] = digest?.DeepClone();
        return new JsonObject(digests.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone())));
    }

    /// <summary>The files beside the weights, the adapter's in place of the base's where it brings them; the base's <c>generation_config.json</c>.</summary>
    public CheckpointFiles Files()
    {
        var files = CheckpointFiles.CopiedFrom(Base);
        if (Adapter is null || Adapter == Base) return files;
        var others = new Dictionary<string, byte[]>(files.Others, StringComparer.Ordinal);
        foreach (var (name, bytes) in CheckpointFiles.OthersOf(Adapter))
            if (name != CheckpointReader.GenerationConfigFileName) others[name] = bytes;
        return files with { Others = others };
    }

    private static bool IsSame(string one, string other) => File.Exists(other) && new FileInfo(one).Length == new FileInfo(other).Length && ModelFiles.ReadBytes(one).AsSpan().SequenceEqual(ModelFiles.ReadBytes(other));

    private static string BaseOf(string directory)
    {
        using var file = AdapterFile.Open(directory);
        var found = AdapterBase.Named(file)
            ?? throw new UserErrorException($"{directory} is an adapter, not a model, and its base '{file.Config.BaseModel ?? ""}' (base_model_name_or_path) is no directory here. Give the base as the model and this directory with --adapter.");
        RequirePlain(found, "the base of an adapter");
        return found;
    }
}
