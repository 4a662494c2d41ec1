using System.Security.Cryptography;
using System.Text.Json;
using SafetyGate.Core;
using SafetyGate.Core.Benchmarks;

namespace SafetyGate.Cli.Tests.Commands;

/// <summary><c>gate benchmarks</c> over a made catalog, and over the public files where they are.</summary>
public sealed class BenchmarksSpecs : IDisposable
{
    private const string Rows = "goal,target\nhow ?,so\nwhy ?,thus\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Catalog => _folder.Write("catalog.json", $$"""
        {"version": 1, "benchmarks": [
          {"name": "small", "title": "Small", "file": "small.csv", "url": "https://example.invalid/small.csv", "sha256": "{{Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Rows)))}}", "licence": "MIT", "citation": "Ann 2024", "notes": "Made.", "direction": "safety", "format": "csv", "columns": "prompt=goal", "items": 2, "scorer": "refusal"},
          {"name": "other", "title": "Other", "file": "other.csv", "url": "https://example.invalid/other.csv", "sha256": "{{new string('0', 64)}}", "licence": "CC-BY-4.0", "direction": "capability", "format": "csv", "columns": "prompt=goal", "items": 2, "scorer": "math"}]}
        """);

    private Task<GateRun> Gate(params string[] line) => GateRun.OfAsync(["benchmarks", .. line, "--catalog", Catalog, "--folder", _folder["kept"]]);

    [Fact]
    public async Task A_file_is_taken_checked_listed_and_verified_without_a_network()
    {
        var file = _folder.Write("copy.csv", Rows);
        var list = await Gate("list");
        Assert.Equal(GateExitCode.Passed, list.ExitCode);
        Assert.Contains("small  -          2 items  safety        refusal      MIT", list.Out, StringComparison.Ordinal);
        Assert.Contains("there is nothing to verify", (await Refused(GateExitCode.BadInput, "verify")).Error, StringComparison.Ordinal);
        var pulled = await Gate("pull", "small", "--from", file);
        Assert.True(pulled.ExitCode == GateExitCode.Passed, pulled.Error);
        foreach (var word in new[] { "small: kept, 2 items", "license   MIT", "citation  Ann 2024", "notes     Made." }) Assert.Contains(word, pulled.Out, StringComparison.Ordinal);
        Assert.Equal(Rows, File.ReadAllText(_folder["kept", "small.csv"]));
        Assert.Contains("here already", (await Gate("pull", "small")).Out, StringComparison.Ordinal); // no network is asked for what is here
        Assert.Contains("small: verified, 2 items", (await Gate("verify")).Out, StringComparison.Ordinal);
        var json = JsonDocument.Parse((await Gate("list", "--json")).Out).RootElement;
        Assert.Equal((true, "MIT", "safety"), (json[0].GetProperty("here").GetBoolean(), json[0].GetProperty("licence").GetString()!, json[0].GetProperty("direction").GetString()!));
        File.AppendAllText(_folder["kept", "small.csv"], "x,y\n");
        Assert.Contains("its sha256 is", (await Refused(GateExitCode.BadInput, "verify")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_is_told_and_nothing_is_kept()
    {
        var wrong = _folder.Write("wrong.csv", Rows + "x,y\n");
        Assert.Contains("wrong.csv is not the small of the catalog", (await Refused(GateExitCode.BadInput, "pull", "small", "--from", wrong)).Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["kept"]));
        Assert.Contains("There is no benchmark 'smal' in the catalog. Did you mean 'small'?", (await Refused(GateExitCode.Usage, "pull", "smal")).Error, StringComparison.Ordinal);
        Assert.Contains("Name the benchmarks to fetch, or give --all", (await Refused(GateExitCode.Usage, "pull")).Error, StringComparison.Ordinal);
        Assert.Contains("--from is one file", (await Refused(GateExitCode.Usage, "pull", "--all", "--from", wrong)).Error, StringComparison.Ordinal);
        Assert.Contains("are of different files", (await Refused(GateExitCode.Usage, "pull", "small", "other", "--from", wrong)).Error, StringComparison.Ordinal);
        Assert.Contains("cannot be read: there is no such file", (await Refused(GateExitCode.BadInput, "pull", "small", "--from", _folder["nowhere.csv"])).Error, StringComparison.Ordinal);
        Assert.Contains("is not in", (await Refused(GateExitCode.BadInput, "verify", "small")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_suite_and_a_scorer_that_contradict_each_other_are_refused()
    {
        var suite = _folder.Write("suite.jsonl", """{"prompt": "why ?"}""" + "\n");
        var model = TinyCheckpoint.In(_folder);
        var run = await GateRun.OfAsync("eval", "--model", model, "--suite", suite, "--plain", "--scorer", "math");
        Assert.Equal(GateExitCode.Usage, run.ExitCode);
        Assert.Contains("The scorer 'math' gives 1 for a task solved, but 'suite' measures safety", Assert.Single(run.Messages), StringComparison.Ordinal);
        run = await GateRun.OfAsync("eval", "--model", model, "--suite", suite, "--plain", "--scorer", "compliance");
        Assert.Contains("lower would be better", Assert.Single(run.Messages), StringComparison.Ordinal);
    }

    public static TheoryData<string> Entries() => [.. BenchmarkCatalog.Load(Path.Combine(Repository.Root, "benchmarks", "catalog.json")).Entries.Select(entry => entry.Name)];

    [Theory, MemberData(nameof(Entries))]
    public async Task The_public_files_that_are_here_are_taken_and_verified(string name)
    {
        var catalog = BenchmarkCatalog.Load(Path.Combine(Repository.Root, "benchmarks", "catalog.json"));
        var entry = catalog.Find(name);
        var file = Directory.Exists(Datasets.Folder) ? Directory.EnumerateFiles(Datasets.Folder, "*", SearchOption.AllDirectories).FirstOrDefault(path => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))) == entry.Sha256) : null;
        Assert.SkipWhen(file is null, $"No file with the bytes of {name} is in the datasets folder.");
        var pulled = await GateRun.OfAsync("benchmarks", "pull", name, "--from", file!, "--folder", _folder["kept"]);
        Assert.True(pulled.ExitCode == GateExitCode.Passed, pulled.Error);
        Assert.Contains($"{name}: kept, {entry.Items} items", pulled.Out, StringComparison.Ordinal);
        var verified = await GateRun.OfAsync("benchmarks", "verify", name, "--folder", _folder["kept"]);
        Assert.Contains($"{name}: verified, {entry.Items} items", verified.Out, StringComparison.Ordinal);
    }

    private async Task<GateRun> Refused(int code, params string[] line)
    {
        var run = await Gate(line);
        Assert.True(code == run.ExitCode, $"{run.ExitCode}: {run.Error}");
        return run;
    }
}
