using SafetyGate.Core.Runs;
using SafetyGate.Harness.Divergence;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Statistics;
using SafetyGate.Harness.Tests.Gates;
using SafetyGate.Harness.Theory;

namespace SafetyGate.Harness.Tests.Divergence;

public sealed class ClippedKlSpecs
{
    // 200 responses: 190 at 0, six at 1, four at 5 nats.
    private static readonly double[] Tail = [.. Enumerable.Repeat(0.0, 190), .. Enumerable.Repeat(1.0, 6), .. Enumerable.Repeat(5.0, 4)];

    [Theory]
    [InlineData(1, 0.05, 4), InlineData(0.5, 0.025, 10), InlineData(10, 0.13, 0), InlineData(5, 0.13, 0)]
    public void Values_are_cut_at_the_level_and_those_above_it_counted(double level, double mean, int above)
    {
        var clipped = ClippedKl.Of(KlFake.Kl(Tail), level);
        Assert.Equal(mean, clipped.Mean, 12);
        Assert.Equal((above, 200, 200, 5.0), (clipped.Exceeding, clipped.Units, clipped.Responses, clipped.Largest));
        Assert.Equal(new Proportion(above, 200).ClopperPearson(0.95, IntervalSide.Upper).Upper, clipped.UpperShare(0.05), 12);
    }

    // Values 0 and 1 in units of the level: a bet b/21 on "below m" multiplies the capital by 1 + b/21·(1/(1 − m) − 1) for each 0 and by
    // 1 − b/21 for each 1; the limit is the m whose average capital over b = 1…20 reaches 1/α at some time in the order of the prompts.
    [Fact]
    public void The_upper_limit_is_that_of_the_average_bet_written_out()
    {
        var clipped = ClippedKl.Of(KlFake.Kl(Tail), 1);
        string[] ids = [.. Tail.Select((_, i) => Fake.Item(i, 1).Id)];
        double[] inOrder = [.. Tail.Select((value, i) => (Value: Math.Min(1, value), Key: ItemBudget.Key(new string('b', 64), ids[i]))).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value)];
        bool Excluded(double m)
        {
            var capitals = Enumerable.Repeat(1.0, 20).ToArray();
            foreach (var x in inOrder)
            {
                for (var b = 1; b <= 20; b++) capitals[b - 1] *= 1 + (b / 21.0 * (((1 - x) / (1 - m)) - 1));
                if (capitals.Average() >= 1 / 0.05) return true;
            }

            return false;
        }

