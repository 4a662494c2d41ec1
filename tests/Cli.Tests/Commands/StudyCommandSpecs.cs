using SafetyGate.Core;

namespace SafetyGate.Cli.Tests.Commands;

public sealed class StudyCommandSpecs
{
    [Theory]
    [InlineData("--seeds", "trees", "--seeds", "0")]
    [InlineData("--other-seeds", "trees", "--other-seeds", "-1")]
    [InlineData("--updates", "trees", "--updates", "0")]
    [InlineData("--learning-rate", "trees", "--learning-rate", "NaN")]
    [InlineData("--repeats", "kl", "--repeats", "19")]
    [InlineData("--tails", "kl", "--tails", "19")]
    [InlineData("--seeds", "seeds", "--seeds", "0")]
    [InlineData("--only", "seeds", "--only", "nothing")]
    [InlineData("--seeds", "safety", "--seeds", "0")]
    [InlineData("--shard", "safety", "--shard", "3/2")]
    [InlineData("--out", "safety", "--out", "page.html")]
    [InlineData("--set", "safety", "--set", "base")]
    [InlineData("'bose'", "safety", "--set", "bose=x")]
    [InlineData("'rvlr'", "safety", "--arms", "rvlr")]
    public async Task A_count_that_is_too_small_is_named_in_one_message(string option, params string[] args)
    {
        var run = await GateRun.OfAsync(["study", .. args]);
        Assert.Equal(GateExitCode.Usage, run.ExitCode);
        Assert.Contains(option, Assert.Single(run.Messages), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_holds_no_trees_is_refused_by_line()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "trees.jsonl");
        await File.WriteAllTextAsync(path, "{\"id\": \"x\"}\n", TestContext.Current.CancellationToken);
        var run = await GateRun.OfAsync("study", "trees", "--trees", path);
        Assert.Equal(GateExitCode.BadInput, run.ExitCode);
        Assert.Contains("trees.jsonl:1", Assert.Single(run.Messages), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_in_one_update_says_that_the_modes_do_not_conform_and_ends_with_1()
    {
        var run = await GateRun.OfAsync("study", "trees", "--seeds", "1", "--other-seeds", "1", "--updates", "1");
        Assert.Equal(GateExitCode.Regressed, run.ExitCode);
        Assert.Contains("| rlvr | yes | 0 of 12 |", run.Out, StringComparison.Ordinal);
        Assert.Contains("--updates 1 --learning-rate 0.05", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_that_is_no_prototype_is_refused()
    {
        using var folder = new TemporaryFolder();
        var run = await GateRun.OfAsync("study", "trl", "--prototype", folder.Path);
        Assert.Equal(GateExitCode.BadInput, run.ExitCode);
        Assert.Contains("trl_runs.json", Assert.Single(run.Messages), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_parts_of_a_study_are_listed_without_training_and_make_up_the_whole()
    {
        var whole = await Names();
        Assert.Contains("rlvr, seed 1", whole);
        Assert.Equal(whole.Order(StringComparer.Ordinal), (await Names("--shard", "1/2")).Concat(await Names("--shard", "2/2")).Order(StringComparer.Ordinal));

        static async Task<string[]> Names(params string[] more)
        {
            var run = await GateRun.OfAsync(["study", "safety", "--quick", "--list", .. more]);
            Assert.Equal(GateExitCode.Passed, run.ExitCode);
            return run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
    }
}
