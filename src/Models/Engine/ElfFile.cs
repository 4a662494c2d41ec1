using System.Buffers.Binary;
using System.Text;

namespace SafetyGate.Models.Engine;

/// <summary>Symbol version that a library needs of another one.</summary>
/// <param name="Library">Name of the other library, such as <c>libstdc++.so.6</c>.</param>
/// <param name="Version">Name of the version, such as <c>GLIBCXX_3.4.32</c>.</param>
/// <param name="Flags">Flags of the entry; <see cref="ElfFile.WeakFlag"/> marks a version whose absence is no error.</param>
/// <param name="FlagsOffset">Offset of the flags' two bytes in the file.</param>
internal sealed record NeededVersion(string Library, string Version, ushort Flags, int FlagsOffset);

/// <summary>
/// Symbol versions of a shared library: a strict reader of 64-bit little-endian ELF files. Source: System V ABI and the LSB core
/// specification, symbol versioning.
/// </summary>
internal sealed class ElfFile
{
    /// <summary><c>VER_FLG_WEAK</c>.</summary>
    internal const ushort WeakFlag = 2;

    private const int HeaderSize = 64, SectionSize = 64, NeedSize = 16, DefinitionSize = 20, AuxiliarySize = 8;
    private const uint StringTable = 3, VersionDefinitions = 0x6ffffffd, VersionNeeds = 0x6ffffffe;
    private readonly byte[] _bytes;
    private readonly string _name;

    private ElfFile(byte[] bytes, string name) => (_bytes, _name) = (bytes, name);

    /// <summary>Versions the library needs of other libraries, in the file's order.</summary>
    internal IReadOnlyList<NeededVersion> Needs { get; private set; } = [];

    /// <summary>Names of the versions the library defines.</summary>
    internal IReadOnlySet<string> Defines { get; private set; } = new HashSet<string>();

    /// <summary>Reads a library's symbol versions.</summary>
    /// <param name="bytes">The whole file. Borrowed.</param>
    /// <param name="name">Name of the file for messages.</param>
    /// <exception cref="InvalidDataException">The file is not a well-formed 64-bit little-endian ELF file.</exception>
    internal static ElfFile Read(byte[] bytes, string name)
    {
        var file = new ElfFile(bytes, name);
        file.ReadSections();
        return file;
    }

    private void ReadSections()
    {
        if (_bytes.Length < HeaderSize || !_bytes.AsSpan(0, 4).SequenceEqual("\u007fELF"u8))
            throw Damaged("it does not start as an ELF file does");
        if (_bytes[4] != 2 || _bytes[5] != 1) throw Damaged("it is not a 64-bit little-endian file");
        var (offset, size, count) = (Offset(U64(0x28)), U16(0x3a), U16(0x3c));
        if (size != SectionSize) throw Damaged(Invariant($"its section headers have {size} bytes instead of {SectionSize}"));
        if (count == 0) throw Damaged("it has no section headers");
        Require(offset, count * SectionSize);
        for (var i = 0; i < count; i++)
        {
            var section = offset + i * SectionSize;
            switch (U32(section + 4))
            {
                case VersionNeeds: Needs = ReadNeeds(Offset(U64(section + 24)), U32(section + 44), Strings(offset, count, U32(section + 40))); break;
                case VersionDefinitions: Defines = ReadDefinitions(Offset(U64(section + 24)), U32(section + 44), Strings(offset, count, U32(section + 40))); break;
            }
        }
    }

    private (int Start, int Length) Strings(int sections, ushort count, uint link)
    {
        if (link >= count) throw Damaged(Invariant($"section {link} is linked to and does not exist"));
        var section = sections + (int)link * SectionSize;
        if (U32(section + 4) != StringTable) throw Damaged("the names of its versions are not in a string table");
        var (start, length) = (Offset(U64(section + 24)), Offset(U64(section + 32)));
        return start + (long)length <= _bytes.Length ? (start, length) : throw Damaged("its string table ends after the file");
    }

    private List<NeededVersion> ReadNeeds(int at, uint count, (int, int) strings)
    {
        var needs = new List<NeededVersion>();
        for (var i = 0u; i < count; i++)
        {
            if (U16(at) != 1) throw Damaged(Invariant($"its version needs have revision {U16(at)} instead of 1"));
            var (entries, library, entry) = (U16(at + 2), Text(strings, U32(at + 4)), Next(at, U32(at + 8)));
            for (var j = 0; j < entries; j++)
            {
                Require(entry, NeedSize);
                needs.Add(new(library, Text(strings, U32(entry + 8)), U16(entry + 4), entry + 4));
                if (j + 1 < entries) entry = Next(entry, U32(entry + 12));
            }

            if (i + 1 < count) at = Next(at, U32(at + 12));
        }

        return needs;
    }

    private HashSet<string> ReadDefinitions(int at, uint count, (int, int) strings)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0u; i < count; i++)
        {
            Require(at, DefinitionSize);
            if (U16(at) != 1) throw Damaged(Invariant($"its version definitions have revision {U16(at)} instead of 1"));
            var auxiliary = Next(at, U32(at + 12));
            Require(auxiliary, AuxiliarySize);
            names.Add(Text(strings, U32(auxiliary)));
            if (i + 1 < count) at = Next(at, U32(at + 16));
        }

        return names;
    }

    private int Next(int at, uint step) =>
        step != 0 && at + (long)step < _bytes.Length ? at + (int)step : throw Damaged("a list of versions breaks off");

    private string Text((int Start, int Length) strings, uint index)
    {
        if (index >= strings.Length) throw Damaged("a version's name is outside the string table");
        var rest = _bytes.AsSpan(strings.Start, strings.Length)[(int)index..];
        var end = rest.IndexOf((byte)0);
        return end >= 0 ? Encoding.ASCII.GetString(rest[..end]) : throw Damaged("a version's name does not end");
    }

    private void Require(long at, int size)
    {
        if (at < 0 || at + size > _bytes.Length) throw Damaged("it ends too early");
    }

    private int Offset(ulong value) => value <= (ulong)_bytes.Length ? (int)value : throw Damaged("an offset is outside the file");

    private ushort U16(int at)
    {
        Require(at, 2);
        return BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(at));
    }

    private uint U32(int at)
    {
        Require(at, 4);
        return BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(at));
    }

    private ulong U64(int at)
    {
        Require(at, 8);
        return BinaryPrimitives.ReadUInt64LittleEndian(_bytes.AsSpan(at));
    }

    private InvalidDataException Damaged(string what) => new($"{_name} cannot be read as a shared library: {what}.");
}
