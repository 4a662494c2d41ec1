using SafetyGate.Cli.Console;
using SafetyGate.Core.Runs;

namespace SafetyGate.Cli.Tests.Demo;

public sealed class ConsoleProgressSpecs
{
    [Fact]
    public void The_time_left_of_a_second_training_is_not_reckoned_from_the_start_of_the_first()
    {
        var lines = Shown(interactive: true, (report, clock) =>
        {
            report(new("train", 1, 10));
            clock.Seconds += 1000;
            report(new("train", 10, 10));
            report(new("train", 1, 10));
            clock.Seconds += 8;
            report(new("train", 5, 10));
        });
        Assert.EndsWith("5/10  about 10 s left", lines[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(100)]
    public void No_time_is_told_before_something_was_seen_to_be_done_and_then_it_is_the_rest_at_that_pace(int first)
    {
        var lines = Shown(interactive: true, (report, clock) =>
        {
            report(new("train", first, 200)); // resumed at a hundred, too
            clock.Seconds += 0.5;
            report(new("train", first + 1, 200));
            for (var step = first + 2; step <= first + 10; step++)
            {
                clock.Seconds += 0.5;
                report(new("train", step, 200));
            }
        });
        Assert.DoesNotContain("left", lines[0] + lines[1], StringComparison.Ordinal);
        Assert.DoesNotContain(lines, line => line.Contains("about 0 s", StringComparison.Ordinal));
        Assert.EndsWith(Invariant($"{first + 10}/200  about {ProgressTime.Words(TimeSpan.FromSeconds((200 - first - 10) * 0.5))} left"), lines[^1], StringComparison.Ordinal);
    }

    // Units of 100 s, the first two of them from the store, as a study reports them.
    [Theory]
    [InlineData(true), InlineData(false)]
    public void A_part_that_is_made_of_others_keeps_its_own_clock(bool interactive)
    {
        var lines = Shown(interactive, (report, clock) =>
        {
            report(new("study", 2, 22));
            for (var unit = 2; unit < 5; unit++) Unit(report, clock, Invariant($"sft, seed {unit}"), () => report(new("study", unit + 1, 22, Invariant($"unit {unit}"))));
        });
        Assert.Equal(["3/22  unit 2  about 32 min left", "4/22  unit 3  about 30 min left", "5/22  unit 4  about 28 min left"],
            lines.Where(line => line.StartsWith("study", StringComparison.Ordinal) && line.Contains("unit", StringComparison.Ordinal)).Select(line => line[(line.IndexOf(']', StringComparison.Ordinal) + 2)..]));
    }

    [Fact]
    public void A_log_has_one_line_for_each_part_that_is_finished_and_names_the_run()
    {
        var lines = Shown(interactive: false, (report, clock) =>
        {
            report(new("study", 0, 2));
            Unit(report, clock, "sft, seed 1", () => report(new("study", 1, 2, "sft, seed 1; resident 90 MiB")));
            Unit(report, clock, "sft, seed 2", () => report(new("study", 2, 2, "sft, seed 2; resident 91 MiB")));
        });
        Assert.Equal(
        [
            "sft, seed 1: train  [########................] 70/200  loss 0.7",
            "sft, seed 1: evaluate pocket/direct  [########################] 168/168",
            "study  [############............] 1/2  sft, seed 1; resident 90 MiB  about 2 min left",
            "sft, seed 2: train  [########................] 70/200  loss 0.7",
            "sft, seed 2: evaluate pocket/direct  [########################] 168/168",
            "study  [########################] 2/2  sft, seed 2; resident 91 MiB",
        ], lines);
    }

    [Fact]
    public void A_long_part_says_each_minute_in_a_log_how_far_it_is()
    {
        var lines = Shown(interactive: false, (report, clock) =>
        {
            for (var step = 1; step <= 200; step++)
            {
                report(new("train", step, 200));
                clock.Seconds += 1;
            }
        });
        Assert.Equal(["61/200  about 2 min left", "121/200  about 79 s left", "181/200  about 19 s left", "200/200"], lines.Select(line => line[(line.IndexOf(']', StringComparison.Ordinal) + 2)..]));
    }

    [Fact]
    public void Words_without_a_count_are_told_once_and_warnings_each_time()
    {
        var lines = Shown(interactive: false, (report, _) =>
        {
            report(new("memory", 0, 0, "90 of 800 MiB"));
            report(new("evaluate a", 0, 600));
            report(new("evaluate a", 256, 600));
            report(new("warning", 0, 0, "one"));
            report(new("warning", 0, 0, "two"));
            report(new("evaluate a", 512, 600));
            report(new("evaluate a", 600, 600));
        });
        Assert.Equal(["memory  90 of 800 MiB", "warning: one", "warning: two", "evaluate a  [########################] 600/600"], lines);
    }

    [Fact]
    public void A_part_that_fails_is_told_as_far_as_it_came()
    {
        var lines = Shown(interactive: false, (report, _) =>
        {
            report(new("train", 3, 200, "loss 0.7"));
            report(new("failed", 0, 0, "sft: the loss is not finite"));
            report(new("train", 2, 200, "loss 0.6"));
        });
        Assert.Equal(["train  [........................] 3/200  loss 0.7", "failed  sft: the loss is not finite", "train  [........................] 2/200  loss 0.6"], lines);
    }

    [Theory]
    [InlineData(0.2, "1 s"), InlineData(89, "89 s"), InlineData(90, "2 min"), InlineData(5300, "88 min"), InlineData(9000, "2.5 h")]
    public void Times_are_told_in_the_unit_that_is_read(double seconds, string words) => Assert.Equal(words, ProgressTime.Words(TimeSpan.FromSeconds(seconds)));

    // 70 steps of one second to a target, and an evaluation of 30 seconds.
    private static void Unit(Action<RunProgress> report, DemoClock clock, string name, Action end)
    {
        for (var step = 1; step <= 70; step++)
        {
            clock.Seconds += 0.5;
            report(new("train", step, 200, "loss 0.7") { Subject = name });
        }

        report(new("evaluate pocket/direct", 0, 168) { Subject = name });
        clock.Seconds += 65;
        report(new("evaluate pocket/direct", 168, 168) { Subject = name });
        end();
    }

    private static List<string> Shown(bool interactive, Action<Action<RunProgress>, DemoClock> work)
    {
        using var error = new StringWriter { NewLine = "\n" };
        using var output = new GateOutput(Stream.Null, TextWriter.Null, error, interactive);
        var clock = new DemoClock();
        var progress = new ConsoleProgress(output, clock);
        work(progress.Report, clock);
        progress.Close();
        return [.. error.ToString().Split(interactive ? "\r\u001b[2K" : "\n", StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd('\n'))];
    }
}
