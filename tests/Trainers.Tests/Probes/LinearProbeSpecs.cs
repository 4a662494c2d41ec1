using SafetyGate.Core.Runs;
using SafetyGate.Trainers.Probes;

namespace SafetyGate.Trainers.Tests.Probes;

public sealed class LinearProbeSpecs
{
    [Fact]
    public void A_linear_rule_is_learnt_whatever_the_scale_of_its_features_and_chance_is_not()
    {
        Assert.InRange(HeldOut(labelsAreRight: true), 0.9, 1);
        Assert.InRange(HeldOut(labelsAreRight: false), 0.2, 0.47); // a third by chance
    }

    [Fact]
    public void Probabilities_sum_to_one_and_a_constant_feature_tells_nothing()
    {
        var probe = LinearProbe.Train([new([[1, 7], [0, 7]], 0), new([[1, 7], [0, 7]], 0)], new());
        var p = probe.Probabilities([[1, 9], [0, -9]]);
        Assert.Equal(1, p.Sum(), 12);
        Assert.True(p[0] > 0.9);
        Assert.Equal(p, probe.Probabilities([[1, 0], [0, 0]]));
    }

    [Fact]
    public void What_cannot_be_learnt_from_is_refused_with_the_reason()
    {
        Refused("at least one training question", () => LinearProbe.Train([], new()));
        Refused("has 1 possible answers", () => LinearProbe.Train([new([[1]], 0)], new()));
        Refused("the right one is number 2", () => LinearProbe.Train([new([[1], [2]], 2)], new()));
        Refused("not 1 finite numbers", () => LinearProbe.Train([new([[1], [1, 2]], 0)], new()));
        Refused("not 1 finite numbers", () => LinearProbe.Train([new([[1], [double.NaN]], 0)], new()));
        Refused("Steps is 0", () => LinearProbe.Train([new([[1], [2]], 0)], new() { Steps = 0 }));

        static void Refused(string says, Func<object> act) => Assert.Contains(says, Assert.Throws<ArgumentException>(act).Message, StringComparison.Ordinal);
    }

    // Features of very different scale: the third alone decides, in thousandths.
    private static double HeldOut(bool labelsAreRight)
    {
        var random = new RandomStream(3, "probe");
        ProbeQuestion Draw()
        {
            double[][] choices = [.. Enumerable.Range(0, 3).Select(_ => (double[])[random.NextNormal(), 1000 * random.NextNormal(), 0.001 * random.NextNormal()])];
            return new(choices, labelsAreRight ? Array.IndexOf(choices, choices.MaxBy(choice => choice[2])) : random.Next(3));
        }

        var probe = LinearProbe.Train([.. Enumerable.Range(0, 80).Select(_ => Draw())], new());
        return Enumerable.Range(0, 300).Select(_ => Draw()).Count(item => probe.Probabilities(item.Choices) is var p && Array.IndexOf(p, p.Max()) == item.Gold) / 300.0;
    }
}
