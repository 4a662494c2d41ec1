namespace SafetyGate.Torch.Tests.Gradients;

public class GradientTests
{
    private const double Step = 1e-6;

    public static IEnumerable<TheoryDataRow<int>> Cases() =>
        GradientCases.All().Select((c, i) => new TheoryDataRow<int>(i) { TestDisplayName = $"The gradient of {c} is what finite differences give" });

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_gradient_is_what_finite_differences_give(int index)
    {
        var one = GradientCases.All().ElementAt(index);
        using var scope = NewDisposeScope();
        // Numbers far enough from one another that maxima, medians and orders do not change within a step.
        var values = one.Shapes.Select((shape, k) => Numbers(shape, one.Low, one.High, k)).ToArray();
        var inputs = one.Shapes.Select((shape, k) => tensor(values[k], shape, ScalarType.Float64, requires_grad: true)).ToArray();
        var output = one.Function(inputs);
        output.dtype.Should().Be(ScalarType.Float64);
        var weights = tensor(Numbers(output.shape, 0.5, 1.5, 7), output.shape, ScalarType.Float64);
        (output * weights).sum().backward();
        for (var k = 0; k < inputs.Length; k++)
        {
            var analytic = inputs[k].grad!.data<double>().ToArray();
            analytic.Should().HaveCount(values[k].Length);
            for (var i = 0; i < analytic.Length; i++)
            {
                var numeric = (Value(Step) - Value(-Step)) / (2 * Step);
                analytic[i].Should().BeApproximately(numeric, 1e-6 * Math.Max(1, Math.Abs(numeric)), "argument {0}, element {1}", k, i);

                double Value(double step)
                {
                    using var inner = NewDisposeScope();
                    using var off = no_grad();
                    var moved = one.Shapes.Select((shape, m) =>
                    {
                        var copy = values[m].ToArray();
                        if (m == k) copy[i] += step;
                        return tensor(copy, shape, ScalarType.Float64);
                    }).ToArray();
                    return (one.Function(moved) * weights).sum().item<double>();
                }
            }
        }
    }

    [Fact]
    public void Autograd_grad_gives_the_gradients_and_leaves_the_leaves_alone()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new double[] { 1, 2, 3 }, requires_grad: true);
        var unused = tensor(new double[] { 1 }, requires_grad: true);
        var gradients = autograd.grad([(x * x).sum()], [x, unused], allow_unused: true);
        gradients[0].data<double>().ToArray().Should().Equal(2, 4, 6);
        gradients[1].Should().BeNull();
        x.grad.Should().BeNull();
    }

    [Fact]
    public void A_gradient_of_a_gradient_is_the_second_derivative()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new double[] { 1, 2, 3 }, requires_grad: true);
        var first = autograd.grad([x.pow(3).sum()], [x], create_graph: true)[0];
        var second = autograd.grad([first.sum()], [x])[0];
        second.data<double>().ToArray().Should().Equal(6, 12, 18);
    }

    [Fact]
    public void Backward_adds_to_the_gradient_until_it_is_dropped()
    {
        using var scope = NewDisposeScope();
        var x = tensor(2.0, requires_grad: true);
        (x * x).backward();
        (x * x).backward();
        x.grad!.item<double>().Should().Be(8);
        x.grad = null;
        x.grad.Should().BeNull();
        (x * x).backward([tensor(0.5)]);
        x.grad!.item<double>().Should().Be(2);
    }

    private static double[] Numbers(long[] shape, double low, double high, int salt)
    {
        var count = (int)shape.Aggregate(1L, (a, b) => a * b);
        // A fixed permutation of an even grid.
        return [.. Enumerable.Range(0, count).Select(i => low + ((high - low) * (((i * 7) + (salt * 3)) % PrimeAbove(count) + 0.37 + (0.11 * salt)) / (PrimeAbove(count) + 1)))];
    }

    private static int PrimeAbove(int n)
    {
        for (var p = Math.Max(n, 11); ; p++)
        {
            if (p % 7 != 0 && Enumerable.Range(2, (int)Math.Sqrt(p) - 1).All(d => p % d != 0)) return p;
        }
    }
}
