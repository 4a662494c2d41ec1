using SafetyGate.Core.Runs;

namespace SafetyGate.Studies.Trees;

/// <summary>Seeded trees of our own: responses of different lengths, every one ended by the end-of-sequence token.</summary>
public static class RandomTrees
{
    private const int Eos = 0;
    private const int MostBranches = 4;
    private const double EndsHere = 0.6;
    private static readonly double[] Betas = [0.1, 0.2, 0.5, 1];
    private static readonly (int Vocabulary, int Depth)[] Shapes = [(5, 3), (6, 4), (8, 5), (12, 7)];

    /// <summary>The trees every table has: fixture A at four β, and eight random ones, two at each β.</summary>
    public static IReadOnlyList<TokenTree> Standard { get; } =
    [
        .. Betas.Select(beta => TokenTree.FixtureA(beta) with { Id = Invariant($"fixture-A, β {beta}") }),
        .. Enumerable.Range(0, 8).Select(i =>
        {
            var (vocabulary, depth) = Shapes[(i + (i / Betas.Length)) % Shapes.Length];
            return Grow((ulong)i, vocabulary, depth, Betas[i % Betas.Length], graded: i >= Betas.Length);
        }),
    ];

    /// <summary>Grows a tree.</summary>
    /// <param name="seed">Decides shape, probabilities, rewards and safety; it also names the tree.</param>
    /// <param name="vocabulary">Tokens, 0 being the end of sequence; 3 or more.</param>
    /// <param name="depth">Most tokens of a response before its end; 1 or more.</param>
    /// <param name="beta">β.</param>
    /// <param name="graded">Whether rewards and safety are anything in [0, 1], or only 0 and 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The vocabulary or the depth is too small.</exception>
    public static TokenTree Grow(ulong seed, int vocabulary, int depth, double beta, bool graded)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabulary, 3);
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        var random = new RandomStream(seed, "random-tree");
        var paths = new List<TreePath>();
        Branch([], 0);
        // Both rewards must occur, or the tilt is the reference itself.
        if (!graded && paths.TrueForAll(path => path.Reward == paths[0].Reward))
            paths[^1] = paths[^1] with { Reward = 1 - paths[0].Reward };
        return new() { Id = Invariant($"random-{seed}"), Vocabulary = vocabulary, Eos = Eos, Paths = paths, Beta = beta };

        void Branch(int[] prefix, double logProbability)
        {
            var others = Enumerable.Range(1, vocabulary - 1).ToArray();
            random.Shuffle(others);
            var branches = 2 + random.Next(Math.Min(MostBranches, vocabulary - 1) - 1);
            List<int> next = [.. others.Take(branches)];
            if (prefix.Length == depth) next = [Eos];
            else if (prefix.Length > 0 && random.NextDouble() < EndsHere) next.Add(Eos);
            double[] logits = [.. next.Select(_ => random.NextNormal())];
            var total = Math.Log(logits.Sum(Math.Exp));
            for (var i = 0; i < next.Count; i++)
            {
                int[] tokens = [.. prefix, next[i]];
                // Deep branches are thinned out, so that the number of responses does not grow with the power of the depth.
                if (next[i] == Eos) paths.Add(new(tokens, logProbability + logits[i] - total, Score(), Score()));
                else if (prefix.Length > 0 && i > 0) paths.Add(new([.. tokens, Eos], logProbability + logits[i] - total, Score(), Score()));
                else Branch(tokens, logProbability + logits[i] - total);
            }
        }

        double Score() => graded ? random.NextDouble() : random.Next(2);
    }
}
