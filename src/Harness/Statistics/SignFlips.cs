using SafetyGate.Core.Runs;

namespace SafetyGate.Harness.Statistics;

/// <summary>
/// The sign-flip test of a drop over independent clusters: without a change, each cluster's difference is as likely as its negative. Exact
/// McNemar
/// when all differences have the same size.
/// </summary>
/// <remarks>
/// With A the sum of the sizes that turn up positive, the sum of the flipped differences is at most the observed one when A is at most the
/// observed sum of
/// gains. A has whole values once all differences have one denominator, so its distribution is a convolution; where that is too long, all
/// flips are
/// enumerated, and where they are too many, drawn from a seeded stream with p = (b + 1)/(m + 1) (Phipson and Smyth, 2010), which is valid.
/// </remarks>
public static class SignFlips
{
    /// <summary>Draws where the distribution is too long to be enumerated.</summary>
    public const int Draws = 99_999;

    private const int MostEnumerated = 20;
    private const long LongestConvolution = 20_000_000;

    /// <summary>One-sided p of "the mean difference is below 0"; 1 when no cluster differs.</summary>
    /// <param name="sums">Sum of the differences in each cluster, now − approved.</param>
    /// <param name="sizes">Items of each cluster; the difference of a cluster is its sum over its size.</param>
    /// <exception cref="ArgumentException">No clusters, lengths that differ, or a sum beyond its size.</exception>
    public static double Drop(IReadOnlyList<int> sums, IReadOnlyList<int> sizes)
    {
        if (sums.Count == 0) throw new ArgumentException("There are no clusters; nothing was compared.", nameof(sums));
        if (sums.Count != sizes.Count)
            throw new ArgumentException(Invariant($"There are {sums.Count} sums and {sizes.Count} sizes."), nameof(sizes));
        for (var i = 0; i < sums.Count; i++)
            if (sizes[i] < 1 || Math.Abs(sums[i]) > sizes[i]) throw new ArgumentException(Invariant($"Cluster {i} has the sum {sums[i]} and the size {sizes[i]}; the size must be 1 or more and the sum between minus and plus the size."), nameof(sums));
        var differing = Enumerable.Range(0, sums.Count).Where(i => sums[i] != 0).ToArray();
        var multiple = CommonMultiple(differing.Select(i => sizes[i] / Common(Math.Abs(sums[i]), sizes[i])));
        return multiple is { } m
            ? Drop([.. differing.Select(i => sums[i] * m / sizes[i])])
            : Drop([.. differing.Select(i => (long)Math.Round((double)sums[i] / sizes[i] * (1L << 40)))]); // denominators without a common multiple below 2⁴⁰
    }

    /// <summary>The same for differences in whole units, none of which is 0.</summary>
    internal static double Drop(long[] differences, int draws = Draws)
    {
        var gains = differences.Where(d => d > 0).Sum();
        var steps = differences.Select(Math.Abs).ToArray();
        if (steps.All(s => s == steps[0])) return McNemar.Drop(differences.Count(d => d < 0), differences.Count(d => d > 0));
        var unit = steps.Aggregate(0L, Common);
        for (var i = 0; i < steps.Length; i++) steps[i] /= unit;
        gains /= unit;
        if ((gains + 1) * steps.Length <= LongestConvolution) return Convolved(steps, (int)gains);
        return steps.Length <= MostEnumerated ? Enumerated(steps, gains) : Drawn(steps, gains, draws);
    }

    /// <summary>P(A ≤ gains) by convolution.</summary>
    internal static double Convolved(long[] steps, int gains)
    {
        var mass = new double[gains + 1];
        mass[0] = 1;
        foreach (var step in steps)
        {
            for (var a = gains; a >= 0; a--) mass[a] = 0.5 * (mass[a] + (a >= step ? mass[a - step] : 0));
        }

        return Math.Min(1, mass.Sum());
    }

    /// <summary>P(A ≤ gains) over all flips, one sign changing at a time.</summary>
    internal static double Enumerated(long[] steps, long gains)
    {
        long sum = 0, inside = 0, all = 1L << steps.Length;
        for (long i = 0; i < all; i++)
        {
            if (sum <= gains) inside++;
            var bit = System.Numerics.BitOperations.TrailingZeroCount(~i);
            if (bit >= steps.Length) break;
            sum += (((i + 1) ^ ((i + 1) >> 1)) >> bit & 1) == 1 ? steps[bit] : -steps[bit];
        }

        return (double)inside / all;
    }

    /// <summary>(b + 1)/(m + 1) over m seeded draws.</summary>
    internal static double Drawn(long[] steps, long gains, int draws)
    {
        var random = new RandomStream(0, "sign-flips");
        var inside = 0;
        for (var draw = 0; draw < draws; draw++)
        {
            long sum = 0;
            ulong bits = 0;
            for (var i = 0; i < steps.Length; i++)
            {
                if (i % 64 == 0) bits = random.NextUInt64();
                if ((bits >> (i % 64) & 1) == 1) sum += steps[i];
            }

            if (sum <= gains) inside++;
        }

        return (inside + 1.0) / (draws + 1.0);
    }

    private static long? CommonMultiple(IEnumerable<int> values)
    {
        long multiple = 1;
        foreach (var value in values)
        {
            multiple = multiple / Common(multiple, value) * value;
            if (multiple > 1L << 40) return null;
        }

        return multiple;
    }

    private static long Common(long a, long b)
    {
        while (b != 0) (a, b) = (b, a % b);
        return a;
    }

    private static int Common(int a, int b) => (int)Common((long)a, b);
}
