using SafetyGate.Core.Benchmarks;
using SafetyGate.Models.Engine;
using SafetyGate.Trainers.Grpo;
using SafetyGate.Trainers.Optimization;
using SafetyGate.Trainers.Rollouts;

namespace SafetyGate.Studies.Trees;

/// <summary>Runs the shipped trainer on policies that can be enumerated and measures how far from the tilt it ends.</summary>
public sealed record TreeStudy
{
    /// <summary>Updates of a run. Few suffice for most trees; a small β takes long to drop a response that is hardly ever drawn.</summary>
    public int Updates { get; init; } = 3000;

    /// <summary>Responses of an update.</summary>
    public int Samples { get; init; } = 64;

    /// <summary>
    /// Learning rate of Adam, decayed linearly to 0. A high rate may lose a good response for good before it was ever drawn.
    /// </summary>
    public double LearningRate { get; init; } = 0.05;

    /// <summary>One run.</summary>
    /// <param name="tree">The problem.</param>
    /// <param name="mode">The way of training.</param>
    /// <param name="seed">Seed of the sampling.</param>
    /// <param name="cancellationToken">Checked before every token.</param>
    public TreeResult Run(TokenTree tree, TreeMode mode, ulong seed, CancellationToken cancellationToken)
    {
        var options = mode.Of(new GrpoOptions
        {
            MaxSteps = Updates,
            LearningRate = LearningRate,
            Seed = seed,
            PromptsPerStep = 1,
            NumGenerations = Samples,
            MaxCompletionLength = tree.LongestPath,
            Beta = tree.Beta,
            MaxGradNorm = 0,
            Schedule = new() { Kind = ScheduleKind.Linear },
            Optimizer = new() { Kind = OptimizerKind.Adam },
        });
        using var policy = tree.Policy();
        using var reference = tree.Policy();
        var task = new RolloutTask
        {
            Prompts = [new(new BenchmarkItem { Id = tree.Id, Prompt = TreeReward.Text(tree.PromptIds) }, tree.PromptIds)],
            Rewards = [new(new TreeReward(tree))],
            EosIds = [tree.Eos],
            PadId = tree.Eos,
            Decode = TreeReward.Text,
        };
        new GrpoTrainer(policy, reference, task, options).Train(null, null, cancellationToken);
        return Measure(tree, mode.Name, !options.NonConformities().Any(), seed, policy.LogProbabilities());
    }

    /// <summary>Runs of several seeds side by side: a tree is too small for one run to gain anything by several threads.</summary>
    /// <param name="tree">The problem.</param>
    /// <param name="mode">The way of training.</param>
    /// <param name="seeds">Seeds of the sampling, one for each run.</param>
    /// <param name="cancellationToken">Checked before every token.</param>
    /// <returns>What the runs end with one after another, in the order of the seeds.</returns>
    public IReadOnlyList<TreeResult> RunSeeds(TokenTree tree, TreeMode mode, IReadOnlyList<ulong> seeds, CancellationToken cancellationToken)
    {
        var results = new TreeResult[seeds.Count];
        EngineThreads.Run([.. Enumerable.Range(0, results.Length).Select<int, Action>(i => () => results[i] = Run(tree, mode, seeds[i], cancellationToken))]);
        return results;
    }

    /// <summary>Every mode on every tree with every seed, one after another.</summary>
    /// <param name="trees">The problems; names are unique.</param>
    /// <param name="modes">The ways of training.</param>
    /// <param name="seeds">Runs of each, seeded 1, 2, ….</param>
    /// <param name="journal">Where finished runs are kept and taken from; <c>null</c> keeps nothing.</param>
    /// <param name="cancellationToken">Ends the study.</param>
    public IEnumerable<TreeResult> RunAll(IReadOnlyList<TokenTree> trees, IReadOnlyList<TreeMode> modes, int seeds, TreeJournal? journal,
        CancellationToken cancellationToken) =>
        from tree in trees
        from mode in modes
        from seed in Enumerable.Range(1, seeds)
        select journal?.Find(this, tree, mode, (ulong)seed) ?? Run(tree, mode, (ulong)seed, journal, cancellationToken);

    private TreeResult Run(TokenTree tree, TreeMode mode, ulong seed, TreeJournal? journal, CancellationToken cancellationToken)
    {
        var result = Run(tree, mode, seed, cancellationToken);
        journal?.Add(this, tree, mode, result);
        return result;
    }

    private static TreeResult Measure(TokenTree tree, string mode, bool claimed, ulong seed, double[] logProbabilities)
    {
        var theory = tree.Theory();
        double[] policy = [.. logProbabilities.Select(Math.Exp)];
        // In logarithms: a probability of the tilt may be too small for a double.
        var klToTilt = tree.Paths.Select((path, i) => policy[i] == 0 ? 0 : policy[i] * (logProbabilities[i] - (path.LogProbability + (path.Reward / tree.Beta) - theory.LogZ))).Sum();
        return new()
        {
            Tree = tree.Id,
            Mode = mode,
            Claimed = claimed,
            Seed = seed,
            Beta = tree.Beta,
            KlToTilt = Math.Max(0, klToTilt),
            Limit = tree.Beta >= 0.2 ? 1e-3 : 5e-3,
            Reward = theory.RewardOf(policy),
            Safety = theory.SafetyOf(policy),
            KlToReference = theory.KlOf(policy),
            Objective = theory.Objective(policy),
            ReferenceObjective = theory.RewardBefore,
        };
    }
}
