using SafetyGate.Analysis.Text;

namespace SafetyGate.Analysis.Curation;

/// <summary>The texts that are farthest apart: the subset with the largest sum of pairwise Levenshtein distances.</summary>
/// <param name="Kept">Places of the kept texts, in order.</param>
/// <param name="Distances">[text][text], in code points.</param>
/// <param name="IsExact">Whether all subsets were compared; otherwise each next text was the one that adds most.</param>
public sealed record DiverseSubset(IReadOnlyList<int> Kept, IReadOnlyList<int[]> Distances, bool IsExact)
{
    /// <summary>Most subsets that are all compared.</summary>
    public const long MostSubsets = 200_000;

    /// <summary>Chooses; the first by place where subsets are equally far apart.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="keep">How many; all when there are fewer.</param>
    /// <exception cref="ArgumentException">None is to be kept.</exception>
    public static DiverseSubset Of(IReadOnlyList<string> texts, int keep)
    {
        if (keep < 1) throw new ArgumentException(Invariant($"{keep} texts are to be kept; it must be 1 or more."), nameof(keep));
        int[][] distances = [.. texts.Select(a => texts.Select(b => Levenshtein.Characters(a, b)).ToArray())];
        keep = Math.Min(keep, texts.Count);
        var isExact = Subsets(texts.Count, keep) <= MostSubsets;
        return new(isExact ? Exact(distances, keep) : Greedy(distances, keep), distances, isExact);
    }

    private static IReadOnlyList<int> Exact(int[][] distances, int keep)
    {
        var (best, bestSum) = (Array.Empty<int>(), -1L);
        var chosen = new int[keep];
        Extend(0, 0, 0);
        return best;

        void Extend(int depth, int from, long sum)
        {
            if (depth == keep)
            {
                if (sum > bestSum) (best, bestSum) = ([.. chosen], sum);
                return;
            }

            for (var next = from; next <= distances.Length - (keep - depth); next++)
            {
                chosen[depth] = next;
                var added = 0L;
                for (var i = 0; i < depth; i++) added += distances[chosen[i]][next];
                Extend(depth + 1, next + 1, sum + added);
            }
        }
    }

    private static IReadOnlyList<int> Greedy(int[][] distances, int keep)
    {
        List<int> chosen = [];
        while (chosen.Count < keep)
            chosen.Add(Enumerable.Range(0, distances.Length).Except(chosen).MaxBy(next => chosen.Count == 0 ? distances[next].Sum(d => (long)d) : chosen.Sum(i => (long)distances[i][next])));
        return [.. chosen.Order()];
    }

    private static double Subsets(int of, int keep) => Enumerable.Range(1, keep).Aggregate(1.0, (product, i) => product * (of - keep + i) / i);
}
