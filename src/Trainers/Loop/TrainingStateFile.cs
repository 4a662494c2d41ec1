using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SafetyGate.Models.Checkpoints;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Loop;

/// <summary>
/// The state of a run as one safetensors file. It is written under another name and renamed, so a killed process leaves either the old or
/// the new one.
/// </summary>
public static class TrainingStateFile
{
    /// <summary>Name of the file in a run's directory.</summary>
    public const string FileName = "state.safetensors";

    /// <summary>Where the weights' names begin.</summary>
    internal const string Weights = "weights/";

    /// <summary>Where the names of the optimizer's tensors begin.</summary>
    internal const string Optimizer = "optimizer/";

    private const string TemporaryName = FileName + ".tmp";
    private static readonly JsonSerializerOptions FactsJson = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>
    /// Writes the state tensor by tensor, in parts; the directory keeps its old one until the new one is whole and on the disk.
    /// </summary>
    /// <param name="directory">The run's directory.</param>
    /// <param name="state">Everything but the tensors.</param>
    /// <param name="weights">The weights by name. Borrowed.</param>
    /// <param name="optimizer">The optimizer's tensors by name. Borrowed.</param>
    /// <exception cref="UserErrorException">The file cannot be written (exit code 74): a full disk, a missing permission.</exception>
    public static void Save(string directory, TrainingState state, IEnumerable<KeyValuePair<string, Tensor>> weights,
        IEnumerable<KeyValuePair<string, Tensor>> optimizer)
    {
        var tensors = weights.Select(pair => (Name: Weights + pair.Key, pair.Value))
            .Concat(optimizer.Select(pair => (Name: Optimizer + pair.Key, pair.Value)))
            .OrderBy(pair => pair.Name, StringComparer.Ordinal).ToList();
        var facts = JsonSerializer.Serialize(state, FactsJson);
        using var digest = new StateDigest(facts);
        foreach (var (name, tensor) in tensors)
        {
            digest.Begin(name, tensor.numel() * tensor.element_size());
            TensorBytes.Read(tensor, tensor.dtype, digest.Append);
        }

        var metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["facts"] = facts, ["digest"] = digest.Finish() };
        var sources = tensors.Select(pair => new SafetensorsSource(pair.Name, TensorDtypes.NameOf(pair.Value.dtype), pair.Value.shape, stream => TensorBytes.Read(pair.Value, pair.Value.dtype, stream.Write))).ToList();
        var temporary = Path.Combine(directory, TemporaryName);
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write))
            {
                SafetensorsWriter.Write(stream, sources, metadata);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, Path.Combine(directory, FileName), overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{temporary}: the training state cannot be written ({e.Message}). Free space or choose another store; the run resumes from its last saved state.", e, GateExitCode.CannotWrite);
        }
    }

    /// <summary>Opens the state that a run left, after checking every byte of it against its digest, in parts.</summary>
    /// <param name="directory">The run's directory.</param>
    /// <returns>The state, which the caller disposes, or <c>null</c> when there is none.</returns>
    /// <exception cref="UserErrorException">There is one, but it is damaged; the message has the details.</exception>
    public static SavedState? Open(string directory)
    {
        var path = Path.Combine(directory, FileName);
        if (!File.Exists(path)) return null;
        var file = SafetensorsFile.Open(path);
        try
        {
            var facts = file.Metadata.GetValueOrDefault("facts", "");
            if (file.Metadata.GetValueOrDefault("digest", "") != DigestOf(file, facts))
                throw new UserErrorException($"{path}: the training state does not match its own digest.");
            return new(file, JsonSerializer.Deserialize<TrainingState>(facts, FactsJson)!);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Moves a damaged state aside, so that it is neither trusted nor lost.</summary>
    /// <returns>Its new path.</returns>
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

    private static string DigestOf(SafetensorsFile file, string facts)
    {
        using var digest = new StateDigest(facts);
        var buffer = new byte[TensorBytes.PartBytes];
        foreach (var entry in file.Entries.OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            digest.Begin(entry.Name, entry.ByteCount);
            for (var at = 0L; at < entry.ByteCount; at += buffer.Length)
            {
                var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, entry.ByteCount - at));
                file.Read(entry, at, part);
                digest.Append(part);
            }
        }

        return digest.Finish();
    }

    /// <summary>SHA-256 over the facts and each tensor's name, length and bytes, in the order of the names.</summary>
    private sealed class StateDigest : IDisposable
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public StateDigest(string facts) => _hash.AppendData(Encoding.UTF8.GetBytes(facts));

        public void Begin(string name, long bytes) =>
            _hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\n{name}\n{bytes}\n")));

        public void Append(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

        public string Finish() => Convert.ToHexStringLower(_hash.GetHashAndReset());

        public void Dispose() => _hash.Dispose();
    }
}
