namespace SafetyGate.Analysis.Patterns;

/// <summary>How well groups of points are told apart, by Euclidean distance; formulas as scikit-learn has them.</summary>
public sealed record ClusterQuality
{
    /// <summary>Silhouette of each point, in [−1, 1]; 0 for a point alone in its group.</summary>
    public required IReadOnlyList<double> Silhouettes { get; init; }

    /// <summary>Calinski–Harabasz: spread between over spread within groups; higher is better.</summary>
    public required double CalinskiHarabasz { get; init; }

    /// <summary>Davies–Bouldin: mean likeness of each group to its most alike one; lower is better.</summary>
    public required double DaviesBouldin { get; init; }

    /// <summary>Mean silhouette.</summary>
    public double Silhouette => Silhouettes.Average();

    /// <summary>Computes it.</summary>
    /// <param name="points">[n][features], finite.</param>
    /// <param name="labels">Group of each point; 2 to n − 1 groups.</param>
    /// <exception cref="ArgumentException">Shapes do not fit, or there are too few or too many groups.</exception>
    public static ClusterQuality Of(IReadOnlyList<IReadOnlyList<double>> points, IReadOnlyList<int> labels)
    {
        Points.RequireSound(points, 3);
        if (labels.Count != points.Count) throw new ArgumentException(Invariant($"There are {points.Count} points and {labels.Count} labels."), nameof(labels));
        var groups = Enumerable.Range(0, points.Count).GroupBy(i => labels[i]).OrderBy(group => group.Key).Select(group => group.ToArray()).ToList();
        if (groups.Count < 2 || groups.Count >= points.Count) throw new ArgumentException(Invariant($"There are {groups.Count} groups of {points.Count} points; there must be 2 or more, and fewer than points."), nameof(labels));
        var centers = groups.Select(group => Points.Mean([.. group.Select(i => points[i])])).ToList();
        var whole = Points.Mean(points);
        var between = groups.Select((group, k) => group.Length * Points.SquaredDistance(centers[k], whole)).Sum();
        var within = groups.Select((group, k) => group.Sum(i => Points.SquaredDistance(points[i], centers[k]))).Sum();
        return new()
        {
            Silhouettes = [.. Enumerable.Range(0, points.Count).Select(i => SilhouetteOf(i, points, labels, groups))],
            CalinskiHarabasz = within == 0 ? 1 : between * (points.Count - groups.Count) / (within * (groups.Count - 1)),
            DaviesBouldin = Likeness(points, groups, centers),
        };
    }

    private static double SilhouetteOf(int i, IReadOnlyList<IReadOnlyList<double>> points, IReadOnlyList<int> labels, List<int[]> groups)
    {
        var own = groups.Single(group => labels[group[0]] == labels[i]);
        if (own.Length == 1) return 0;
        var inside = own.Sum(j => Points.Distance(points[i], points[j])) / (own.Length - 1);
        var outside = groups.Where(group => group != own).Min(group => group.Average(j => Points.Distance(points[i], points[j])));
        return Math.Max(inside, outside) == 0 ? 0 : (outside - inside) / Math.Max(inside, outside);
    }

    private static double Likeness(IReadOnlyList<IReadOnlyList<double>> points, List<int[]> groups, List<double[]> centers)
    {
        double[] spread = [.. groups.Select((group, k) => group.Average(i => Points.Distance(points[i], centers[k])))];
        if (spread.All(value => value == 0)) return 0;
        return Enumerable.Range(0, groups.Count).Average(k => Enumerable.Range(0, groups.Count).Where(other => other != k).Max(other =>
            Points.Distance(centers[k], centers[other]) is > 0 and var apart ? (spread[k] + spread[other]) / apart : 0));
    }
}
