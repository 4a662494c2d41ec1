namespace SafetyGate.Analysis.Patterns;

/// <summary>Points of the same number of features.</summary>
internal static class Points
{
    public static double SquaredDistance(IReadOnlyList<double> a, IReadOnlyList<double> b)
    {
        var sum = 0.0;
        for (var f = 0; f < a.Count; f++) sum += (a[f] - b[f]) * (a[f] - b[f]);
        return sum;
    }

    public static double Distance(IReadOnlyList<double> a, IReadOnlyList<double> b) => Math.Sqrt(SquaredDistance(a, b));

    public static double[] Mean(IReadOnlyList<IReadOnlyList<double>> points) =>
        [.. Enumerable.Range(0, points[0].Count).Select(f => points.Average(point => point[f]))];

    public static void RequireSound(IReadOnlyList<IReadOnlyList<double>> points, int least)
    {
        if (points.Count < Math.Max(1, least)) throw new ArgumentException(Invariant($"There are {points.Count} points; {Math.Max(1, least)} or more are needed."), nameof(points));
        if (points.Any(point => point.Count != points[0].Count || point.Count == 0)) throw new ArgumentException("All points must have the same features, one at least.", nameof(points));
        if (points.Any(point => point.Any(value => !double.IsFinite(value)))) throw new ArgumentException("A feature of a point is not finite.", nameof(points));
    }
}
