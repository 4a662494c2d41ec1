using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using SafetyGate.Core.Files;

namespace SafetyGate.Models.Checkpoints;

/// <summary>
/// A safetensors file opened for reading: the header is read and checked whole, tensors are read on demand, straight into the
/// caller's memory. The file is untrusted: nothing is allocated by its declared sizes, and inconsistencies are refused.
/// </summary>
/// <remarks>
/// Format: github.com/huggingface/safetensors. Eight bytes of header length (little-endian), JSON, then the tensors' bytes.
/// </remarks>
public sealed class SafetensorsFile : IDisposable
{
    /// <summary>The longest header the format allows, in bytes.</summary>
    public const long MaxHeaderBytes = 100_000_000;

    private const int LengthBytes = 8;
    private readonly SafeFileHandle handle;
    private readonly long dataStart;
    private readonly Dictionary<string, SafetensorsEntry> byName;

    private SafetensorsFile(string path, SafeFileHandle handle, SafetensorsHeader header, long dataStart)
    {
        (Path, this.handle, this.dataStart) = (path, handle, dataStart);
        (Entries, Metadata) = (header.Entries, header.Metadata);
        byName = header.Entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
    }

    /// <summary>Path of the file.</summary>
    public string Path { get; }

    /// <summary>The tensors, in the order of their bytes.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries { get; }

    /// <summary>The header's free text, such as <c>format</c> = <c>pt</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens a file and checks its header.</summary>
    /// <exception cref="UserErrorException">The file is missing, cannot be read, or is not a valid safetensors file.</exception>
    public static SafetensorsFile Open(string path)
    {
        SafeFileHandle handle;
        if (!FileState.IsRegularOrUnknown(path))
            throw new UserErrorException($"{path}: cannot be read: it is a folder, a pipe or a device; a file is needed.");
        try
        {
            handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.RandomAccess);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UserErrorException($"{path}: there is no such file.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new UserErrorException($"{path}: cannot be read ({e.Message}).", e);
        }

        try
        {
            var beginning = new byte[LfsPointer.Length];
            LfsPointer.Refuse(path, beginning.AsSpan(0, RandomAccess.Read(handle, beginning, 0)));
            var (header, dataStart) = ReadHeader(handle);
            return new SafetensorsFile(path, handle, header, dataStart);
        }
        catch (Exception e) when (e is FormatException or IOException or NotSupportedException)
        {
            handle.Dispose();
            throw new UserErrorException($"{path}: not a valid safetensors file: {e.Message}.", e);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>The tensor of that name, or <c>null</c>.</summary>
    public SafetensorsEntry? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>Reads bytes of one tensor.</summary>
    /// <param name="entry">A tensor of this file.</param>
    /// <param name="offset">First byte wanted, counted from the tensor's first.</param>
    /// <param name="destination">Filled whole.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is outside the tensor.</exception>
    /// <exception cref="UserErrorException">The file ended or failed since it was opened.</exception>
    public void Read(SafetensorsEntry entry, long offset, Span<byte> destination)
    {
        if (offset < 0 || offset > entry.ByteCount - destination.Length)
            throw new ArgumentOutOfRangeException(nameof(offset), offset,
                Invariant($"Tensor '{entry.Name}' has {entry.ByteCount} bytes; {destination.Length} were requested from this offset."));
        var position = dataStart + entry.Begin + offset;
        try
        {
            ReadFully(handle, destination, position);
        }
        catch (Exception e) when (e is IOException or FormatException)
        {
            throw new UserErrorException($"{Path}: tensor '{SafetensorsHeader.Shown(entry.Name)}' cannot be read: {e.Message}.", e);
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => handle.Dispose();

    private static (SafetensorsHeader Header, long DataStart) ReadHeader(SafeFileHandle handle)
    {
        var fileLength = RandomAccess.GetLength(handle);
        if (fileLength < LengthBytes)
            throw new FormatException(Invariant($"the file has {fileLength} bytes, fewer than the 8 that hold the header's length"));
        Span<byte> lengthBytes = stackalloc byte[LengthBytes];
        ReadFully(handle, lengthBytes, 0);
        var headerLength = BinaryPrimitives.ReadUInt64LittleEndian(lengthBytes);
        if (headerLength > MaxHeaderBytes)
            throw new FormatException(Invariant($"the header claims {headerLength} bytes; at most {MaxHeaderBytes} are allowed"));
        if ((long)headerLength > fileLength - LengthBytes)
            throw new FormatException(Invariant($"the header claims {headerLength} bytes, but only {fileLength - LengthBytes} follow (it is truncated, or the length is wrong)"));
        var json = new byte[headerLength];
        ReadFully(handle, json, LengthBytes);
        var dataStart = LengthBytes + (long)headerLength;
        return (SafetensorsHeader.Parse(json, fileLength - dataStart), dataStart);
    }

    private static void ReadFully(SafeFileHandle handle, Span<byte> destination, long position)
    {
        while (destination.Length > 0)
        {
            var read = RandomAccess.Read(handle, destination, position);
            if (read == 0) throw new FormatException(Invariant($"the file ends at byte {position}, before its content does"));
            destination = destination[read..];
            position += read;
        }
    }
}
