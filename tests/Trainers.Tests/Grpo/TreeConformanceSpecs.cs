using SafetyGate.Trainers.Grpo.Study;

namespace SafetyGate.Trainers.Tests.Grpo;

/// <summary>The shipped trainer on enumerable policies. Two seeds here; the table of twenty is a command of its own.</summary>
public sealed class TreeConformanceSpecs
{
    private static readonly TreeStudy Short = new() { Updates = 400, LearningRate = 0.1 };

    public static TheoryData<string> Trees()
    {
        var data = new TheoryData<string>();
        foreach (var tree in Read().Where(tree => tree.Beta is >= 0.2 and < 1 && tree.Paths.Count <= 13).Take(3)) data.Add(tree.Id);
        if (!data.Any()) data.Add("");
        return data;
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    public void Modes_that_claim_to_conform_converge_to_the_tilt_of_fixture_A(int mode, int seed)
    {
        var result = Short.Run(TokenTree.FixtureA(), TreeMode.Conforming[mode], (ulong)seed, CancellationToken.None);
        Assert.True(result.Claimed);
        Assert.True(result.Conforms, Invariant($"{result}"));
        Assert.Equal(.648786, result.Reward, .02);
        Assert.Equal(.771951, result.Safety, .02);
    }

    [Theory, MemberData(nameof(Trees))]
    public void The_conforming_mode_converges_to_the_tilt_of_trees(string id)
    {
        if (id.Length == 0) Assert.Skip("No trees; set SAFETYGATE_CONFORMANCE.");
        foreach (var seed in new ulong[] { 1, 2 })
        {
            var result = Short.Run(Read().Single(tree => tree.Id == id), TreeMode.Conforming[0], seed, CancellationToken.None);
            Assert.True(result.Conforms, Invariant($"{result}"));
        }
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

    private static IReadOnlyList<TokenTree> Read()
    {
        var path = Path.Combine(SharedFiles.Conformance, "trees", "trees.jsonl");
        return File.Exists(path) ? TokenTree.Read(path) : [];
    }
}
