using SafetyGate.Cli.Console;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Runs;
using SafetyGate.Studies.Arms;
using SafetyGate.Studies.Demo;

namespace SafetyGate.Cli.Tests.Demo;

public sealed class DemoProgressSpecs
{
    private static readonly PocketDemoRun House = PocketDemoRun.All[0];

    [Fact]
    public void A_log_has_one_line_for_each_run_that_names_it_and_says_what_was_done()
    {
        var lines = Lines(interactive: false, RunOrigin.Trained, Whole);
        Assert.Equal("SFT, house style      70 steps to 80 % of the sums, in 35 s; 2,260 prompts answered in 20 s", Assert.Single(lines));
    }

    [Fact]
    public void A_terminal_has_one_line_that_is_redrawn_with_the_time_left_and_stays_with_what_was_done()
    {
        var shown = Lines(interactive: true, RunOrigin.Trained, Whole);
        Assert.Equal(shown[^1], Assert.Single(shown[^1..]));
        Assert.Equal("SFT, house style      70 steps to 80 % of the sums, in 35 s; 2,260 prompts answered in 20 s", shown[^1]);
        Assert.Contains("SFT, house style      step 35, accuracy 71.0 % of 80 %; about 31 s left", shown);
        Assert.Contains(shown, line => line.Contains("answers 1,260 of 2,260 prompts; about 9 s left", StringComparison.Ordinal));
        Assert.All(shown, line => Assert.InRange(line.Length, 1, 120));
        Assert.Contains("SFT, house style      step 1", shown); // no time is told before this machine's pace was seen
    }

    [Fact]
    public void A_run_of_the_store_says_so()
    {
        var lines = Lines(interactive: false, RunOrigin.FromStore, (_, _) => { });
        Assert.Equal("SFT, house style      70 steps to 80 % of the sums, from the store; its answers too", Assert.Single(lines));
    }

    [Fact]
    public void A_warning_is_told_in_a_log_too()
    {
        var lines = Lines(interactive: false, RunOrigin.FromStore, (reports, _) => reports.Report(new("warning", 0, 0, "the stored run is corrupt")));
        Assert.Equal("warning: the stored run is corrupt", lines[0]);
        Assert.Equal(2, lines.Count);
    }

    // 70 steps of half a second, then 2,260 answers in 20 seconds.
    private static void Whole(IProgress<RunProgress> reports, DemoClock clock)
    {
        for (var step = 1; step <= 70; step++)
        {
            clock.Seconds += 0.5;
            reports.Report(new("train", step, 200, "loss 0.1" + (step % 5 == 0 ? ", accuracy 71.0 %" : "")));
        }

        foreach (var (suite, count) in new[] { ("a", 840), ("b", 420), ("c", 1000) })
        {
            reports.Report(new($"evaluate {suite}", 0, count));
            clock.Seconds += 20.0 * count / 2260;
            reports.Report(new($"evaluate {suite}", count, count));
        }
    }

    private static List<string> Lines(bool interactive, RunOrigin origin, Action<IProgress<RunProgress>, DemoClock> work)
    {
        using var error = new StringWriter { NewLine = "\n" };
        using var output = new GateOutput(Stream.Null, TextWriter.Null, error, interactive);
        var clock = new DemoClock();
        var progress = new DemoProgress(output, clock);
        work(progress.Begin(House, 2260), clock);
        progress.End(House, new PocketArm { Name = "x", Seed = 1, Origin = origin, RunDirectory = "/", Steps = 70, SelectionAccuracy = 0.8, Seconds = 35, Metrics = [] });
        return [.. error.ToString().Split(interactive ? "\r\u001b[2K" : "\n", StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd('\n'))];
    }
}
