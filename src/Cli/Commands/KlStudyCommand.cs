using System.CommandLine;
using SafetyGate.Cli.Console;
using SafetyGate.Studies.Divergence;

namespace SafetyGate.Cli.Commands;

/// <summary><c>gate study kl</c>: the KL meter where the answer is known, as Markdown (docs/kl-meter.md).</summary>
internal static class KlStudyCommand
{
    private const int FewestRepeats = 20;

    public static Command Create(GateOutput output)
    {
        var repeats = new Option<int>("--repeats")
        {
            Description = "Measurements of each case.",
            DefaultValueFactory = _ => new KlStudy().Repeats
        };
        var tails = new Option<int>("--tails")
        {
            Description = "Measurements of each KL with a tail, at each size.",
            DefaultValueFactory = _ => new KlTailStudy().Repeats
        };
        var destination = CommandParts.OutOption();
        var command = new Command("kl",
            "Repeats the KL meter on policies whose KL is known. Ends with 1 when the mean is off, the interval covers too seldom, or a gate passes a tail too often.")
        {
            repeats, tails, destination
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var count = parsed.GetValue(repeats);
            if (count < FewestRepeats)
                throw new UserErrorException(Invariant($"--repeats is {count}; it must be {FewestRepeats} or more."), GateExitCode.Usage);
            var tailCount = parsed.GetValue(tails);
            if (tailCount < FewestRepeats)
                throw new UserErrorException(Invariant($"--tails is {tailCount}; it must be {FewestRepeats} or more."), GateExitCode.Usage);
            var study = new KlStudy { Repeats = count };
            var progress = new ConsoleProgress(output, TimeProvider.System);
            var results = await Task.Run(() => KlStudyCase.All.Select(one => study.Run(one, progress, cancellationToken)).ToList(),
                cancellationToken);
            var tail = new KlTailStudy { Repeats = tailCount };
            var tailResults = await Task.Run(() => KlTailCase.All.SelectMany(one => KlTailStudy.Sizes.Select(size => tail.Run(one, size, progress, cancellationToken))).ToList(), cancellationToken);
            progress.Close();
            await CommandParts.WriteAsync(output, parsed.GetValue(destination),
                KlStudyPage.ToMarkdown(Invariant($"./gate study kl --repeats {count} --tails {tailCount} --out docs/kl-meter.md"), results, tailResults), cancellationToken);
            return results.TrueForAll(result => result.Holds) && tailResults.TrueForAll(result => result.Holds) ? GateExitCode.Passed : GateExitCode.Regressed;
        });
        return command;
    }
}
