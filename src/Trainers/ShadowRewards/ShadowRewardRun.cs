using System.Text.Json.Nodes;
using SafetyGate.Core.Files;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Core.Scoring;
using SafetyGate.Models;
using SafetyGate.Models.Generation;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Grpo;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Recipes;
using SafetyGate.Trainers.RewardModels;
using SafetyGate.Trainers.Rewards;
using SafetyGate.Trainers.Rollouts;

namespace SafetyGate.Trainers.ShadowRewards;

/// <summary>
/// The rounds of a run from demonstrations. Each training keeps its state in a folder of its own and is a function of the weights before it, so
/// a resumed run goes through the finished ones without a step and ends with the same weights.
/// </summary>
internal sealed class ShadowRewardRun(ShadowRewardRecipe recipe, TrainingContext<GrpoOptions, PretrainedModel> run,
    IReadOnlyList<Demonstration> demonstrations, Func<PretrainedModel> loadBase)
{
    private const int AtOnce = 64;
    private readonly List<ShadowRewardFit> _fits = [];
    private readonly List<GrpoReport> _policy = [];

    private ShadowRewardOptions Rewards => recipe.Rewards;

    public ShadowRewardReport Train()
    {
        using var reference = run.Options.Beta == 0 ? null : OutOfMemory.Guard("the reference", "use a narrower compute.dtype", loadBase);
        for (var round = 1; round <= Rewards.Rounds; round++)
        {
            var drawn = Draw(round);
            var groups = demonstrations.GroupBy(one => Rewards.Routing == ShadowRouting.Category ? one.Category : "", StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal).ToList();
            for (var i = 0; i < groups.Count; i++) _fits.Add(Fit(round, i, groups[i].Key, [.. groups[i]], drawn));
            _policy.Add(TrainPolicy(round, [.. groups.Select(group => group.Key)], reference));
            if (round == Rewards.Rounds) NameRewards([.. groups.Select(group => group.Key)]);
        }

        Join(MetricsLog.FileName);
        if (run.Options.DifficultyScaling is not null) Join(RunLayout.Scales);
        var last = _policy[^1].Outcome;
        return new(last with { Steps = _policy.Sum(report => report.Steps), Tokens = _policy.Sum(report => report.Tokens), Epochs = _policy.Sum(report => report.Epochs) })
        {
            Rewards = _fits,
            Policy = _policy,
        };
    }

    private string Folder(params string[] parts) => Directory.CreateDirectory(Path.Combine([run.Directory, .. parts])).FullName;

    private string RewardFolder(int index, int round) => Path.Combine(run.Directory, RunLayout.Rewards, Invariant($"{index:00}"), Invariant($"{round}"));

    // The last one there is: of a round without pairs, that of a round before.
    private string? Newest(int index, int round) => Enumerable.Range(1, round).Select(r => RewardFolder(index, r)).LastOrDefault(Directory.Exists);

    // Responses of the present policy to every demonstration's prompt, those that are the demonstration itself left out.
    private Dictionary<string, IReadOnlyList<PreferencePair>> Draw(int round)
    {
        run.Progress.Report(new RunProgress("draw", round, Rewards.Rounds, "responses to set against the demonstrations"));
        var sampling = run.Options.Sampling(Rewards.SamplesPerDemonstration) with { Seed = new RandomStream(run.Options.Seed, Invariant($"shadow-rewards/{round}")).NextUInt64() };
        var pairs = new Dictionary<string, IReadOnlyList<PreferencePair>>(StringComparer.Ordinal);
        var generator = run.Model.CreateGenerator();
        foreach (var part in demonstrations.Chunk(AtOnce))
        {
            var sequences = generator.Generate([.. part.Select(one => new GenerationRequest { Key = one.Prompt.Item.Id, PromptIds = one.Prompt.PromptIds })], sampling, run.CancellationToken);
            foreach (var (one, answers) in part.Zip(sequences.Chunk(Rewards.SamplesPerDemonstration)))
                pairs[one.Prompt.Item.Id] = [.. answers.Where(answer => !answer.NewIds.SequenceEqual(one.AnswerIds)).Select((answer, i) => new PreferencePair { Id = Invariant($"{one.Prompt.Item.Id}/{i}"), PromptIds = one.Prompt.PromptIds, ChosenIds = one.AnswerIds, RejectedIds = answer.NewIds })];
        }

        return pairs;
    }

    private ShadowRewardFit Fit(int round, int index, string category, List<Demonstration> own, Dictionary<string, IReadOnlyList<PreferencePair>> drawn)
    {
        var seed = new RandomStream(Rewards.Model.Seed, $"shadow-rewards/{category}").NextUInt64();
        var order = Enumerable.Range(0, own.Count).ToArray();
        new RandomStream(seed, "held-out").Shuffle(order); // the same in every round
        var heldCount = own.Count < 2 ? 0 : Math.Min((int)Math.Round(Rewards.Model.HeldOut * own.Count), own.Count - 1);
        List<PreferencePair> PairsOf(IEnumerable<int> rows) => [.. rows.SelectMany(row => drawn[own[row].Prompt.Item.Id])];
        var (held, learnt) = (PairsOf(order.Take(heldCount)), PairsOf(order.Skip(heldCount).Order()));
        if (learnt.Count == 0) return new(round, category, own.Count, 0, null, null);
        run.Progress.Report(new RunProgress("reward", index, 0, Invariant($"round {round}, {(category.Length == 0 ? "pooled" : category)}: {learnt.Count} pairs")));
        using var model = Newest(index, round - 1) is { } previous ? SequenceClassifier.Load(previous, run.Model.Decoder.Device, recipe.Compute.ScalarType)
            : SequenceClassifier.FromLanguageModel(recipe.Base, labels: 1, seed, run.Model.GenerationConfig.PadId, run.Model.Decoder.Device, recipe.Compute.ScalarType);
        var state = Folder(Invariant($"round-{round}"), Invariant($"reward-{index:00}"));
        new RewardModelTrainer(model, learnt, Rewards.Model with { HeldOut = 0, Seed = seed }).Train(state, run.Progress, run.CancellationToken);
        var target = RewardFolder(index, round);
        if (Directory.Exists(target)) Directory.Delete(target, recursive: true);
        model.Save(target, recipe.Base);
        return new(round, category, own.Count, learnt.Count, ShadowScores.LossOf(model, learnt), held.Count == 0 ? null : ShadowScores.LossOf(model, held));
    }

    private GrpoReport TrainPolicy(int round, IReadOnlyList<string> categories, PretrainedModel? reference)
    {
        var folders = categories.Index().Select(category => (category.Item, Folder: Newest(category.Index, round))).Where(model => model.Folder is not null).ToDictionary(model => model.Item, model => model.Folder!, StringComparer.Ordinal);
        if (folders.Count == 0) throw new TrainingFailedException(Invariant($"Round {round}: every response of the policy is its demonstration, word for word, so there is nothing to learn a reward from. Give other demonstrations, or a policy that does not answer like them yet."));
        using var reward = RoutedReward.Load(folders, recipe.Template, recipe.Compute);
        var task = RolloutTask.Of(run.Model, [.. demonstrations.Select(one => one.Prompt)], [new WeightedReward(reward)]);
        var options = run.Options with { Seed = ShadowRewardRecipe.PolicySeed(run.Options.Seed, round) };
        return new GrpoTrainer(run.Model.Decoder, reference?.Decoder, task, options).Train(Folder(Invariant($"round-{round}"), "policy"), run.Progress, run.CancellationToken);
    }

    // Which folder has the reward model of which category.
    private void NameRewards(IReadOnlyList<string> categories)
    {
        var names = new JsonObject();
        for (var i = 0; i < categories.Count; i++)
            if (Newest(i, Rewards.Rounds) is { } newest) names[categories[i]] = Path.GetRelativePath(Path.Combine(run.Directory, RunLayout.Rewards), newest).Replace('\\', '/');
        File.WriteAllText(Path.Combine(run.Directory, RunLayout.Rewards, RoutedReward.FileName), names.ToJsonString(new() { WriteIndented = true, NewLine = "\n" }) + "\n");
    }

    // The rounds' files behind one another, steps counted on.
    private void Join(string name)
    {
        var lines = new List<string>();
        var offset = 0L;
        for (var round = 1; round <= Rewards.Rounds; round++)
        {
            using var file = BoundedFile.Open(Path.Combine(run.Directory, Invariant($"round-{round}"), "policy", name));
            using var reader = new StreamReader(file);
            while (reader.ReadLine() is { } line)
            {
                var row = JsonNode.Parse(line)!.AsObject();
                row["step"] = (long)row["step"]! + offset;
                row["round"] = round;
                lines.Add(row.ToJsonString());
            }

            offset += _policy[round - 1].Steps;
        }

        File.WriteAllLines(Path.Combine(run.Directory, name), lines);
    }
}