        var limit = clipped.UpperMean(0.05);
        Assert.True(limit > 0.05);
        Assert.True(Excluded(limit + 1e-6));
        Assert.False(Excluded(limit - 1e-6));
        Assert.Equal(2 * ClippedKl.Of(KlFake.Kl(Tail.Select(value => Math.Min(1, value))), 1).UpperMean(0.05), ClippedKl.Of(KlFake.Kl(Tail.Select(value => 2 * Math.Min(1, value))), 2).UpperMean(0.05), 9);
    }

    [Fact]
    public void The_limits_hold_the_mean_between_them_and_close_in_on_it()
    {
        var (some, many) = (ClippedKl.Of(KlFake.Kl(Tail), 1), ClippedKl.Of(KlFake.Kl(Enumerable.Repeat(Tail, 8).SelectMany(v => v)), 1));
        foreach (var clipped in new[] { some, many })
        {
            Assert.InRange(0.05, clipped.LowerMean(0.05), clipped.UpperMean(0.05));
            Assert.True(clipped.UpperMean(0.01) > clipped.UpperMean(0.05));
        }

        Assert.True(many.UpperMean(0.05) < some.UpperMean(0.05));
        Assert.InRange(some.UnitsFor(0.06, 0.05)!.Value, 800, 4000);
        Assert.Null(some.UnitsFor(0.05, 0.05));
    }

    [Fact]
    public void Prompts_that_share_a_behavior_are_one_unit()
    {
        var reference = KlFake.Reference(new string('1', 200));
        reference = reference with { Items = [.. reference.Items.Select((item, i) => item with { Behavior = Invariant($"behavior {i / 4}") })] };
        var (alone, together) = (ClippedKl.Of(KlFake.Kl(Tail), 1), ClippedKl.Of(KlFake.Kl(Tail), 1, reference));
        Assert.Equal((50, alone.Mean, 4), (together.Units, together.Mean, together.Exceeding));
        Assert.True(together.UpperMean(0.05) > alone.UpperMean(0.05));
        Assert.True(together.UpperShare(0.05) > alone.UpperShare(0.05));
    }

    [Fact]
    public void Several_responses_of_a_prompt_are_averaged_first()
    {
        List<KlSample> samples = [.. Enumerable.Range(0, 100).SelectMany(i => new[] { KlFake.Sample(i, 0) with { Sample = 0 }, KlFake.Sample(i, i == 0 ? 3 : 0.5) with { Sample = 1 } })];
        var clipped = ClippedKl.Of(KlFake.Of(samples, KlFake.AtOne with { SamplesPerPrompt = 2 }), 1);
        Assert.Equal((99 * 0.25 + 0.5) / 100, clipped.Mean, 12);
        Assert.Equal((1, 200, 100), (clipped.Exceeding, clipped.Responses, clipped.Units));
        Assert.InRange(clipped.UpperShare(0.05), 0.005, 0.2);
    }

    // The inequality behind it: for random trees π and p of up to four tokens and any level, S_π ≥ L(S_p, E min(K, c)) − P(K > c).
    [Fact]
    public void The_inequality_holds_for_random_policies_at_every_level()
    {
        var random = new RandomStream(7, "clipped kl");
        for (var instance = 0; instance < 400; instance++)
        {
            var paths = new List<(double Policy, double Reference, double Kl)>();
            Grow(random, paths, 1, 1, 0, 0, instance % 3 == 0 ? 6 : 1);
            bool[] safe = [.. paths.Select(_ => random.Next(3) > 0)];
            var (mine, theirs) = (paths.Where((_, i) => safe[i]).Sum(path => path.Policy), paths.Where((_, i) => safe[i]).Sum(path => path.Reference));
            foreach (var level in new[] { 0.01, 0.1, 0.5, 1, 3, 100 })
            {
                var cut = paths.Sum(path => path.Policy * Math.Min(path.Kl, level));
                var lost = paths.Where(path => path.Kl > level).Sum(path => path.Policy);
                Assert.True(mine >= BernoulliKl.Lower(Math.Clamp(theirs, 0, 1), cut) - lost - 1e-9, Invariant($"instance {instance}, level {level}: {mine} against {theirs}, {cut}, {lost}"));
            }
        }
    }

    private static void Grow(RandomStream random, List<(double Policy, double Reference, double Kl)> paths, double policy, double reference, double kl, int depth, double spread)
    {
        if (depth == 4 || (depth > 0 && random.Next(3) == 0))
        {
            paths.Add((policy, reference, kl));
            return;
        }

        double[] Distribution()
        {
            double[] weights = [.. Enumerable.Range(0, 3).Select(_ => Math.Exp(spread * 4 * random.NextDouble()))];
            return [.. weights.Select(weight => weight / weights.Sum())];
        }

        var (mine, theirs) = (Distribution(), Distribution());
        var here = mine.Zip(theirs, (a, b) => a * Math.Log(a / b)).Sum();
        for (var token = 0; token < 3; token++) Grow(random, paths, policy * mine[token], reference * theirs[token], kl + here, depth + 1, spread);
    }

    [Theory]
    [InlineData(0), InlineData(-1), InlineData(double.NaN), InlineData(double.PositiveInfinity)]
    public void A_level_that_is_none_is_refused(double level) => Assert.Throws<ArgumentOutOfRangeException>(() => ClippedKl.Of(KlFake.Kl(Tail), level));

    [Fact]
    public void A_measurement_that_is_not_usable_has_no_limits() =>
        Assert.Contains("99 prompts", Assert.Throws<ArgumentException>(() => ClippedKl.Of(KlFake.Kl(Tail[101..]), 1)).Message, StringComparison.Ordinal);
}
