namespace SafetyGate.Trainers.Difficulty;

/// <summary>How unlike the demonstrations prompts are, and the factor by which their advantages are scaled (after arXiv:2503.18991).</summary>
/// <param name="Dissimilarity">1 − the mean, over a prompt's clauses, of the highest similarity to any clause of the demonstrations.</param>
/// <param name="Alpha">σ(dissimilarity)/σ(mean dissimilarity): above 1 for prompts that are less alike than most.</param>
public sealed record DataHardness(IReadOnlyList<double> Dissimilarity, IReadOnlyList<double> Alpha)
{
    /// <summary>Computes it.</summary>
    /// <param name="similarities">[prompt][clause][clause of the demonstrations]; none empty, finite.</param>
    /// <exception cref="ArgumentException">A list is empty, or a similarity is not finite.</exception>
    public static DataHardness Of(IReadOnlyList<IReadOnlyList<IReadOnlyList<double>>> similarities)
    {
        if (similarities.Count == 0 || similarities.Any(prompt => prompt.Count == 0 || prompt.Any(clause => clause.Count == 0 || clause.Any(value => !double.IsFinite(value)))))
            throw new ArgumentException("Every prompt needs a clause, and every clause a finite similarity to a demonstration.", nameof(similarities));
        double[] unlike = [.. similarities.Select(prompt => 1 - prompt.Average(clause => clause.Max()))];
        var mean = Logistic.Of(unlike.Average());
        return new(unlike, [.. unlike.Select(value => Logistic.Of(value) / mean)]);
    }
}
