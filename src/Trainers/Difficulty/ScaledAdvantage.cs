namespace SafetyGate.Trainers.Difficulty;

/// <summary>Advantages of a group scaled by difficulty: α·(R − mean)/(sample deviation + ε). On the rewards α would cancel.</summary>
public static class ScaledAdvantage
{
    /// <summary>Computes them.</summary>
    /// <param name="rewards">Rewards of a group; two or more.</param>
    /// <param name="alpha">The factor.</param>
    /// <param name="epsilon">Added to the deviation; 1e-4 in TRL.</param>
    /// <exception cref="ArgumentException">There are fewer than two rewards.</exception>
    public static IReadOnlyList<double> Of(IReadOnlyList<double> rewards, double alpha, double epsilon)
    {
        if (rewards.Count < 2) throw new ArgumentException("A deviation needs two or more rewards.", nameof(rewards));
        var mean = rewards.Average();
        var deviation = Math.Sqrt(rewards.Sum(reward => (reward - mean) * (reward - mean)) / (rewards.Count - 1));
        return [.. rewards.Select(reward => alpha * (reward - mean) / (deviation + epsilon))];
    }
}
