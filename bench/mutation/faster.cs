// Makes a copy of dotnet-stryker fast, and sure of its verdicts: the same mutants in a tenth of the time.
// dotnet run bench/mutation/faster.cs -- <folder of the tool>
// The tool injects one source file into the assembly it mutates, and carries its text in Stryker.Core.dll. The text is replaced in place there:
//   - the id of the active mutant is read through a pointer into the file that the tool maps, not through an accessor that counts references;
//   - what a test covered is looked up in a table, not searched for in a list;
//   - the assembly says that it may be optimized; the tool compiles it for debugging;
//   - a mutant in what a process makes once (a static table) is never switched on. The tool asks one process about many mutants: one that happened to make
//     the table with a mutant in it keeps it, and fails the specs of all that are asked after it. Such mutants survive, with a word for each.
using System.Text;

if (args is not [var tool])
{
    Console.Error.WriteLine("usage: dotnet run bench/mutation/faster.cs -- <folder of the tool>");
    return 64;
}

var library = Directory.EnumerateFiles(tool, "Stryker.Core.dll", SearchOption.AllDirectories).Single();
var bytes = File.ReadAllBytes(library);
var start = bytes.AsSpan().IndexOf("namespace Stryker\r\n{\r\n    /// <summary>\r\n    /// A static class used for controlling mutant activation"u8);
var length = start < 0 ? 0 : bytes.AsSpan(start).IndexOf("return id == ActiveMutant;\r\n        }\r\n\r\n        private static void RegisterCoverage"u8);
var end = length <= 0 ? -1 : bytes.AsSpan(start + length).IndexOf("\r\n    }\r\n}"u8);
if (end < 0) return Fail("the text it injects is not there");
length += end + "\r\n    }\r\n}".Length;

// Comments make room; the tool itself reads one of them.
var lines = Encoding.UTF8.GetString(bytes, start, length).Split("\r\n")
    .Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal) || line.Contains("// check with:", StringComparison.Ordinal));
var text = string.Join('\n', lines);
(string Old, string New)[] changes =
[
    ("namespace Stryker\n{\n", """
        [assembly: System.Diagnostics.Debuggable(System.Diagnostics.DebuggableAttribute.DebuggingModes.IgnoreSymbolStoreSequencePoints)]
        namespace Stryker
        {

        """),
    ("        static MutantControl()\n        {\n", """
                private static readonly System.IntPtr _address;
                private static byte[] _seen = new byte[65536];

                private static System.IntPtr Address()
                {
                    System.IntPtr none = System.Runtime.InteropServices.Marshal.AllocHGlobal(4);
                    System.Runtime.InteropServices.Marshal.WriteInt32(none, -1);
                    int id;
                    if (!TryReadMutantFromFile(out id)) { return none; }
                    if (!_mutantMmfReady) { throw new System.InvalidOperationException(_cachedMutantFilePath + " cannot be mapped."); }
                    return ((System.IO.MemoryMappedFiles.MemoryMappedViewAccessor)_mutantAccessor).SafeMemoryMappedViewHandle.DangerousGetHandle();
                }

                static MutantControl()
                {
                    _address = Address();

        """),
    ("            _coveredMutants = new System.Collections.Generic.List<int>();\n", """
                    _coveredMutants = new System.Collections.Generic.List<int>();
                    _seen = new byte[65536];

        """),
    ("                return false;\n            }\n\n            if (!_mutantFilePathCached ||", """
                        return false;
                    }
                    return System.Runtime.CompilerServices.Unsafe.AddByteOffset(ref System.Runtime.CompilerServices.Unsafe.NullRef<int>(), _address) == id && !MutantContext.InStatic();
                }

                private static bool IsActiveByName(int id)
                {
                    if (!_mutantFilePathCached ||
        """),
    ("        private static void RegisterCoverage(int id)\n        {\n", """
                private static void RegisterCoverage(int id)
                {
                    byte kind = MutantContext.InStatic() ? (byte)2 : (byte)1;
                    if (_seen[id] >= kind) { return; }

        """),
    ("if (!_coveredMutants.Contains(id))", "if (_seen[id] == 0)"),
    ("                if (MutantContext.InStatic() && !_coveredStaticMutants.Contains(id))\n", """
                        _seen[id] = kind;
                        if (kind == 2)

        """),
];
foreach (var (old, now) in changes)
{
    if (text.Split(old).Length != 2) return Fail($"once was expected: {old}");
    text = text.Replace(old, now, StringComparison.Ordinal);
}

var replaced = Encoding.UTF8.GetBytes(text);
if (replaced.Length > length) return Fail($"{replaced.Length} bytes do not fit into {length}");
bytes.AsSpan(start, length).Fill((byte)' ');
replaced.CopyTo(bytes, start);
File.WriteAllBytes(library, bytes);
return 0;

static int Fail(string why)
{
    Console.Error.WriteLine($"faster: {why}; this version of the tool is not known.");
    return 1;
}
