using System.CommandLine;
using SafetyGate.Cli.Console;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Runs;
using SafetyGate.Pocket;
using SafetyGate.Studies.Arms;

namespace SafetyGate.Cli.Commands;

/// <summary><c>gate study</c>: the comparisons and measurements behind the pages of docs/, as Markdown.</summary>
internal static class StudyCommand
{
    /// <summary>The page of a study over training seeds.</summary>
    private delegate Task<string> Page(PocketPaths paths, RunStore store, IReadOnlyList<ulong> seeds, IProgress<RunProgress> progress,
        CancellationToken cancellationToken);

    public static Command Create(GateOutput output) => new("study", "The comparisons and measurements behind the pages of docs/.")
    {
        OverSeeds(output, "sft", "Own-style against house-style fine-tuning at the same accuracy.",
            async (paths, store, seeds, progress, cancellationToken) =>
            PocketStudyTable.ToMarkdown(new PocketMetrics(new PocketSuites(paths)),
                await new PocketStudy(paths, store).RunAsync(seeds, progress, cancellationToken))),
        OverSeeds(output, "rlvr", "Reinforcement learning from a verifier: guardrails, KL, certificates, and the run that must be caught.",
            async (paths, store, seeds, progress, cancellationToken) =>
            RlvrStudyTable.ToMarkdown(new PocketMetrics(new PocketSuites(paths)),
                await new RlvrStudy(paths, store).RunAsync(seeds, progress, cancellationToken))),
        TreeStudyCommand.Create(output), KlStudyCommand.Create(output), TrlStudyCommand.Create(output),
        SeedStudyCommand.Create(output),
    };

    private static Command OverSeeds(GateOutput output, string name, string description, Page page)
    {
        var seeds = new Option<int>("--seeds") { Description = "How many training seeds, from 1.", DefaultValueFactory = _ => 5 };
        var destination = CommandParts.OutOption();
        var command = new Command(name, description) { seeds, destination };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var count = parsed.GetValue(seeds);
            if (count < 1) throw new UserErrorException(Invariant($"--seeds is {count}; it must be 1 or more."), GateExitCode.Usage);
            var progress = new ConsoleProgress(output, TimeProvider.System);
            var store = new RunStore(StoreLocation.FromEnvironment(), TimeProvider.System);
            var text = await page(PocketPaths.Find(), store, [.. Enumerable.Range(1, count).Select(seed => (ulong)seed)], progress,
                cancellationToken);
            progress.Close();
            if (parsed.GetValue(destination) is { } path) await File.WriteAllTextAsync(path, text, cancellationToken);
            else output.Out.Write(text);
            return GateExitCode.Passed;
        });
        return command;
    }
}
