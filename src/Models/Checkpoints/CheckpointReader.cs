using SafetyGate.Core.Files;
using SafetyGate.Core.Runs;
using SafetyGate.Models.Families;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Checkpoints;

/// <summary>
/// A model directory in the Hugging Face layout, opened for reading: <c>config.json</c>, <c>generation_config.json</c> and the
/// tensors of <c>model.safetensors</c> or of the shards that <c>model.safetensors.index.json</c> lists. Checkpoints are read as data only.
/// </summary>
public sealed class CheckpointReader : IDisposable
{
    /// <summary>The architecture's file.</summary>
    public const string ConfigFileName = "config.json";

    /// <summary>The file of generation settings, such as the end-of-sequence ids.</summary>
    public const string GenerationConfigFileName = "generation_config.json";

    /// <summary>The weights, when they are in one file.</summary>
    public const string WeightsFileName = "model.safetensors";

    /// <summary>The index of the weights, when they are in several files.</summary>
    public const string IndexFileName = "model.safetensors.index.json";

    private const string Head = "lm_head.weight";
    private static readonly string[] Embeddings = ["model.embed_tokens.weight", "transformer.wte.weight"];

    private Dictionary<string, SafetensorsFile> fileOf = new(StringComparer.Ordinal);
    private Dictionary<string, SafetensorsEntry> tensors = new(StringComparer.Ordinal);
    private readonly List<SafetensorsFile> files = [];

    private readonly DigestCache digests;
    private readonly DigestedFiles digested;

    private CheckpointReader(string directory, DigestCache digests) =>
        (Directory, this.digests, digested) = (directory, digests, digests.Files(DigestKind));

    /// <summary>Kind of <see cref="WeightsDigest"/> in the machine's digests. Another build of this assembly computes its own.</summary>
    internal static string DigestKind { get; } = $"weights {typeof(CheckpointReader).Module.ModuleVersionId}";

    /// <summary>The directory.</summary>
    public string Directory { get; }

    /// <summary>The text of <c>config.json</c>, a JSON object.</summary>
    public string ConfigJson { get; private set; } = "";

    /// <summary>The text of <c>generation_config.json</c>, a JSON object; <c>null</c> when there is none.</summary>
    public string? GenerationConfigJson { get; private set; }

    /// <summary>
    /// The weights by the names they have in transformers, whatever a wrapper put before them. Left out: tables that the decoder computes
    /// itself, and a head that repeats the tied embedding.
    /// </summary>
    public IReadOnlyDictionary<string, SafetensorsEntry> Tensors => tensors;

    /// <summary>The files that hold the weights.</summary>
    public IReadOnlyList<string> WeightFiles => [.. files.Select(file => file.Path)];

    /// <summary>Opens a directory and checks everything but the numbers.</summary>
    /// <exception cref="UserErrorException">The directory or a file is missing, unreadable or invalid.</exception>
    public static CheckpointReader Open(string directory) => Open(directory, MachineDigests.Open());

