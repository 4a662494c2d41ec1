using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace SafetyGate.Models.Checkpoints;

/// <summary>
/// Writes a model as a directory in the Hugging Face layout. Everything is written to a temporary folder beside it, flushed to the
/// disk and renamed, so that a directory of the wanted name is whole or is not there. The same weights give the same bytes.
/// </summary>
public static class CheckpointWriter
{
    private static readonly Dictionary<string, string> Metadata = new() { ["format"] = "pt" };
    private static readonly JsonSerializerOptions ConfigFormat = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping
    };
    private static int written;

    /// <summary>Writes a checkpoint.</summary>
    /// <param name="directory">Where; it must not exist yet, or be empty.</param>
    /// <param name="parameters">By Hugging Face name, tied weights once. Borrowed.</param>
    /// <param name="files">The files beside the weights. The dtype that <c>config.json</c> names is set to the one written.</param>
    /// <param name="dtype">The number type to write: F32, F16, BF16 or F64; <c>null</c> keeps each parameter's own.</param>
    /// <exception cref="UserErrorException">The directory has content, or the files cannot be written (exit code 74); nothing is left
    /// behind.</exception>
    public static void Write(string directory, IEnumerable<KeyValuePair<string, Tensor>> parameters, CheckpointFiles files,
        ScalarType? dtype = null) =>
        Write(directory, parameters, files, dtype,
            static path => new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16));

    internal static void Write(string directory, IEnumerable<KeyValuePair<string, Tensor>> parameters, CheckpointFiles files,
        ScalarType? dtype, Func<string, Stream> create)
    {
        var sources = Sources(parameters, dtype);
        WriteFolder(directory, Texts(files, sources), CheckpointReader.WeightsFileName, sources, Metadata, create);
    }

    /// <summary>Writes a folder of texts and one file of tensors: whole, or not at all.</summary>
    internal static void WriteFolder(string directory, IReadOnlyDictionary<string, byte[]> texts, string weightsName,
        IEnumerable<KeyValuePair<string, Tensor>> parameters, IReadOnlyDictionary<string, string> metadata) =>
        WriteFolder(directory, texts, weightsName, Sources(parameters, null), metadata,
            static path => new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16));

    private static void WriteFolder(string directory, IReadOnlyDictionary<string, byte[]> texts, string weightsName,
        IReadOnlyList<SafetensorsSource> sources, IReadOnlyDictionary<string, string> metadata, Func<string, Stream> create)
    {
        var needed = SafetensorsWriter.ByteCount(sources, metadata) + texts.Values.Sum(bytes => (long)bytes.Length);
        var target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        var temporary = Path.Combine(Path.GetDirectoryName(target) ?? throw CannotWrite($"{directory}: a checkpoint cannot be written there; name a new directory."),
            Invariant($".{Path.GetFileName(target)}.writing-{Environment.ProcessId}-{Interlocked.Increment(ref written)}"));
        try
        {
            RequireFree(target);
            if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true); // left by a killed process that had this id
            Directory.CreateDirectory(temporary);
            foreach (var (name, bytes) in texts.OrderBy(text => text.Key, StringComparer.Ordinal)) WriteFile(Path.Combine(temporary, name), create, stream => stream.Write(bytes));
            WriteFile(Path.Combine(temporary, weightsName), create, stream => SafetensorsWriter.Write(stream, sources, metadata));
            if (Directory.Exists(target)) Directory.Delete(target); // empty, or this fails
            Directory.Move(temporary, target);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Remove(temporary);
            throw CannotWrite(IsDiskFull(e)
                ? Invariant($"{target}: the disk is full; the checkpoint needs {needed} bytes. Nothing was left behind; free some space or choose another disk.")
                : $"{target}: the checkpoint cannot be written ({e.Message}).", e);
        }
        catch
        {
            Remove(temporary);
            throw;
        }
    }

    private static List<SafetensorsSource> Sources(IEnumerable<KeyValuePair<string, Tensor>> parameters, ScalarType? dtype)
    {
        var sources = new List<SafetensorsSource>();
        foreach (var (name, tensor) in parameters)
        {
            var type = dtype ?? tensor.dtype;
            sources.Add(new SafetensorsSource(name, TensorDtypes.NameOf(type), tensor.shape,
                stream => TensorBytes.Read(tensor, type, stream.Write)));
        }

        return sources.Count > 0 ? sources : throw new ArgumentException("There are no parameters to write.", nameof(parameters));
    }

    private static SortedDictionary<string, byte[]> Texts(CheckpointFiles files, List<SafetensorsSource> sources)
    {
        var texts = new SortedDictionary<string, byte[]>(StringComparer.Ordinal)
        {
            [CheckpointReader.ConfigFileName] = Config(files.ConfigJson, sources)
        };
        foreach (var (name, bytes) in files.Others)
        {
            if (name.Length == 0 || name is "." or ".." || Path.GetFileName(name) != name || name == CheckpointReader.WeightsFileName || !texts.TryAdd(name, bytes))
                throw new ArgumentException($"'{name}' cannot be the name of a file beside the weights.", nameof(files));
        }

        return texts;
    }

    // Loaders read the weights with the dtype of the config; every other character of the file stays.
    private static byte[] Config(string configJson, List<SafetensorsSource> sources)
    {
        var names = sources.Select(source => source.Dtype).Distinct().ToArray();
        if (names.Length == 1 && JsonNode.Parse(configJson) is JsonObject config)
        {
            var name = TensorDtypes.ConfigNameOf(TensorDtypes.FromName(names[0])!.Value);
            var changed = false;
            foreach (var key in (string[])["dtype", "torch_dtype"])
            {
                if (config[key] is not JsonValue value || (value.TryGetValue<string>(out var current) && current == name)) continue;
                config[key] = name;
                changed = true;
            }

            if (changed) configJson = config.ToJsonString(ConfigFormat) + "\n";
        }

        return Encoding.UTF8.GetBytes(configJson);
    }

    private static void RequireFree(string target)
    {
        if (File.Exists(target) || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()))
            throw CannotWrite($"{target}: exists already; checkpoints are never overwritten. Choose a new directory, or remove this one first.");
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
    }

    private static void WriteFile(string path, Func<string, Stream> create, Action<Stream> write)
    {
        using var stream = create(path);
        write(stream);
        stream.Flush();
        if (stream is FileStream file) file.Flush(flushToDisk: true); // before the rename, or a power cut leaves a whole name on half a file
    }

    // errno 28 is ENOSPC, 122 and 69 are EDQUOT (Linux, macOS); on Windows ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL.
    private static bool IsDiskFull(Exception e) =>
        e is IOException && (OperatingSystem.IsWindows() ? (e.HResult & 0xFFFF) is 0x70 or 0x27 : e.HResult is 28 || e.HResult == (OperatingSystem.IsMacOS() ? 69 : 122));

    private static void Remove(string temporary)
    {
        try
        {
            if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The failure that led here is the one to report; the folder's name marks it as temporary.
        }
    }

    private static UserErrorException CannotWrite(string message, Exception? cause = null) =>
        cause is null ? new(message, GateExitCode.CannotWrite) : new(message, cause, GateExitCode.CannotWrite);
}
