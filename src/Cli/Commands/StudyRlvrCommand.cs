using System.CommandLine;
using SafetyGate.Cli.Console;
using SafetyGate.Harness;
using SafetyGate.Harness.Runs;
using SafetyGate.Pocket;
using SafetyGate.Pocket.Study;

namespace SafetyGate.Cli.Commands;

/// <summary><c>gate study rlvr</c>: reinforcement learning from a verifier over several seeds, the run that must be caught, its control, and another domain (docs/rlvr.md).</summary>
internal static class StudyRlvrCommand
{
    public static Command Create(GateOutput output)
    {
        var seeds = new Option<int>("--seeds") { Description = "How many training seeds, from 1.", DefaultValueFactory = _ => 5 };
        var destination = CommandParts.OutOption();
        var command = new Command("rlvr", "Reinforcement learning from a verifier: guardrails, KL, certificates, and the run that must be caught.") { seeds, destination };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var count = parsed.GetValue(seeds);
            if (count < 1) throw new UserErrorException(Invariant($"--seeds is {count}; it must be 1 or more."), GateExitCode.Usage);
            var paths = PocketPaths.Find();
            var progress = new ConsoleProgress(output, TimeProvider.System);
            var store = new RunStore(StoreLocation.FromEnvironment(), TimeProvider.System);
            var result = await new RlvrStudy(paths, store).RunAsync([.. Enumerable.Range(1, count).Select(seed => (ulong)seed)], progress, cancellationToken);
            progress.Close();
            var table = RlvrStudyTable.ToMarkdown(new PocketMetrics(new PocketSuites(paths)), result);
            if (parsed.GetValue(destination) is { } path) await File.WriteAllTextAsync(path, table, cancellationToken);
            else output.Out.Write(table);
            return GateExitCode.Passed;
        });
        return command;
    }
}
