namespace SafetyGate.Torch.Tests;

public class SmokeTests
{
    [Fact]
    public void A_linear_layer_gets_its_gradient()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new float[] { 1, 2, 3, 4 }, [2, 2]);
        var w = tensor(new float[] { 1, 0, 0, 1 }, [2, 2], requires_grad: true);
        var y = x.matmul(w).sum();
        y.backward();
        w.grad!.data<float>().ToArray().Should().Equal(4, 4, 6, 6);
        y.item<float>().Should().Be(10);
        x[TensorIndex.Ellipsis, 1].data<float>().ToArray().Should().Equal(2, 4);
        get_num_threads().Should().Be(Environment.ProcessorCount);
    }

    [Fact]
    public void A_failure_names_the_shapes()
    {
        using var scope = NewDisposeScope();
        var act = () => ones(2, 3).mm(ones(4, 5));
        act.Should().Throw<System.Runtime.InteropServices.ExternalException>().Which.Message.Should().Be("mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5) [aten::mm on (2, 3) Float32, (4, 5) Float32]");
    }
}
