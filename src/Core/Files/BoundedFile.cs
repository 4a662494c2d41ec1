namespace SafetyGate.Core.Files;

/// <summary>
/// Opens and reads untrusted files: regular files only (a pipe or a device may never end), and never more bytes than the limit,
/// whatever length the file system reports.
/// </summary>
internal static class BoundedFile
{
    /// <summary>Longest file of settings, headers, records and notes, in bytes.</summary>
    public const long Small = 16L << 20;

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">Path of the file; links are followed.</param>
    /// <param name="maximumBytes">Most bytes that are read.</param>
    /// <exception cref="UserErrorException">It is missing, no regular file, cannot be read or is longer than the limit.</exception>
    public static byte[] Read(string path, long maximumBytes)
    {
        using var stream = Open(path);
        return Guarded(path, () => Read(stream, path, maximumBytes));
    }

    /// <summary>Reads a whole file of UTF-8; a byte-order mark is dropped.</summary>
    /// <inheritdoc cref="Read(string, long)"/>
    public static string ReadText(string path, long maximumBytes = Small) =>
        System.Text.Encoding.UTF8.GetString(WithoutMark(Read(path, maximumBytes)).Span);

    /// <summary>Opens a file to be read in parts.</summary>
    /// <param name="path">Path of the file; links are followed.</param>
    /// <param name="share">What others may do with the file meanwhile.</param>
    /// <param name="regularOnly">Whether pipes and devices are refused; a reader that takes line by line may wait for their writer.</param>
    /// <exception cref="UserErrorException">It is missing, no regular file, or cannot be read.</exception>
    public static FileStream Open(string path, FileShare share = FileShare.Read, bool regularOnly = true) => Guarded(path, () =>
    {
        if (Directory.Exists(path)) throw new UserErrorException($"{path} cannot be read: it is a folder; a file is needed.");
        if (regularOnly && !FileState.IsRegularOrUnknown(path))
            throw new UserErrorException($"{path} cannot be read: it is a pipe, a socket or a device, and only regular files are read. Copy its content to a file first.");
        return HeldFile.Open(path, FileMode.Open, FileAccess.Read, share);
    });

    /// <summary>The rest of a stream.</summary>
    /// <param name="stream">The stream; it stays open.</param>
    /// <param name="name">How to call it in messages.</param>
    /// <param name="maximumBytes">Most bytes that are read.</param>
    /// <exception cref="UserErrorException">It is longer than the limit.</exception>
    public static byte[] Read(Stream stream, string name, long maximumBytes)
    {
        var expected = stream.CanSeek ? stream.Length - stream.Position : 0;
        if (expected > maximumBytes)
            throw new UserErrorException(Invariant($"{name} has {expected:N0} bytes; at most {maximumBytes:N0} are read. Split the file."));
        using var content = new MemoryStream((int)Math.Min(expected, Array.MaxLength));
        var buffer = new byte[81920];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            if (content.Length + read > maximumBytes)
                throw new UserErrorException(Invariant($"{name} has more than {maximumBytes:N0} bytes; at most so many are read. Split the file."));
            content.Write(buffer, 0, read);
        }

        return content.Length == content.Capacity ? content.GetBuffer() : content.ToArray();
    }

    /// <summary>The bytes after a byte-order mark.</summary>
    public static ReadOnlyMemory<byte> WithoutMark(byte[] bytes) => bytes.AsMemory(bytes is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0);

    private static T Guarded<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UserErrorException($"{path} cannot be read: there is no such file. Check the path.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UserErrorException($"{path} cannot be read: {e.Message}", e);
        }
    }
}
