using SafetyGate.Models.Engine;
using SafetyGate.Models.Tests.Decoders;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Tests.Engine;

public sealed class ScriptedOperatorsSpecs
{
    [Fact]
    public void This_libtorch_has_them_and_every_operator_of_a_layer_has_a_form_that_sums_in_one_order()
    {
        Assert.Null(ScriptedOperators.Problem(CPU));
        Assert.Null(StrictForms.Problem(CPU));
    }

    [Fact]
    public void On_the_cpu_the_parts_serve()
    {
        Assert.False(ScriptedOperators.Serve(CPU));
        Assert.Equal("attention and norms in parts: not applicable: CPU", DecoderOperators.Words(CPU));
    }

    [Fact]
    public void A_device_on_which_the_trial_fails_has_the_reason_in_one_line()
    {
        var problem = ScriptedOperators.Problem(META); // has no numbers
        Assert.False(string.IsNullOrWhiteSpace(problem));
        Assert.DoesNotContain('\n', problem);
    }

    [Theory]
    [InlineData(1, "1.0")]
    [InlineData(0.125, "0.125")]
    [InlineData(1e-6, "1E-06")]
    [InlineData(0.08838834764831845, "0.08838834764831845")]
    public void Numbers_are_written_as_floating_point_ones(double number, string text) => Assert.Equal(text, ScriptedOperators.Literal(number));

    [Fact]
    public void Random_numbers_are_the_seeds_and_even()
    {
        using var scope = NewDisposeScope();
        var one = Numbers.Of(RandomTensors.Even([1000, 3], 7, CPU));
        Assert.Equal(one, Numbers.Of(RandomTensors.Even([1000, 3], 7, CPU)));
        Assert.NotEqual(one, Numbers.Of(RandomTensors.Even([1000, 3], 8, CPU)));
        Assert.All(one, number => Assert.InRange(number, 0, 1));
        Assert.InRange(one.Average(), 0.47, 0.53); // standard error 0.005
    }
}
