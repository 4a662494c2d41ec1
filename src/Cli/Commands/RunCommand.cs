using System.CommandLine;
using SafetyGate.Cli.Console;
using SafetyGate.Core.Files;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Runs;
using SafetyGate.Models;
using SafetyGate.Trainers;

namespace SafetyGate.Cli.Commands;

/// <summary><c>gate run RECIPE.json …</c>: training runs, or those the store has already, here or on a cluster.</summary>
internal static class RunCommand
{
    public static Command Create(GateOutput output)
    {
        var recipes = new Argument<string[]>("RECIPE.json") { Description = "The recipe, or several: trained one after the other.", Arity = ArgumentArity.OneOrMore };
        var copy = new Option<string?>("--out") { Description = "Also copy the checkpoint to this new directory; of several recipes, each to a folder in it by its name.", HelpName = "DIR" };
        var cluster = new ClusterParts();
        var command = new Command("run", "Carry out training runs, or take them from the store.") { recipes, copy };
        foreach (var option in cluster.Options) command.Add(option);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string[] paths = parsed.GetRequiredValue(recipes);
            List<IRecipe> read = [.. paths.Select(RecipeFile.Load)];
            if (read.GroupBy(recipe => recipe.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
                throw new UserErrorException($"Two recipes are called '{twice.Key}'; give each once, and another \"name\" to one of them.", GateExitCode.Usage);
            var target = parsed.GetValue(copy);
            if (target is not null && cluster.IsHere(parsed) && Directory.Exists(target)) throw new UserErrorException($"'{target}' exists already; --out takes a directory that does not, so that nothing is overwritten.");
            var store = new RunStore(StoreLocation.FromEnvironment(), TimeProvider.System);
            return await cluster.RunAsync(output, parsed, [.. read.Select(recipe => ListedWork.OfRun(store, recipe))], read.Count == 1
                ? async (to, token) => Print(to, await TrainAsync(to, store, read[0], token), target)
                : (to, token) => AllAsync(to, store, read, target, token), cancellationToken);
        });
        return command;
    }

    private static async Task<TrainedModel> TrainAsync(GateOutput output, RunStore store, IRecipe recipe, CancellationToken cancellationToken)
    {
        var progress = new ConsoleProgress(output, TimeProvider.System);
        var trained = await store.GetOrTrainAsync(recipe, progress, cancellationToken);
        progress.Close();
        foreach (var warning in trained.Warnings) output.Error.WriteLine($"gate: warning: {warning}");
        return trained;
    }

    private static int Print(GateOutput output, TrainedModel trained, string? target)
    {
        if (target is not null) CopyCheckpoint(trained.CheckpointDirectory, target);
        output.Out.WriteLine($"run         {trained.Record.Digest} ({ListedWork.Words(trained.Origin)})");
        output.Out.WriteLine(Invariant($"steps       {trained.Record.Steps}"));
        foreach (var (name, value) in trained.Record.Metrics.Where(metric => metric.Key != "step"))
            output.Out.WriteLine($"{name,-11} {value:G6}");
        if (LeftOut(trained.RunDirectory) is { } leftOut) output.Out.WriteLine($"left out    {leftOut}");
        output.Out.WriteLine($"weights     {trained.Record.Model.WeightsDigest}");
        output.Out.WriteLine($"checkpoint  {target ?? trained.CheckpointDirectory}");
        output.Out.WriteLine($"metrics     {trained.MetricsFile}");
        output.Out.WriteLine(SequenceClassifier.IsAt(trained.CheckpointDirectory)
            ? $"next        \"reward_model_path\": \"{target ?? trained.CheckpointDirectory}\" in a recipe of kind ppo"
            : $"next        gate eval --model {target ?? trained.Record.Digest} --suite NAME|FILE");
        return GateExitCode.Passed;
    }

    // One that fails does not keep the others from being trained.
    private static async Task<int> AllAsync(GateOutput output, RunStore store, List<IRecipe> recipes, string? target, CancellationToken cancellationToken)
    {
        var width = recipes.Max(recipe => recipe.Name.Length);
        var code = GateExitCode.Passed;
        foreach (var recipe in recipes)
        {
            try
            {
                var trained = await TrainAsync(output, store, recipe, cancellationToken);
                if (target is not null) CopyCheckpoint(trained.CheckpointDirectory, Path.Combine(target, recipe.Name));
                output.Out.WriteLine($"{recipe.Name.PadRight(width)}  run {trained.Record.Digest}  weights {trained.Record.Model.WeightsDigest}  {trained.Record.Steps} steps  ({ListedWork.Words(trained.Origin)})");
            }
            catch (TrainingFailedException e)
            {
                output.Out.WriteLine($"{recipe.Name.PadRight(width)}  failed: {e.Message}");
                code = GateExitCode.TrainingFailed;
            }
        }

        return code;
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
