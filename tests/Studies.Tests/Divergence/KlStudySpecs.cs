using SafetyGate.Studies.Divergence;
using SafetyGate.Studies.Trees;

namespace SafetyGate.Studies.Tests.Divergence;

/// <summary>The KL meter where the answer is known; fewer repeats than <c>gate study kl</c> makes.</summary>
public sealed class KlStudySpecs
{
    // 200 repeats at .95 leave .90 by chance once in 800 times; the seed is fixed.
    private const double LeastCoverage = 0.90;
    private static readonly KlStudy Study = new() { Repeats = 200 };

    public static TheoryData<int> Regular() => [.. Enumerable.Range(0, KlStudyCase.All.Count).Where(i => !KlStudyCase.All[i].IsHeavyTailed)];

    [Theory, MemberData(nameof(Regular))]
    public void The_mean_of_the_repeats_is_exact_and_the_interval_covers(int index)
    {
        var result = Study.Run(KlStudyCase.All[index], null, CancellationToken.None);
        Assert.True(result.Errors <= KlStudyResult.MostErrors, Invariant($"{result}"));
        Assert.True(result.Coverage >= LeastCoverage, Invariant($"{result}"));
        Assert.True(result.VarianceSaved is > 0 and < 1 && result.SamplingVarianceSaved > result.VarianceSaved && result.SamplingVarianceSaved < 1, Invariant($"{result}"));
    }

    [Fact]
    public void Under_a_heavy_tail_the_mean_is_right_on_average_and_the_interval_is_seen_to_fail()
    {
        var result = Study.Run(KlStudyCase.All.Single(one => one.IsHeavyTailed), null, CancellationToken.None);
        Assert.True(result.Errors <= KlStudyResult.MostErrors, Invariant($"{result}"));
        Assert.InRange(result.Coverage, .01, .6);
        Assert.True(result.Holds); // reported, not judged
        Assert.False((result with { IsHeavyTailed = false }).Holds);
    }

    [Fact]
    public void A_figure_that_is_no_number_or_out_of_its_limit_does_not_hold()
    {
        var good = new KlStudyResult { Case = "x", IsHeavyTailed = false, Repeats = 2000, Prompts = 100, Exact = 1, Mean = 1.02, StandardError = .01, Coverage = .95, WithoutInterval = 0, VarianceSaved = .5, SamplingVarianceSaved = .6 };
        Assert.True(good.Holds);
        Assert.False((good with { Mean = 1.031 }).Holds);
        Assert.False((good with { Coverage = .929 }).Holds);
        Assert.False((good with { Mean = double.NaN }).Holds);
        Assert.False((good with { Coverage = double.NaN }).Holds);
        Assert.False((good with { StandardError = 0, Mean = 1 }).Holds);
    }

    [Fact]
    public void The_exact_value_is_that_of_the_theory()
    {
        var tilts = KlStudyCase.All[0];
        Assert.Equal(Enumerable.Range(0, 40).Average(i => RandomTrees.Grow((ulong)(1000 + i), KlStudyCase.Vocabulary, 5, .5, graded: i % 2 == 0).Theory().Kl), tilts.Exact, 1e-12);
        // By hand: .998·mean kl(m‖.6) with m = .5, .505, … .695, plus .002·400.
        var common = Enumerable.Range(0, 40).Select(i => .5 + (.005 * i)).Average(m => (m * Math.Log(m / .6)) + ((1 - m) * Math.Log((1 - m) / .4)));
        Assert.Equal((.998 * common) + .8, KlStudyCase.All[^1].Exact, 1e-9);
    }
}
