using System.CommandLine;
using SafetyGate.Cli.Console;
using SafetyGate.Core.Runs;
using SafetyGate.Studies.Trees;

namespace SafetyGate.Cli.Commands;

/// <summary>
/// <c>gate study trees</c>: which modes of the reinforcement-learning trainer converge to the tilt, as Markdown (docs/conformity.md).
/// </summary>
internal static class TreeStudyCommand
{
    public static Command Create(GateOutput output)
    {
        var seeds = new Option<int>("--seeds") { Description = "How many seeds, from 1, of the first mode that claims to conform on every tree, and of all that do on fixture A at β 0.5.", DefaultValueFactory = _ => 20 };
        var otherSeeds = new Option<int>("--other-seeds")
        {
            Description = "How many seeds of everything else.",
            DefaultValueFactory = _ => 2
        };
        var files = new Option<string[]>("--trees") { Description = "Trees of your own, one JSON object a line (id, vocabulary, eos, beta, paths of tokens, logp, g and s), besides the built-in ones.", HelpName = "FILE" };
        var updates = new Option<int>("--updates")
        {
            Description = "Updates of a run.",
            DefaultValueFactory = _ => new TreeStudy().Updates
        };
        var learningRate = new Option<double>("--learning-rate")
        {
            Description = "Learning rate of Adam, decayed to 0.",
            DefaultValueFactory = _ => new TreeStudy().LearningRate
        };
        var journalFile = new Option<string?>("--journal")
        {
            Description = "Where finished runs are kept, so that the same command resumes where it stopped.",
            HelpName = "FILE"
        };
        var destination = CommandParts.OutOption();
        var command = new Command("trees",
            "Runs every mode of the trainer on policies that can be enumerated. Ends with 1 when a mode that claims to conform does not.")
        {
            seeds, otherSeeds, files, updates, learningRate, journalFile, destination
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (conforming, others) = (Positive(parsed.GetValue(seeds), "--seeds"), Positive(parsed.GetValue(otherSeeds),
                "--other-seeds"));
            var given = parsed.GetValue(files) ?? [];
            IReadOnlyList<TokenTree> trees = [.. RandomTrees.Standard, .. given.SelectMany(TokenTree.Read)];
            if (trees.GroupBy(tree => tree.Id, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
                throw new UserErrorException($"Two trees have the id '{twice.Key}'; the table could not tell them apart. Rename one.");
            var study = new TreeStudy
            {
                Updates = Positive(parsed.GetValue(updates), "--updates"),
                LearningRate = parsed.GetValue(learningRate)
            };
            if (!(study.LearningRate > 0 && double.IsFinite(study.LearningRate)))
                throw new UserErrorException(Invariant($"--learning-rate is {study.LearningRate}; it must be finite and above 0."),
                    GateExitCode.Usage);
            var journal = parsed.GetValue(journalFile) is { } path ? new TreeJournal(path) : null;
            var progress = new ConsoleProgress(output, TimeProvider.System);
            var results = await Task.Run(() => Run(study, trees, conforming, others, journal, progress, cancellationToken),
                cancellationToken);
            progress.Close();
            var page = TreePage.ToMarkdown(
                Invariant($"./gate study trees --seeds {conforming} --other-seeds {others} --updates {study.Updates} --learning-rate {study.LearningRate}{string.Concat(given.Select(file => $" --trees {Path.GetFileName(file)}"))} --out docs/conformity.md"),
                study,
                trees,
                results);
            await CommandParts.WriteAsync(output, parsed.GetValue(destination), page, cancellationToken);
            return results.TrueForAll(result => !result.Claimed || result.Conforms) ? GateExitCode.Passed : GateExitCode.Regressed;
        });
        return command;
    }

    private static List<TreeResult> Run(TreeStudy study, IReadOnlyList<TokenTree> trees, int seeds, int otherSeeds, TreeJournal? journal,
        ConsoleProgress progress, CancellationToken cancellationToken)
    {
        // On one prompt the conforming modes differ only by a factor of the advantage, which Adam cancels: twenty seeds of one cover all.
        // The rows that matter most come first, so that a part of the table is worth having.
        var parts = TreeMode.Conforming.Concat(TreeMode.Others)
            .SelectMany(mode => trees.Select(tree => (Tree: tree, Mode: mode, Seeds: Matters(tree, mode) ? seeds : otherSeeds)))
            .OrderByDescending(part => Matters(part.Tree, part.Mode)).ToList();
        var (total, results) = (parts.Sum(part => part.Seeds), new List<TreeResult>());
        foreach (var (tree, mode, count) in parts)
            foreach (var result in study.RunAll([tree], [mode], count, journal, cancellationToken))
            {
                results.Add(result);
                progress.Report(new RunProgress("trees", results.Count, total,
                    Invariant($"{result.Tree}, {result.Mode}, seed {result.Seed}: KL {result.KlToTilt:0.0e+0}")));
            }

        string[] modes = [.. TreeMode.Conforming.Concat(TreeMode.Others).Select(mode => mode.Name)];
        return [.. trees.SelectMany(tree => results.Where(result => result.Tree == tree.Id).OrderBy(result => Array.IndexOf(modes, result.Mode)))];
    }

    private static bool Matters(TokenTree tree, TreeMode mode) =>
        mode == TreeMode.Conforming[0] || (TreeMode.Conforming.Contains(mode) && tree.Id == "fixture-A, β 0.5");

    private static int Positive(int count, string option) =>
        count >= 1 ? count : throw new UserErrorException(Invariant($"{option} is {count}; it must be 1 or more."), GateExitCode.Usage);
}
