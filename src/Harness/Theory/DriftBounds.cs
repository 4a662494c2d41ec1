using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Theory;

/// <summary>Bounds on |S_π − S_p| that need little or no data. KL in nats. Derived and checked for this project.</summary>
public static class DriftBounds
{
    /// <summary>Pinsker: √(K/2), any policy.</summary>
    public static double Pinsker(double k) => Math.Sqrt(Kl(k) / 2);

    /// <summary>Bretagnolle and Huber: √(1 − exp(−K)), any policy; below Pinsker's only for K &gt; 1.594.</summary>
    public static double BretagnolleHuber(double k) => Math.Sqrt(-Special.Expm1(-Kl(k)));

    /// <summary>tanh(1/(4β)): the data-free ceiling of the drift of the tilt, tight.</summary>
    public static double DataFree(double beta) => Math.Tanh(1 / (4 * Beta(beta)));

    /// <summary>1/(4β): the simple form of <see cref="DataFree"/>.</summary>
    public static double DataFreeLoose(double beta) => 1 / (4 * Beta(beta));

    /// <summary>½ sinh(1/(2β)): the data-free form of the covariance bound.</summary>
    public static double CovarianceLoose(double beta) => 0.5 * Math.Sinh(1 / (2 * Beta(beta)));

    /// <summary>
    /// The certificate √((G_π−G_p)/(2β)) for any policy that did not lower the objective, and <c>null</c> when it did: the premise
    /// G_π − β·KL ≥ G_p is tested, never assumed.
    /// </summary>
    public static double? Certificate(double rewardBefore, double rewardAfter, double kl, double beta)
    {
        if (!double.IsFinite(rewardBefore) || !double.IsFinite(rewardAfter))
            throw new ArgumentOutOfRangeException(nameof(rewardAfter), "Both rewards must be finite.");
        return rewardAfter - Beta(beta) * Kl(kl) >= rewardBefore ? Math.Sqrt((rewardAfter - rewardBefore) / (2 * beta)) : null;
    }

    private static double Kl(double k) =>
        k >= 0 ? k : throw new ArgumentOutOfRangeException(nameof(k), k, Invariant($"The KL is {k}; it must be 0 or more."));

    internal static double Beta(double beta) =>
        beta > 0 && double.IsFinite(beta)
            ? beta
            : throw new ArgumentOutOfRangeException(nameof(beta), beta, Invariant($"β is {beta}; it must be finite and above 0."));
}
