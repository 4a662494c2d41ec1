using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Statistics;

public sealed class McNemarSpecs
{
    [Fact]
    public void Every_p_is_a_sum_of_fair_masses()
    {
        for (var lost = 0; lost <= 12; lost++)
        {
            for (var gained = 0; gained <= 12; gained++)
            {
                var n = lost + gained;
                double From(int k) => Enumerable.Range(k, n - k + 1).Sum(j => Worked.Mass(j, n, .5));
                double tie = Worked.Mass(lost, n, .5), two = 2 * From(Math.Max(lost, gained));
                Assert.Equal(From(lost), McNemar.Drop(lost, gained), 1e-13);
                Assert.Equal(From(gained), McNemar.Gain(lost, gained), 1e-13);
                Assert.Equal(From(lost) - tie / 2, McNemar.DropMid(lost, gained), 1e-13);
                Assert.Equal(From(gained) - tie / 2, McNemar.GainMid(lost, gained), 1e-13);
                Assert.Equal(Math.Min(1, two), McNemar.TwoSided(lost, gained), 1e-13);
                Assert.Equal(lost == gained ? 1 : two - tie, McNemar.TwoSidedMid(lost, gained), 1e-13);
            }
        }
    }

    [Fact]
    public void Airway_reactivity_before_and_after_is_the_published_example()
    {
        // Fagerland, Lydersen and Laake (2013), table 2: 1 against 7; 2·9/256 and 2·9/256 − 8/256.
        Assert.Equal(18 / 256.0, McNemar.TwoSided(1, 7));
        Assert.Equal(10 / 256.0, McNemar.TwoSidedMid(7, 1), 1e-13);
    }

    [Theory]
    [InlineData(-1, 3, "lost"), InlineData(3, -1, "gained")]
    public void Counts_are_not_negative(int lost, int gained, string name)
    {
        foreach (var p in new Func<int, int, double>[] { McNemar.Drop, McNemar.DropMid }) Assert.Equal(name, Assert.Throws<ArgumentOutOfRangeException>(() => p(lost, gained)).ParamName);
        foreach (var p in new Func<int, int, double>[] { McNemar.Gain, McNemar.GainMid, McNemar.TwoSided, McNemar.TwoSidedMid }) Assert.Throws<ArgumentOutOfRangeException>(() => p(lost, gained));
    }
}
