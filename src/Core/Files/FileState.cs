using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace SafetyGate.Core.Files;

/// <summary>File-system state that changes with a file's content.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="Modified">Ticks of the last change of the content (UTC).</param>
/// <param name="Changed">Nanoseconds since 1970 of the last change of anything, which no program sets back; 0 where the system has no such
/// time.</param>
/// <param name="Device">Number of the file system; 0 where the system has none.</param>
/// <param name="Inode">Number of the file; 0 where the system has none.</param>
internal sealed record FileState(long Size, long Modified, long Changed, ulong Device, ulong Inode)
{
    // struct statx is the same on every architecture of Linux: stx_ino at 32, stx_ctime at 96, stx_dev at 136. Source: statx(2).
    private const int AtWorkingDirectory = -100, BasicStats = 0x7ff, StatxSize = 256, ModeAt = 28, InodeAt = 32, ChangedAt = 96, DeviceAt = 136;
    private const int KindOfFile = 0xF000, RegularFile = 0x8000; // S_IFMT and S_IFREG of inode(7)

    /// <summary>Time of the last change of anything.</summary>
    internal DateTimeOffset LastChange => DateTimeOffset.UnixEpoch.AddTicks(Changed / 100);

    /// <summary>The state of a file; links are followed.</summary>
    /// <param name="path">Absolute path.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    internal static FileState Of(string path)
    {
        var file = new FileInfo(path);
        if (file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target) file = target;
        if (!file.Exists) throw new FileNotFoundException($"{path} does not exist.", path);
        var state = new FileState(file.Length, file.LastWriteTimeUtc.Ticks, 0, 0, 0);
        var buffer = new byte[StatxSize];
        if (!OperatingSystem.IsLinux() || Statx(AtWorkingDirectory, file.FullName, 0, BasicStats, buffer) != 0) return state;
        return state with
        {
            Inode = BinaryPrimitives.ReadUInt64LittleEndian(buffer.AsSpan(InodeAt)),
            Device = BinaryPrimitives.ReadUInt64LittleEndian(buffer.AsSpan(DeviceAt)),
            Changed = BinaryPrimitives.ReadInt64LittleEndian(buffer.AsSpan(ChangedAt)) * 1_000_000_000 + BinaryPrimitives.ReadUInt32LittleEndian(buffer.AsSpan(ChangedAt + 8)),
        };
    }

    /// <summary>
    /// Whether a path leads to a regular file, or the system cannot tell (there is no such file, or it is no Linux). Opens nothing: to open a
    /// pipe waits for its writer. Links are followed.
    /// </summary>
    internal static bool IsRegularOrUnknown(string path)
    {
        var buffer = new byte[StatxSize];
        return !OperatingSystem.IsLinux() || path.Contains('\0', StringComparison.Ordinal) || Statx(AtWorkingDirectory, path, 0, BasicStats, buffer) != 0
            || (BinaryPrimitives.ReadUInt16LittleEndian(buffer.AsSpan(ModeAt)) & KindOfFile) == RegularFile;
    }

    /// <inheritdoc/>
    public override string ToString() => Invariant($"{Size} {Modified} {Changed} {Device} {Inode}");

    [DllImport("libc", EntryPoint = "statx")]
    private static extern int Statx(int directory, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, byte[] buffer);
}
