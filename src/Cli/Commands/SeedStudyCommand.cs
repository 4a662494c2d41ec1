using System.CommandLine;
using SafetyGate.Cli.Console;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Runs;
using SafetyGate.Pocket;
using SafetyGate.Studies.Seeds;

namespace SafetyGate.Cli.Commands;

/// <summary><c>gate study seeds</c>: what each of the five systems around the gate must show, as Markdown (docs/seeds.md) and JSON.</summary>
internal static class SeedStudyCommand
{
    private const int FullSeeds = 5, QuickSeeds = 2;

    public static Command Create(GateOutput output)
    {
        var only = new Option<string[]>("--only") { Description = "Systems or sections to run; all when left out.", HelpName = "NAME" };
        var seeds = new Option<int?>("--seeds") { Description = Invariant($"How many seeds, from 1: {FullSeeds}, or {QuickSeeds} with --quick, unless given.") };
        var quick = new Option<bool>("--quick") { Description = "The short form: fewer items and steps. Its verdicts are not those of the page." };
        var json = new Option<string?>("--json") { Description = "Where to write the same results as JSON.", HelpName = "FILE" };
        var destination = CommandParts.OutOption();
        var command = new Command("seeds",
            "What each of the five systems around the gate must show, with seeds, intervals and negative controls. Ends with 1 when a claim does not come out, with 2 when one is inconclusive.")
        {
            only, seeds, quick, json, destination
        };
        var cluster = new ClusterParts();
        foreach (var option in cluster.Options) command.Add(option);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var names = parsed.GetValue(only) ?? [];
            var studies = SeedStudies.Of(names);
            var isQuick = parsed.GetValue(quick);
            var count = parsed.GetValue(seeds) ?? (isQuick ? QuickSeeds : FullSeeds);
            if (count < 1) throw new UserErrorException(Invariant($"--seeds is {count}; it must be 1 or more."), GateExitCode.Usage);
            var context = new SeedStudyContext
            {
                Paths = PocketPaths.Find(),
                Store = new RunStore(StoreLocation.FromEnvironment(), TimeProvider.System),
                Seeds = [.. Enumerable.Range(1, count).Select(seed => (ulong)seed)],
                Quick = isQuick,
                Progress = new ConsoleProgress(output, TimeProvider.System),
            };
            return await cluster.RunAsync(output, parsed, [.. studies.Select(study => Listed(study, context))], async (to, token) =>
            {
                var progress = new ConsoleProgress(to, TimeProvider.System);
                var results = await SeedStudyRun.RunAsync(studies, context with { Progress = progress }, token);
                progress.Close();
                var line = Invariant($"./gate study seeds{string.Concat(names.Select(name => $" --only {name}"))} --seeds {count}{(isQuick ? " --quick" : "")} --out docs/seeds.md");
                if (parsed.GetValue(json) is { } file) await CommandParts.WriteAsync(to, file, SeedPage.ToJson(line, results), token);
                await CommandParts.WriteAsync(to, parsed.GetValue(destination), SeedPage.ToMarkdown(line, results), token);
                return results.Any(result => result.Section.Verdict == SeedVerdict.No) ? GateExitCode.Regressed
                    : results.Any(result => result.Section.Verdict == SeedVerdict.Inconclusive) ? GateExitCode.Inconclusive : GateExitCode.Passed;
            }, cancellationToken);
        });
        return command;
    }

    // A section's trainings and figures are kept in the store, so that the page takes no time after them.
    private static ListedWork Listed(ISeedStudy study, SeedStudyContext context) => new()
    {
        Name = study.Name,
        DoAsync = async (begins, progress, cancellationToken) =>
        {
            begins();
            var section = await study.RunAsync(context with { Progress = progress }, cancellationToken);
            return new(Invariant($"{section.Claims.Count} claims"), Worked: true);
        },
    };
}
