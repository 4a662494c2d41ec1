using System.CommandLine;
using SafetyGate.Cli.Console;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Runs;
using SafetyGate.Pocket;
using SafetyGate.Studies.Calibration;

namespace SafetyGate.Cli.Commands;

/// <summary>
/// <c>gate calibrate</c>: how often the gate errs. Ends with 0 when every requirement is shown to hold, with 1 otherwise.
/// </summary>
internal static class CalibrateCommand
{
    private static readonly Dictionary<string, PocketCalibrationParts> Parts = new(StringComparer.Ordinal)
    {
        ["checkpoint"] = PocketCalibrationParts.Checkpoint, ["planted"] = PocketCalibrationParts.Planted,
        ["recipe"] = PocketCalibrationParts.Recipe,
    };

    public static Command Create(GateOutput output) =>
        new("calibrate", "How often the gate errs: an unchanged model that goes red, a drop that passes.")
        {
            Pocket(output), CalibrateResultsCommand.Create(output), CalibrateClustersCommand.Create(output)
        };

    private static Command Pocket(GateOutput output)
    {
        var defaults = new PocketCalibrationOptions();
        var only = new Option<string[]>("--only")
        {
            Description = "checkpoint, planted, recipe, or two of them; by default all three.",
            AllowMultipleArgumentsPerToken = true
        };
        only.AcceptOnlyFromAmong([.. Parts.Keys]);
        var repeats = new Option<int>("--repeats")
        {
            Description = "Comparisons of the approved model with itself.",
            DefaultValueFactory = _ => defaults.Repeats
        };
        var plants = new Option<int>("--plants")
        {
            Description = "Planted drops for each metric.",
            DefaultValueFactory = _ => defaults.Plants
        };
        var seeds = new Option<int>("--seeds")
        {
            Description = "Training seeds, from 1, at each thread count.",
            DefaultValueFactory = _ => defaults.Seeds
        };
        var threads = new Option<int[]>("--threads")
        {
            Description = "Thread counts of the trainings.",
            DefaultValueFactory = _ => [.. defaults.Threads],
            AllowMultipleArgumentsPerToken = true
        };
        var baselines = new Option<string?>("--baselines")
        {
            Description = "The folder of the embedded world's baselines; by default baselines/ beside it.",
            HelpName = "DIR"
        };
        var json = CommandParts.JsonOption();
        var destination = CommandParts.OutOption();
        var command = new Command("pocket",
            "The shipped gates on the embedded world, with real trainings and draws, as Markdown (docs/calibration.md).")
        {
            only, repeats, plants, seeds, threads, baselines, json, destination
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new PocketCalibrationOptions
            {
                Repeats = parsed.GetValue(repeats), Plants = parsed.GetValue(plants), Seeds = parsed.GetValue(seeds),
                Threads = parsed.GetValue(threads) ?? [],
            };
            if (string.Join(" ", options.Problems()) is { Length: > 0 } problems)
                throw new UserErrorException(OptionNames.In(problems, [repeats, plants, seeds, threads]), GateExitCode.Usage);
            var progress = new ConsoleProgress(output, TimeProvider.System);
            var store = new RunStore(StoreLocation.FromEnvironment(), TimeProvider.System);
            var paths = PocketPaths.Find();
            // The embedded world's gates, not those of the repository around the current folder.
            var approved = new BaselineStore(parsed.GetValue(baselines) ?? Path.Combine(paths.Root, "baselines"));
            var calibration = new PocketCalibration(paths, store, approved, RunVerdicts.Decide);
            var result = await calibration.RunAsync(options, Asked(parsed.GetValue(only)), progress, cancellationToken);
            progress.Close();
            var text = parsed.GetValue(json) ? CalibrationJson.Of(result) : PocketCalibrationPage.ToMarkdown(result);
            if (parsed.GetValue(destination) is { } path) await CommandParts.WriteFileAsync(path, text, cancellationToken);
            else if (parsed.GetValue(json)) output.WriteJson(text);
            else output.Out.Write(text);
            return result.IsCalibrated ? GateExitCode.Passed : GateExitCode.Regressed;
        });
        return command;
    }

    private static PocketCalibrationParts Asked(string[]? only) =>
        only is { Length: > 0 }
            ? only.Aggregate(PocketCalibrationParts.None, (asked, part) => asked | Parts[part])
            : PocketCalibrationParts.All;
}
