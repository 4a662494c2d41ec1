using System.CommandLine;
using SafetyGate.Cli.Console;
using SafetyGate.Pocket;
using SafetyGate.Pocket.Building;

namespace SafetyGate.Cli.Commands;

/// <summary><c>gate pocket</c>: rebuilds the embedded world, its base models and its reward models, and writes preferences.</summary>
internal static class PocketCommand
{
    public static Command Create(GateOutput output)
    {
        var dataOnly = new Option<bool>("--data-only") { Description = "Write data/pocket only; it is the same bytes every time." };
        var models = new Option<string[]>("--model")
        {
            Description = "A model to make: base, must-fail or small. All when left out.",
            AllowMultipleArgumentsPerToken = true
        };
        models.AcceptOnlyFromAmong("base", "must-fail", "small");
        var build = new Command("build",
            "Write the benchmarks, pretrain and align the base models, and measure them. Resumes where it was stopped.")
        {
            dataOnly, models
        };
        build.SetAction(async (parsed, cancellationToken) =>
        {
            var paths = PocketPaths.Find();
            var builder = new PocketBuilder(paths, Path.Combine(paths.Root, ".build", "pocket"), TimeProvider.System);
            builder.WriteData();
            output.Out.WriteLine($"data      {paths.Data}");
            if (parsed.GetValue(dataOnly)) return GateExitCode.Passed;

            var progress = new ConsoleProgress(output, TimeProvider.System);
            var wanted = parsed.GetValue(models) is { Length: > 0 } names ? names : null;
            var reports = await builder.BuildModelsAsync(wanted, progress, cancellationToken);
            progress.Close();
            if (wanted is null) await BuildRewardsAsync(output, paths, cancellationToken);
            foreach (var report in reports)
                output.Out.WriteLine($"model     {Path.Combine(paths.Models, report.Stage.PublishedAs!)}  weights {report.WeightsDigest}");
            foreach (var shortfall in reports.Where(report => report.Stage.PublishedAs == "base").SelectMany(report => report.Shortfalls()))
                output.Error.WriteLine($"gate: {shortfall}");
            return reports.Any(report => report.Stage.PublishedAs == "base" && report.Shortfalls().Any())
                ? GateExitCode.Regressed
                : GateExitCode.Passed;
        });
        var rewards = new Command("rewards", "Train the reward models of the frozen preferences from the base model, and measure them. Resumes where it was stopped.");
        rewards.SetAction((_, cancellationToken) => BuildRewardsAsync(output, PocketPaths.Find(), cancellationToken));
        return new Command("pocket", "The embedded world.") { build, rewards, PocketPreferencesCommand.Create(output) };
    }

    private static async Task<int> BuildRewardsAsync(GateOutput output, PocketPaths paths, CancellationToken cancellationToken)
    {
        var progress = new ConsoleProgress(output, TimeProvider.System);
        var reports = await new PocketRewards(paths).BuildAsync(Path.Combine(paths.Root, ".build", "pocket"), progress, cancellationToken);
        progress.Close();
        foreach (var report in reports)
            output.Out.WriteLine($"reward    {paths.Reward(report.StyleShare)}  weights {report.WeightsDigest}  held-out pairs ranked right {report.All.Accuracy:F3}, calibration error {report.All.CalibrationError:F3}");
        return reports[0].All.Accuracy >= PocketRewardReport.RequiredAccuracy ? GateExitCode.Passed : GateExitCode.Regressed;
    }
}
