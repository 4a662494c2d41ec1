using SafetyGate.Analysis.Results;

namespace SafetyGate.Analysis.Strata;

/// <summary>Accuracy by what was trained on and what was tested on, and the gap that easy data recover, with limits.</summary>
public sealed record StrataTable
{
    private StrataTable() { }

    /// <summary>The cells, those of one training together, strata from easy to hard.</summary>
    public required IReadOnlyList<StrataCell> Cells { get; init; }

    /// <summary>Accuracy on hard items that training on hard items gains over the untrained model.</summary>
    public required double Gap { get; init; }

    /// <summary>Limits of <see cref="Gap"/>, each one-sided at α.</summary>
    public required Limits GapLimits { get; init; }

    /// <summary>The share of the gap that training on easy items gains; undefined where the gap is below the smallest one.</summary>
    public required GapRecovered Recovered { get; init; }

    /// <summary>
    /// Limits of the recovered share, each one-sided at α. A draw whose gap is below the smallest one sets no limit: it counts as −∞ below
    /// and as ∞ above.
    /// </summary>
    public required Limits RecoveredLimits { get; init; }

    /// <summary>Level of each limit.</summary>
    public required double Alpha { get; init; }

    /// <summary>Fewest seeds of the untrained, easy-trained and hard-trained arms that were trained.</summary>
    public required int Seeds { get; init; }

    /// <summary>One cell.</summary>
    public StrataCell? this[TrainedOn trained, Stratum test] => Cells.FirstOrDefault(cell => cell.TrainedOn == trained && cell.Test == test);

    /// <summary>Computes it.</summary>
    /// <param name="result">The evidence.</param>
    /// <param name="alpha">One-sided level. Default .05.</param>
    /// <param name="draws">Draws of the bootstrap.</param>
    /// <exception cref="UserErrorException">The result is evidence of nothing; the message says why.</exception>
    /// <exception cref="ArgumentException">The level is not between 0 and .5, or there are too few draws for it.</exception>
    public static StrataTable Of(StrataResult result, double alpha = 0.05, int draws = StrataResampling.DefaultDraws)
    {
        if (result.Problems().FirstOrDefault() is { } problem) throw new UserErrorException($"{result.Benchmark}: {problem}");
        if (!(alpha is > 0 and < 0.5) || draws * alpha < 10) throw new ArgumentException(Invariant($"α is {alpha} and there are {draws} draws; α must lie between 0 and .5, and ten draws or more beyond each limit."), nameof(alpha));
        var resampling = new StrataResampling(result);
        var observed = resampling.Observed;
        var drawn = Enumerable.Range(0, draws).Select(_ => resampling.Draw()).ToList();
        var gap = GapOf(observed);
        List<double> shares = [.. drawn.Select(draw => Share(draw, result.SmallestGap) ?? double.NaN)];
        return new()
        {
            Alpha = alpha,
            Seeds = Math.Min(result.Of(TrainedOn.Easy).Count, result.Of(TrainedOn.Hard).Count),
            Cells = [.. observed.OrderBy(pair => pair.Key.Train).ThenBy(pair => pair.Key.Test).Select(pair => new StrataCell(pair.Key.Train, pair.Key.Test, pair.Value,
                Limits.OfDraws([.. drawn.Select(draw => draw[pair.Key])], alpha), result.Of(pair.Key.Test).Count, result.Of(pair.Key.Train).Count))],
            Gap = gap,
            GapLimits = Limits.OfDraws([.. drawn.Select(GapOf)], alpha),
            Recovered = GapRecovered.Of(observed[(TrainedOn.None, Stratum.Hard)], observed[(TrainedOn.Easy, Stratum.Hard)], observed[(TrainedOn.Hard, Stratum.Hard)], result.SmallestGap),
            RecoveredLimits = new(
                Limits.OfDraws([.. shares.Select(share => double.IsNaN(share) ? double.NegativeInfinity : share)], alpha).Lower,
                Limits.OfDraws([.. shares.Select(share => double.IsNaN(share) ? double.PositiveInfinity : share)], alpha).Upper),
        };
    }

    private static double GapOf(IReadOnlyDictionary<(TrainedOn, Stratum), double> of) => of[(TrainedOn.Hard, Stratum.Hard)] - of[(TrainedOn.None, Stratum.Hard)];

    private static double? Share(IReadOnlyDictionary<(TrainedOn, Stratum), double> of, double smallest) =>
        GapRecovered.Of(of[(TrainedOn.None, Stratum.Hard)], of[(TrainedOn.Easy, Stratum.Hard)], of[(TrainedOn.Hard, Stratum.Hard)], smallest).Value;
}
