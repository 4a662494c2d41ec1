namespace SafetyGate.Analysis.Dynamics;

/// <summary>How a training item was learnt: from the probability of its gold answer after every epoch (arXiv:2009.10795, arXiv:1812.05159).</summary>
public sealed record ItemDynamics
{
    /// <summary>A prediction is right where the gold answer is likelier than this.</summary>
    public const double RightAbove = 0.5;

    /// <summary>Mean probability.</summary>
    public required double Confidence { get; init; }

    /// <summary>Standard deviation of the probability over the epochs, as of a population.</summary>
    public required double Variability { get; init; }

    /// <summary>Epochs after which it was right.</summary>
    public required int Correctness { get; init; }

    /// <summary>How often it was right and, after the next epoch, wrong; infinite for an item that was never right.</summary>
    public required double Forgetfulness { get; init; }

    /// <summary>Confidence·(1 − confidence): highest where the model is undecided.</summary>
    public required double ThresholdCloseness { get; init; }

    /// <summary>Computes them.</summary>
    /// <param name="goldProbability">Probability of the gold answer after each epoch; at least one, in [0, 1].</param>
    /// <exception cref="ArgumentException">There is none, or one is not in [0, 1].</exception>
    public static ItemDynamics Of(IReadOnlyList<double> goldProbability)
    {
        if (goldProbability.Count == 0 || goldProbability.Any(p => !(p is >= 0 and <= 1))) throw new ArgumentException("Training dynamics need a probability in [0, 1] of at least one epoch.", nameof(goldProbability));
        var mean = goldProbability.Average();
        bool[] right = [.. goldProbability.Select(p => p > RightAbove)];
        return new()
        {
            Confidence = mean,
            Variability = Math.Sqrt(goldProbability.Sum(p => (p - mean) * (p - mean)) / goldProbability.Count),
            Correctness = right.Count(one => one),
            Forgetfulness = right.Contains(true) ? Enumerable.Range(1, right.Length - 1).Count(epoch => right[epoch - 1] && !right[epoch]) : double.PositiveInfinity,
            ThresholdCloseness = mean * (1 - mean),
        };
    }
}
