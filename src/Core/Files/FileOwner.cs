using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace SafetyGate.Core.Files;

/// <summary>Owner and mode of a file, folder or link itself. Linux only; other systems give none.</summary>
/// <param name="User">Number of the owning user.</param>
/// <param name="Group">Number of the owning group.</param>
/// <param name="Mode">Type and permission bits, as <c>st_mode</c> has them.</param>
internal sealed record FileOwner(uint User, uint Group, int Mode)
{
    // struct statx: stx_uid at 20, stx_gid at 24, stx_mode at 28. Source: statx(2).
    private const int AtWorkingDirectory = -100, NoFollow = 0x100, BasicStats = 0x7ff, StatxSize = 256, UserAt = 20, GroupAt = 24, ModeAt = 28;
    private const int TypeMask = 0xF000, LinkType = 0xA000, FolderType = 0x4000, FileType = 0x8000, GroupWrite = 0x10, OthersWrite = 0x2;

    public bool IsLink => (Mode & TypeMask) == LinkType;

    public bool IsFolder => (Mode & TypeMask) == FolderType;

    public bool IsFile => (Mode & TypeMask) == FileType;

    public bool GroupMayWrite => (Mode & GroupWrite) != 0;

    public bool OthersMayWrite => (Mode & OthersWrite) != 0;

    /// <summary>Owner and mode; links are not followed. <c>null</c>: nothing is there, or the system cannot tell.</summary>
    public static FileOwner? Of(string path)
    {
        var buffer = new byte[StatxSize];
        if (!OperatingSystem.IsLinux() || Statx(AtWorkingDirectory, path, NoFollow, BasicStats, buffer) != 0) return null;
        return new(BinaryPrimitives.ReadUInt32LittleEndian(buffer.AsSpan(UserAt)), BinaryPrimitives.ReadUInt32LittleEndian(buffer.AsSpan(GroupAt)),
            BinaryPrimitives.ReadUInt16LittleEndian(buffer.AsSpan(ModeAt)));
    }

    /// <summary>Number of the user this process acts as.</summary>
    public static uint ThisUser() => OperatingSystem.IsLinux() ? EffectiveUser() : 0;

    /// <summary>Takes write permission for all others, and for the group where wanted, from files that this process makes from now on.</summary>
    public static void RestrictNewFiles(bool groupMayWrite)
    {
        if (!OperatingSystem.IsLinux()) return;
        var before = (int)Mask(OthersWrite | GroupWrite);
        _ = Mask((uint)(groupMayWrite ? (before | OthersWrite) & ~GroupWrite : before | OthersWrite | GroupWrite));
    }

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static extern int Statx(int directory, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, byte[] buffer);

    [DllImport("libc", EntryPoint = "geteuid")]
    private static extern uint EffectiveUser();

    [DllImport("libc", EntryPoint = "umask")]
    private static extern uint Mask(uint mask);
}
