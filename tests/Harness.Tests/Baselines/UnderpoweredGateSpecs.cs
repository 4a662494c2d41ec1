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

    // Behaviors that flip whole, or never, count as so many items.
    [Theory]
    [InlineData(30, 5, 0.05, 133, 0.085)]
    [InlineData(3, 2, 0.042, 147, null)]
    public void Behaviors_that_never_flip_are_counted_as_items_are(int behaviors, int size, double alpha, int sufficient, double? margin)
    {
        var settings = new GateSettings { Margin = 0.02, Alpha = alpha };
        int[] Sizes(int count) => [1, .. Enumerable.Repeat(size, count - 1)];
        var underpowered = UnderpoweredGate.Find("m", Sizes(behaviors), settings, 0, 1)!;
        Assert.Equal((1 + size * (behaviors - 1), behaviors, 0.0, sufficient), (underpowered.Items, underpowered.Behaviors, underpowered.PassProbability, underpowered.SufficientItems));
        Assert.Equal(margin, underpowered.SufficientMargin is { } found ? Math.Round(found, 6) : null);
        Assert.Contains(Invariant($"{sufficient} behaviors would do at this margin"), underpowered.ToString(), StringComparison.Ordinal);
        Assert.Null(UnderpoweredGate.Find("m", Sizes(sufficient), settings, 0, 1));
    }

    [Fact]
    public void An_approval_that_states_no_correlation_takes_behaviors_to_flip_whole()
    {
        var metric = Documents.Of(new string('1', 840)).Metrics[0];
        metric = metric with { Gate = Fake.TwoPoints with { Margin = 0.03 }, Measurement = metric.Measurement with { Items = [.. metric.Measurement.Items.Select((item, i) => item with { Behavior = Invariant($"behavior {i / 5}") })] } };
        var request = new ApprovalRequest { Who = "Ada", When = DateTimeOffset.UnixEpoch, Why = "seen", Discordance = 0.02 };
        Assert.Contains("281 behaviors would do at this margin", Problem(null), StringComparison.Ordinal);
        Assert.Equal(Problem(1), Problem(null));
        Assert.Null(Problem(0));

        string? Problem(double? correlation) => ApprovalProblems.Of(Documents.Steady with { Metrics = [metric] }, null, request with { Correlation = correlation }).SingleOrDefault();
    }

    [Fact]
    public void Behaviors_that_flip_whole_have_the_power_of_as_many_items()
    {
        var whole = UnderpoweredGate.Find("m", [.. Enumerable.Repeat(3, 300)], Fake.TwoPoints, 0.04, 1)!;
        var items = UnderpoweredGate.Find("m", 300, Fake.TwoPoints, 0.04)!;
        Assert.Equal((items.PassProbability, items.SufficientItems, items.SufficientMargin), (whole.PassProbability, whole.SufficientItems, whole.SufficientMargin));
        Assert.Equal(items, UnderpoweredGate.Find("m", [.. Enumerable.Repeat(1, 300)], Fake.TwoPoints, 0.04, 1));
        Assert.Contains("items would do at this margin", items.ToString(), StringComparison.Ordinal);
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
