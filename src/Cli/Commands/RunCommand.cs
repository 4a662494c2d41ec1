using System.CommandLine;
using SafetyGate.Cli.Console;
using SafetyGate.Core.Files;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Runs;
using SafetyGate.Trainers;

namespace SafetyGate.Cli.Commands;

/// <summary><c>gate run RECIPE.json</c>: one training run, or the one the store has already.</summary>
internal static class RunCommand
{
    public static Command Create(GateOutput output)
    {
        var recipe = new Argument<string>("RECIPE.json") { Description = "The recipe." };
        var copy = new Option<string?>("--out") { Description = "Also copy the checkpoint to this new directory.", HelpName = "DIR" };
        var command = new Command("run", "Carry out one training run, or take it from the store.") { recipe, copy };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var read = RecipeFile.Load(parsed.GetRequiredValue(recipe));
            var target = parsed.GetValue(copy);
            if (target is not null && Directory.Exists(target)) throw new UserErrorException($"'{target}' exists already; --out takes a directory that does not, so that nothing is overwritten.");
            var progress = new ConsoleProgress(output, TimeProvider.System);
            var store = new RunStore(StoreLocation.FromEnvironment(), TimeProvider.System);
            var trained = await store.GetOrTrainAsync(read, progress, cancellationToken);
            progress.Close();
            foreach (var warning in trained.Warnings) output.Error.WriteLine($"gate: warning: {warning}");
            if (target is not null) CopyCheckpoint(trained.CheckpointDirectory, target);

            output.Out.WriteLine($"run         {trained.Record.Digest} ({Words(trained.Origin)})");
            output.Out.WriteLine(Invariant($"steps       {trained.Record.Steps}"));
            foreach (var (name, value) in trained.Record.Metrics.Where(metric => metric.Key != "step"))
                output.Out.WriteLine($"{name,-11} {value:G6}");
            if (LeftOut(trained.RunDirectory) is { } leftOut) output.Out.WriteLine($"left out    {leftOut}");
            output.Out.WriteLine($"weights     {trained.Record.Model.WeightsDigest}");
            output.Out.WriteLine($"checkpoint  {target ?? trained.CheckpointDirectory}");
            output.Out.WriteLine($"metrics     {trained.MetricsFile}");
            output.Out.WriteLine($"next        gate eval --model {target ?? trained.Record.Digest} --suite NAME|FILE");
            return GateExitCode.Passed;
        });
        return command;
    }

    // Examples that were too long or had nothing to learn, as the trainer's report has them; also of a run that the store has.
    private static string? LeftOut(string directory)
    {
        var path = Path.Combine(directory, RunLayout.Report);
        if (!File.Exists(path)) return null;
        var report = StrictJson.ReadFile(path);
        var counts = new[] { ("dropped_too_long", "too long"), ("dropped_without_targets", "with nothing to learn") }
            .Select(kind => (Count: report.Members.FirstOrDefault(member => member.Name == kind.Item1).Value?.AsInt() ?? 0, kind.Item2)).Where(kind => kind.Count > 0).ToList();
        return counts.Count == 0 ? null : string.Join(", ", counts.Select(kind => Invariant($"{kind.Count} {kind.Item2}")));
    }

    private static string Words(RunOrigin origin) => origin switch
    {
        RunOrigin.Trained => "trained now",
        RunOrigin.Resumed => "resumed and finished now",
        _ => "taken from the store",
    };

    // Under a temporary name first: a half-copied checkpoint must not look like one.
    private static void CopyCheckpoint(string source, string target)
    {
        var partial = target.TrimEnd(Path.DirectorySeparatorChar) + ".partial";
        Directory.CreateDirectory(partial);
        foreach (var file in Directory.EnumerateFiles(source))
            File.Copy(file, Path.Combine(partial, Path.GetFileName(file)), overwrite: true);
        Directory.Move(partial, target);
    }
}
