namespace SafetyGate.Trainers.Grpo;

/// <summary>Advantages of responses, and what is reported of their rewards. NaN marks a reward that does not apply.</summary>
/// <param name="Advantages">One for each row; 0 where no reward applies.</param>
/// <param name="Reward">Mean of the weighted rewards, before any clip or KL.</param>
/// <param name="RewardStd">Their standard deviation (n − 1); NaN for fewer than two.</param>
/// <param name="ZeroStdShare">Share of the rows whose group (or batch, where that is the scale) has equal rewards: they teach nothing. With
/// the loss <c>rloo</c> after clip and KL, as in TRL, so that with a KL there is next to none.</param>
/// <param name="Means">Mean of each reward; NaN where it never applies.</param>
/// <param name="Stds">Standard deviation of each reward.</param>
public sealed record GrpoAdvantages(IReadOnlyList<double> Advantages, double Reward, double RewardStd, double ZeroStdShare,
    IReadOnlyList<double> Means, IReadOnlyList<double> Stds)
{
    // TRL's; without it a group of equal rewards would divide by 0.
    private const double Epsilon = 1e-4;

    /// <summary>From rewards, by the options' aggregation, clip, KL, baseline and scale, in this order.</summary>
    /// <param name="rewards">[rows][rewards]; <c>null</c> where a reward does not apply. Rows of a group are consecutive.</param>
    /// <param name="weights">One for each reward.</param>
    /// <param name="options">Must be valid.</param>
    /// <param name="klSums">β is multiplied with these and the product subtracted, one for each row; <c>null</c> without a KL in the
    /// reward.</param>
    /// <param name="scales">α of each group, which multiplies its advantages after all else (GRPO-S, after arXiv:2503.18991); <c>null</c> for none. On
    /// rewards that are divided by their deviation it would cancel.</param>
    /// <param name="epsilon">Added to a deviation.</param>
    /// <exception cref="ArgumentException">The rows are not whole groups, or the counts do not fit.</exception>
    public static GrpoAdvantages Of(IReadOnlyList<IReadOnlyList<double?>> rewards, IReadOnlyList<double> weights, GrpoOptions options,
        IReadOnlyList<double>? klSums = null, IReadOnlyList<double>? scales = null, double epsilon = Epsilon)
    {
        var size = options.NumGenerations;
        if (rewards.Count == 0 || rewards.Count % size != 0 || rewards.Any(row => row.Count != weights.Count) || (klSums is not null && klSums.Count != rewards.Count)
            || (scales is not null && scales.Count != rewards.Count / size))
            throw new ArgumentException(Invariant($"There are {rewards.Count} rows in groups of {size} with {weights.Count} weights; rows must be whole groups with a reward for each weight."), nameof(rewards));
        var raw = rewards.Select(row => Weighted([.. row.Select(value => value ?? double.NaN)], weights)).ToArray();
        var (advantages, deviations) = options.Aggregation == RewardAggregation.NormalizeThenSum
            ? NormalizeThenSum(rewards, weights, size, epsilon)
            : SumThenNormalize([.. raw.Select((reward, row) => Clip(reward, options) - (klSums is null ? 0 : options.Beta * klSums[row]))],
                raw, options, epsilon);
        if (options.NormalizeAdvantages)
        {
            var (mean, deviation) = (Mean(advantages), Deviation(advantages));
            advantages = [.. advantages.Select(value => (value - mean) / (deviation + epsilon))];
        }

        if (scales is not null) advantages = [.. advantages.Select((value, row) => value * scales[row / size])];

        double[][] columns = [.. weights.Select((_, k) => rewards.Select(row => row[k] ?? double.NaN).ToArray())];
        return new(
            [.. advantages.Select(value => double.IsFinite(value) ? value : 0)],
            Mean(raw),
            Deviation(raw),
            deviations.Average(deviation => Math.Abs(deviation) <= 1e-8 ? 1.0 : 0.0),
            [.. columns.Select(Mean)],
            [.. columns.Select(Deviation)]);
    }

    private static (double[] Advantages, double[] Deviations) SumThenNormalize(double[] rewards, double[] raw, GrpoOptions options, double epsilon)
    {
        var size = options.NumGenerations;
        var groups = rewards.Chunk(size).ToArray();
        double[] groupMeans = [.. groups.Select(Mean)];
        double[] groupDeviations = [.. groups.Select(Deviation)];
        var batchMean = Mean(rewards);
        var batchDeviation = Deviation(rewards);
        // Whether the verifier distinguishes the responses of a group (of the batch, where that is the scale), whatever the KL added; RLOO's
        // own is of what its baseline is taken of.
        double[] rawDeviations = options.LossType == GrpoLossType.Rloo ? groupDeviations : options.ScaleRewards == RewardScale.Batch
            ? [.. Enumerable.Repeat(Deviation(raw), groups.Length)]
            : [.. raw.Chunk(size).Select(Deviation)];
        var (advantages, reported) = (new double[rewards.Length], new double[rewards.Length]);
        for (var row = 0; row < rewards.Length; row++)
        {
            var group = groups[row / size];
            var baseline = options.Baseline switch
            {
                RewardBaseline.Group => groupMeans[row / size],
                RewardBaseline.LeaveOneOut => Mean([.. group.Where((_, other) => other != row % size)]),
                RewardBaseline.Batch => batchMean,
                _ => 0,
            };
            var scale = options.ScaleRewards switch { RewardScale.Group => groupDeviations[row / size] + epsilon, RewardScale.Batch => batchDeviation + epsilon, _ => 1 };
            advantages[row] = (rewards[row] - baseline) / scale;
            reported[row] = rawDeviations[row / size];
        }

        return (advantages, reported);
    }

    private static (double[] Advantages, double[] Deviations) NormalizeThenSum(IReadOnlyList<IReadOnlyList<double?>> rewards,
        IReadOnlyList<double> weights, int size, double epsilon)
    {
        var standardized = rewards.Select(_ => new double[weights.Count]).ToArray();
        for (var k = 0; k < weights.Count; k++)
            for (var start = 0; start < rewards.Count; start += size)
            {
                double[] group = [.. Enumerable.Range(start, size).Select(row => rewards[row][k] ?? double.NaN)];
                var (mean, deviation) = (Mean(group), size > 1 ? Deviation(group) : 0);
                for (var i = 0; i < size; i++) standardized[start + i][k] = (group[i] - mean) / (deviation + epsilon);
            }

        // A reward without a second one in its group to be compared with adds 0 to a row; only a row that no reward applies to is left out.
        double[] sums = [.. standardized.Select((row, i) => rewards[i].All(value => value is null) ? double.NaN : Sum(row, weights))];
        var (all, spread) = (Mean(sums), Deviation(sums));
        return ([.. sums.Select(value => (value - all) / (spread + epsilon))], [.. sums.Select(_ => spread)]);
    }

    private static double Clip(double reward, GrpoOptions options) =>
        options.RewardClip is { } clip && !double.IsNaN(reward) ? Math.Clamp(reward, clip.Least, clip.Most) : reward;

    /// <summary>Sum of what applies; NaN when nothing does.</summary>
    private static double Weighted(double[] row, IReadOnlyList<double> weights) =>
        Array.TrueForAll(row, double.IsNaN) ? double.NaN : Sum(row, weights);

    private static double Sum(double[] row, IReadOnlyList<double> weights) =>
        row.Zip(weights, (value, weight) => double.IsNaN(value) ? 0 : value * weight).Sum();

    private static double Mean(double[] values)
    {
        double[] there = [.. values.Where(value => !double.IsNaN(value))];
        return there.Length == 0 ? double.NaN : there.Average();
    }

    private static double Deviation(double[] values)
    {
        double[] there = [.. values.Where(value => !double.IsNaN(value))];
        if (there.Length < 2) return double.NaN;
        var mean = there.Average();
        return Math.Sqrt(there.Sum(value => (value - mean) * (value - mean)) / (there.Length - 1));
    }
}
