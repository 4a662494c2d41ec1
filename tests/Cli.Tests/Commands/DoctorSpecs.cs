using SafetyGate.Core;

namespace SafetyGate.Cli.Tests.Commands;

public sealed class DoctorSpecs
{
    [Fact]
    public async Task Doctor_says_how_tokens_are_decoded_and_why()
    {
        var run = await GateRun.OfAsync("doctor");
        Assert.Equal(GateExitCode.Passed, run.ExitCode);
        Assert.Contains("\ndecoding  operator by operator, no CUDA graphs: not applicable: CPU\n", run.Out, StringComparison.Ordinal);
    }
}
