using System.Buffers.Binary;
using System.Text.Json;
using SafetyGate.Core.Files;

namespace SafetyGate.Harness.Runs;

/// <summary>A checkpoint in Hugging Face layout that another program wrote, looked at without tensors.</summary>
public static class ExternalCheckpoint
{
    private const string Config = "config.json";
    private const string AdapterConfig = "adapter_config.json";
    private const string Index = "model.safetensors.index.json";
    private const long LongestHeader = 100_000_000; // the limit of the safetensors library

    /// <summary>
    /// SHA-256 over <c>config.json</c>, <c>adapter_config.json</c> and every <c>*.safetensors</c> of a folder; lower-case hex. For servers
    /// that do not report which weights they serve.
    /// </summary>
    /// <param name="directory">The folder of the model.</param>
    /// <exception cref="UserErrorException">It is no whole checkpoint. Exit code 65.</exception>
    public static string DigestOf(string directory) =>
        ProblemOf(directory) is { } problem
            ? throw new UserErrorException($"{directory} is no whole checkpoint: {problem}.")
            : ExternalRunInput.DigestOfFiles(directory, [.. Configs(directory), .. Weights(directory).Select(Path.GetFileName).OfType<string>()],
                "checkpoint");

    /// <summary>
    /// What is missing or truncated; <c>null</c> if the checkpoint is complete: a <c>config.json</c> or <c>adapter_config.json</c>, and all
    /// weights to the last byte their headers promise.
    /// </summary>
    internal static string? ProblemOf(string directory)
    {
        if (!Directory.Exists(directory)) return $"it left no checkpoint: the folder {directory} is missing";
        try
        {
            var configs = Configs(directory);
            if (configs.Count == 0) return $"the checkpoint {directory} has no {Config}";
            foreach (var config in configs.Select(name => Path.Combine(directory, name)))
            {
                using var document = Parsed(BoundedFile.Read(config, BoundedFile.Small));
                if (document.RootElement.ValueKind != JsonValueKind.Object) return $"{config} is no JSON object";
            }

            var weights = Weights(directory);
            if (weights.Count == 0) return $"the checkpoint {directory} has no .safetensors file";
            return MissingShard(directory) ?? weights.Select(FileProblem).FirstOrDefault(problem => problem is not null);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException or InvalidOperationException or UserErrorException)
        {
            return $"the checkpoint {directory} cannot be read: {e.Message}";
        }
    }

    // A checkpoint may be an adapter alone, whose base lies elsewhere.
    private static List<string> Configs(string directory) =>
        [.. ((string[])[Config, AdapterConfig]).Where(name => File.Exists(Path.Combine(directory, name)))];

    private static List<string> Weights(string directory) =>
        [.. Directory.EnumerateFiles(directory, "*.safetensors").Order(StringComparer.Ordinal)];

    private static string? MissingShard(string directory)
    {
        var path = Path.Combine(directory, Index);
        if (!File.Exists(path)) return null;
        using var index = Parsed(BoundedFile.Read(path, LongestHeader));
        if (index.RootElement.ValueKind != JsonValueKind.Object || !index.RootElement.TryGetProperty("weight_map", out var map) || map.ValueKind != JsonValueKind.Object)
            return $"{path} has no object 'weight_map'";
        var missing = map.EnumerateObject().Select(m => m.Value.GetString() ?? "").Distinct(StringComparer.Ordinal)
            .FirstOrDefault(shard => !File.Exists(Path.Combine(directory, shard)));
        return missing is null ? null : $"the checkpoint {directory} lacks the shard '{missing}' of its index";
    }

    private static string? FileProblem(string path)
    {
        using var stream = BoundedFile.Open(path);
        var prefix = new byte[8];
        if (stream.ReadAtLeast(prefix, 8, throwOnEndOfStream: false) < 8) return $"{path} is cut short: it has no header";
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > LongestHeader || (long)length > stream.Length - 8) return Invariant($"{path} is cut short or no safetensors file: its header should have {length} bytes, the file has {stream.Length}");
        var header = new byte[length];
        stream.ReadExactly(header);
        using var document = Parsed(header);
        var end = document.RootElement.EnumerateObject().Where(t => t.Name != "__metadata__").Select(t => EndOf(t.Value)).DefaultIfEmpty(0L)
            .Max();
        return end == stream.Length - 8 - (long)length ? null
            : Invariant($"{path} is cut short or damaged: its header promises {end} bytes of weights, {stream.Length - 8 - (long)length} are there");
    }

    private static JsonDocument Parsed(byte[] utf8) =>
        JsonBounds.Tokenizer.Problem(utf8) is { } problem ? throw new JsonException(problem) : JsonDocument.Parse(BoundedFile.WithoutMark(utf8));

    private static long EndOf(JsonElement tensor) =>
        tensor.TryGetProperty("data_offsets", out var offsets) && offsets.ValueKind == JsonValueKind.Array && offsets.GetArrayLength() == 2
            && offsets[1].TryGetInt64(out var end) ? end : long.MaxValue;
}
