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
    public void A_repository_that_has_other_sources_says_nothing_of_a_program_built_elsewhere()
    {
        using var elsewhere = new TemporaryFolder();
        File.WriteAllText(elsewhere["Other.cs"], "other");
        Symbols("Specs", ("/_/src/A.cs", "one\ntwo\n"));
        Assert.Null(Built.Changed(elsewhere.Path));
        Assert.Null(Built.Unknown(elsewhere.Path));
        Assert.Null(BuiltSources.Of(_folder["nowhere"]));
    }

    [Fact]
    public void Without_symbols_it_is_unknown_what_a_program_was_built_of_where_sources_lie()
    {
        Assert.Null(Built.Unknown(Tree));
        Write("program/Specs.pdb", "no symbols");
        Assert.StartsWith("the debugging symbols of Specs.dll cannot be read (", Built.Unknown(Tree), StringComparison.Ordinal);
        File.Delete(_folder["program", "Specs.pdb"]);
        File.Copy(typeof(BuiltSources).Assembly.Location, _folder["program", "Specs.dll"]); // its symbols are beside it, not within
        Assert.Equal("Specs.dll has no debugging symbols (DebugType none, or Specs.pdb was removed)", Built.Unknown(Tree));
        Assert.Null(Built.Changed(Tree));
        Assert.Null(Built.Unknown(_folder["program"])); // no sources: none was edited
        File.Delete(_folder["program", "Specs.deps.json"]);
        Assert.StartsWith("there is no list of what it depends on", Built.Unknown(Tree), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/home/someone/repository"), InlineData("/_1"), InlineData("/src")]
    public void The_sources_of_a_checkout_that_was_moved_or_mapped_are_found_by_their_folders(string root)
    {
        Symbols("Specs", ($"{root}/src/A.cs", "one\ntwo\n"), ($"{root}/src/B.cs", "one\n"), ($"{root}/src/obj/Debug/Made.cs", "made"));
        Assert.Null(Built.Changed(Tree));
        Write("tree/src/B.cs", "two\n");
        Assert.Equal(_folder["tree", "src", "B.cs"], Built.Changed(Tree));
        Assert.Null(Built.Unknown(Tree));
    }

    [Fact]
    public void A_program_inside_a_repository_none_of_whose_sources_is_found_there_is_unknown()
    {
        Directory.Move(_folder["program"], _folder["tree", "bin"]);
        Symbols("Specs", "tree/bin", ("/mapped/other/X.cs", "one"), ("/mapped/other/Y.cs", "one"));
        var built = BuiltSources.Of(_folder["tree", "bin"])!;
        Assert.Equal("none of the sources that Specs.dll was built of, such as /mapped/other/X.cs, is found", built.Unknown(Tree));
        // Content of a package lies in this machine's cache, whatever was compiled beside it.
        Write("cache/xunit.core/1.0.0/_content/Reporters.cs", "reports");
        Symbols("Specs", "tree/bin", ("/mapped/other/X.cs", "one"), (_folder["cache", "xunit.core", "1.0.0", "_content", "Reporters.cs"], "reports"));
        Assert.Null(BuiltSources.Of(_folder["tree", "bin"])!.Unknown(Tree));
        Write("cache/xunit.core/1.0.0/.nupkg.metadata", "{}");
        Assert.Equal("none of the sources that Specs.dll was built of, such as /mapped/other/X.cs, is found", BuiltSources.Of(_folder["tree", "bin"])!.Unknown(Tree));
        Symbols("Specs", "tree/bin", ("/mapped/obj/Debug/Made.cs", "made"));
        Assert.Null(BuiltSources.Of(_folder["tree", "bin"])!.Unknown(Tree));
    }

    [Fact]
    public void A_checkout_below_a_folder_called_bin_and_an_assembly_named_otherwise_than_its_project_are_looked_at()
    {
        Write("bin/tree/A.cs", "one\n");
        Write("program/Specs.deps.json", """
            {"targets": {".NETCoreApp,Version=v10.0": {"Specs/1.0.0": {"runtime": {"Specs.dll": {}}}, "Acme.Lib/1.0.0": {"runtime": {"Lib.dll": {}}}, "By.Path/1.0.0": {"runtime": {"ByPath.dll": {}}}}},
             "libraries": {"Specs/1.0.0": {"type": "project"}, "Acme.Lib/1.0.0": {"type": "project"}, "By.Path/1.0.0": {"type": "reference"}}}
            """);
        Symbols("Specs");
        Symbols("Lib", (_folder["bin", "tree", "A.cs"], "one\n"));
        Symbols("ByPath", (_folder["bin", "tree", "B.cs"], "one\n"));
        Assert.Null(Built.Changed(_folder["bin", "tree"]));
        Write("bin/tree/B.cs", "two\n");
        Assert.Equal(_folder["bin", "tree", "B.cs"], Built.Changed(_folder["bin", "tree"]));
        Write("bin/tree/A.cs", "two\n");
        Assert.Equal(_folder["bin", "tree", "A.cs"], Built.Changed(_folder["bin", "tree"]));
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
        Write("program/Specs.pdb", "no symbols");
        Assert.StartsWith($"It is unknown whether {run.Program} was built of the present sources: the debugging symbols of Specs.dll cannot be read", Assert.Single(Problems(run)), StringComparison.Ordinal);
    }

    private void Symbols(string assembly, params (string Path, string Text)[] sources) => Symbols(assembly, "program", sources);

    private void Symbols(string assembly, string program, params (string Path, string Text)[] sources)
    {
        var metadata = new MetadataBuilder();
        foreach (var (path, text) in sources)
            metadata.AddDocument(metadata.GetOrAddDocumentName(path), metadata.GetOrAddGuid(Sha256), metadata.GetOrAddBlob(SHA256.HashData(Encoding.UTF8.GetBytes(text))), default);
        var symbols = new BlobBuilder();
        new PortablePdbBuilder(metadata, ImmutableArray.Create(new int[MetadataTokens.TableCount]), default).Serialize(symbols);
        File.WriteAllBytes(_folder[program, assembly + ".pdb"], symbols.ToArray());
    }

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        File.WriteAllText(_folder[name], text);
    }
}
