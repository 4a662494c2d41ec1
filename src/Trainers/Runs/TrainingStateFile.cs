using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using SafetyGate.Models.Checkpoints;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Runs;

/// <summary>The state of a run as one safetensors file. It is written under another name and renamed, so a killed process leaves either the old or the new one.</summary>
public static class TrainingStateFile
{
    /// <summary>Name of the file in a run's directory.</summary>
    public const string FileName = "state.safetensors";

    private const string TemporaryName = FileName + ".tmp";
    private const string Weights = "weights/";
    private const string Optimizer = "optimizer/";

    /// <summary>Writes the state; it holds the directory's old one until it is whole.</summary>
    /// <exception cref="UserErrorException">The file cannot be written (exit code 74): a full disk, a missing permission.</exception>
    public static void Save(string directory, TrainingState state)
    {
        var tensors = state.Weights.Select(pair => (Name: Weights + pair.Key, pair.Value))
            .Concat(state.Optimizer.Tensors.Select(pair => (Name: Optimizer + pair.Key, pair.Value)))
            .OrderBy(pair => pair.Name, StringComparer.Ordinal)
            .Select(pair => (pair.Name, pair.Value, Bytes: TensorBytes.Of(pair.Value)))
            .ToList();
        var facts = Facts(state);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["facts"] = facts,
            ["digest"] = Digest(facts, tensors.Select(tensor => (tensor.Name, tensor.Bytes))),
        };
        var temporary = Path.Combine(directory, TemporaryName);
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write))
            {
                SafetensorsWriter.Write(stream, [.. tensors.Select(tensor => SafetensorsSource.FromBytes(tensor.Name, TensorBytes.Name(tensor.Value.dtype), tensor.Value.shape, tensor.Bytes))], metadata);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, Path.Combine(directory, FileName), overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{temporary}: the training state cannot be written ({e.Message}). Free space or choose another store; the run goes on from its last saved state.", e, GateExitCode.CannotWrite);
        }
    }

    /// <summary>Reads the state a run left.</summary>
    /// <param name="directory">The run's directory.</param>
    /// <returns>The state, whose tensors (on the processor) the caller disposes, or <c>null</c> when there is none.</returns>
    /// <exception cref="UserErrorException">There is one, but it is damaged; the message says how.</exception>
    public static TrainingState? Load(string directory)
    {
        var path = Path.Combine(directory, FileName);
        if (!File.Exists(path)) return null;
        using var file = SafetensorsFile.Open(path);
        var all = file.Entries.Select(entry => (Entry: entry, Bytes: file.ReadBytes(entry.Name))).OrderBy(tensor => tensor.Entry.Name, StringComparer.Ordinal).ToList();
        var facts = file.Metadata.GetValueOrDefault("facts", "");
        if (file.Metadata.GetValueOrDefault("digest", "") != Digest(facts, all.Select(tensor => (tensor.Entry.Name, tensor.Bytes))))
            throw new UserErrorException($"{path}: the training state does not match its own digest.");
        var tensors = new List<KeyValuePair<string, Tensor>>();
        foreach (var (entry, bytes) in all)
        {
            var type = TensorBytes.Type(entry.Dtype) ?? throw new UserErrorException($"{path}: tensor '{entry.Name}' has the number type {entry.Dtype}, which no training state has.");
            tensors.Add(KeyValuePair.Create(entry.Name, TensorBytes.Make(bytes, type, [.. entry.Shape])));
        }

        return FromFacts(JsonNode.Parse(facts)!.AsObject(), Below(Weights, tensors), Below(Optimizer, tensors));
    }

    /// <summary>Moves a damaged state aside, so that it is neither trusted nor lost.</summary>
    /// <returns>Where it lies now.</returns>
    public static string SetAside(string directory)
    {
        var path = Path.Combine(directory, FileName);
        var aside = path + ".damaged";
        File.Move(path, aside, overwrite: true);
        return aside;
    }

    /// <summary>Removes the state of a finished run.</summary>
    public static void Delete(string directory)
    {
        File.Delete(Path.Combine(directory, FileName));
        File.Delete(Path.Combine(directory, TemporaryName));
    }

    private static string Facts(TrainingState state) => new JsonObject
    {
        ["run"] = state.RunDigest,
        ["step"] = state.Step,
        ["tokens"] = state.Tokens,
        ["metrics_length"] = state.MetricsLength,
        ["accuracy"] = state.Accuracy,
        ["reached_target"] = state.ReachedTarget,
        ["optimizer"] = state.Optimizer.Kind,
        ["optimizer_steps"] = state.Optimizer.Steps,
    }.ToJsonString();

    private static TrainingState FromFacts(JsonObject facts, IReadOnlyList<KeyValuePair<string, Tensor>> weights, IReadOnlyList<KeyValuePair<string, Tensor>> optimizer) => new()
    {
        RunDigest = (string)facts["run"]!,
        Step = (long)facts["step"]!,
        Tokens = (long)facts["tokens"]!,
        MetricsLength = (long)facts["metrics_length"]!,
        Accuracy = (double?)facts["accuracy"],
        ReachedTarget = (bool)facts["reached_target"]!,
        Weights = weights,
        Optimizer = new() { Kind = (string)facts["optimizer"]!, Steps = (long)facts["optimizer_steps"]!, Tensors = optimizer },
    };

    private static List<KeyValuePair<string, Tensor>> Below(string prefix, IEnumerable<KeyValuePair<string, Tensor>> tensors) =>
        [.. tensors.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(pair => KeyValuePair.Create(pair.Key[prefix.Length..], pair.Value))];

    private static string Digest(string facts, IEnumerable<(string Name, byte[] Bytes)> tensors)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(facts));
        foreach (var (name, bytes) in tensors)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\n{name}\n{bytes.Length}\n")));
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
