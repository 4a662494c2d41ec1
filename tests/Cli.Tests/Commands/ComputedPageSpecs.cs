using SafetyGate.Core;

namespace SafetyGate.Cli.Tests.Commands;

/// <summary>Tables that a command computes at once stand on their pages as it gives them now.</summary>
public sealed class ComputedPageSpecs
{
    [Theory]
    [InlineData("power.md", "power", "table")]
    [InlineData("study-real.md", "study", "cost", "docs/examples/shapes/qwen2.5-0.5b.json", "docs/examples/shapes/qwen2.5-7b.json")]
    public async Task A_page_has_the_rows_that_its_command_gives(string page, params string[] command)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", page), TestContext.Current.CancellationToken);
        Assert.Contains($"Written by `./gate {string.Join(' ', command)}", text, StringComparison.Ordinal);
        var run = await GateRun.OfAsync([.. command.Select(word => word.Contains('/', StringComparison.Ordinal) ? Path.Combine(Repository.Root, word) : word)]);
        Assert.Equal(GateExitCode.Passed, run.ExitCode);
        var rows = run.Out.Split('\n').Where(line => line.StartsWith('|')).ToList();
        Assert.True(rows.Count > 5);
        Assert.Empty(rows.Except(text.Split('\n')));
    }
}
