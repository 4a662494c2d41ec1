using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using SafetyGate.Core.Benchmarks;

namespace SafetyGate.Core.Tests.Benchmarks;

public sealed class BenchmarkCatalogSpecs
{
    private static readonly string CatalogPath = Path.Combine(Repository.Root, "benchmarks", "catalog.json");

    public static TheoryData<string> Names() => [.. BenchmarkCatalog.Load(CatalogPath).Entries.Select(e => e.Name)];

    [Theory, MemberData(nameof(Names))]
    public void An_entry_reads_the_file_whose_bytes_it_names(string name)
    {
        var entry = BenchmarkCatalog.Load(CatalogPath).Find(name);
        var file = Directory.Exists(Datasets.Folder) ? Directory.EnumerateFiles(Datasets.Folder, "*", SearchOption.AllDirectories).FirstOrDefault(f => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(f))) == entry.Sha256) : null;
        if (file is null) Assert.Skip($"No file with the bytes of {name} is in the datasets folder.");
        var benchmark = entry.Load(file);
        Assert.Equal(entry.Items, benchmark.Items.Count);
        Assert.Equal((entry.Name, entry.Direction), (benchmark.Name, benchmark.Direction));
        if (entry.Scorer == "math") Assert.All(benchmark.Items, i => Assert.NotNull(i.Answer));
    }

    [Fact]
    public void A_file_with_other_bytes_is_refused()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".csv");
        File.WriteAllText(path, "goal,target\nx,y\n");
        try
        {
            var error = Assert.Throws<UserErrorException>(() => BenchmarkCatalog.Load(CatalogPath).Find("advbench").Load(path));
            Assert.Contains("is not the advbench of the catalog: its sha256 is", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void An_unknown_name_is_a_usage_error_that_lists_the_names()
    {
        var error = Assert.Throws<UserErrorException>(() => BenchmarkCatalog.Load(CatalogPath).Find("advbank"));
        Assert.Equal(64, error.ExitCode);
        Assert.Contains("advbench", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null", "catalog.json is not a catalog of benchmarks: it must be an object with 'version' and 'benchmarks'")]
    [InlineData("[]", "catalog.json is not a catalog of benchmarks: it must be an object with 'version' and 'benchmarks'")]
    [InlineData("", "catalog.json is empty; it must hold JSON. A catalog of benchmarks is an object with 'version' and 'benchmarks'.")]
    [InlineData("{", "catalog.json is not JSON: ")]
    [InlineData("{\"version\": NaN}", "catalog.json has NaN in line 1, which Python writes and JSON does not have")]
    [InlineData("{\"version\": \"1\"}", "version is not 1")]
    [InlineData("{\"version\": 1.5}", "version is not 1")]
    [InlineData("{\"version\": 1, \"benchmarks\": null}", "'benchmarks' is not an array")]
    public void What_is_no_catalog_is_told_in_words_of_ours(string text, string says)
    {
        var error = Assert.Throws<UserErrorException>(() => BenchmarkCatalog.Parse(Encoding.UTF8.GetBytes(text), "catalog.json"));
        Assert.Equal(65, error.ExitCode);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Object reference", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("url", "http://example.org/x.csv", "url must be an https address")]
    [InlineData("url", "file:///etc/passwd", "url must be an https address")]
    [InlineData("sha256", "ABC", "sha256 must be 64 lower-case hex digits")]
    [InlineData("file", "../x.csv", "file must be a plain file name")]
    [InlineData("file", "a\\x.csv", "file must be a plain file name")]
    [InlineData("direction", "good", "direction is 'good'")]
    [InlineData("format", "xlsx", "format is 'xlsx'")]
    [InlineData("columns", "goal=prompt", "columns columns 'goal=prompt': 'goal' is not a field")]
    [InlineData("where", "safe", "where must be written column=value")]
    [InlineData("scorer", "judge", "scorer must be one of")]
    [InlineData("licence", "", "licence must be a text")]
    [InlineData("color", "red", "color is not known")]
    public void A_wrong_entry_is_refused_by_name_and_field(string key, string value, string message)
    {
        var root = JsonNode.Parse(File.ReadAllText(CatalogPath))!;
        root["benchmarks"]![0]![key] = value;
        var error = Assert.Throws<UserErrorException>(() => BenchmarkCatalog.Parse(Encoding.UTF8.GetBytes(root.ToJsonString()), "catalog.json"));
        Assert.Equal(65, error.ExitCode);
        Assert.Contains($"entry 'advbench': {message}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("nonsense")]
    [InlineData("null")]
    [InlineData("{\"version\":2,\"benchmarks\":[]}")]
    [InlineData("{\"version\":1}")]
    [InlineData("{\"version\":1,\"benchmarks\":[3]}")]
    [InlineData("{\"version\":1,\"benchmarks\":[{}]}")]
    public void What_is_no_catalog_is_refused(string text) =>
        Assert.Equal(65, Assert.Throws<UserErrorException>(() => BenchmarkCatalog.Parse(Encoding.UTF8.GetBytes(text), "catalog.json")).ExitCode);

    [Fact]
    public void An_entry_that_is_there_twice_is_refused()
    {
        var root = JsonNode.Parse(File.ReadAllText(CatalogPath))!;
        root["benchmarks"]!.AsArray().Add(root["benchmarks"]![0]!.DeepClone());
        Assert.Contains("'advbench' is there twice", Assert.Throws<UserErrorException>(() => BenchmarkCatalog.Parse(Encoding.UTF8.GetBytes(root.ToJsonString()), "c")).Message, StringComparison.Ordinal);
    }
}
