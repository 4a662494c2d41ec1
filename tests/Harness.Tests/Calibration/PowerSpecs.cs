using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Calibration;

namespace SafetyGate.Harness.Tests.Calibration;

public sealed class PowerSpecs
{
    private static readonly PowerQuestion TwoPoints = new() { Margin = 0.02, Discordance = 0 };

    [Theory]
    [InlineData(0.02, 133)] // nothing differs: passes from z²/(n + z²) < τ on, n > z²(1/τ − 1) = 2.7055·49 = 132.6
    [InlineData(0.03, 88)] // 2.7055·32.33 = 87.5
    [InlineData(0.05, 52)] // 2.7055·19 = 51.4
    public void Without_any_discordance_the_size_follows_from_the_limit_by_hand(double margin, int items) =>
        Assert.Equal((items, items), ((TwoPoints with { Margin = margin }).Answer().FirstItems, PowerTable.Items(0, margin)));

    [Theory]
    [InlineData(0.01, 0.02, 354), InlineData(0.01, 0.03, 199), InlineData(0.01, 0.05, 87)]
    [InlineData(0.02, 0.02, 530), InlineData(0.02, 0.03, 281), InlineData(0.02, 0.05, 118)]
    [InlineData(0.04, 0.03, 436), InlineData(0.04, 0.05, 185), InlineData(0.095, 0.05, 349)]
    public void The_table_of_sizes_is_the_published_one(double discordance, double margin, int items) => Assert.Equal(items, PowerTable.Items(discordance, margin));

    [Fact]
    public void The_smallest_margin_works_and_a_tenth_of_a_point_less_does_not()
    {
        var answer = (TwoPoints with { Items = 300, Discordance = 0.03 }).Answer();
        Assert.False(answer.CanWork);
        var margin = answer.SmallestMargin!.Value;
        Assert.True((TwoPoints with { Items = 300, Discordance = 0.03, Margin = margin }).Answer().CanWork);
        Assert.False((TwoPoints with { Items = 300, Discordance = 0.03, Margin = margin - 0.001 }).Answer().CanWork);
    }

    [Fact]
    public void What_power_says_of_a_gate_is_what_approving_it_says()
    {
        var underpowered = UnderpoweredGate.Find("m", 300, new() { Margin = 0.02 }, 0.03)!;
        var answer = (TwoPoints with { Items = 300, Discordance = 0.03 }).Answer();
        Assert.Equal(underpowered.PassProbability, answer.PassProbability);
        Assert.Equal(underpowered.SufficientItems, answer.PlannedItems);
        Assert.InRange(answer.SmallestMargin!.Value, underpowered.SufficientMargin!.Value - 0.005, underpowered.SufficientMargin.Value);
    }

    [Fact]
    public void A_detectable_drop_by_hand()
    {
        // Nothing gained, so McNemar asks for 5 lost (2⁻⁵ = .031): P(X ≥ 5) = .80 for X ~ Bin(100, p) at p = .066297 (solved for outside this code).
        var answer = (TwoPoints with { Items = 100 }).Answer();
        Assert.Equal(0.066297, answer.DropSeenAsRegressed!.Value, 6);
        // Of a family of 16 the last place asks for .05/16 = .0031: 9 lost (2⁻⁹ = .00195), so a larger drop.
        Assert.True((TwoPoints with { Items = 100, Family = 16 }).Answer().DropSeenAsRegressed > answer.DropSeenAsRegressed);
    }

    [Fact]
    public void The_items_a_drop_needs_are_enough_and_stay_enough()
    {
        var answer = (TwoPoints with { Discordance = 0.02, Drop = 0.04 }).Answer();
        var items = answer.ItemsForRegressed!.Value;
        Assert.All(Enumerable.Range(items, 20), n => Assert.True((TwoPoints with { Items = n, Discordance = 0.02, Drop = 0.04 }).Answer().DropIsRegressed >= PowerAnswer.DetectionPower));
        Assert.True((TwoPoints with { Items = items - 1, Discordance = 0.02, Drop = 0.04 }).Answer().DropIsRegressed < PowerAnswer.DetectionPower);
        Assert.Null(answer.PassProbability);
        Assert.Null(answer.CanWork);
    }

    [Fact]
    public void Every_problem_of_a_question_is_said()
    {
        var question = new PowerQuestion { Items = 0, Margin = double.NaN, Alpha = 0.5, Discordance = 2, Family = 0, Drop = 0 };
        Assert.Equal(6, question.Problems().Count());
        Assert.Throws<ArgumentException>(question.Answer);
    }
}
