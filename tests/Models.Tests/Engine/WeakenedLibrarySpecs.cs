using SafetyGate.Core;
using SafetyGate.Models.Engine;

namespace SafetyGate.Models.Tests.Engine;

/// <summary>On a system with an old libstdc++ a copy of TorchSharp's library is loaded in which the one version is weak; elsewhere the file itself.</summary>
public sealed class WeakenedLibrarySpecs : IDisposable
{
    private static readonly string Natives = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native");
    private static readonly string Bridge = Path.Combine(Natives, EngineFiles.Bridge);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_system_that_has_the_version_gets_the_file_untouched()
    {
        Assert.Equal(Bridge, WeakenedLibrary.PathFor(Bridge, new FakeVersions(true), _folder.File("cache")));
        Assert.False(Directory.Exists(_folder.File("cache")));
    }

    [Fact]
    public void A_system_that_lacks_it_gets_a_copy_whose_name_has_the_digest_of_the_original()
    {
        var copy = WeakenedLibrary.PathFor(Bridge, new FakeVersions(false), _folder.File("cache"));
        Assert.Equal(_folder.File("cache"), Path.GetDirectoryName(copy));
        var digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(Bridge)));
        Assert.Equal($"libLibTorchSharp-{digest}.so", Path.GetFileName(copy));
        Assert.Equal([copy], Directory.GetFiles(_folder.File("cache"))); // nothing temporary is left
        Assert.Equal(copy, WeakenedLibrary.PathFor(Bridge, new FakeVersions(false), _folder.File("cache")));
    }

    [Fact]
    public void Only_the_weak_flag_of_that_one_version_is_set()
    {
        var original = File.ReadAllBytes(Bridge);
        var weakened = WeakenedLibrary.Weaken(original, Bridge)!;
        var entry = Assert.Single(ElfFile.Read(original, Bridge).Needs, need => need.Version == "GLIBCXX_3.4.32");
        Assert.Equal("libstdc++.so.6", entry.Library);
        Assert.Equal(0, entry.Flags);
        var changed = Enumerable.Range(0, original.Length).Where(i => original[i] != weakened[i]).ToList();
        Assert.Equal([entry.FlagsOffset], changed); // the low byte of the flags: 0 → 2
        Assert.Equal(2, weakened[entry.FlagsOffset]);
        Assert.Equal(
            ElfFile.Read(original, Bridge).Needs.Select(need => need == entry ? need with { Flags = 2 } : need),
            ElfFile.Read(weakened, Bridge).Needs);
        Assert.Null(WeakenedLibrary.Weaken(weakened, Bridge)); // weak already: nothing to do
    }

    [Fact]
    public void A_copy_that_was_tampered_with_is_written_again()
    {
        var copy = WeakenedLibrary.PathFor(Bridge, new FakeVersions(false), _folder.File("cache"));
        var right = File.ReadAllBytes(copy);
        var wrong = (byte[])right.Clone();
        wrong[^1] ^= 1;
        File.WriteAllBytes(copy, wrong);
        Assert.Equal(copy, WeakenedLibrary.PathFor(Bridge, new FakeVersions(false), _folder.File("cache")));
        Assert.Equal(right, File.ReadAllBytes(copy));
    }

    [Fact]
    public void A_library_that_does_not_need_the_version_is_loaded_as_it_is()
    {
        var other = Path.Combine(TensorEngine.Folder, "libc10.so");
        Assert.Equal(other, WeakenedLibrary.PathFor(other, new FakeVersions(false), _folder.File("cache")));
        Assert.False(Directory.Exists(_folder.File("cache")));
    }

    [Fact]
    public void A_file_that_is_no_library_is_refused_with_the_reason()
    {
        var file = _folder.File("lib.so");
        File.WriteAllText(file, "no library, but long enough to hold the header of one, so that its first bytes are what is looked at");
        var refused = Assert.Throws<UserErrorException>(() => WeakenedLibrary.PathFor(file, new FakeVersions(false), _folder.File("cache")));
        Assert.Equal(GateExitCode.MissingEngine, refused.ExitCode);
        Assert.Contains("GLIBCXX_3.4.32", refused.Message, StringComparison.Ordinal);
        Assert.Contains("it does not start as an ELF file does", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cache_that_cannot_be_written_is_named()
    {
        File.WriteAllText(_folder.File("cache"), "a file where the folder should be");
        var refused = Assert.Throws<UserErrorException>(() => WeakenedLibrary.PathFor(Bridge, new FakeVersions(false), _folder.File("cache")));
        Assert.Equal(GateExitCode.MissingEngine, refused.ExitCode);
        Assert.Contains(_folder.File("cache"), refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_library_is_refused_wherever_the_damage_is()
    {
        var bytes = File.ReadAllBytes(Bridge);
        Assert.Throws<InvalidDataException>(() => ElfFile.Read(bytes[..^1], "cut")); // the section headers are the file's end
        Assert.Throws<InvalidDataException>(() => ElfFile.Read(bytes[..100], "cut"));
        Assert.Throws<InvalidDataException>(() => ElfFile.Read([], "empty"));
        var at = Assert.Single(ElfFile.Read(bytes, Bridge).Needs, need => need.Version == "GLIBCXX_3.4.32").FlagsOffset;
        Assert.Throws<InvalidDataException>(() => ElfFile.Read(With(bytes, at + 4, 0xff), "name outside the strings"));
        Assert.Throws<InvalidDataException>(() => ElfFile.Read(With(bytes, 4, 1), "32 bits"));
        Assert.Throws<InvalidDataException>(() => ElfFile.Read(With(bytes, 5, 2), "big-endian"));
        Assert.Throws<InvalidDataException>(() => ElfFile.Read(With(bytes, 0x3a, 56), "other section headers"));
    }

    [Fact]
    public void The_systems_own_versions_are_read_from_the_library_it_loads()
    {
        if (!OperatingSystem.IsLinux()) return;
        Assert.True(new SystemVersions().Defines("libstdc++.so.6", "GLIBCXX_3.4.25")); // GCC 8, what libtorch itself needs
        Assert.False(new SystemVersions().Defines("libstdc++.so.6", "GLIBCXX_9.9.9"));
    }

    private static byte[] With(byte[] bytes, int at, byte value)
    {
        var changed = (byte[])bytes.Clone();
        if (value == 0xff) changed.AsSpan(at, 4).Fill(value);
        else changed[at] = value;
        return changed;
    }

    private sealed class FakeVersions(bool defines) : ISystemVersions
    {
        public bool Defines(string library, string version) => (library, version) == ("libstdc++.so.6", "GLIBCXX_3.4.32") ? defines : throw new ArgumentException(library + version);
    }
}
