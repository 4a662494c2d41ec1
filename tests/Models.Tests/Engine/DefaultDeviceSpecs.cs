using SafetyGate.Core;
using SafetyGate.Models.Engine;
using TorchSharp;

namespace SafetyGate.Models.Tests.Engine;

public sealed class DefaultDeviceSpecs
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0")]
    public void Without_the_requirement_the_cpu_is_used_and_no_gpu_looked_for(string? variable) =>
        Assert.Equal(DeviceType.CPU, DefaultDevice.TypeOf(variable, () => throw new InvalidOperationException("looked"), () => "looked"));

    [Fact]
    public void A_libtorch_without_CUDA_is_named()
    {
        Assert.SkipWhen(torch.cuda.is_available(), "There is a GPU here.");
        Assert.Equal($"the libtorch in use ({TensorEngine.Folder}) has no CUDA", TensorEngine.WhyNoCuda);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("true")]
    public void With_it_a_gpu_is_used_or_nothing_is(string variable)
    {
        var refused = Assert.Throws<UserErrorException>(() => { DefaultDevice.TypeOf(variable, () => 0, () => "it is in the drawer"); });
        Assert.Equal(GateExitCode.MissingEngine, refused.ExitCode);
        Assert.StartsWith($"SAFETYGATE_REQUIRE_GPU is \"{variable}\", but the engine sees no CUDA device: it is in the drawer. ", refused.Message, StringComparison.Ordinal);
        Assert.Equal(DeviceType.CUDA, DefaultDevice.TypeOf(variable, () => 2, () => throw new InvalidOperationException("asked")));
    }
}
