using System.Text;
using SafetyGate.Core.Runs;
using SafetyGate.Models;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Pocket.Data;
using SafetyGate.Pocket.World;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.RewardModels;
using SafetyGate.Trainers.Rewards;

namespace SafetyGate.Pocket.Building;

/// <summary>Trains the reward models of <c>models/pocket</c> on the frozen preferences, publishes and measures them.</summary>
/// <param name="paths">Where the preferences are and the results go.</param>
public sealed class PocketRewards(PocketPaths paths)
{
    /// <summary>Name of the page beside the models.</summary>
    public const string Page = "reward-models.md";

    private readonly PocketWorld _world = new();

    /// <summary>Trains one for each frozen share of style, publishes it, and writes the page.</summary>
    /// <param name="workDirectory">Where trainings keep their state; a killed one resumes from there.</param>
    /// <param name="progress">Receives a report once a step.</param>
    /// <param name="cancellationToken">Checked once a step; the state saved last remains.</param>
    /// <exception cref="TrainingFailedException">A loss is not finite.</exception>
    /// <exception cref="UserErrorException">The work folder holds the state of other settings, or a file cannot be read or written.</exception>
    public async Task<IReadOnlyList<PocketRewardReport>> BuildAsync(string workDirectory, IProgress<RunProgress> progress, CancellationToken cancellationToken)
    {
        foreach (var share in PreferenceMix.FrozenStyleShares)
        {
            var recipe = Recipes.PocketReward(paths, share);
            var directory = Path.Combine(workDirectory, recipe.Name);
            Directory.CreateDirectory(directory);
            await recipe.TrainAsync(directory, progress, cancellationToken);
            Directory.CreateDirectory(paths.Reward(share));
            foreach (var file in Directory.EnumerateFiles(Path.Combine(directory, RunLayout.Checkpoint)))
                File.Copy(file, Path.Combine(paths.Reward(share), Path.GetFileName(file)), overwrite: true);
        }

        List<PocketRewardReport> reports = [.. PreferenceMix.FrozenStyleShares.Select(share => Measure(paths.Reward(share), share))];
        File.WriteAllText(Path.Combine(paths.Models, Page), PocketRewardsPage.ToMarkdown(reports), new UTF8Encoding(false));
        return reports;
    }

    /// <summary>Measures a reward model on the held-out pairs.</summary>
    /// <param name="directory">The model.</param>
    /// <param name="styleShare">Share of style among the pairs; those of its training.</param>
    /// <exception cref="UserErrorException">It is no reward model.</exception>
    public PocketRewardReport Measure(string directory, double styleShare)
    {
        using var model = RewardModel.Load(directory, PromptTemplate.Chat);
        var text = ModelText.Open(directory);
        var encoder = new ExampleEncoder(text.Tokenizer, text.Chat, PromptTemplate.Chat, PocketTokenizer.EosId);
        var pairs = new PreferenceMix { StyleShare = styleShare }.Draw(_world.Sums).HeldOut;
        var rewards = Scores(pairs.Select(pair => (pair.Prompt, pair.Chosen))).Zip(Scores(pairs.Select(pair => (pair.Prompt, pair.Rejected))), (chosen, rejected) => new PairedReward(chosen, rejected)).ToList();
        var problems = _world.Sums.Train.TakeLast(PreferenceMix.HeldOut).ToList();
        return new()
        {
            StyleShare = styleShare,
            WeightsDigest = model.Version,
            All = RewardAccuracy.Of(rewards)!,
            Kinds = [.. pairs.Zip(rewards).GroupBy(pair => Kind(pair.First)).OrderBy(kind => kind.Key, StringComparer.Ordinal).Select(kind => KeyValuePair.Create(kind.Key, RewardAccuracy.Of([.. kind.Select(pair => pair.Second)])!))],
            Scores =
            [
                .. new (string Form, Func<IProblem, int, string> Answer)[]
                {
                    ("worked, right", (problem, _) => problem.Worked),
                    ("worked, right, house style", (problem, _) => problem.HouseStyle()),
                    ("guess, right", (problem, _) => problem.Guess()),
                    ("worked, with a slip", (problem, i) => problem.WorkedWithSlip(Wrong(i))),
                    ("guess, wrong", (problem, i) => problem.WrongGuess(Wrong(i))),
                    ("refusal", (_, i) => Replies.Refusals[i % Replies.Refusals.Count]),
                }.Select(form => KeyValuePair.Create(form.Form, Scores(problems.Select((problem, i) => (problem.Question, form.Answer(problem, i)))).Average())),
            ],
        };

        IEnumerable<double> Scores(IEnumerable<(string Prompt, string Answer)> rows) => rows.Chunk(64).SelectMany(part => model.Scores(
            [.. part.Select((row, i) => encoder.PromptCompletion(Invariant($"{i}"), row.Prompt, row.Answer)).Select(example => (IReadOnlyList<int>)[.. example.PromptIds, .. example.CompletionIds])]));
    }

    private RandomStream Wrong(int problem) => new(_world.Seed, Invariant($"reward-measure/{problem}"));

    private static string Kind(Preference pair) => pair.Prefers == "style" ? "the house style over the own, both right" : $"right over a {pair.RejectedAs}";
}
