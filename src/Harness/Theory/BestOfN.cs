namespace SafetyGate.Harness.Theory;

/// <summary>KL (nats) between best-of-n sampling and the policy it samples from.</summary>
public static class BestOfN
{
    /// <summary>ln n − (n−1)/n: exact for rewards without ties, a ceiling otherwise.</summary>
    public static double Ceiling(int n)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        return Math.Log(n) - (n - 1.0) / n;
    }

    /// <summary>Exact for a discrete policy, ties broken at random.</summary>
    /// <param name="n">Samples of which the best is kept.</param>
    /// <param name="probabilities">Of the responses; divided by their sum.</param>
    /// <param name="rewards">Of the responses.</param>
    public static double Kl(int n, IReadOnlyList<double> probabilities, IReadOnlyList<double> rewards)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        var p = Policy.Normalized(probabilities, nameof(probabilities));
        if (rewards.Count != p.Length)
            throw new ArgumentException(Invariant($"There are {p.Length} responses and {rewards.Count} rewards."), nameof(rewards));
        if (rewards.Any(double.IsNaN)) throw new ArgumentException("A reward is NaN.", nameof(rewards));
        double kl = 0, below = 0;
        foreach (var level in p.Zip(rewards).Where(x => x.First > 0).GroupBy(x => x.Second, x => x.First).OrderBy(g => g.Key))
        {
            var mass = level.Sum();
            var upTo = Math.Min(1, below + mass);
            var chosen = Math.Pow(upTo, n) - Math.Pow(below, n);
            if (chosen > 0) kl += chosen * Math.Log(chosen / mass);
            below = upTo;
        }

        return Math.Max(0, kl);
    }
}
