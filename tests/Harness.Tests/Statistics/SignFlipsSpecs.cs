using SafetyGate.Core.Runs;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Statistics;

public sealed class SignFlipsSpecs
{
    [Theory] // by hand: all signs of the differences
    [InlineData(new[] { -2, -1 }, new[] { 2, 2 }, .25)] // −1 − ½ is the lowest of four
    [InlineData(new[] { -2, 1 }, new[] { 2, 2 }, .5)] // −1 + ½; only the two sums with −1 are as low
    [InlineData(new[] { 2, -1 }, new[] { 2, 2 }, .75)]
    [InlineData(new[] { -1, 1 }, new[] { 1, 3 }, .5)] // −1 + ⅓
    [InlineData(new[] { -3, -2, 1, 0 }, new[] { 4, 4, 4, 4 }, .25)] // −4 of ±3 ±2 ±1 in quarters: −6 and −4, two of eight
    [InlineData(new[] { -1, -1, -1, 1 }, new[] { 9, 9, 9, 3 }, .5625)] // ⅓ is a tie with three ninths: all eight signs of the ninths without it, one with it
    [InlineData(new[] { 0, 0 }, new[] { 1, 5 }, 1)]
    public void The_p_of_a_drop_is_the_share_of_flips_that_are_as_low(int[] sums, int[] sizes, double p) =>
        Assert.Equal(p, SignFlips.Drop(sums, sizes));

    [Theory]
    [InlineData(9, 3), InlineData(1, 0), InlineData(0, 4), InlineData(50, 31)]
    public void Differences_of_one_size_have_McNemars_p(int lost, int gained)
    {
        int[] sums = [.. Enumerable.Repeat(-3, lost), .. Enumerable.Repeat(3, gained), 0, 0];
        Assert.Equal(McNemar.Drop(lost, gained), SignFlips.Drop(sums, [.. sums.Select(_ => 5)]));
    }

    [Fact]
    public void Convolution_and_enumeration_agree_and_draws_come_near()
    {
        var random = new RandomStream(3, "sign-flips-specs");
        for (var round = 0; round < 20; round++)
        {
            long[] steps = [.. Enumerable.Range(0, 3 + random.Next(10)).Select(_ => 1L + random.Next(9))];
            var gains = random.Next((int)steps.Sum());
            var exact = SignFlips.Enumerated(steps, gains);
            Assert.Equal(Enumerable.Range(0, 1 << steps.Length).Count(b => steps.Where((_, i) => (b >> i & 1) == 1).Sum() <= gains) / Math.Pow(2, steps.Length), exact);
            Assert.Equal(exact, SignFlips.Convolved(steps, gains), 1e-14);
            Assert.InRange(SignFlips.Drawn(steps, gains, 99_999), exact - .008, exact + .008); // 5 standard errors of 99 999 draws at p = ½
        }
    }

    [Fact] // were two of them to share a sign, it would be P(Bin(64, ½) ≤ 27) = .13, not P(Bin(128, ½) ≤ 54) = .047
    public void Beyond_64_differences_each_has_a_sign_of_its_own() =>
        Assert.Equal(Binomial.AtMost(54, 128, .5), SignFlips.Drawn([.. Enumerable.Repeat(1L, 128)], 54, 99_999), .0035); // 5 standard errors

    [Fact]
    public void Drawn_p_values_are_never_nothing_and_the_same_each_time()
    {
        long[] steps = [.. Enumerable.Range(1, 70).Select(i => 1_000_003L * i + i * i)];
        Assert.Equal(1 / 1000.0, SignFlips.Drawn(steps, 0, 999));
        Assert.Equal(1, SignFlips.Drawn(steps, steps.Sum(), 999));
        Assert.Equal(SignFlips.Drawn(steps, steps.Sum() / 2, 999), SignFlips.Drawn(steps, steps.Sum() / 2, 999));
    }

    [Fact]
    public void Long_distributions_of_few_differences_are_enumerated_and_of_many_drawn()
    {
        long[] few = [-1_000_000_007, 900_000_011, -500_000_003];
        Assert.Equal(3 / 8.0, SignFlips.Drop(few, draws: 9)); // sums at most 900 000 011 of the sizes: none, 500 …, 900 …
        long[] many = [.. Enumerable.Range(1, 21).Select(i => (i % 2 == 0 ? 1 : -1) * (1_000_000_007L + i * i))];
        Assert.Equal(0, SignFlips.Drop(many, draws: 9) * 10 % 1, 1e-12);
        var exact = SignFlips.Drop(many[..20], draws: 9) * (1 << 20); // as many as are enumerated
        Assert.Equal(Math.Round(exact), exact);
        long[] shorter = [.. Enumerable.Range(1, 21).Select(i => (i % 2 == 0 ? 1 : -1) * (100_003L + i * i))]; // gains of a million times 21 are too long already
        Assert.Equal(0, SignFlips.Drop(shorter, draws: 9) * 10 % 1, 1e-12);
    }

    // Twenty of one unit lost and one of two gained: at most two units turn up positive, 1 + 20 + 190 ways without the two and one with them.
    [Theory]
    [InlineData(1), InlineData(1_000_000_000)]
    public void The_unit_of_the_differences_does_not_matter(long unit) =>
        Assert.Equal(212 / Math.Pow(2, 21), SignFlips.Drop([.. Enumerable.Repeat(-unit, 20), 2 * unit], draws: 9), 1e-18);

    [Fact]
    public void Behaviors_of_many_sizes_keep_their_weights()
    {
        // −1/7, +1/11, −1/13 over their common multiple: −143, +91, −77; sums at most 91 of the sizes: none, 77, 91.
        Assert.Equal(3 / 8.0, SignFlips.Drop([-1, 1, -1, 0], [7, 11, 13, 9]));
        int[] primes = [1009, 1013, 1019, 1021, 1031, 1033];
        Assert.Equal(1 / 64.0, SignFlips.Drop([.. primes.Select(_ => -1)], primes)); // no common multiple below 2⁴⁰
        // Only 1/1009 was lost: above the gains are all six, and the six without one of the five that are smaller.
        Assert.Equal(58 / 64.0, SignFlips.Drop([-1, 1, 1, 1, 1, 1], primes));
    }

    [Fact]
    public void Clusters_that_are_none_are_refused()
    {
        Worked.Refuses<ArgumentException>("There are no clusters", () => SignFlips.Drop([], []));
        Worked.Refuses<ArgumentException>("There are 1 sums and 2 sizes", () => SignFlips.Drop([1], [1, 2]));
        Worked.Refuses<ArgumentException>("Cluster 1 has the sum -3 and the size 2", () => SignFlips.Drop([1, -3], [2, 2]));
        Worked.Refuses<ArgumentException>("Cluster 0 has the sum 0 and the size 0", () => SignFlips.Drop([0], [0]));
    }
}
