using System.CommandLine;
using SafetyGate.Cli.Console;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Runs;
using SafetyGate.Studies.Trl;

namespace SafetyGate.Cli.Commands;

/// <summary><c>gate study trl</c>: our trainer beside TRL's on one checkpoint, as Markdown (docs/trl-comparison.md).</summary>
internal static class TrlStudyCommand
{
    public static Command Create(GateOutput output)
    {
        var prototype = new Option<string>("--prototype")
        {
            Description = "The pocket prototype: a checkpoint with data/ and trl_runs.json.",
            HelpName = "DIR",
            Required = true
        };
        var threads = new Option<int>("--threads") { Description = "Threads of our runs.", DefaultValueFactory = _ => 2 };
        var machine = new Option<string?>("--machine")
        {
            Description = "What our runs ran on and beside, for the reader of the times.",
            HelpName = "TEXT"
        };
        var destination = CommandParts.OutOption();
        var command = new Command("trl",
            "Runs the settings TRL was run with, and shows both. Ends with 1 when reward or refusal is out of its tolerance.")
        {
            prototype, threads, machine, destination
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var directory = Path.GetFullPath(parsed.GetValue(prototype)!);
            var theirs = TrlRuns.Read(directory);
            var progress = new ConsoleProgress(output, TimeProvider.System);
            var store = new RunStore(StoreLocation.FromEnvironment(), TimeProvider.System);
            var comparison = new TrlComparison(directory, store, new() { Threads = parsed.GetValue(threads) });
            List<TrlRun> ours = [];
            foreach (var run in theirs) ours.Add(await comparison.RunAsync(run.Name, run.Seed, progress, cancellationToken));
            progress.Close();
            var page = TrlPage.ToMarkdown("./gate study trl --prototype DIR --out docs/trl-comparison.md", parsed.GetValue(threads),
                parsed.GetValue(machine), theirs, ours);
            await CommandParts.WriteAsync(output, parsed.GetValue(destination), page, cancellationToken);
            return TrlPage.Agrees(theirs, ours) ? GateExitCode.Passed : GateExitCode.Regressed;
        });
        return command;
    }
}
