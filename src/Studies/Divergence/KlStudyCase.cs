using SafetyGate.Models.Decoders;
using SafetyGate.Studies.Trees;

namespace SafetyGate.Studies.Divergence;

/// <summary>A population of prompts on which KL(policy‖reference) is known by enumeration.</summary>
/// <param name="Name">Its name in tables.</param>
/// <param name="Samples">Responses to each prompt drawn.</param>
/// <param name="IsHeavyTailed">Whether nearly all of the KL hides in responses that are hardly ever drawn: there an interval is only
/// reported.</param>
/// <param name="Prompts">The prompts, every one equally likely to be drawn.</param>
/// <param name="Policy">Responses under the policy, of every prompt.</param>
/// <param name="Reference">The same responses under the reference.</param>
public sealed record KlStudyCase(string Name, int Samples, bool IsHeavyTailed, IReadOnlyList<IReadOnlyList<int>> Prompts,
    IReadOnlyList<TabularPath> Policy, IReadOnlyList<TabularPath> Reference)
{
    private const int Population = 40;

    /// <summary>Tokens of all policies; the end-of-sequence token is 0.</summary>
    public const int Vocabulary = 8;

    /// <summary>The cases of the table.</summary>
    public static IReadOnlyList<KlStudyCase> All { get; } =
    [
        Tilts("tilts at β 0.5, one response a prompt", 0.5, 1),
        Tilts("tilts at β 0.2, one response a prompt", 0.2, 1),
        Tilts("tilts at β 0.2, four responses a prompt", 0.2, 4),
        HeavyTail(),
    ];

    /// <summary>The exact mean over the population, nats.</summary>
    public double Exact =>
        Policy.Zip(Reference, (policy, reference) => Math.Exp(policy.LogProbability) * (policy.LogProbability - reference.LogProbability))
            .Sum() / Prompts.Count;

    /// <summary>A random tree for each prompt; the policy is its tilt, as a trainer would leave it.</summary>
    private static KlStudyCase Tilts(string name, double beta, int samples)
    {
        var (prompts, policy, reference) = (new List<IReadOnlyList<int>>(), new List<TabularPath>(), new List<TabularPath>());
        for (var i = 0; i < Population; i++)
        {
            int[] prompt = [i / Vocabulary, i % Vocabulary];
            var tree = RandomTrees.Grow((ulong)(1000 + i), Vocabulary, 5, beta, graded: i % 2 == 0);
            var logZ = tree.Theory().LogZ;
            prompts.Add(prompt);
            reference.AddRange(tree.Paths.Select(path => new TabularPath(prompt, path.Tokens, path.LogProbability)));
            policy.AddRange(tree.Paths.Select(path => new TabularPath(prompt, path.Tokens, path.LogProbability + (path.Reward / beta) - logZ)));
        }

        return new(name, samples, false, prompts, policy, reference);
    }

    /// <summary>
    /// One response in 500 opens with a token after which the reference finds what follows all but impossible: 400 nats, of which most
    /// measurements see nothing.
    /// </summary>
    private static KlStudyCase HeavyTail()
    {
        const double rare = 0.002, nats = 400;
        var (prompts, policy, reference) = (new List<IReadOnlyList<int>>(), new List<TabularPath>(), new List<TabularPath>());
        for (var i = 0; i < Population; i++)
        {
            int[] prompt = [i / Vocabulary, i % Vocabulary];
            var (mine, theirs) = (0.5 + (0.005 * i), 0.6);
            prompts.Add(prompt);
            // Both branches of the rare opening are there under both policies, so that nothing is infinite.
            policy.AddRange(Paths(prompt, mine, Math.Log(1 - Math.Exp(-nats)), -nats));
            reference.AddRange(Paths(prompt, theirs, -nats, Math.Log(1 - Math.Exp(-nats))));
        }

        return new("a rare opening of large KL, one response a prompt", 1, true, prompts, policy, reference);

        static TabularPath[] Paths(int[] prompt, double first, double rareLeft, double rareRight) =>
        [
            new(prompt, [1, 0], Math.Log((1 - rare) * first)),
            new(prompt, [2, 0], Math.Log((1 - rare) * (1 - first))),
            new(prompt, [3, 1, 0], Math.Log(rare) + rareLeft),
            new(prompt, [3, 2, 0], Math.Log(rare) + rareRight),
        ];
    }
}
