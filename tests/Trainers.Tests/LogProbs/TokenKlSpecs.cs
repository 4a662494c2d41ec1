using SafetyGate.Trainers.LogProbs;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Tests.LogProbs;

public sealed class TokenKlSpecs
{
    [Fact]
    public void Tokens_that_do_not_count_are_not_read_even_when_they_are_no_numbers()
    {
        using var scope = NewDisposeScope();
        var values = tensor(new[] { 1.0, 2, double.NaN, 4, double.PositiveInfinity, 6 }, [2, 3]);
        var keep = tensor(new[] { true, true, false, true, false, true }, [2, 3]);
        Assert.Equal([3.0, 10.0], TokenKl.SequenceSum(values, keep).data<double>().ToArray());
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void K3_never_overflows(ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        var (policy, reference) = (tensor(new[] { -2000.0, -1e-9, -1 }, dtype: dtype), tensor(new[] { -1.0, -2000, -1 }, dtype: dtype));
        var k3 = TokenKl.K3(policy, reference).to(ScalarType.Float64).data<double>().ToArray();
        Assert.All(k3, value => Assert.True(double.IsFinite(value)));
        Assert.Equal(1998.999999999, k3[1], 1e-3);
        Assert.Equal(0, k3[2]);
    }

    [Fact]
    public void K3_keeps_its_digits_near_zero()
    {
        using var scope = NewDisposeScope();
        var k3 = TokenKl.K3(tensor(new[] { -1 + 1e-6 }), tensor(new[] { -1.0 })).item<double>();
        Assert.Equal(0.5, k3 / 1e-12, 1e-3); // k1²/2
    }

    [Fact]
    public void What_the_first_policy_never_says_adds_nothing_and_what_the_second_excludes_is_infinite()
    {
        using var scope = NewDisposeScope();
        var sure = tensor(new[] { 0, double.NegativeInfinity }, [1, 2]);
        var even = tensor(new[] { Math.Log(.5), Math.Log(.5) }, [1, 2]);
        Assert.Equal(Math.Log(2), TokenKl.Full(sure, even).item<double>(), 1e-12);
        Assert.Equal(0, TokenKl.Full(sure, sure).item<double>());
        Assert.Equal(double.PositiveInfinity, TokenKl.Full(even, sure).item<double>());
    }

    [Fact]
    public void The_direction_matters()
    {
        // Fixture A of the theory at beta .5.
        using var scope = NewDisposeScope();
        var q = tensor(new[] { .486589, .162196, .285362, .065853 }, [1, 4]).log();
        var p = tensor(new[] { .15, .05, .65, .15 }, [1, 4]).log();
        Assert.Equal(.474356, TokenKl.Full(q, p).item<double>(), 2e-6);
        Assert.Equal(.423215, TokenKl.Full(p, q).item<double>(), 2e-6);
    }
}
