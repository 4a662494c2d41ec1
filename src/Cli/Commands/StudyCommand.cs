using System.CommandLine;
using SafetyGate.Cli.Console;
using SafetyGate.Harness;
using SafetyGate.Harness.Runs;
using SafetyGate.Pocket;
using SafetyGate.Pocket.Study;

namespace SafetyGate.Cli.Commands;

/// <summary><c>gate study sft</c>: every arm over several seeds, every suite, as Markdown (docs/study.md).</summary>
internal static class StudyCommand
{
    public static Command Create(GateOutput output)
    {
        var seeds = new Option<int>("--seeds") { Description = "How many seeds, from 1.", DefaultValueFactory = _ => 5 };
        var destination = CommandParts.OutOption();
        var sft = new Command("sft", "Own-style against house-style fine-tuning at the same accuracy.") { seeds, destination };
        sft.SetAction(async (parsed, cancellationToken) =>
        {
            var count = parsed.GetValue(seeds);
            if (count < 1) throw new UserErrorException(Invariant($"--seeds is {count}; it must be 1 or more."), GateExitCode.Usage);
            var paths = PocketPaths.Find();
            var progress = new ConsoleProgress(output, TimeProvider.System);
            var store = new RunStore(StoreLocation.FromEnvironment(), TimeProvider.System);
            var arms = await new PocketStudy(paths, store).RunAsync([.. Enumerable.Range(1, count).Select(seed => (ulong)seed)], progress, cancellationToken);
            progress.Close();
            var table = PocketStudyTable.ToMarkdown(new PocketMetrics(new PocketSuites(paths)), arms);
            if (parsed.GetValue(destination) is { } path) await File.WriteAllTextAsync(path, table, cancellationToken);
            else output.Out.Write(table);
            return GateExitCode.Passed;
        });
        return new Command("study", "The comparisons and measurements behind the pages of docs/.") { sft, StudyRlvrCommand.Create(output), TreeStudyCommand.Create(output), KlStudyCommand.Create(output), TrlStudyCommand.Create(output) };
    }
}
