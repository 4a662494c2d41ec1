using SafetyGate.Analysis.Results;
using SafetyGate.Core.Runs;

namespace SafetyGate.Analysis.Strata;

/// <summary>How scores change with hardness: the slope of a least-squares line, for one standard deviation of hardness.</summary>
/// <param name="Slope">The slope, in accuracy for one standard deviation.</param>
/// <param name="Limits">Bootstrap limits over items, each one-sided at α.</param>
public sealed record HardnessTrend(double Slope, Limits Limits)
{
    private const ulong Seed = 1;

    /// <summary>True if accuracy is shown to fall as items get harder.</summary>
    public bool Falls => Limits.Upper < 0;

    /// <summary>True if accuracy is shown to change with hardness at all.</summary>
    public bool IsShown => Limits.Upper < 0 || Limits.Lower > 0;

    /// <summary>In words, with the finding.</summary>
    public override string ToString() =>
        Invariant($"{Slope:+0.###;-0.###;0} for one standard deviation of hardness ({Limits}): {(Falls ? "accuracy falls from easy to hard" : IsShown ? "accuracy rises from easy to hard, so this is no scale of hardness for this model" : "no trend is shown, so this hardness tells nothing about this model")}");

    /// <summary>Computes it.</summary>
    /// <param name="hardness">Hardness of each item; at least two, finite.</param>
    /// <param name="scores">Score of each, in [0, 1].</param>
    /// <param name="alpha">One-sided level. Default .05.</param>
    /// <param name="draws">Draws of the bootstrap.</param>
    /// <returns>The trend; <c>null</c> if all items are of one hardness.</returns>
    /// <exception cref="ArgumentException">There are fewer than two items, or the lists have different lengths.</exception>
    public static HardnessTrend? Of(IReadOnlyList<double> hardness, IReadOnlyList<double> scores, double alpha = 0.05, int draws = 2000)
    {
        if (hardness.Count < 2 || hardness.Count != scores.Count) throw new ArgumentException(Invariant($"There are {hardness.Count} hardnesses and {scores.Count} scores; two items or more need one of each."), nameof(scores));
        if (Standardized(hardness) is not { } places) return null;
        var random = new RandomStream(Seed, "strata/trend");
        var slopes = Enumerable.Range(0, draws).Select(_ =>
        {
            int[] taken = [.. places.Select(_ => random.Next(places.Count))];
            return Line([.. taken.Select(i => places[i])], [.. taken.Select(i => scores[i])]);
        });
        return new(Line(places, scores) ?? 0, Limits.OfDraws([.. slopes.Select(slope => slope ?? 0)], alpha)); // a draw of one hardness shows no trend
    }

    /// <summary>The trend of the untrained model of a result.</summary>
    public static HardnessTrend? OfUntrained(StrataResult result)
    {
        var arms = result.Of(TrainedOn.None);
        return Of([.. result.Items.Select(item => item.Hardness)], [.. Enumerable.Range(0, result.Items.Count).Select(i => arms.Average(arm => arm.Scores[i]))]);
    }

    private static List<double>? Standardized(IReadOnlyList<double> values)
    {
        var mean = values.Average();
        var deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
        return deviation > 0 ? [.. values.Select(value => (value - mean) / deviation)] : null;
    }

    private static double? Line(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        var (meanX, meanY) = (x.Average(), y.Average());
        var spread = x.Sum(value => (value - meanX) * (value - meanX));
        return spread > 0 ? x.Zip(y, (a, b) => (a - meanX) * (b - meanY)).Sum() / spread : null;
    }
}
