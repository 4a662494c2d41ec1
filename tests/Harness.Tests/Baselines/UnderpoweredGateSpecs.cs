using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Statistics;
using SafetyGate.Harness.Tests.Gates;

namespace SafetyGate.Harness.Tests.Baselines;

public sealed class UnderpoweredGateSpecs
{
    [Theory] // nothing differs: n items pass when z²(1/τ − 1) < n
    [InlineData(30, 0.05, 133, 0.085)] // z² = 2.7055: 49·z² = 132.6; at .080 31.1, at .085 29.1
    [InlineData(3, 0.042, 147, null)] // z² = 2.9857: 49·z² = 146.3; at .495 3.046, and only at .500 2.986
    public void The_items_and_the_margin_that_would_do_by_hand(int items, double alpha, int sufficient, double? margin)
    {
        var settings = new GateSettings { Margin = 0.02, Alpha = alpha };
        var underpowered = UnderpoweredGate.Find("m", items, settings, 0)!;
        Assert.Equal((0.0, sufficient), (underpowered.PassProbability, underpowered.SufficientItems));
        Assert.Equal(margin, underpowered.SufficientMargin is { } found ? Math.Round(found, 6) : null);
        Assert.Null(UnderpoweredGate.Find("m", sufficient, settings, 0));
    }

    [Fact]
    public void The_margin_that_would_do_for_trainings_that_differ_does_and_half_a_point_less_does_not()
    {
        var underpowered = UnderpoweredGate.Find("m", 300, Fake.TwoPoints, 0.04)!;
        double Passes(double margin) => PairedPower.Passed(300, 0.02, 0.02, margin, Fake.TwoPoints.AlphaOfALook);
        Assert.Equal(Passes(0.02), underpowered.PassProbability);
        Assert.True(underpowered.SufficientMargin > 0.03);
        Assert.True(Passes(underpowered.SufficientMargin!.Value) >= UnderpoweredGate.Target);
        Assert.True(Passes(underpowered.SufficientMargin.Value - 0.005) < UnderpoweredGate.Target);
    }
}
