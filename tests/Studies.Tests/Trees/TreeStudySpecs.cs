using SafetyGate.Core;
using SafetyGate.Studies.Trees;

namespace SafetyGate.Studies.Tests.Trees;

public sealed class TreeStudySpecs
{
    private static readonly TreeStudy Short = new() { Updates = 3, Samples = 8 };

    [Fact]
    public void Our_own_trees_have_responses_of_different_lengths_that_all_end_and_sum_to_one()
    {
        Assert.Equal(12, RandomTrees.Standard.Select(tree => tree.Id).Distinct().Count());
        foreach (var tree in RandomTrees.Standard)
        {
            Assert.All(tree.Paths, path => Assert.Equal(path.Tokens.Count - 1, path.Tokens.ToList().IndexOf(tree.Eos)));
            Assert.Equal(1, tree.Paths.Sum(path => Math.Exp(path.LogProbability)), 1e-12);
            Assert.True(tree.Theory().Kl > 1e-3, $"{tree.Id}: there is nothing to learn");
            using var policy = tree.Policy(); // refuses a path that begins another
            if (tree.Id.StartsWith("random", StringComparison.Ordinal)) Assert.True(tree.Paths.Select(path => path.Tokens.Count).Distinct().Count() > 1);
        }
    }

    [Fact]
    public void A_tree_is_a_function_of_its_seed()
    {
        Assert.Equal(Paths(RandomTrees.Grow(3, 6, 4, .5, graded: true)), Paths(RandomTrees.Grow(3, 6, 4, .5, graded: true)));
        Assert.NotEqual(Paths(RandomTrees.Grow(3, 6, 4, .5, graded: true)), Paths(RandomTrees.Grow(4, 6, 4, .5, graded: true)));

        static IEnumerable<string> Paths(TokenTree tree) => tree.Paths.Select(path => Invariant($"{string.Join(' ', path.Tokens)} {path.LogProbability} {path.Reward} {path.Safety}"));
    }

    [Fact]
    public void Runs_of_seeds_side_by_side_end_to_the_bit_as_one_after_another()
    {
        ulong[] seeds = [5, 1, 9];
        var (tree, mode) = (TokenTree.FixtureA(), TreeMode.Conforming[0]);
        Assert.Equal(seeds.Select(seed => Short.Run(tree, mode, seed, CancellationToken.None)), Short.RunSeeds(tree, mode, seeds, CancellationToken.None));
    }

    [Fact]
    public void A_journal_gives_back_finished_runs_and_not_those_of_other_settings_or_trees()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "runs.jsonl");
        var (tree, mode) = (TokenTree.FixtureA(), TreeMode.Conforming[0]);
        var first = Short.RunAll([tree], [mode], 2, new TreeJournal(path), CancellationToken.None).ToList();
        var again = new TreeJournal(path);
        Assert.Equal(first, Short.RunAll([tree], [mode], 2, again, new CancellationToken(canceled: true)).ToList());
        Assert.Null(again.Find(Short, tree, mode, 3));
        Assert.Null(again.Find(Short with { Updates = 4 }, tree, mode, 1));
        Assert.Null(again.Find(Short, tree, TreeMode.Conforming[1], 1));
        Assert.Null(again.Find(Short, TokenTree.FixtureA(.4) with { Id = tree.Id }, mode, 1));
    }

    [Fact]
    public void A_line_that_is_no_run_is_refused_by_number()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "runs.jsonl");
        File.WriteAllText(path, "{\"key\": \"x\"}\n");
        Assert.Contains("runs.jsonl:1", Assert.Throws<UserErrorException>(() => new TreeJournal(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_shows_every_mode_and_the_worst_seed()
    {
        var tree = TokenTree.FixtureA(.1);
        var good = Short.Run(tree, TreeMode.Conforming[0], 1, CancellationToken.None) with { KlToTilt = 1e-4 };
        var page = TreePage.ToMarkdown("./gate study trees", Short, [tree], [good, good with { Seed = 2, KlToTilt = 2e-2 }]);
        Assert.Contains("`./gate study trees`", page, StringComparison.Ordinal);
        Assert.Contains("| rlvr | yes | 1 of 2 | 4 |", page, StringComparison.Ordinal);
        Assert.Contains("| fixture-A | 0.1 | 4 | 2 | rlvr | yes | 1 of 2 | 2.0e-2 | 0.005 |", page, StringComparison.Ordinal);
    }
}
