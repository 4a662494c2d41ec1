namespace SafetyGate.Analysis.Patterns;

/// <summary>Groups of points around centers: Lloyd's algorithm from given centers, until no point changes its group.</summary>
/// <remarks>
/// Own code: ML.NET's k-means has no starts of the caller's and works in float32. A center without points moves to the point that is
/// farthest from its own, as in scikit-learn.
/// </remarks>
/// <param name="Labels">Group of each point.</param>
/// <param name="Centers">[k][features].</param>
/// <param name="Inertia">Sum of squared distances from the centers.</param>
public sealed record KMeans(IReadOnlyList<int> Labels, IReadOnlyList<double[]> Centers, double Inertia)
{
    /// <summary>Most rounds of one run.</summary>
    public const int MostRounds = 300;

    /// <summary>Runs it.</summary>
    /// <param name="points">[n][features], finite; at least as many as centers.</param>
    /// <param name="start">[k][features]: the first centers; at least one.</param>
    /// <exception cref="ArgumentException">Shapes do not fit, or a number is not finite.</exception>
    public static KMeans From(IReadOnlyList<IReadOnlyList<double>> points, IReadOnlyList<IReadOnlyList<double>> start)
    {
        Points.RequireSound(points, start.Count);
        Points.RequireSound(start, 1);
        if (start[0].Count != points[0].Count) throw new ArgumentException(Invariant($"The centers have {start[0].Count} features and the points {points[0].Count}."), nameof(start));
        var centers = start.Select(center => center.ToArray()).ToArray();
        var labels = new int[points.Count];
        Array.Fill(labels, -1);
        for (var round = 0; round < MostRounds; round++)
        {
            int[] nearest = [.. points.Select(point => Nearest(point, centers))];
            if (nearest.SequenceEqual(labels)) break;
            labels = nearest;
            centers = Means(points, labels, centers);
        }

        return new(labels, centers, points.Select((point, i) => Points.SquaredDistance(point, centers[labels[i]])).Sum());
    }

    private static int Nearest(IReadOnlyList<double> point, double[][] centers)
    {
        var best = 0;
        for (var k = 1; k < centers.Length; k++)
            if (Points.SquaredDistance(point, centers[k]) < Points.SquaredDistance(point, centers[best])) best = k;
        return best;
    }

    private static double[][] Means(IReadOnlyList<IReadOnlyList<double>> points, int[] labels, double[][] before)
    {
        var sums = before.Select(center => new double[center.Length]).ToArray();
        var counts = new int[before.Length];
        for (var i = 0; i < points.Count; i++) Add(i, labels[i], 1);
        var farthest = new Queue<int>(Enumerable.Range(0, points.Count).OrderByDescending(i => Points.SquaredDistance(points[i], before[labels[i]])));
        for (var k = 0; k < counts.Length; k++)
        {
            if (counts[k] > 0) continue;
            var moved = farthest.Dequeue();
            Add(moved, labels[moved], -1);
            Add(moved, k, 1);
        }

        return [.. sums.Select((sum, k) => counts[k] > 0 ? sum.Select(value => value / counts[k]).ToArray() : before[k])];

        void Add(int point, int group, int sign)
        {
            counts[group] += sign;
            for (var f = 0; f < sums[group].Length; f++) sums[group][f] += sign * points[point][f];
        }
    }
}
