using SafetyGate.Core.Runs;

namespace SafetyGate.Analysis.Patterns;

/// <summary>Points in as many groups as they have, if they have any: k-means, k by the elbow, guarded by the silhouette.</summary>
/// <remarks>
/// Points that hardly differ are one group. Else the number of groups is where the inertia bends; without a bend, each number is tried. The
/// mean silhouette must reach the least one that counts and exceed that of every copy without structure: features shuffled over the points,
/// each by itself, where most are 0 (words); else normal numbers of each feature's spread (embeddings along their principal axes).
/// </remarks>
/// <param name="Labels">Group of each point, the largest group first; empty if there are no groups.</param>
/// <param name="Groups">How many groups; 0 for none.</param>
/// <param name="Elbow">Where the inertia bends; <c>null</c> if it does not.</param>
/// <param name="Silhouette">Mean silhouette of the groups, or of the best that were tried; <c>null</c> for one group.</param>
/// <param name="Shuffled">Best mean silhouette of the copies without structure; <c>null</c> if none was needed.</param>
/// <param name="Inertia">Sum of squared distances for 1, 2, … groups.</param>
public sealed record Grouping(IReadOnlyList<int> Labels, int Groups, int? Elbow, double? Silhouette, double? Shuffled, IReadOnlyList<double> Inertia)
{
    private const int MostExact = 1000, MostShuffled = 300;

    /// <summary>Finds the groups.</summary>
    /// <param name="points">[n][features], finite.</param>
    /// <param name="options">The settings.</param>
    /// <exception cref="ArgumentException">The options have problems, or the points do.</exception>
    public static Grouping Of(IReadOnlyList<double[]> points, PatternOptions options)
    {
        if (options.Problems().ToList() is { Count: > 0 } problems) throw new ArgumentException(string.Join(' ', problems), nameof(options));
        Points.RequireSound(points, 1);
        var sample = Sample(points, MostExact, options.Seed);
        var inertia = new List<double> { KMeans.From(sample, [Points.Mean(sample)]).Inertia };
        if (inertia[0] / sample.Count <= options.SmallestSpread) return new(new int[points.Count], 1, null, null, null, inertia);
        if (sample.Count < 3) return new([], 0, null, null, null, inertia);
        var distinct = sample.Select(point => string.Join(' ', point.Select(value => Invariant($"{value:R}")))).Distinct(StringComparer.Ordinal).Count();
        var found = new List<KMeans?> { null };
        for (var k = 2; k <= Math.Min(options.MostPatterns, sample.Count - 1); k++)
        {
            found.Add(k <= distinct ? Best(sample, k, options, "start") : null);
            inertia.Add(found[^1]?.Inertia ?? 0);
        }

        var elbow = Patterns.Elbow.Find([.. Enumerable.Range(1, inertia.Count)], inertia);
        var (tried, highest, shuffled) = (default(KMeans), double.NegativeInfinity, default(double?));
        foreach (var candidate in Candidates(found, elbow))
        {
            var silhouette = SilhouetteOf(sample, candidate);
            highest = Math.Max(highest, silhouette);
            if (silhouette < options.LeastSilhouette || silhouette <= (shuffled = OfShuffled(sample, candidate.Centers.Count, options)) && options.Shuffles > 0) continue;
            (tried, highest) = (candidate, silhouette);
            break;
        }

        if (tried is null) return new([], 0, elbow, double.IsFinite(highest) ? highest : null, shuffled, inertia);
        int[] labels = [.. points.Select(point => Nearest(point, tried.Centers))];
        var order = labels.GroupBy(label => label).OrderByDescending(group => group.Count()).ThenBy(group => group.Key).Select((group, rank) => (group.Key, rank)).ToDictionary(pair => pair.Key, pair => pair.rank);
        return new([.. labels.Select(label => order[label])], order.Count, elbow, highest, options.Shuffles > 0 ? shuffled : null, inertia);
    }

    // The bend; without one, each number of groups.
    private static IEnumerable<KMeans> Candidates(List<KMeans?> found, int? elbow)
    {
        if (elbow is > 1 and var k && found[k - 1] is { } bend) yield return bend;
        if (elbow is null)
            foreach (var other in found.OfType<KMeans>()) yield return other;
    }

    private static double SilhouetteOf(IReadOnlyList<double[]> points, KMeans found) =>
        found.Labels.Distinct().Count() is > 1 and var groups && groups < points.Count ? ClusterQuality.Of(points, found.Labels).Silhouette : double.NegativeInfinity;

    private static double OfShuffled(IReadOnlyList<double[]> points, int k, PatternOptions options)
    {
        var sample = Sample(points, MostShuffled, options.Seed);
        var areWords = sample.Sum(point => point.Count(value => value == 0)) > sample.Count * sample[0].Length / 2;
        var best = double.NegativeInfinity;
        for (var copy = 0; copy < options.Shuffles; copy++)
        {
            var random = new RandomStream(options.Seed, Invariant($"patterns/shuffle/{copy}"));
            var columns = Enumerable.Range(0, sample[0].Length).Select(f => sample.Select(point => point[f]).ToArray()).ToArray();
            foreach (var column in columns)
                if (areWords) random.Shuffle(column);
                else DrawLike(column, random);
            double[][] shuffled = [.. Enumerable.Range(0, sample.Count).Select(i => columns.Select(column => column[i]).ToArray())];
            if (k < sample.Count) best = Math.Max(best, SilhouetteOf(shuffled, Best(shuffled, k, options with { Starts = Math.Min(2, options.Starts) }, Invariant($"shuffled/{copy}"))));
        }

        return best;
    }

    private static void DrawLike(double[] column, RandomStream random)
    {
        var mean = column.Average();
        var spread = Math.Sqrt(column.Average(value => (value - mean) * (value - mean)));
        for (var i = 0; i < column.Length; i++) column[i] = mean + (spread * random.NextNormal());
    }

    private static KMeans Best(IReadOnlyList<double[]> points, int k, PatternOptions options, string stream) =>
        Enumerable.Range(0, options.Starts).Select(start => KMeans.From(points, Spread(points, k, new RandomStream(options.Seed, Invariant($"patterns/{stream}/{k}/{start}"))))).MinBy(found => found.Inertia)!;

    // First centers far apart (k-means++, Arthur and Vassilvitskii 2007).
    private static List<double[]> Spread(IReadOnlyList<double[]> points, int k, RandomStream random)
    {
        List<double[]> centers = [points[random.Next(points.Count)]];
        double[] nearest = [.. points.Select(point => Points.SquaredDistance(point, centers[0]))];
        while (centers.Count < k)
        {
            var left = random.NextDouble() * nearest.Sum();
            var next = 0;
            while (next < points.Count - 1 && (left -= nearest[next]) >= 0) next++;
            centers.Add(points[next]);
            for (var i = 0; i < nearest.Length; i++) nearest[i] = Math.Min(nearest[i], Points.SquaredDistance(points[i], points[next]));
        }

        return centers;
    }

    private static IReadOnlyList<double[]> Sample(IReadOnlyList<double[]> points, int most, ulong seed)
    {
        if (points.Count <= most) return points;
        var order = Enumerable.Range(0, points.Count).ToArray();
        new RandomStream(seed, "patterns/sample").Shuffle(order);
        return [.. order.Take(most).Order().Select(i => points[i])];
    }

    private static int Nearest(double[] point, IReadOnlyList<double[]> centers) =>
        Enumerable.Range(0, centers.Count).MinBy(k => Points.SquaredDistance(point, centers[k]));
}
