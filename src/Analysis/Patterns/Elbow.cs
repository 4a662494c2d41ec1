namespace SafetyGate.Analysis.Patterns;

/// <summary>Where a falling convex curve bends: how many groups are enough (kneedle, doi:10.1109/ICDCSW.2011.20).</summary>
public static class Elbow
{
    /// <summary>Finds the first bend.</summary>
    /// <param name="groups">Numbers of groups, rising; two or more.</param>
    /// <param name="inertia">The inertia of each.</param>
    /// <param name="sensitivity">How far the curve must fall behind a bend, in mean steps. Default 1.</param>
    /// <returns>The number of groups at the bend; <c>null</c> when the curve has none.</returns>
    /// <exception cref="ArgumentException">The lists do not fit, are not finite, or the numbers do not rise.</exception>
    public static int? Find(IReadOnlyList<int> groups, IReadOnlyList<double> inertia, double sensitivity = 1)
    {
        if (groups.Count < 2 || groups.Count != inertia.Count || inertia.Any(value => !double.IsFinite(value)) || groups.Zip(groups.Skip(1)).Any(pair => pair.First >= pair.Second))
            throw new ArgumentException("A bend needs two or more rising numbers of groups and a finite inertia of each.", nameof(groups));
        var (least, most) = (inertia.Min(), inertia.Max());
        if (least == most) return null;
        var last = groups.Count - 1;
        double[] x = [.. groups.Select(k => (double)(k - groups[0]) / (groups[last] - groups[0]))];
        double[] above = [.. inertia.Select((value, i) => ((most - value) / (most - least)) - x[i])];
        var step = sensitivity * x.Zip(x.Skip(1), (a, b) => b - a).Average();
        var (threshold, bend) = (double.NaN, -1);
        for (var i = 0; i < last; i++)
        {
            if (Is(i, (a, b) => a >= b)) (threshold, bend) = (above[i] - step, i);
            if (Is(i, (a, b) => a <= b)) bend = -1; // behind a valley, until the next summit
            if (bend >= 0 && above[i + 1] < threshold) return groups[bend];
        }

        return null;

        // Against both neighbors; an end has itself for one.
        bool Is(int i, Func<double, double, bool> holds) => holds(above[i], above[Math.Max(i - 1, 0)]) && holds(above[i], above[Math.Min(i + 1, last)]);
    }
}
