using SafetyGate.Cli.Console;

namespace SafetyGate.Cli.Tests.Demo;

public sealed class ConsoleProgressSpecs
{
    [Fact]
    public void The_time_left_of_a_second_training_is_not_reckoned_from_the_start_of_the_first()
    {
        using var error = new StringWriter { NewLine = "\n" };
        using var output = new GateOutput(Stream.Null, TextWriter.Null, error, interactive: false);
        var clock = new DemoClock();
        var progress = new ConsoleProgress(output, clock);
        progress.Report(new("train", 1, 10));
        clock.Seconds += 1000;
        progress.Report(new("train", 10, 10));
        progress.Report(new("train", 1, 10));
        clock.Seconds += 10;
        progress.Report(new("train", 5, 10));
        Assert.EndsWith("5/10  about 10 s left", error.ToString().TrimEnd('\n').Split('\n')[^1], StringComparison.Ordinal);
    }
}
