using SafetyGate.Studies.Trees;

namespace SafetyGate.Studies.Tests.Trees;

/// <summary>The shipped trainer on enumerable policies: every tree of every conformance file, and trees of our own. Two seeds here; the table of twenty is <c>gate study trees</c>.</summary>
public sealed class TreeConformanceSpecs
{
    private const double Exact = 1e-9; // the files give 12 digits and more
    private static readonly ulong[] Seeds = [1, 2];
    private static readonly TreeStudy Study = new();
    private static readonly TreeStudy Short = Study with { Updates = 1000 }; // from β = .5 on it ends at less than a hundredth of the limit

    public static TheoryData<string, string> Trees()
    {
        var data = new TheoryData<string, string>();
        foreach (var file in ConformanceCases.Find("trees", "*.jsonl"))
            foreach (var tree in TokenTree.Read(ConformanceCases.Require(file))) data.Add(file, tree.Id);
        if (!data.Any()) data.Add("", "");
        return data;
    }

    public static TheoryData<string> OwnTrees() => [.. RandomTrees.Standard.Where(tree => tree.Id.StartsWith("random", StringComparison.Ordinal)).Take(2).Select(tree => tree.Id)];

    [Theory, MemberData(nameof(Trees))]
    public void The_conforming_mode_converges_to_the_tilt_of_every_tree(string file, string id) => RequireConforming(Find(file, id), TreeMode.Conforming[0]);

    [Theory, MemberData(nameof(OwnTrees))]
    public void The_conforming_mode_converges_to_the_tilt_of_our_own_trees(string id) => RequireConforming(RandomTrees.Standard.Single(tree => tree.Id == id), TreeMode.Conforming[0]);

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1, 0.5)]
    [InlineData(2, 0.5)]
    [InlineData(0, 0.1)]
    public void Modes_that_claim_to_conform_converge_to_the_tilt_of_fixture_A(int mode, double beta)
    {
        foreach (var result in RequireConforming(TokenTree.FixtureA(beta), TreeMode.Conforming[mode]))
        {
            Assert.True(result.ObjectiveNotLowered);
            if (beta != 0.5) continue;
            // KL(π‖q) ≤ 1e-3 leaves rates √(1e-3 / 2) of room.
            Assert.Equal(.648786, result.Reward, .0224);
            Assert.Equal(.771951, result.Safety, .0224);
        }
    }

    [Theory, MemberData(nameof(Trees))]
    public void The_tilt_of_every_tree_is_the_one_the_file_says(string file, string id)
    {
        var theory = Find(file, id).Theory();
        var expected = ConformanceCases.Lines(file).Single(line => line.GetProperty("id").GetString() == id).GetProperty("expected");
        double[] tilt = [.. expected.GetProperty("q").EnumerateArray().Select(q => q.GetDouble())];
        Assert.Equal(tilt.Length, theory.Tilt.Count);
        for (var i = 0; i < tilt.Length; i++) Assert.Equal(tilt[i], theory.Tilt[i], Exact);
        foreach (var (name, value) in new[]
        {
            ("log_z", theory.LogZ), ("g_reference", theory.RewardBefore), ("g_optimum", theory.RewardAfter), ("s_reference", theory.SafetyBefore), ("s_optimum", theory.SafetyAfter),
            ("kl_optimum_reference", theory.Kl), ("kl_reference_optimum", theory.ReverseKl), ("objective_optimum", theory.Objective([.. theory.Tilt])),
        })
            Assert.Equal(expected.GetProperty(name).GetDouble(), value, Exact);
    }

    [Fact]
    public void Stock_modes_do_not_claim_to_conform_and_do_not()
    {
        foreach (var mode in TreeMode.Others.Take(2))
        {
            var result = Short.Run(TokenTree.FixtureA(0.1), mode, 1, CancellationToken.None);
            Assert.False(result.Claimed);
            Assert.False(result.Conforms, Invariant($"{result}"));
        }
    }

    private static TokenTree Find(string file, string id)
    {
        var path = ConformanceCases.Require(file);
        ConformanceLog.Compared(file, id);
        return TokenTree.Read(path).Single(tree => tree.Id == id);
    }

    private static IReadOnlyList<TreeResult> RequireConforming(TokenTree tree, TreeMode mode)
    {
        var results = (tree.Beta < 0.5 ? Study : Short).RunSeeds(tree, mode, Seeds, CancellationToken.None);
        Assert.All(results, result => Assert.True(result.Claimed && result.Conforms, Invariant($"{result}")));
        return results;
    }
}
