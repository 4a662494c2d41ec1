using System.Text;
using System.Text.Json;
using SafetyGate.Core;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Tests.Baselines;
using SafetyGate.Harness.Tests.Gates;

namespace SafetyGate.Cli.Tests.Terminal;

/// <summary>Names that a terminal or a CI system would obey, through the commands that print them.</summary>
public sealed class TerminalSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Hostile => ["::add-mask::x", " ::stop-commands::t", "x\n::error::y", "x\rgate: Passed", "x\ngate: Passed", "##[error]x", "##vso[task.complete]", "\u001b]0;t\u0007", "\u009b2J", "\u202egnp", "\u2028::error::x", "a\u200bb"];

    [Theory, MemberData(nameof(Hostile))]
    public async Task Metric_names_are_shown_and_obeyed_by_nobody(string name)
    {
        var (before, now) = (Result("base.json", name, '1', 150), Result("now.json", name, '0', 150));
        foreach (var json in (bool[])[false, true])
        {
            var run = await GateRun.OfAsync(["compare", before, now, .. json ? (string[])["--json"] : []]);
            Assert.Equal(GateExitCode.Regressed, run.ExitCode);
            RequireTame(run);
            if (json) Assert.Contains(name, Strings(JsonDocument.Parse(run.Out).RootElement)); // the value is what it was
        }
    }

    [Theory, MemberData(nameof(Hostile))]
    public async Task Unknown_keys_ids_and_categories_are_too(string name)
    {
        var text = File.ReadAllText(Result("x.json", "m", '1', 150));
        foreach (var spoilt in (string[])
        [
            text.Replace("\"model\":", Quoted(name) + ": 1, \"model\":", StringComparison.Ordinal),
            text.Replace("\"safety\"", Quoted(name), StringComparison.Ordinal),
            text.Replace("\"item-0001\"", Quoted("item-0000" + name), StringComparison.Ordinal).Replace("\"item-0000\"", Quoted("item-0000" + name), StringComparison.Ordinal),
        ])
        {
            Assert.NotEqual(text, spoilt);
            var path = _folder.Write("spoilt.json", spoilt);
            var run = await GateRun.OfAsync("compare", path, path);
            Assert.Equal(GateExitCode.BadInput, run.ExitCode);
            Assert.Single(run.Messages);
            RequireTame(run);
        }
    }

    [Theory, MemberData(nameof(Hostile))]
    public async Task Entries_of_an_archive_and_paths_are_too(string name)
    {
        var archive = _folder["artifact.zip"];
        using (var zip = System.IO.Compression.ZipFile.Open(archive, System.IO.Compression.ZipArchiveMode.Create))
        using (var entry = zip.CreateEntry(name + ".received.json").Open()) entry.Write("{}"u8);
        var approve = await GateRun.OfAsync("approve", "--from", archive, "--why", "x", "--who", "y", "--baselines", _folder["baselines"]);
        Assert.Equal(GateExitCode.BadInput, approve.ExitCode);
        RequireTame(approve);
        RequireTame(await GateRun.OfAsync("compare", name, name));
        RequireTame(await GateRun.OfAsync("eval", "--model", name, "--suite", name));
        RequireTame(await GateRun.OfAsync(name));
    }

    [Theory, MemberData(nameof(Hostile))]
    public async Task What_a_model_or_a_line_says_comes_back_as_the_same_JSON(string name)
    {
        var run = await GateRun.WithInputAsync($$"""{"id": {{Quoted(name)}}, "gold": "7", "answer": {{Quoted("#### " + name)}}}""", "score", "math", "--jsonl", "-");
        RequireTame(run);
        Assert.Equal(name, JsonDocument.Parse(run.Out).RootElement.GetProperty("id").GetString());
    }

    /// <summary>As GitHub's runner and a terminal would read it.</summary>
    private static void RequireTame(GateRun run)
    {
        foreach (var line in (run.Out + run.Error).Split('\n'))
        {
            Assert.DoesNotContain(line, c => c != '\t' && (char.IsControl(c) || c is '\u202e' or '\u200b' or '\u2028' or '\u2029'));
            Assert.False(line.TrimStart().StartsWith("::", StringComparison.Ordinal), line);
            Assert.DoesNotMatch("##[a-z]*\\[", line);
            Assert.False(line.StartsWith("gate: Passed", StringComparison.Ordinal), line);
        }
    }

    private static IEnumerable<string> Strings(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => [json.GetString()!],
        JsonValueKind.Array => json.EnumerateArray().SelectMany(Strings),
        JsonValueKind.Object => json.EnumerateObject().SelectMany(member => Strings(member.Value)),
        _ => [],
    };

    private static string Quoted(string text) => JsonSerializer.Serialize(text);

    private string Result(string file, string metric, char outcome, int items)
    {
        var measured = Fake.Measured(new string(outcome, items), category: i => metric + (i % 2));
        var document = Documents.Steady with { Model = measured.Model, Metrics = [new() { Measurement = measured with { Metric = metric }, Gate = Fake.TwoPoints }] };
        return _folder.Write(file, Encoding.UTF8.GetString(ResultFile.Bytes(document)));
    }
}
