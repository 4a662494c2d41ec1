using MathNet.Numerics.LinearAlgebra;

namespace SafetyGate.Analysis.Patterns;

/// <summary>Directions in which points vary most.</summary>
/// <param name="Mean">Mean of each feature.</param>
/// <param name="ExplainedVariance">Variance (of a sample) along each component, falling; as many as the smaller of points and features.</param>
/// <param name="Components">[component][feature], of length 1; their signs are arbitrary.</param>
public sealed record PrincipalComponents(IReadOnlyList<double> Mean, IReadOnlyList<double> ExplainedVariance, IReadOnlyList<double[]> Components)
{
    /// <summary>Computes them by a singular value decomposition.</summary>
    /// <param name="points">[n][features], finite; two or more.</param>
    /// <exception cref="ArgumentException">There are too few points, or a number is not finite.</exception>
    public static PrincipalComponents Of(IReadOnlyList<IReadOnlyList<double>> points)
    {
        Points.RequireSound(points, 2);
        var mean = Points.Mean(points);
        var centered = Matrix<double>.Build.Dense(points.Count, mean.Length, (i, f) => points[i][f] - mean[f]);
        var decomposition = centered.Svd();
        return new(mean, [.. decomposition.S.Select(value => value * value / (points.Count - 1))],
            [.. Enumerable.Range(0, decomposition.S.Count).Select(k => decomposition.VT.Row(k).ToArray())]);
    }
}
