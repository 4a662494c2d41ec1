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
    /// <summary>The runs of a study over training seeds.</summary>
    private delegate IReadOnlyList<ListedWork> Runs(PocketPaths paths, RunStore store, IReadOnlyList<ulong> seeds);

    /// <summary>The page of a study over training seeds.</summary>
    private delegate Task<string> Page(PocketPaths paths, RunStore store, IReadOnlyList<ulong> seeds, IProgress<RunProgress> progress,
        CancellationToken cancellationToken);

    public static Command Create(GateOutput output) => new("study", "The comparisons and measurements behind the pages of docs/.")
    {
        OverSeeds(output, "sft", "Own-style against house-style fine-tuning at the same accuracy.",
            (paths, store, seeds) => new PocketStudy(paths, store).Runs(seeds),
            async (paths, store, seeds, progress, cancellationToken) =>
            PocketStudyTable.ToMarkdown(new PocketMetrics(new PocketSuites(paths)),
                await new PocketStudy(paths, store).RunAsync(seeds, progress, cancellationToken))),
        OverSeeds(output, "rlvr", "Reinforcement learning from a verifier: guardrails, KL, certificates, and the run that must be caught.",
            (paths, store, seeds) => new RlvrStudy(paths, store).Runs(seeds),
            async (paths, store, seeds, progress, cancellationToken) =>
            RlvrStudyTable.ToMarkdown(new PocketMetrics(new PocketSuites(paths)),
                await new RlvrStudy(paths, store).RunAsync(seeds, progress, cancellationToken))),
        SafetyStudyCommand.Create(output), StudyCostCommand.Create(output), TreeStudyCommand.Create(output), KlStudyCommand.Create(output), TrlStudyCommand.Create(output),
        SeedStudyCommand.Create(output),
    };

    private static Command OverSeeds(GateOutput output, string name, string description, Runs runs, Page page)
    {
        var seeds = new Option<int>("--seeds") { Description = "How many training seeds, from 1.", DefaultValueFactory = _ => 5 };
        var destination = CommandParts.OutOption();
        var cluster = new ClusterParts();
        var command = new Command(name, description) { seeds, destination };
        foreach (var option in cluster.Options) command.Add(option);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var count = parsed.GetValue(seeds);
            if (count < 1) throw new UserErrorException(Invariant($"--seeds is {count}; it must be 1 or more."), GateExitCode.Usage);
            var store = new RunStore(StoreLocation.FromEnvironment(), TimeProvider.System);
            IReadOnlyList<ulong> all = [.. Enumerable.Range(1, count).Select(seed => (ulong)seed)];
            return await cluster.RunAsync(output, parsed, runs(PocketPaths.Find(), store, all), async (to, token) =>
            {
                var progress = new ConsoleProgress(to, TimeProvider.System);
                var text = await page(PocketPaths.Find(), store, all, progress, token);
                progress.Close();
                await CommandParts.WriteAsync(to, parsed.GetValue(destination), text, token);
                return GateExitCode.Passed;
            }, cancellationToken);
        });
        return command;
    }
}
