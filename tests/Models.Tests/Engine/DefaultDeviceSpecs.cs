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
        Assert.Equal(DeviceType.CPU, DefaultDevice.TypeOf(variable, () => throw new InvalidOperationException("looked")));

    [Theory]
    [InlineData("1")]
    [InlineData("true")]
    public void With_it_a_gpu_is_used_or_nothing_is(string variable)
    {
        var refused = Assert.Throws<UserErrorException>(() => { DefaultDevice.TypeOf(variable, () => 0); });
        Assert.Equal(GateExitCode.MissingEngine, refused.ExitCode);
        Assert.Contains("SAFETYGATE_REQUIRE_GPU", refused.Message, StringComparison.Ordinal);
        Assert.Equal(DeviceType.CUDA, DefaultDevice.TypeOf(variable, () => 2));
    }
}
