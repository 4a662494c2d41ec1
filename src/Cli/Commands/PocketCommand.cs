using System.CommandLine;
using SafetyGate.Cli.Console;
using SafetyGate.Pocket;
using SafetyGate.Pocket.Building;

namespace SafetyGate.Cli.Commands;

/// <summary><c>gate pocket build</c>: rebuilds the embedded world and its base models.</summary>
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
            foreach (var report in reports)
                output.Out.WriteLine($"model     {Path.Combine(paths.Models, report.Stage.PublishedAs!)}  weights {report.WeightsDigest}");
            foreach (var shortfall in reports.Where(report => report.Stage.PublishedAs == "base").SelectMany(report => report.Shortfalls()))
                output.Error.WriteLine($"gate: {shortfall}");
            return reports.Any(report => report.Stage.PublishedAs == "base" && report.Shortfalls().Any())
                ? GateExitCode.Regressed
                : GateExitCode.Passed;
        });
        return new Command("pocket", "The embedded world.") { build };
    }
}
