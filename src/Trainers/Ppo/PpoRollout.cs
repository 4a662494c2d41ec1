namespace SafetyGate.Trainers.Ppo;

/// <summary>Sampled responses with what the advantages are computed from: B responses, T positions of the longest, by [response][position].</summary>
public sealed record PpoRollout
{
    /// <summary>[B]: tokens of each response, 1 or more.</summary>
    public required IReadOnlyList<int> Lengths { get; init; }

    /// <summary>[B]: the reward model's score of each response.</summary>
    public required IReadOnlyList<double> Scores { get; init; }

    /// <summary>[B][T], nats: log-probabilities of the tokens under the policy that sampled them. What lies behind a response is not read.</summary>
    public required IReadOnlyList<IReadOnlyList<double>> LogProbs { get; init; }

    /// <summary>[B][T], nats: the same under the reference.</summary>
    public required IReadOnlyList<IReadOnlyList<double>> ReferenceLogProbs { get; init; }

    /// <summary>[B][T]: the value model's estimates. Behind a response only <see cref="PpoForm.Trl"/> reads one.</summary>
    public required IReadOnlyList<IReadOnlyList<double>> Values { get; init; }

    /// <summary>T.</summary>
    public int Width => LogProbs[0].Count;

    /// <summary>Some of the responses, in positions enough for them.</summary>
    /// <param name="rows">Which.</param>
    /// <param name="width">Positions that are kept.</param>
    internal PpoRollout Of(IReadOnlyList<int> rows, int width) => new()
    {
        Lengths = [.. rows.Select(row => Lengths[row])],
        Scores = [.. rows.Select(row => Scores[row])],
        LogProbs = Cut(LogProbs, rows, width),
        ReferenceLogProbs = Cut(ReferenceLogProbs, rows, width),
        Values = Cut(Values, rows, width),
    };

    private static IReadOnlyList<double>[] Cut(IReadOnlyList<IReadOnlyList<double>> table, IReadOnlyList<int> rows, int width) =>
        [.. rows.Select(row => (IReadOnlyList<double>)[.. table[row].Take(width)])];
}
