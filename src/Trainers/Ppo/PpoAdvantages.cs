namespace SafetyGate.Trainers.Ppo;

/// <summary>Rewards with their KL penalty, generalized advantage estimates and returns of a rollout, by [response][position]; 0 behind a mask.</summary>
/// <remarks>Source: arXiv:1707.06347, arXiv:1506.02438; positions and whitening after TRL's <c>experimental/ppo</c>.</remarks>
public sealed record PpoAdvantages
{
    private const double WhiteningEpsilon = 1e-8;

    /// <summary>KL estimates, nats.</summary>
    public required IReadOnlyList<double[]> Kl { get; init; }

    /// <summary>Penalty and score; whitened where asked.</summary>
    public required IReadOnlyList<double[]> Rewards { get; init; }

    /// <summary>Advantages before whitening.</summary>
    public required IReadOnlyList<double[]> Raw { get; init; }

    /// <summary>Advantages with mean 0 and variance 1 over the responses' tokens.</summary>
    public required IReadOnlyList<double[]> Whitened { get; init; }

    /// <summary>What the value model is to predict: advantage plus value.</summary>
    public required IReadOnlyList<double[]> Returns { get; init; }

    /// <summary>Positions of each response that hold a token.</summary>
    public required IReadOnlyList<int> Tokens { get; init; }

    /// <summary>Positions of each response that have a value.</summary>
    public required IReadOnlyList<int> ValuePositions { get; init; }

    /// <summary>Computes them.</summary>
    /// <param name="rollout">The responses.</param>
    /// <param name="form">Where scores and values end.</param>
    /// <param name="estimator">KL in the reward.</param>
    /// <param name="klCoefficient">Its weight.</param>
    /// <param name="gamma">Discount, in (0, 1].</param>
    /// <param name="lambda">λ of the estimate, in [0, 1].</param>
    /// <param name="whitenRewards">Whether rewards are scaled to variance 1, their mean kept.</param>
    /// <exception cref="ArgumentException">Shapes differ, a length is outside the positions, or a number that counts is not finite.</exception>
    public static PpoAdvantages Of(PpoRollout rollout, PpoForm form, PpoKlEstimator estimator, double klCoefficient, double gamma, double lambda,
        bool whitenRewards)
    {
        RequireSound(rollout);
        var (rows, width) = (rollout.Lengths.Count, rollout.Width);
        int[] valueEnds = [.. rollout.Lengths.Select(length => form == PpoForm.Trl ? Math.Min(length + 1, width) : length)];
        var (kl, rewards) = (Table(rows, width), Table(rows, width));
        for (var row = 0; row < rows; row++)
        {
            for (var t = 0; t < rollout.Lengths[row]; t++)
            {
                var k1 = rollout.LogProbs[row][t] - rollout.ReferenceLogProbs[row][t];
                kl[row][t] = estimator == PpoKlEstimator.K1 ? k1 : double.ExpM1(-k1) + k1;
                rewards[row][t] = -klCoefficient * kl[row][t];
            }

            rewards[row][valueEnds[row] - 1] += rollout.Scores[row];
        }

        if (whitenRewards) rewards = Whiten(rewards, valueEnds, shiftMean: false);
        var (raw, returns) = (Table(rows, width), Table(rows, width));
        for (var row = 0; row < rows; row++)
        {
            var last = 0.0;
            for (var t = form == PpoForm.Trl ? width - 1 : valueEnds[row] - 1; t >= 0; t--)
            {
                var delta = rewards[row][t] + (gamma * Value(row, t + 1)) - Value(row, t);
                raw[row][t] = last = delta + (gamma * lambda * last);
                returns[row][t] = last + Value(row, t);
            }
        }

        return new()
        {
            Kl = kl, Rewards = rewards, Raw = raw, Returns = returns,
            Whitened = Whiten(raw, rollout.Lengths, shiftMean: true),
            Tokens = rollout.Lengths, ValuePositions = valueEnds,
        };

        double Value(int row, int t) => t < valueEnds[row] ? rollout.Values[row][t] : 0;
    }

    /// <summary>Those of some of the responses, in positions enough for them.</summary>
    /// <param name="rows">Which.</param>
    /// <param name="width">Positions that are kept.</param>
    internal PpoAdvantages Of(IReadOnlyList<int> rows, int width)
    {
        return new()
        {
            Kl = Cut(Kl), Rewards = Cut(Rewards), Raw = Cut(Raw), Whitened = Cut(Whitened), Returns = Cut(Returns),
            Tokens = [.. rows.Select(row => Tokens[row])], ValuePositions = [.. rows.Select(row => ValuePositions[row])],
        };

        double[][] Cut(IReadOnlyList<double[]> table) => [.. rows.Select(row => table[row][..width])];
    }

    /// <summary>Scales the kept numbers to variance 1 (of a sample: divided by n − 1), and shifts their mean to 0 if asked.</summary>
    /// <param name="values">[B][T].</param>
    /// <param name="kept">[B]: how many of each row count.</param>
    /// <param name="shiftMean">Whether the mean becomes 0; otherwise it stays.</param>
    /// <returns>[B][T]; 0 where a number does not count.</returns>
    public static double[][] Whiten(IReadOnlyList<IReadOnlyList<double>> values, IReadOnlyList<int> kept, bool shiftMean)
    {
        var all = values.SelectMany((row, i) => row.Take(kept[i])).ToList();
        var mean = all.Average();
        var variance = all.Sum(value => (value - mean) * (value - mean)) / Math.Max(1, all.Count - 1);
        var scale = 1 / Math.Sqrt(variance + WhiteningEpsilon);
        return [.. values.Select((row, i) => row.Select((value, t) => t < kept[i] ? ((value - mean) * scale) + (shiftMean ? 0 : mean) : 0).ToArray())];
    }

    private static double[][] Table(int rows, int width) => [.. Enumerable.Range(0, rows).Select(_ => new double[width])];

    private static void RequireSound(PpoRollout rollout)
    {
        var rows = rollout.Lengths.Count;
        if (rows == 0 || new[] { rollout.LogProbs, rollout.ReferenceLogProbs, rollout.Values }.Any(table => table.Count != rows || table.Any(row => row.Count != rollout.Width)) || rollout.Scores.Count != rows)
            throw new ArgumentException("Lengths, scores, log-probabilities and values of a rollout must be of the same responses and positions, one response at least.", nameof(rollout));
        for (var row = 0; row < rows; row++)
        {
            if (rollout.Lengths[row] < 1 || rollout.Lengths[row] > rollout.Width)
                throw new ArgumentException(Invariant($"Response {row} has {rollout.Lengths[row]} tokens in {rollout.Width} positions; it must have 1 or more, and fit."), nameof(rollout));
            var counts = new[] { rollout.LogProbs, rollout.ReferenceLogProbs, rollout.Values }.SelectMany(table => table[row].Take(rollout.Lengths[row])).Append(rollout.Scores[row]);
            if (counts.Any(value => !double.IsFinite(value))) throw new ArgumentException(Invariant($"A log-probability, a value or the score of response {row} is not finite."), nameof(rollout));
        }
    }
}
