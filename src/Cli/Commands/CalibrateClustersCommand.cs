using System.CommandLine;
using SafetyGate.Cli.Console;
using SafetyGate.Harness.Calibration;

namespace SafetyGate.Cli.Commands;

/// <summary>
/// <c>gate calibrate clusters</c>: the rule for items that share behaviors, by simulation. Ends with 0 when every requirement is shown to
/// hold, with 1 otherwise.
/// </summary>
internal static class CalibrateClustersCommand
{
    public static Command Create(GateOutput output)
    {
        var draws = new Option<int>("--draws")
        {
            Description = "Simulated comparisons behind each share.",
            DefaultValueFactory = _ => 100_000
        };
        var json = CommandParts.JsonOption();
        var destination = CommandParts.OutOption();
        var command = new Command("clusters",
            "The rule for items that share behaviors, by seeded simulation, as Markdown (docs/clusters.md).")
        {
            draws, json, destination
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var count = parsed.GetValue(draws);
            if (count < 1000) throw new UserErrorException(Invariant($"--draws is {count}; it must be 1000 or more."), GateExitCode.Usage);
            var progress = new ConsoleProgress(output, TimeProvider.System);
            var found = ClusterCalibration.Run(count, progress, cancellationToken);
            progress.Close();
            var text = parsed.GetValue(json) ? CalibrationJson.Of(found) : ClusterPage.ToMarkdown(found, count);
            if (parsed.GetValue(destination) is { } path) await CommandParts.WriteFileAsync(path, text, cancellationToken);
            else if (parsed.GetValue(json)) output.WriteJson(text);
            else output.Out.Write(text);
            return found.Requirements.All(r => r.Holds) ? GateExitCode.Passed : GateExitCode.Regressed;
        });
        return command;
    }
}
