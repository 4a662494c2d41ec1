using System.Net;
using System.Security.Cryptography;
using System.Text;
using SafetyGate.Core;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Harness.Catalogs;

namespace SafetyGate.Harness.Tests.Catalogs;

/// <summary>What is fetched is kept only when it is the file the catalog names; nothing is ever half there.</summary>
public sealed class CatalogDownloadSpecs : IDisposable
{
    private static readonly byte[] Content = Encoding.UTF8.GetBytes("goal,target\nhow ?,so\nwhy ?,thus\n");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_file_is_fetched_checked_and_kept()
    {
        var folder = Folder(Content);
        var entry = folder.Catalog.Find("small");
        Assert.Contains("gate benchmarks pull small", Assert.Throws<UserErrorException>(() => folder.Load("small")).Message, StringComparison.Ordinal);
        using var download = new CatalogDownload(new Server(_ => Answer(Content)));
        var kept = folder.Keep(entry, await download.GetAsync(entry, Cancellation), "here");
        Assert.Equal(["how ?", "why ?"], kept.Items.Select(item => item.Prompt));
        Assert.Equal(Content, File.ReadAllBytes(folder.PathOf(entry)));
        Assert.Equal(kept.Digest, folder.Load("small").Digest);
        Assert.Single(Directory.GetFiles(folder.Path)); // no temporary file is left
    }

    [Fact]
    public async Task Other_bytes_are_refused_and_leave_what_was_there()
    {
        var folder = Folder(Content);
        var entry = folder.Catalog.Find("small");
        folder.Keep(entry, Content, "here");
        var other = Encoding.UTF8.GetBytes("goal,target\nhow ?,so\nwhy ?,then\n");
        using var download = new CatalogDownload(new Server(_ => Answer(other)));
        var bytes = await download.GetAsync(entry, Cancellation);
        var error = Assert.Throws<UserErrorException>(() => folder.Keep(entry, bytes, "the address"));
        Assert.Contains("the address is not the small of the catalog: its sha256 is", error.Message, StringComparison.Ordinal);
        Assert.Equal(GateExitCode.BadInput, error.ExitCode);
        Assert.Equal(Content, File.ReadAllBytes(folder.PathOf(entry)));
        File.AppendAllText(folder.PathOf(entry), "x");
        Assert.Contains("its sha256 is", Assert.Throws<UserErrorException>(() => folder.Load("small")).Message, StringComparison.Ordinal);
        Assert.Contains("only its line endings differ", Assert.Throws<UserErrorException>(() => entry.Parse(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Content).Replace("\n", "\r\n", StringComparison.Ordinal)), "x")).Message, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("longer", GateExitCode.BadInput, "gives more than 32 bytes")]
    [InlineData("404", GateExitCode.MissingEngine, "it answered 404")]
    [InlineData("http", GateExitCode.MissingEngine, "it redirects to http://example.org/b, which is not https")]
    [InlineData("loop", GateExitCode.MissingEngine, "it redirects more than 5 times")]
    [InlineData("nowhere", GateExitCode.MissingEngine, "it redirects to nowhere")]
    [InlineData("down", GateExitCode.MissingEngine, "no route")]
    public async Task An_address_that_gives_something_else_is_told_with_the_way_to_do_without(string what, int code, string message)
    {
        var entry = Folder(Content).Catalog.Find("small");
        using var download = new CatalogDownload(new Server(request => what switch
        {
            "longer" => Answer([.. Content, 1]),
            "404" => new HttpResponseMessage(HttpStatusCode.NotFound),
            "http" => Moved("http://example.org/b"),
            "loop" => Moved(request.RequestUri + "x"),
            "nowhere" => new HttpResponseMessage(HttpStatusCode.Found),
            _ => throw new HttpRequestException("no route"),
        }));
        var error = await Assert.ThrowsAsync<UserErrorException>(() => download.GetAsync(entry, Cancellation));
        Assert.Equal(code, error.ExitCode);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains("--from FILE", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_by_https_is_followed_and_a_file_without_an_address_is_taken_from_a_file_only()
    {
        var folder = Folder(Content);
        using var download = new CatalogDownload(new Server(request => request.RequestUri!.AbsolutePath == "/a.csv" ? Moved("/b.csv") : Answer(Content)));
        Assert.Equal(Content, await download.GetAsync(folder.Catalog.Find("small"), Cancellation));
        var error = await Assert.ThrowsAsync<UserErrorException>(() => download.GetAsync(folder.Catalog.Find("part"), Cancellation));
        Assert.Equal(GateExitCode.Usage, error.ExitCode);
        Assert.Contains("'part' has no address: the first rows", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_catalog_of_the_product_is_the_file_in_the_repository() =>
        Assert.Equal(BenchmarkCatalog.Load(Path.Combine(Repository.Root, "benchmarks", "catalog.json")).Entries.Select(entry => (entry.Name, entry.Sha256)), BundledCatalog.Catalog.Entries.Select(entry => (entry.Name, entry.Sha256)));

    private CatalogFolder Folder(byte[] content)
    {
        var sha = Convert.ToHexStringLower(SHA256.HashData(content));
        var entry = $$""" "sha256": "{{sha}}", "bytes": {{content.Length}}, "licence": "MIT", "direction": "safety", "format": "csv", "columns": "prompt=goal", "items": 2, "scorer": "refusal", "title": "t" """;
        return new(_folder["kept"], BenchmarkCatalog.Parse(Encoding.UTF8.GetBytes($$"""{"version": 1, "benchmarks": [{"name": "small", "file": "a.csv", "url": "https://example.org/a.csv", {{entry}}}, {"name": "part", "file": "b.csv", "derived": "the first rows", {{entry}}}]}"""), "catalog.json"));
    }

    private static HttpResponseMessage Answer(byte[] content) => new(HttpStatusCode.OK) { Content = new ByteArrayContent(content) };

    private static HttpResponseMessage Moved(string to) => new(HttpStatusCode.Found) { Headers = { Location = new Uri(to, UriKind.RelativeOrAbsolute) } };

    private sealed class Server(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(answer(request));
    }
}
