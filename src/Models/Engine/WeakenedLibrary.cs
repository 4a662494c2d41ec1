using System.Buffers.Binary;
using System.Security.Cryptography;
using SafetyGate.Core.Files;
using SafetyGate.Core.Runs;

namespace SafetyGate.Models.Engine;

/// <summary>A copy of a library in which one needed symbol version is weak, so that a system without that version loads it.</summary>
/// <remarks>
/// TorchSharp's native library is built with GCC 13 and needs <c>GLIBCXX_3.4.32</c> only through a link-time marker without a relocation
/// (<c>_ZSt21ios_base_library_initv</c>); nothing it calls has that version. Debian 12 and Ubuntu 22.04 end at 3.4.30.
/// </remarks>
internal static class WeakenedLibrary
{
    /// <summary>The version.</summary>
    internal const string Version = "GLIBCXX_3.4.32";

    /// <summary>The library that defines it.</summary>
    internal const string Definer = "libstdc++.so.6";

    /// <summary>
    /// The file to load: the original where the system has the version or the file does not need it, else a weakened copy.
    /// </summary>
    /// <param name="original">Path of the library.</param>
    /// <param name="system">Symbol versions of the system's libraries.</param>
    /// <param name="cache">Folder for the copy; made if absent.</param>
    /// <exception cref="UserErrorException">The library cannot be read, or the copy cannot be written (exit code 69).</exception>
    internal static string PathFor(string original, ISystemVersions system, string cache)
    {
        if (system.Defines(Definer, Version)) return original;
        try
        {
            var bytes = File.ReadAllBytes(original);
            return Weaken(bytes, original) is { } weakened ? Stored(bytes, weakened, cache) : original;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new UserErrorException(
                $"The system's {Definer} has no {Version}, and no copy of {original} that works without it can be made in {cache}: {e.Message} Use a system with GCC 13's libstdc++ or newer, or make the folder writable.",
                e, GateExitCode.MissingEngine);
        }
    }

    /// <summary>The bytes with the version's entry weak; <c>null</c> if no entry needs the version or it is weak already.</summary>
    /// <param name="bytes">The whole library. Borrowed.</param>
    /// <param name="name">Name of the file for messages.</param>
    /// <exception cref="InvalidDataException">The file is not a shared library, or needs the version more than once.</exception>
    internal static byte[]? Weaken(byte[] bytes, string name)
    {
        var entries = ElfFile.Read(bytes, name).Needs.Where(need => need.Version == Version && need.Library == Definer).ToList();
        if (entries.Count > 1) throw new InvalidDataException($"{name} needs {Version} of {Definer} {entries.Count} times.");
        if (entries is not [var entry] || (entry.Flags & ElfFile.WeakFlag) != 0) return null;
        var weakened = (byte[])bytes.Clone();
        BinaryPrimitives.WriteUInt16LittleEndian(weakened.AsSpan(entry.FlagsOffset), (ushort)(entry.Flags | ElfFile.WeakFlag));
        return weakened;
    }

    // Another process may write the same copy: each writes a separate file and moves it into place. An existing copy is compared, not
    // trusted.
    private static string Stored(byte[] original, byte[] weakened, string cache)
    {
        // A library that another user could exchange is not loaded.
        Directory.CreateDirectory(cache);
        StoreTrust.FromEnvironment().RequireRoot(cache);
        StoreTrust.FromEnvironment().Require(Path.GetDirectoryName(Path.GetFullPath(cache))!);
        var path = Path.Combine(cache, $"libLibTorchSharp-{Convert.ToHexStringLower(SHA256.HashData(original))}.so");
        if (File.Exists(path) && new FileInfo(path).LinkTarget is null && File.ReadAllBytes(path).AsSpan().SequenceEqual(weakened)) return path;
        var temporary = Invariant($"{path}.{Environment.ProcessId}.partial");
        WholeFile.Create(temporary, weakened);
        File.Move(temporary, path, overwrite: true);
        return path;
    }
}
