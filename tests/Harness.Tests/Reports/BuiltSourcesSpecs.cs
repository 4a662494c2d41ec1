using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Security.Cryptography;
using System.Text;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Tests.Runs;

namespace SafetyGate.Harness.Tests.Reports;

/// <summary>A test program with the symbols that a compiler leaves: path and digest of each source.</summary>
public sealed class BuiltSourcesSpecs : IDisposable
{
    private static readonly Guid Sha256 = new("8829d00f-11b8-4213-878b-770e8597ac16");
    private readonly TemporaryFolder _folder = new();

    public BuiltSourcesSpecs()
    {
        Write("tree/src/A.cs", "one\ntwo\n");
        Write("tree/src/B.cs", "one\n");
        Directory.CreateDirectory(_folder["tree", "src", "obj"]);
        Write("program/Specs.deps.json", """{"libraries": {"Specs/1.0.0": {"type": "project"}, "Some.Package/1.0.0": {"type": "package"}}}""");
        Symbols("Specs", ("/_/src/A.cs", "one\ntwo\n"), (_folder["tree", "src", "B.cs"], "one\n"), ("/_/some.package/Content.cs", "of a package"), ("/_/src/obj/Made.cs", "made"), ("Generator/Made.g.cs", "made"));
        Symbols("Some.Package", ("/_/src/A.cs", "another repository's"));
    }

    public void Dispose() => _folder.Dispose();

    private BuiltSources Built => BuiltSources.Of(_folder["program"])!;

    private string Tree => _folder["tree"];

    [Theory]
    [InlineData("A.cs"), InlineData("B.cs")]
    public void What_was_compiled_is_not_changed_and_each_change_of_a_file_is_named(string name)
    {
        Assert.Null(Built.Changed(Tree));
        var path = _folder["tree", "src", name];
        File.AppendAllText(path, "// later\n");
        Assert.Equal(path, Built.Changed(Tree));
        File.Delete(path);
        Assert.Equal(path, Built.Changed(Tree));
    }

    [Fact]
    public void A_repository_around_the_solution_is_found_and_other_line_endings_are_no_change()
    {
        Directory.CreateDirectory(_folder["tree", ".git"]);
        Symbols("Specs", ("/_/src/A.cs", "one\ntwo\n"));
        Assert.Null(Built.Changed(_folder["tree", "src"]));
        Write("tree/src/A.cs", "one\r\ntwo\r\n");
        Assert.Null(Built.Changed(_folder["tree", "src"]));
        Write("tree/src/A.cs", "one\r\ntwo\r\n\r\n");
        Assert.Equal(_folder["tree", "src", "A.cs"], Built.Changed(_folder["tree", "src"]));
    }

    [Fact]
    public void Of_a_program_that_was_built_elsewhere_or_without_symbols_nothing_is_known()
    {
        using var elsewhere = new TemporaryFolder();
        Assert.Null(Built.Changed(elsewhere.Path));
        Write("program/Specs.pdb", "no symbols");
        Assert.Null(BuiltSources.Of(_folder["program"]));
        File.Delete(_folder["program", "Specs.pdb"]);
        Assert.Null(BuiltSources.Of(_folder["program"]));
        Assert.Null(BuiltSources.Of(_folder["nowhere"]));
    }

    [Fact]
    public void Verdicts_of_a_program_whose_sources_changed_since_do_not_hold()
    {
        var run = new TestRun { Id = "a", Baselines = "b", Time = DateTimeOffset.MaxValue, Program = _folder["program"] };
        IReadOnlyList<string> Problems(TestRun of) => TestRunProblems.Of([Sample.Passed with { TestRun = of }], null, Tree, new(null, null), "b");
        Assert.Empty(Problems(run));
        Write("tree/src/A.cs", "three");
        Assert.StartsWith($"{_folder["tree", "src", "A.cs"]} is not what {run.Program} was built of", Assert.Single(Problems(run)), StringComparison.Ordinal);
        Assert.Empty(Problems(run with { Program = _folder["elsewhere"] })); // of another machine
    }

    private void Symbols(string assembly, params (string Path, string Text)[] sources)
    {
        var metadata = new MetadataBuilder();
        foreach (var (path, text) in sources)
            metadata.AddDocument(metadata.GetOrAddDocumentName(path), metadata.GetOrAddGuid(Sha256), metadata.GetOrAddBlob(SHA256.HashData(Encoding.UTF8.GetBytes(text))), default);
        var symbols = new BlobBuilder();
        new PortablePdbBuilder(metadata, ImmutableArray.Create(new int[MetadataTokens.TableCount]), default).Serialize(symbols);
        File.WriteAllBytes(_folder["program", assembly + ".pdb"], symbols.ToArray());
    }

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        File.WriteAllText(_folder[name], text);
    }
}
