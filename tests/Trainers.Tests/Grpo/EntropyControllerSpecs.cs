using SafetyGate.Trainers.Grpo;

namespace SafetyGate.Trainers.Tests.Grpo;

public sealed class EntropyControllerSpecs
{
    private static readonly GrpoOptions Options = GrpoOptions.For(GrpoMode.Rlvr, 10, 1e-4, 1) with { EntropyCoefficient = 0.01, UseAdaptiveEntropy = true, EntropyTarget = 0.5, EntropyCoefDelta = 0.004, EntropyCoefMin = 0.008, EntropyCoefMax = 0.015 };

    // By hand: up by 0.004 after an entropy at or below 0.5, down after one above it, within [0.008, 0.015]; in the loss only after one at or below it.
    [Fact]
    public void The_weight_rises_while_the_entropy_is_at_or_below_its_target_and_acts_only_then()
    {
        var controller = new EntropyController(Options);
        Assert.Equal((0.01, 0.0), (controller.Coefficient, controller.Applied)); // nothing is measured yet
        foreach (var (entropy, coefficient, applied) in new[] { (0.4, 0.014, 0.014), (0.5, 0.015, 0.015), (0.9, 0.011, 0.0), (0.8, 0.008, 0.0), (0.2, 0.012, 0.012) })
        {
            controller.Follow(1, entropy);
            Assert.Equal(coefficient, controller.Coefficient, 12);
            Assert.Equal(applied, controller.Applied, 12);
        }
    }

    [Fact]
    public void A_fixed_weight_stays_and_always_acts()
    {
        var controller = new EntropyController(Options with { UseAdaptiveEntropy = false });
        controller.Follow(1, 0.1);
        Assert.Equal((0.01, 0.01), (controller.Coefficient, controller.Applied));
    }

    [Fact]
    public void Without_settings_of_its_own_it_has_trls()
    {
        var controller = new EntropyController(GrpoOptions.For(GrpoMode.Rlvr, 10, 1e-4, 1) with { UseAdaptiveEntropy = true });
        for (var update = 0; update < 300; update++) controller.Follow(1, 0.2);
        Assert.Equal(1, controller.Coefficient);
        controller.Follow(1, 0.21);
        Assert.Equal((0.995, 0.0), (controller.Coefficient, controller.Applied));
    }
}
