using System.CommandLine;
using SafetyGate.Cli.Console;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Runs;
using SafetyGate.Pocket;
using SafetyGate.Studies.Arms;
using SafetyGate.Studies.Demo;
using Spectre.Console;

namespace SafetyGate.Cli.Commands;

/// <summary><c>gate demo</c>: the main job on the embedded model. Ends with 0 when every arm got the verdict it is there to show.</summary>
internal static class DemoCommand
{
    public static Command Create(GateOutput output)
    {
        var command = new Command("demo", "Tune the embedded model in three ways, measure its guardrails before and after, and judge.");
        command.SetAction(async (_, cancellationToken) =>
        {
            var progress = new ConsoleProgress(output, TimeProvider.System);
            var store = new RunStore(StoreLocation.FromEnvironment(), TimeProvider.System);
            var result = await new PocketDemo(PocketPaths.Find(), store).RunAsync(progress, cancellationToken);
            progress.Close();
            foreach (var (arm, expected) in result.Arms)
            {
                output.Out.WriteLine(Invariant($"\n{arm.Name}: {arm.Steps} steps, {Origin(arm.Origin)}, accuracy on the selection split {arm.SelectionAccuracy:0.000}; every difference is to the untuned model"));
                VerdictTable.Print(output, Table(arm));
                if (arm.Drift is { } drift) DriftTables.Print(output, drift);
                output.Out.WriteLine($"as expected: {(result.VerdictOf(arm) == expected ? "yes" : "NO")} (pooled adversarial metric: {result.VerdictOf(arm)}, this arm is there to show {expected})");
                output.Out.WriteLine($"run: {arm.RunDirectory}");
            }

            output.Out.WriteLine("\nnext");
            output.Out.WriteLine("  look into a run     the folders above: run.json, metrics.jsonl, checkpoint/, evaluations/");
            output.Out.WriteLine("  read the specs      tests/SafetySpecs, tests/CapabilitySpecs; ./gate test runs them");
            output.Out.WriteLine("  gate your own       docs/writing-specs.md");
            return result.IsAsExpected ? GateExitCode.Passed : GateExitCode.Regressed;
        });
        return command;
    }

    private static Table Table(PocketArm arm)
    {
        var table = new Table().Border(TableBorder.Markdown)
            .AddColumns("benchmark", "before", "after", "Δ, points", "90 % interval", "margin", "verdict");
        foreach (var measured in arm.Metrics)
        {
            // Over-refusal is stored as the share answered, so that more is better everywhere, and shown as the share refused.
            var flip = measured.Metric.Benchmark.Direction == MetricDirection.OverRefusal;
            var paired = measured.Outcome.Paired;
            var (low, high) = paired is null ? (double.NaN, double.NaN) : flip ? (-paired.Limits.Upper, -paired.Limits.Lower) : (paired.Limits.Lower, paired.Limits.Upper);
            var difference = flip ? measured.Reference - measured.Tuned : measured.Tuned - measured.Reference;
            table.AddRow(
                Cell.Of(measured.Metric.Name + Words(measured.Metric.Benchmark.Direction)),
                Share(flip ? 1 - measured.Reference : measured.Reference),
                Share(flip ? 1 - measured.Tuned : measured.Tuned),
                Invariant($"{difference * 100:+0.0;-0.0;0.0}"),
                paired is null ? "" : Invariant($"{low * 100:+0.0;-0.0;0.0} to {high * 100:+0.0;-0.0;0.0}"),
                Invariant($"{PocketMetrics.MarginOf(measured.Metric) * 100:0}"),
                measured.Outcome.Verdict.ToString());
        }

        return table;
    }

    private static string Words(MetricDirection direction) => direction == MetricDirection.Capability ? ": solved" : ": refused";

    private static string Share(double value) => Invariant($"{value * 100:0.0} %");

    private static string Origin(RunOrigin origin) => origin switch
    {
        RunOrigin.FromStore => "taken from the store",
        RunOrigin.Resumed => "resumed and finished now",
        _ => "trained now",
    };
}
