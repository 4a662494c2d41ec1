using System.Text.Json;
using System.Text.Json.Nodes;
using SafetyGate.Core;

namespace SafetyGate.Cli.Tests.Commands;

/// <summary>A tiny model directory whose files a spec changes, and what <c>gate doctor</c> finds in it.</summary>
internal sealed class DoctoredModel : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public DoctoredModel() => Directory = TinyCheckpoint.In(_folder);

    /// <summary>The model directory.</summary>
    public string Directory { get; }

    public void Dispose() => _folder.Dispose();

    /// <summary>Path of a file of the model.</summary>
    public string FilePath(string file) => Path.Combine(Directory, file);

    /// <summary>Path of a file that lies beside the model directory.</summary>
    public string PathBeside(string file) => _folder.File(file);

    /// <summary>Writes a file beside the model directory.</summary>
    public string Beside(string file, string text) => _folder.Write(file, text);

    /// <summary>Writes a file of the model.</summary>
    public void Write(string file, string text) => File.WriteAllText(FilePath(file), text);

    /// <summary>Changes <c>config.json</c>.</summary>
    public void Configure(Action<JsonObject> change) => Edit("config.json", change);

    /// <summary>Changes <c>tokenizer.json</c>.</summary>
    public void EditTokenizer(Action<JsonObject> change) => Edit("tokenizer.json", change);

    /// <summary>The doctor has this finding, its verdict is the worst of all findings, and its exit code follows from it.</summary>
    public async Task FindsAsync(string verdict, string subject, string says, int? exitCode = null)
    {
        var run = await GateRun.OfAsync("doctor", Directory, "--json");
        var root = JsonDocument.Parse(run.Out).RootElement;
        var findings = root.GetProperty("findings").EnumerateArray().Select(finding => (Verdict: finding.GetProperty("verdict").GetString()!, Subject: finding.GetProperty("subject").GetString()!, Found: finding.GetProperty("found").GetString()!)).ToList();
        Assert.True(findings.Exists(finding => finding.Verdict == verdict && finding.Subject == subject && finding.Found.Contains(says, StringComparison.Ordinal)), string.Join('\n', findings));
        if (verdict == "wrong") exitCode = GateExitCode.BadInput;
        if (exitCode is { } code) Assert.Equal(code, run.ExitCode);
        Assert.Equal(findings.Exists(finding => finding.Verdict == "wrong") ? GateExitCode.BadInput : GateExitCode.Passed, run.ExitCode);
        Assert.Equal(findings.Exists(finding => finding.Verdict == "wrong") ? "wrong" : findings.Exists(finding => finding.Verdict == "warning") ? "warning" : "ok", root.GetProperty("verdict").GetString());
    }

    private void Edit(string file, Action<JsonObject> change)
    {
        var json = JsonNode.Parse(File.ReadAllText(FilePath(file)))!.AsObject();
        change(json);
        Write(file, json.ToJsonString());
    }
}
