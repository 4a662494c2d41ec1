using SafetyGate.Studies.Divergence;

namespace SafetyGate.Studies.Tests.Divergence;

public sealed class KlTailSpecs
{
    public static TheoryData<double, double> Tails() => new() { { 0.01, 10 }, { 0.005, 20 }, { 0.05, 2 } };

    // Student's t has the mean below its limit in a third of such measurements; the gates err in at most 5 %, and chance of 60 leaves 13 %.
    [Theory, MemberData(nameof(Tails))]
    public void A_tail_passes_no_gate_more_often_than_it_states(double share, double nats)
    {
        var result = new KlTailStudy { Repeats = 60, Seed = 5 }.Run(new KlTailCase(share, nats), 100, null, CancellationToken.None);
        Assert.True(result.Holds, Invariant($"budget {result.BudgetPassed}, certified {result.Certified}, at most {result.Most}"));
        Assert.True(result.StudentBelow > 0.05, Invariant($"Student's t {result.StudentBelow}"));
    }

    [Fact]
    public void Results_that_err_too_often_do_not_hold()
    {
        var good = new KlTailResult { Case = new(0.01, 10), Prompts = 100, Repeats = 1000, StudentBelow = 0.3, BudgetPassed = 0.05, Certified = 0.05, MedianLimit = 0.9 };
        Assert.True(good.Holds);
        Assert.Equal(0.05 + (3 * Math.Sqrt(0.0475 / 1000)), good.Most, 12);
        Assert.False((good with { BudgetPassed = 0.08 }).Holds);
        Assert.False((good with { Certified = double.NaN }).Holds);
    }
}
