using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Scoring;
using SafetyGate.Studies.Tabular;
using SafetyGate.Studies.Trees;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Dpo;
using SafetyGate.Trainers.Optimization;
using SafetyGate.Trainers.Ppo;
using SafetyGate.Trainers.Rollouts;

namespace SafetyGate.Studies.Tests.Trees;

/// <summary>Learning from people's preferences on tasks whose optimum is known: all responses are enumerated.</summary>
public sealed class PreferenceTreeSpecs
{
    // Votes on a pair: with 19 of 26 for the better of two responses whose rewards differ by 1, the log-odds are .9985 in place of 1.
    private const int Votes = 26;

    // The issue's: KL from the tilt, nats, and the share of the objective's optimum that may be missing.
    private const double KlToTilt = 1e-2, Missing = 0.01;

    public static TheoryData<string, double> Tasks() => new() { { "fixture-A", 0.5 }, { "fixture-A", 0.2 }, { "binary", 0.5 } };

    [Theory, MemberData(nameof(Tasks))]
    public void Dpo_on_exact_preferences_finds_the_tilted_policy(string name, double beta)
    {
        var tree = Task(name, beta);
        using var policy = tree.Policy();
        var pairs = Preferences(tree);
        var options = new DpoOptions
        {
            MaxSteps = 250, LearningRate = 0.1, Seed = 1, Beta = tree.Beta, PerDeviceTrainBatchSize = pairs.Count, MaxGradNorm = 0, ShuffleDataset = false,
            Schedule = new() { Kind = ScheduleKind.Linear }, Optimizer = new() { Kind = OptimizerKind.Adam },
        };
        var before = KlFromTilt(tree, policy);
        new DpoTrainer(policy, policy, pairs, options).Train(null, null, CancellationToken.None);
        var after = KlFromTilt(tree, policy);
        Assert.True(before > 5 * KlToTilt && after <= KlToTilt, Invariant($"KL to the tilt {before} → {after}"));
    }

    [Theory, MemberData(nameof(Tasks))]
    public void Ppo_reaches_the_optimums_objective(string name, double beta)
    {
        var tree = Task(name, beta);
        using var policy = tree.Policy();
        using var reference = tree.Policy();
        using var value = new TabularValues(policy);
        var task = new RolloutTask
        {
            Prompts = [new(new BenchmarkItem { Id = tree.Id, Prompt = Text(tree.PromptIds) }, tree.PromptIds)],
            Rewards = [new(new PathReward(tree))],
            EosIds = [tree.Eos],
            PadId = tree.Eos,
            Decode = Text,
        };
        var options = new PpoOptions
        {
            MaxSteps = 250, LearningRate = 0.05, Seed = 1, KlCoef = tree.Beta, PerDeviceTrainBatchSize = 64, NumPpoEpochs = 2, ResponseLength = tree.LongestPath, CliprangeValue = 10, VfCoef = 1, MaxGradNorm = 0,
            Schedule = new() { Kind = ScheduleKind.Linear }, Optimizer = new() { Kind = OptimizerKind.Adam },
        };
        new PpoTrainer(policy, value, reference, task, options).Train(null, null, CancellationToken.None);
        var theory = tree.Theory();
        var (before, reached, best) = (theory.RewardBefore, theory.Objective([.. policy.LogProbabilities().Select(Math.Exp)]), tree.Beta * theory.LogZ);
        Assert.True(before < (1 - (5 * Missing)) * best && reached >= (1 - Missing) * best, Invariant($"objective {before} → {reached}, at most {best}"));
    }

    // Every two responses, voted on as Bradley and Terry's model has it: σ of the difference of their rewards.
    private static List<PreferencePair> Preferences(TokenTree tree)
    {
        var pairs = new List<PreferencePair>();
        foreach (var (a, i) in tree.Paths.Select((path, i) => (path, i)))
            foreach (var b in tree.Paths.Skip(i + 1))
            {
                var votes = (int)Math.Round(Votes / (1 + Math.Exp(b.Reward - a.Reward)));
                for (var vote = 0; vote < Votes; vote++)
                {
                    var (chosen, rejected) = vote < votes ? (a, b) : (b, a);
                    pairs.Add(new() { Id = Invariant($"{pairs.Count}"), PromptIds = tree.PromptIds, ChosenIds = chosen.Tokens, RejectedIds = rejected.Tokens });
                }
            }

        return pairs;
    }

    private static double KlFromTilt(TokenTree tree, TabularDecoder policy)
    {
        var (theory, logProbabilities) = (tree.Theory(), policy.LogProbabilities());
        return tree.Paths.Select((path, i) => Math.Exp(logProbabilities[i]) * (logProbabilities[i] - (path.LogProbability + (path.Reward / tree.Beta) - theory.LogZ))).Sum();
    }

    // Responses of two lengths; those with a 2 earn 1.
    private static TokenTree Task(string name, double beta) => name == "fixture-A" ? TokenTree.FixtureA(beta) : new()
    {
        Id = name, Vocabulary = 3, Eos = 0, Beta = beta,
        Paths = [new([1, 1, 0], Math.Log(.5), 0, 1), new([1, 2, 0], Math.Log(.2), 1, 1), new([2, 0], Math.Log(.3), 1, 1)],
    };

    private static string Text(IReadOnlyList<int> ids) => string.Join(' ', ids);

    private sealed class PathReward(TokenTree tree) : IReward
    {
        public string Name => "path";

        public string Version => "1";

        public IReadOnlyList<double?> Rewards(IReadOnlyList<(BenchmarkItem Item, Response Response)> batch) =>
            [.. batch.Select(pair => (double?)tree.Paths.First(path => Text(path.Tokens) == pair.Response.Text).Reward)];
    }
}
