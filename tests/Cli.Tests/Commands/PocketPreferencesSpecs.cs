using System.Text.Json.Nodes;
using SafetyGate.Core;

namespace SafetyGate.Cli.Tests.Commands;

public sealed class PocketPreferencesSpecs
{
    [Fact]
    public async Task Preferences_are_written_in_two_files_with_what_made_the_difference()
    {
        using var folder = new TemporaryFolder();
        var run = await GateRun.OfAsync("pocket", "preferences", "--style-share", "0.2", "--seed", "7", "--domain", "order", "--out", folder.Path);
        Assert.Equal(GateExitCode.Passed, run.ExitCode);
        Assert.Contains("2700 pairs, 540 of them of style; seed 7", run.Out, StringComparison.Ordinal);
        var rows = (await File.ReadAllLinesAsync(Path.Combine(folder.Path, "held-out.jsonl"), TestContext.Current.CancellationToken)).Select(line => JsonNode.Parse(line)!.AsObject()).ToList();
        Assert.Equal((300, 60), (rows.Count, rows.Count(row => (string?)row["prefers"] == "style")));
        Assert.Equal(["id", "prompt", "chosen", "rejected", "prefers", "rejected_as", "problem", "style_share", "seed"], rows[0].Select(member => member.Key));
        Assert.All(rows, row => Assert.Equal((0.2, 7), ((double)row["style_share"]!, (int)row["seed"]!)));
    }

    [Theory, InlineData("--style-share", "2"), InlineData("--guessed", "-1")]
    public async Task A_share_outside_0_to_1_is_one_message(string option, string value)
    {
        using var folder = new TemporaryFolder();
        var run = await GateRun.OfAsync("pocket", "preferences", option, value, "--out", folder.Path);
        Assert.Equal(GateExitCode.Usage, run.ExitCode);
        Assert.Contains("must lie in [0, 1]", Assert.Single(run.Messages), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(folder.Path));
    }
}
