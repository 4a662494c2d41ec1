namespace SafetyGate.Torch.Tests.Ops;

public sealed class TypeTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void BFloat16_rounds_to_nearest_even_as_libtorch_does()
    {
        float[] numbers = [1, 1.00390625f, 1.01171875f, -3.14159f, 65504, 1e-38f, float.PositiveInfinity, 0.1f, 3.3895314e38f, 1e-40f];
        var theirs = tensor(numbers).to(ScalarType.BFloat16).data<BFloat16>().ToArray();
        theirs.Select(b => b.ToSingle()).Should().Equal(numbers.Select(n => new BFloat16(n).ToSingle()));
        BFloat16.IsNaN(new BFloat16(float.NaN)).Should().BeTrue();
        new BFloat16(1.00390625f).ToSingle().Should().Be(1, "a tie goes to the even neighbour");
        new BFloat16(1.01171875f).ToSingle().Should().Be(1.015625f);
    }

    [Fact]
    public void Half_and_bfloat16_go_to_bytes_and_back()
    {
        foreach (var type in new[] { ScalarType.Float16, ScalarType.BFloat16 })
        {
            var source = tensor(new float[] { 1.5f, -2, 0.25f }).to(type);
            var copy = empty(3, dtype: type);
            copy.bytes = source.bytes;
            copy.to(ScalarType.Float32).data<float>().ToArray().Should().Equal(1.5f, -2, 0.25f);
            source.bytes.Length.Should().Be(6);
        }
        tensor(new float[] { 1.5f }).to(ScalarType.Float16).item<Half>().Should().Be((Half)1.5f);
    }

    [Fact]
    public void Elements_are_read_in_row_order_whatever_the_strides()
    {
        var a = arange(6).view(2, 3).t();
        a.data<long>().ToArray().Should().Equal(0, 3, 1, 4, 2, 5);
        a.data<long>()[2, 1].Should().Be(5);
        a.data<long>()[1].Should().Be(3);
        a.data<long>().Should().Equal(0L, 3, 1, 4, 2, 5);
        var bytes = () => { _ = a.bytes; };
        bytes.Should().Throw<InvalidOperationException>().WithMessage("*contiguous*");
        a.data<long>().CopyFrom([9, 8, 7, 6, 5, 4]);
        a.contiguous().data<long>().ToArray().Should().Equal(9, 8, 7, 6, 5, 4);
    }

    [Fact]
    public void Conversion_keeps_the_object_when_nothing_changes()
    {
        var a = ones(2);
        a.to(ScalarType.Float32).Should().BeSameAs(a);
        a.to(CPU).Should().BeSameAs(a);
        a.to(ScalarType.Float32, copy: true).Should().NotBeSameAs(a);
        a.to(ScalarType.Float64).dtype.Should().Be(ScalarType.Float64);
        a.@long().dtype.Should().Be(ScalarType.Int64);
        a.to(ScalarType.Float64, disposeAfter: true).dtype.Should().Be(ScalarType.Float64);
        a.IsInvalid.Should().BeTrue();
    }

    [Fact]
    public void Numbers_are_taken_of_tensors_of_one_element()
    {
        tensor(2.5).ToDouble().Should().Be(2.5);
        tensor(7).ToInt64().Should().Be(7);
        ((float)tensor(1.5f)).Should().Be(1.5f);
        ((long)ones(1).sum()).Should().Be(1);
        (tensor(3) > 2).ToBoolean().Should().BeTrue();
        tensor(2.5f).ToScalar().Type.Should().Be(ScalarType.Float32);
    }

    [Fact]
    public void Devices_are_read_from_their_descriptions()
    {
        new Device("cuda:1").index.Should().Be(1);
        device("cpu").type.Should().Be(DeviceType.CPU);
        device("cpu").index.Should().Be(-1);
        ((Device)"cuda").ToString().Should().Be("cuda");
        ones(1).device.ToString().Should().Be("cpu");
        var wrong = () => device("gpu");
        wrong.Should().Throw<ArgumentException>().WithMessage("'gpu' is no kind of device*");
    }

    [Fact]
    public void A_missing_CUDA_is_said_so()
    {
        if (cuda.is_available()) Assert.Skip("this machine has CUDA");
        cuda.device_count().Should().Be(0);
        var act = () => ones(1, device: CUDA);
        act.Should().Throw<System.Runtime.InteropServices.ExternalException>().Which.Message.Should().Contain("CUDA").And.NotContain("\n");
    }

    [Fact]
    public void Modes_nest_and_end()
    {
        var x = ones(1, requires_grad: true);
        is_grad_enabled().Should().BeTrue();
        using (no_grad())
        {
            (x * 2).requires_grad.Should().BeFalse();
            using (enable_grad()) (x * 2).requires_grad.Should().BeTrue();
            is_grad_enabled().Should().BeFalse();
        }
        is_grad_enabled().Should().BeTrue();
        using (inference_mode())
        {
            is_inference_mode_enabled().Should().BeTrue();
            (x * 2).requires_grad.Should().BeFalse();
        }
        is_inference_mode_enabled().Should().BeFalse();
        using (set_grad_enabled(false)) is_grad_enabled().Should().BeFalse();
        (x * 2).requires_grad.Should().BeTrue();
        x.detach().requires_grad.Should().BeFalse();
    }

    [Fact]
    public void A_version_is_given() => __version__.Should().MatchRegex(@"^\d+\.\d+");

    [Fact]
    public void Every_operator_in_use_is_one_of_this_libtorch()
    {
        var operators = typeof(SafetyGate.Torch.Ops).GetFields(System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic).Select(f => f.GetValue(null)).OfType<SafetyGate.Torch.Op>().ToList();
        operators.Should().HaveCountGreaterThan(200);
        foreach (var one in operators) one.Find();
    }

    [Fact]
    public void An_unknown_operator_is_an_error_with_its_name()
    {
        var act = () => new SafetyGate.Torch.Op("no_such_operator").Find();
        act.Should().Throw<System.Runtime.InteropServices.ExternalException>().WithMessage("*aten::no_such_operator*");
    }
}