    /// <summary>Opens a directory, with digests from a given cache.</summary>
    /// <exception cref="UserErrorException">As for <see cref="Open(string)"/>.</exception>
    internal static CheckpointReader Open(string directory, DigestCache digests)
    {
        if (!System.IO.Directory.Exists(directory)) throw new UserErrorException($"{directory}: there is no such model directory.");
        var reader = new CheckpointReader(directory, digests);
        try
        {
            reader.ReadConfigs();
            reader.OpenWeights();
            reader.TakeCanonicalNames();
            reader.DropTiedHead();
            return reader;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>Reads one weight.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="expectedShape">The shape it must have; <c>null</c> takes any.</param>
    /// <param name="dtype">The wanted number type; <c>null</c> keeps the file's.</param>
    /// <param name="device">Where to put it; <c>null</c> is the CPU.</param>
    /// <returns>The tensor; the caller disposes it.</returns>
    /// <exception cref="UserErrorException">It is missing, has another shape, is not of floating-point numbers, or has some that are NaN or
    /// infinite.</exception>
    public Tensor Read(string name, IReadOnlyList<long>? expectedShape = null, ScalarType? dtype = null, Device? device = null) =>
        Read(name, expectedShape, 0, null, dtype, device);

    /// <summary>Reads a weight that is a tensor or a part of one.</summary>
    /// <param name="place">Where it is.</param>
    /// <param name="shape">The weight's own shape.</param>
    /// <param name="dtype">The wanted number type.</param>
    /// <param name="device">Where to put it; <c>null</c> is the CPU.</param>
    /// <param name="room">Tensor of that shape, number type and device to read it into, which is then the result; a new one when <c>null</c>.</param>
    /// <exception cref="UserErrorException">As for <see cref="Read(string, IReadOnlyList{long}?, ScalarType?, Device?)"/>.</exception>
    internal Tensor Read(TensorPlace place, IReadOnlyList<long> shape, ScalarType dtype, Device? device, Tensor? room = null) =>
        Read(place.Tensor, place.Shape, place.Start, shape, dtype, device, room);

    private Tensor Read(string name, IReadOnlyList<long>? expectedShape, long start, IReadOnlyList<long>? shape, ScalarType? dtype, Device? device, Tensor? room = null)
    {
        var stored = Require(name, expectedShape);
        var (file, entry) = (fileOf[name], tensors[name]);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var tensor = room ?? empty([.. shape ?? entry.Shape], dtype ?? stored, device ?? CPU);
        var first = start * TensorBytes.ElementBytes(stored);
        var broken = 0L;
        TensorBytes.Fill(tensor, stored, (offset, bytes) =>
        {
            file.Read(entry, first + offset, bytes);
            broken += NonFiniteNumbers.Count(bytes, stored);
        });
        return broken == 0 ? tensor.MoveToOuterDisposeScope() : throw NonFiniteNumbers.Refused(file.Path, entry.Name, broken, tensor.numel());
    }

    /// <summary>Numbers of a tensor that are NaN or infinite; reads all its bytes.</summary>
    /// <param name="name">One of <see cref="Tensors"/>, of floating-point numbers.</param>
    /// <exception cref="UserErrorException">The file fails, or the tensor is of other numbers.</exception>
    internal long CountNonFinite(string name)
    {
        var stored = Require(name, null);
        var (file, entry) = (fileOf[name], tensors[name]);
        var part = new byte[Math.Min(entry.ByteCount, TensorBytes.PartBytes)];
        var count = 0L;
        for (var at = 0L; at < entry.ByteCount; at += part.Length)
        {
            var bytes = part.AsSpan(0, (int)Math.Min(part.Length, entry.ByteCount - at));
            file.Read(entry, at, bytes);
            count += NonFiniteNumbers.Count(bytes, stored);
        }

        return count;
    }

    /// <summary>Checks that a tensor is there, with that shape and of floating-point numbers.</summary>
    /// <returns>Its number type.</returns>
    /// <exception cref="UserErrorException">It is not.</exception>
    internal ScalarType Require(string name, IReadOnlyList<long>? expectedShape)
    {
        if (!tensors.TryGetValue(name, out var entry)) throw new UserErrorException($"{WeightsPath}: has no tensor '{name}', which {ConfigFileName} calls for; the checkpoint is incomplete or of another architecture.");
        var file = fileOf[name];
        if (expectedShape is not null && !expectedShape.SequenceEqual(entry.Shape))
            throw new UserErrorException($"{file.Path}: tensor '{name}' has the shape {entry.ShapeText}; {ConfigFileName} calls for {SafetensorsEntry.Text(expectedShape)}.");
        return TensorDtypes.FromName(entry.Dtype)
            ?? throw new UserErrorException($"{file.Path}: tensor '{name}' is of {entry.Dtype}; weights must be {TensorDtypes.Names}.");
    }

    /// <summary>Reads every weight of <see cref="Tensors"/>.</summary>
    /// <param name="dtype">The wanted number type; <c>null</c> keeps the file's.</param>
    /// <param name="device">Where to put them; <c>null</c> is the CPU.</param>
    /// <returns>By name; the caller disposes the tensors.</returns>
    /// <exception cref="UserErrorException">One is not of floating-point numbers, or has some that are NaN or infinite.</exception>
    public Dictionary<string, Tensor> ReadAll(ScalarType? dtype = null, Device? device = null)
    {
        var read = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        try
        {
            foreach (var name in tensors.Keys.Order(StringComparer.Ordinal)) read.Add(name, Read(name, null, dtype, device));
            return read;
        }
        catch
        {
            foreach (var tensor in read.Values) tensor.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Refuses weights that the architecture has no place for: with an unread tensor the responses would be those of another model.
    /// </summary>
    /// <param name="names">The names the architecture has.</param>
    /// <exception cref="UserErrorException">There are others; the first is named.</exception>
    public void RequireNoOthers(IEnumerable<string> names)
    {
        var others = tensors.Keys.Except(names, StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        if (others.Length > 0)
            throw new UserErrorException(Invariant($"{fileOf[others[0]].Path}: holds {others.Length} tensors that {ConfigFileName} has no place for, the first '{SafetensorsHeader.Shown(tensors[others[0]].Name)}'; the checkpoint is of another architecture."));
    }

    /// <summary>
    /// The digest of weights and architecture; see <see cref="Checkpoints.WeightsDigest"/>. Computed once a machine for files that do not
    /// change.
    /// </summary>
    /// <exception cref="UserErrorException">A file fails while it is read, or verification finds another digest than before.</exception>
    public string WeightsDigest() => digests.Of(digested, () => Checkpoints.WeightsDigest.Of(this));

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        foreach (var file in files) file.Dispose();
    }

    /// <summary>The open file of a tensor.</summary>
    internal SafetensorsFile FileOf(string name) => fileOf[name];

    /// <summary>Path of the file of a tensor.</summary>
    internal string PathOf(string name) => fileOf[name].Path;

    /// <summary>Path of the weights: the file, or the index of several.</summary>
    internal string WeightsPath => files.Count == 1 ? files[0].Path : Path.Combine(Directory, IndexFileName);

    private void ReadConfigs()
    {
        var path = Path.Combine(Directory, ConfigFileName);
        if (!File.Exists(path)) throw new UserErrorException($"{Directory}: has no {ConfigFileName}; a model directory needs {ConfigFileName} and {WeightsFileName} (the layout of Hugging Face transformers).{Within(Directory)}");
        AddToDigest(path);
        ConfigJson = ReadObject(path);
        path = Path.Combine(Directory, GenerationConfigFileName);
        if (File.Exists(path)) GenerationConfigJson = ReadObject(path);
    }

    // A folder of the hub's cache has its model in snapshots/COMMIT, that of a trainer in checkpoint-NUMBER.
    private static string Within(string directory)
    {
        var folders = new[] { Path.Combine(directory, "snapshots"), directory }.Where(System.IO.Directory.Exists)
            .SelectMany(System.IO.Directory.EnumerateDirectories).Take(1000).Where(folder => File.Exists(Path.Combine(folder, ConfigFileName)))
            .Order(StringComparer.Ordinal).ToArray();
        return folders.Length == 0 ? "" : Invariant($" There is one in {string.Join(", ", folders.TakeLast(3))}{(folders.Length > 3 ? Invariant($" and {folders.Length - 3} more") : "")}: name that directory.");
    }

    // Before a file is opened, so that an entry never describes other bytes than those that were read.
    private void AddToDigest(string path)
    {
        try
        {
            digested.Add(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path}: cannot be read ({e.Message}).", e);
        }
    }

    private static string ReadObject(string path)
    {
        var text = ModelFiles.ReadText(path);
        ModelFiles.ParseObject(path, text).Dispose();
        return text;
    }

    private void OpenWeights()
    {
        var (single, index) = (Path.Combine(Directory, WeightsFileName), Path.Combine(Directory, IndexFileName));
        if (!File.Exists(index))
        {
            if (!File.Exists(single)) throw NoWeights();
            AddFile(single);
            return;
        }
        // transformers reads the single file wherever there is one; a newer save in shards does not remove it.
        var shards = ShardIndex.Read(index).Values.Distinct(StringComparer.Ordinal).Where(shard => shard != WeightsFileName).ToList();
        if (File.Exists(single) && shards.All(shard => !File.Exists(Path.Combine(Directory, shard))))
        {
            AddFile(single); // the index is what is left of another save
            return;
        }
        AddShards(index);
        if (File.Exists(single) && shards.Count > 0) RequireSameAsShards(single);
    }

    private void RequireSameAsShards(string path)
    {
        AddToDigest(path);
        using var single = SafetensorsFile.Open(path);
        var differing = single.Entries.Select(entry => entry.Name).Union(tensors.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .FirstOrDefault(name => !WeightNames.IsRotaryTable(name) && !(single.Find(name) is { } one && tensors.TryGetValue(name, out var other) && SameTensor(single, one, fileOf[name], other)));
        if (differing is not null)
            throw new UserErrorException($"{Directory}: has both {WeightsFileName} and shards that {IndexFileName} lists, and the tensor '{SafetensorsHeader.Shown(differing)}' is not the same in both; one of them is left over from another save. Remove the one that is not meant.");
    }

    private void TakeCanonicalNames()
    {
        var names = WeightNames.Canonical(tensors.Keys, Directory);
        (tensors, fileOf) = (
            names.ToDictionary(pair => pair.Value, pair => tensors[pair.Key], StringComparer.Ordinal),
            names.ToDictionary(pair => pair.Value, pair => fileOf[pair.Key], StringComparer.Ordinal));
    }

    private UserErrorException NoWeights()
    {
        var others = System.IO.Directory.EnumerateFiles(Directory, "*.safetensors").Select(file => Path.GetFileName(file)).Where(name => !name.StartsWith("adapter_", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Take(4).ToList();
        if (others.Count > 0)
            return new($"{Directory}: has neither {WeightsFileName} nor {IndexFileName}, only {string.Join(", ", others.Take(3))}{(others.Count > 3 ? " …" : "")}, which transformers does not read either. Fetch the index that lists them; a whole model in one file is to be named {WeightsFileName}.");
        if (System.IO.Directory.EnumerateFiles(Directory, "*.gguf").Any())
            return new($"{Directory}: has weights as GGUF only, which llama.cpp serves: give the server's address, or the safetensors that the GGUF was made of.");
        return System.IO.Directory.EnumerateFiles(Directory, "*.bin").Any() || System.IO.Directory.EnumerateFiles(Directory, "*.pt*").Any()
            ? new($"{Directory}: has weights in a pickle format only, which can run code and is never read; save the model as safetensors first: in Python, AutoModelForCausalLM.from_pretrained(DIR).save_pretrained(NEW_DIR).")
            : new($"{Directory}: has neither {WeightsFileName} nor {IndexFileName}.");
    }

    private void AddShards(string indexPath)
    {
        var map = ShardIndex.Read(indexPath);
        foreach (var shard in map.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var path = Path.Combine(Directory, shard);
            if (!File.Exists(path)) throw new UserErrorException($"{path}: there is no such file, but {indexPath} lists tensors in it.");
            AddFile(path);
        }

        foreach (var (name, shard) in map)
        {
            if (WeightNames.IsRotaryTable(name)) continue;
            if (!fileOf.TryGetValue(name, out var file) || Path.GetFileName(file.Path) != shard)
                throw new UserErrorException($"{Path.Combine(Directory, shard)}: has no tensor '{SafetensorsHeader.Shown(name)}', which {indexPath} places in it.");
        }

        var unlisted = tensors.Keys.Where(name => !map.ContainsKey(name)).Order(StringComparer.Ordinal).FirstOrDefault();
        if (unlisted is not null)
            throw new UserErrorException($"{fileOf[unlisted].Path}: holds the tensor '{SafetensorsHeader.Shown(unlisted)}', which {indexPath} does not list; the shards are not of one checkpoint.");
    }

    private void AddFile(string path)
    {
        AddToDigest(path);
        var file = SafetensorsFile.Open(path);
        files.Add(file);
        foreach (var entry in file.Entries)
        {
            if (WeightNames.IsRotaryTable(entry.Name)) continue;
            if (!fileOf.TryAdd(entry.Name, file)) throw new UserErrorException($"{path}: holds the tensor '{SafetensorsHeader.Shown(entry.Name)}', which {fileOf[entry.Name].Path} holds too.");
            tensors.Add(entry.Name, entry);
        }
    }

    // A tied head may be written out, beside the embedding or in place of it. Beside it, it must be the embedding: versions of transformers
    // differ in which of two they compute with.
    private void DropTiedHead()
    {
        if (!ModelFamilies.SaysTied(ConfigReader.Object(ConfigJson, ConfigFileName), ConfigFileName) || !tensors.TryGetValue(Head, out var head)) return;
        var name = Array.Find(Embeddings, tensors.ContainsKey);
        if (name is null)
        {
            name = tensors.Keys.Any(other => other.StartsWith("transformer.", StringComparison.Ordinal)) ? Embeddings[1] : Embeddings[0];
            (tensors[name], fileOf[name]) = (head, fileOf[Head]);
        }
        else if (!SameTensor(fileOf[Head], head, fileOf[name], tensors[name]))
        {
            throw new UserErrorException($"{fileOf[Head].Path}: tensor '{Head}' differs from '{name}', but {ConfigFileName} ties the two (tie_word_embeddings); set that to false if the head is its own.");
        }
        tensors.Remove(Head);
        fileOf.Remove(Head);
    }

    private static bool SameTensor(SafetensorsFile firstFile, SafetensorsEntry one, SafetensorsFile secondFile, SafetensorsEntry other)
    {
        if (one.Dtype != other.Dtype || !one.Shape.SequenceEqual(other.Shape)) return false;
        var (first, second) = (new byte[1 << 20], new byte[1 << 20]);
        for (var at = 0L; at < one.ByteCount; at += first.Length)
        {
            var length = (int)Math.Min(first.Length, one.ByteCount - at);
            firstFile.Read(one, at, first.AsSpan(0, length));
            secondFile.Read(other, at, second.AsSpan(0, length));
            if (!first.AsSpan(0, length).SequenceEqual(second.AsSpan(0, length))) return false;
        }

        return true;
    }
}
